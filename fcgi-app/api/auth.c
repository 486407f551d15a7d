/* SPDX-License-Identifier: MIT */
/* Signing in and out, and looking after oneself. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/account.h>
#include <magnetiq/session.h>
#include <magnetiq/user.h>

#include "../handlers.h"
#include "../http/header.h"

#define COOKIE		"magnetiq_refresh"
#define COOKIE_PATH	"/api/v1/auth"

/* A cookie travels by itself, so the page that sends it must be ours. */
static enum mag_status
check_origin(struct exchange *x)
{

	return cors_ours(x) ? MAG_OK : mag_fail(&x->call, MAG_DENIED,
	    "This must come from the site's own pages.");
}

static void
set_cookie(struct exchange *x, const char *value, int64_t seconds)
{

	reply_header(x, "Set-Cookie", mag_printf(x->a,
	    COOKIE "=%s; Path=" COOKIE_PATH "; Max-Age=%lld; HttpOnly; "
	    "SameSite=Strict%s", value, (long long)seconds,
	    x->conf->environment == MAG_PRODUCTION ? "; Secure" : ""));
}

/* The tokens, and the refresh token only where it may be read by scripts. */
static enum mag_status
reply_tokens(struct exchange *x, const struct mag_tokens *t, bool cookie)
{
	struct mag_buf *b = reply_begin(x);

	mag_buf_adds(b, "{\"access_token\":");
	mag_buf_jsons(b, t->access);
	if (cookie)
		set_cookie(x, t->refresh, MAG_REFRESH_SECONDS);
	else {
		mag_buf_adds(b, ",\"refresh_token\":");
		mag_buf_jsons(b, t->refresh);
	}
	mag_buf_addf(b, ",\"token_type\":\"bearer\",\"expires_in\":%lld,"
	    "\"user\":", (long long)t->expires_in);
	mag_record_print(b, &x->call, t->user, MAG_VIEW_STAFF, NULL);
	mag_buf_addc(b, '}');
	return reply_end(x, 200);
}

enum mag_status
auth_login(struct exchange *x)
{
	const char *email, *password;
	struct mag_tokens tokens;
	enum mag_status st;
	bool cookie;

	input_known(x, "email password use_cookie");
	email = input_text(x, "email", true);
	password = input_text(x, "password", true);
	cookie = input_flag(x, "use_cookie");
	if ((st = mag_verdict(&x->call)) != MAG_OK)
		return st;
	if (cookie && (st = check_origin(x)) != MAG_OK)
		return st;
	if ((st = mag_account_sign_in(&tokens, &x->call, email, password,
	    strlen(password))) != MAG_OK)
		return st;
	return reply_tokens(x, &tokens, cookie);
}

/* The refresh token of the body, else of the cookie, which needs our origin. */
static enum mag_status
refresh_token(struct exchange *x, const char **out, bool *cookie)
{
	struct mag_str value;
	enum mag_status st;

	*cookie = false;
	*out = NULL;
	if (x->json != NULL) {
		input_known(x, "refresh_token");
		*out = input_text(x, "refresh_token", false);
		if ((st = mag_verdict(&x->call)) != MAG_OK)
			return st;
	}
	if (*out != NULL || !header_cookie(&value, x->rq->cookie, COOKIE))
		return MAG_OK;
	*out = mag_dup(x->a, value.p, value.n);
	*cookie = true;
	return check_origin(x);
}

enum mag_status
auth_refresh(struct exchange *x)
{
	struct mag_tokens tokens;
	const char *token;
	enum mag_status st;
	bool cookie;

	if ((st = refresh_token(x, &token, &cookie)) != MAG_OK)
		return st;
	if (token == NULL && x->json != NULL) {
		mag_wrong(&x->call, "refresh_token", "is required", NULL);
		return mag_verdict(&x->call);
	}
	if (token == NULL)
		return mag_fail(&x->call, MAG_UNAUTHENTICATED,
		    "Please sign in.");
	if ((st = mag_session_refresh(&tokens, &x->call, token)) != MAG_OK)
		return st;
	return reply_tokens(x, &tokens, cookie);
}

enum mag_status
auth_logout(struct exchange *x)
{
	const char *token;
	enum mag_status st;
	bool cookie;

	if ((st = refresh_token(x, &token, &cookie)) != MAG_OK)
		return st;
	if ((st = mag_session_leave(&x->call, token)) != MAG_OK)
		return st;
	if (cookie)
		set_cookie(x, "", 0);
	return reply_empty(x, 204);
}

/* An API key is nobody: it has no name, no password and no sessions. */
static enum mag_status
need_person(struct exchange *x)
{

	return x->call.who.user_id > 0 ? MAG_OK :
	    mag_fail(&x->call, MAG_DENIED, "An API key has no account.");
}

/*
 * At one address everybody finds somebody else: the tag says whom, or a
 * client that changes its user would be told that nothing has changed.
 */
static enum mag_status
reply_oneself(struct exchange *x, const struct mag_record *r)
{
	enum mag_status st = reply_record(x, 200, r);

	x->etag = mag_printf(x->a, "%.*s.%lld\"", (int)strlen(x->etag) - 1,
	    x->etag, (long long)mag_record_id(r));
	return st;
}

enum mag_status
auth_me(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = need_person(x)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_user,
	    x->call.who.user_id)) != MAG_OK)
		return st;
	return reply_oneself(x, r);
}

enum mag_status
auth_me_patch(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = need_person(x)) != MAG_OK ||
	    (st = mag_user_change_own(&r, &x->call, x->json)) != MAG_OK)
		return st;
	return reply_oneself(x, r);
}

enum mag_status
auth_change_password(struct exchange *x)
{
	const char *current, *fresh;
	enum mag_status st;

	if ((st = need_person(x)) != MAG_OK)
		return st;
	input_known(x, "current_password new_password");
	current = input_text(x, "current_password", true);
	fresh = input_text(x, "new_password", true);
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_account_change_password(&x->call, current,
	    strlen(current), fresh, strlen(fresh))) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}

enum mag_status
auth_forgot(struct exchange *x)
{
	const char *email;
	enum mag_status st;

	input_known(x, "email");
	email = input_text(x, "email", true);
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_account_forgot(&x->call, email)) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), "{}");
	return reply_end_message(x, 202,
	    "If somebody has this address, a letter is on its way.");
}

enum mag_status
auth_reset(struct exchange *x)
{
	const char *token, *fresh;
	enum mag_status st;

	input_known(x, "token new_password");
	token = input_text(x, "token", true);
	fresh = input_text(x, "new_password", true);
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_account_reset(&x->call, token, fresh,
	    strlen(fresh))) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), "{}");
	return reply_end_message(x, 200, "Your new password is set.");
}

enum mag_status
auth_sessions(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;

	if ((st = need_person(x)) != MAG_OK ||
	    (st = input_list(x, &mag_session, &l)) != MAG_OK ||
	    (st = mag_session_list(reply_begin(x), &x->call, &l)) != MAG_OK)
		return st;
	reply_pagination(x, &l);
	return reply_end(x, 200);
}

enum mag_status
auth_session_end(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = need_person(x)) != MAG_OK ||
	    (st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_session_end(&x->call, id)) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}
