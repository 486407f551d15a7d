/* SPDX-License-Identifier: MIT */
/*
 * Where the letters about passwords lead: a form with one field.  Looking at
 * it changes nothing, because programs follow the links in letters, too.
 */
#include <string.h>

#include <magnetiq/account.h>
#include <magnetiq/i18n.h>

#include "../handlers.h"
#include "site.h"

static const char *
heading(struct exchange *x)
{

	return strcmp(x->match.route->path, "/admin/invitation") == 0 ?
	    "Choose a password" : "A new password";
}

static enum mag_status
show(struct exchange *x, const char *token, int status, const char *wrong)
{
	const char *lang = site_language(x);
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, mag_tr(lang, heading(x)));
	mag_data_bool(d, "noindex", true);
	mag_data_text(d, "action", x->match.route->path);
	mag_data_text(d, "token", token);
	mag_data_text(d, "wrong", wrong);
	mag_data_bool(d, "done", token == NULL);
	mag_data_text(d, "panel_url", site_url(x, "/admin/"));
	return view_send(x, d, lang, status, "password");
}

enum mag_status
site_password(struct exchange *x)
{
	const char *token = input_query(x, "token");

	if (token == NULL || *token == '\0')
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "This link is not valid.");
	return show(x, token, 200, NULL);
}

enum mag_status
site_password_set(struct exchange *x)
{
	const struct mag_detail *wrong;
	const char *token, *fresh;
	struct query form;
	enum mag_status st;

	st = query_read(&form, x->a, x->body == NULL ? "" : x->body,
	    x->body_len);
	if (st != MAG_OK)
		return MAG_MALFORMED;
	token = query_get(&form, "token");
	fresh = query_get(&form, "password");
	if (token == NULL || *token == '\0')
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "This link is not valid.");
	if (fresh == NULL)
		fresh = "";
	st = mag_account_reset(&x->call, token, fresh, strlen(fresh));
	if (st == MAG_OK)
		return show(x, NULL, 200, NULL);
	if (st != MAG_INVALID || (wrong = x->call.problem.first) == NULL)
		return st;
	return show(x, token, reply_http(st), mag_tr_fill(x->a, site_language(x),
	    wrong->message, wrong->arg == NULL ? "" : wrong->arg));
}
