/* SPDX-License-Identifier: MIT */
/*
 * Who may come in, and with what; in the order of the contract's checks:
 * 404, 405, 413, 429, 401, 403, 415, 400 here, the rest in the library.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/limit.h>
#include <magnetiq/once.h>
#include <magnetiq/role.h>
#include <magnetiq/session.h>

#include "exchange.h"
#include "http/header.h"
#include "http/mime.h"

static int64_t
largest_body(struct exchange *x)
{
	const struct route *r = x->match.route;

	if (r->flags & R_MULTIPART)
		return x->conf->max_file_size + MAG_BODY_EXTRA;
	if (r->flags & R_CSV)
		return MAG_BODY_CSV_MAX;
	return r->flags & R_AUTH ? MAG_BODY_AUTH_MAX : MAG_BODY_MAX;
}

static enum mag_limit_class
limit_class(const struct route *r)
{

	if ((r->flags & R_AUTH) && r->who == PUBLIC)
		return MAG_LIMIT_AUTH;
	if (r->flags & R_REGISTERS)
		return MAG_LIMIT_REGISTRATION;
	if (r->flags & R_DOWNLOADS)
		return MAG_LIMIT_DOWNLOAD;
	return MAG_LIMIT_API;
}

enum mag_status
guard_rate(struct exchange *x)
{
	int wait;

	if (x->match.route->flags & R_PRIVATE)
		return MAG_OK;
	wait = mag_limit_take(x->board, x->conf, limit_class(x->match.route),
	    x->call.address, x->call.now);
	if (wait == 0)
		return MAG_OK;
	x->call.problem.retry_after = wait;
	return MAG_LIMITED;
}

/* A token or an API key; a wrong one is refused even where none is needed. */
static enum mag_status
check_actor(struct exchange *x)
{
	const struct route *r = x->match.route;
	struct mag_str bearer;
	enum mag_status st;

	if (r->who == PUBLIC && !(r->flags & R_MAYBE))
		return MAG_OK;
	st = header_bearer(&bearer, x->rq->authorization);
	if (st == MAG_OK)
		st = mag_session_actor(&x->call, bearer.p, bearer.n);
	if (st == MAG_OK || st == MAG_UNAVAILABLE || st == MAG_FAILED)
		return st;
	memset(&x->call.who, 0, sizeof(x->call.who));
	memset(&x->call.problem, 0, sizeof(x->call.problem));
	if (r->who == PUBLIC)
		return MAG_OK;
	return mag_fail(&x->call, MAG_UNAUTHENTICATED, "Please sign in.");
}

static enum mag_status
check_role(struct exchange *x)
{
	const struct route *r = x->match.route;

	/* /api/v1/PART/NOUN: what the scopes of an API key speak of. */
	const struct mag_str *s = x->path.segment;
	const char *part = x->path.count < 3 ? "" :
	    mag_dup(x->a, s[2].p, s[2].n);
	const char *noun = x->path.count < 4 ? NULL :
	    mag_dup(x->a, s[3].p, s[3].n);

	if (x->call.who.role < r->who || (r->who != PUBLIC &&
	    !mag_scope_allows(x->call.who.scopes, part, noun, x->method != GET)))
		return mag_fail(&x->call, MAG_DENIED, "You may not do this.");
	return MAG_OK;
}

/* Closed for maintenance: health and sign-in stay open, and admins pass. */
static enum mag_status
check_open(struct exchange *x)
{
	const struct route *r = x->match.route;

	if ((r->flags & (R_OPEN | R_AUTH | R_PRIVATE)) ||
	    x->call.who.role == MAG_ADMIN || !mag_site(&x->call)->maintenance)
		return MAG_OK;
	x->call.problem.retry_after = 60;
	return mag_fail(&x->call, MAG_UNAVAILABLE,
	    "The site is closed for maintenance.");
}

enum mag_status
guard_before_body(struct exchange *x)
{
	enum mag_status st;

	if (x->rq->length > largest_body(x))
		return MAG_TOO_LARGE;
	if ((st = guard_rate(x)) != MAG_OK ||
	    (st = check_actor(x)) != MAG_OK ||
	    (st = check_role(x)) != MAG_OK)
		return st;
	return check_open(x);
}

static enum mag_status
read_body(struct exchange *x)
{
	char *body;
	enum mag_status st;

	if (x->rq->length == FCGI_LENGTH_BAD)
		return MAG_MALFORMED;
	/* Who announces nothing sends nothing: bytes would go unheard. */
	if (x->rq->length <= 0)
		return fcgi_read_body(x->io, NULL, 0);
	body = mag_alloc(x->a, (size_t)x->rq->length + 1);
	st = fcgi_read_body(x->io, body, (size_t)x->rq->length);
	if (st != MAG_OK)
		return st;
	x->body = body;
	x->body_len = (size_t)x->rq->length;
	return MAG_OK;
}

static bool
type_fits(struct exchange *x)
{
	unsigned flags = x->match.route->flags;
	const char *type = x->rq->content_type;
	struct mime m;

	/* What is missing is not of a wrong type. */
	if (x->rq->length <= 0 &&
	    (*type == '\0' || (flags & (R_ACTION | R_OPTIONAL))))
		return true;
	/* Of a table the first bytes say which letters it is written in. */
	if (mime_read(&m, x->a, type, strlen(type)) != MAG_OK ||
	    (!(flags & R_CSV) && !mime_is_utf8(&m)))
		return false;
	/* RFC 7396 has a name of its own for what PATCH takes. */
	if (x->method == PATCH &&
	    strcmp(m.type, "application/merge-patch+json") == 0)
		return true;
	if (flags & R_CLICK)
		x->clicked = strcmp(m.type, "multipart/form-data") == 0 ||
		    strcmp(m.type, "application/x-www-form-urlencoded") == 0;
	return x->clicked || strcmp(m.type, route_body_type(flags)) == 0;
}

/* What is wrong is noted; whether it is spoken of, what comes first decides. */
static void
check_object(struct exchange *x)
{
	const struct mag_json *m;

	if (mag_json_kind(x->json) != MAG_JSON_OBJECT) {
		mag_wrong(&x->call, "", "must be an object", NULL);
		x->json = mag_json_own(x->a, "{}", 2);
	}
	if (!(x->match.route->flags & R_ACTION))
		return;
	for (m = mag_json_first(x->json); m != NULL; m = mag_json_next(m))
		mag_wrong(&x->call, mag_json_key(m), "is not a known field",
		    NULL);
}

/* Actions take nothing or {}; what has fields takes an object. */
static enum mag_status
read_json(struct exchange *x)
{
	unsigned flags = x->match.route->flags;
	enum mag_status st;

	if (x->body_len == 0)
		return flags & (R_ACTION | R_OPTIONAL) ? MAG_OK : mag_fail(&x->call,
		    MAG_MALFORMED, "The request needs a body.");
	st = mag_json_parse(&x->json, &x->call, x->body, x->body_len);
	/* What was too much to be read is noted; handlers find no field. */
	if (st == MAG_INVALID && x->json == NULL)
		x->json = mag_json_own(x->a, "{}", 2);
	if (x->json != NULL)
		check_object(x);
	return st == MAG_INVALID ? MAG_OK : st;
}

/* A request that may come twice says so by a key of its own. */
static void
note_key(struct exchange *x)
{
	const char *key = x->rq->idempotency_key;
	struct mag_once *once;
	size_t i, n;

	if (!(x->match.route->flags & R_IDEMPOTENT) || key == NULL ||
	    *key == '\0')
		return;
	n = strlen(key);
	for (i = 0; i < n && key[i] > ' ' && key[i] < 0x7f; i++)
		;
	if (i < n || n < MAG_ONCE_MIN || n > MAG_ONCE_MAX) {
		mag_wrong(&x->call, "Idempotency-Key",
		    "must be 16 to 128 printable characters", NULL);
		return;
	}
	once = mag_alloc(x->a, sizeof(*once));
	*once = (struct mag_once){ mag_printf(x->a, "%s %s",
	    method_name(x->method), x->rq->uri), key, x->body, x->body_len };
	x->call.once = once;
}

/* Where the site asks for it, what a stranger sends must have cost some work
 * (magnetiq/work.h). */
static enum mag_status
check_work(struct exchange *x)
{
	const char *text, *proof = x->rq->work;
	int bits;

	if (!(x->match.route->flags & R_WORK) ||
	    mag_setting_text(&text, &x->call, "proof_of_work") != MAG_OK ||
	    text == NULL || (bits = (int)strtol(text, NULL, 10)) <= 0)
		return MAG_OK;
	if (proof == NULL || *proof == '\0')
		mag_wrong(&x->call, "Proof-Of-Work", "is required", NULL);
	else if (!mag_work_done(&x->call, proof, bits, x->body, x->body_len))
		mag_wrong(&x->call, "Proof-Of-Work",
		    "does not fit the challenge and this body", NULL);
	return mag_verdict(&x->call);
}

enum mag_status
guard_body(struct exchange *x)
{
	unsigned flags = x->match.route->flags;
	enum mag_status st;

	if (route_body_type(flags) == NULL)
		return MAG_OK;
	if (!type_fits(x))
		return MAG_UNSUPPORTED;
	if (flags & R_MULTIPART)
		return x->rq->length > 0 ? MAG_OK : mag_fail(&x->call,
		    MAG_MALFORMED, "The request needs a body.");
	if ((st = read_body(x)) != MAG_OK)
		return st;
	if ((st = check_work(x)) != MAG_OK)
		return st;
	note_key(x);
	if ((flags & R_CSV) && x->body_len == 0)
		return mag_fail(&x->call, MAG_MALFORMED,
		    "The request needs a body.");
	return (flags & (R_FORM | R_CSV)) || x->clicked ? MAG_OK :
	    read_json(x);
}
