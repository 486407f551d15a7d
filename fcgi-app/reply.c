/* SPDX-License-Identifier: MIT */
/* Answers: the envelope, the headers, and what each status looks like. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/i18n.h>

#include "exchange.h"
#include "site/site.h"

/* The one place that turns a status into an HTTP number and a code. */
static const struct {
	int		 http;
	const char	*code;
	const char	*message;	/* where the call has none of its own */
} answers[MAG_STATUS__MAX] = {
	[MAG_OK] = { 200, "", "" },
	[MAG_MALFORMED] = { 400, "MALFORMED_REQUEST",
	    "The request is not well-formed." },
	[MAG_UNAUTHENTICATED] = { 401, "UNAUTHENTICATED", "Please sign in." },
	[MAG_DENIED] = { 403, "FORBIDDEN", "You may not do this." },
	[MAG_NOT_FOUND] = { 404, "NOT_FOUND", "There is nothing here." },
	[MAG_TOO_LARGE] = { 413, "PAYLOAD_TOO_LARGE", "That is too large." },
	[MAG_UNSUPPORTED] = { 415, "UNSUPPORTED_MEDIA_TYPE",
	    "This kind of content is not accepted here." },
	[MAG_CONFLICT] = { 409, "CONFLICT", "What stands already forbids this." },
	[MAG_SLUG_TAKEN] = { 409, "SLUG_TAKEN", "This slug is taken." },
	[MAG_EMAIL_TAKEN] = { 409, "EMAIL_TAKEN",
	    "This e-mail address is taken." },
	[MAG_ALREADY_REGISTERED] = { 409, "ALREADY_REGISTERED",
	    "This person is registered already." },
	[MAG_WEBINAR_FULL] = { 409, "WEBINAR_FULL", "The webinar is full." },
	[MAG_REGISTRATION_CLOSED] = { 409, "REGISTRATION_CLOSED",
	    "Registration is closed." },
	[MAG_SLOT_TAKEN] = { 409, "SLOT_TAKEN", "This time is taken." },
	[MAG_GONE] = { 410, "GONE", "This link has been used or has expired." },
	[MAG_STALE] = { 412, "PRECONDITION_FAILED",
	    "This has been changed since you read it." },
	[MAG_INVALID] = { 422, "VALIDATION_ERROR", "Some fields are not right." },
	[MAG_LOCKED] = { 423, "ACCOUNT_LOCKED",
	    "Too many failed attempts. Please try again later." },
	[MAG_LIMITED] = { 429, "RATE_LIMITED",
	    "Too many requests. Please try again later." },
	[MAG_UNAVAILABLE] = { 503, "UNAVAILABLE",
	    "This is not possible right now. Please try again later." },
	[MAG_FAILED] = { 500, "INTERNAL_ERROR",
	    "Something went wrong on our side." },
};

int
reply_http(enum mag_status st)
{

	return answers[st].http;
}

const char *
reply_message(enum mag_status st)
{

	return answers[st].message;
}

const char *
reply_reason(int http)
{
	static const struct {
		int		 number;
		const char	*words;
	} reasons[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
		{ 204, "No Content" }, { 301, "Moved Permanently" },
		{ 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 409, "Conflict" },
		{ 410, "Gone" }, { 412, "Precondition Failed" },
		{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" }, { 423, "Locked" },
		{ 429, "Too Many Requests" }, { 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].number == http)
			return reasons[i].words;
	return "Answer";
}

void
reply_header(struct exchange *x, const char *name, const char *value)
{

	assert(strpbrk(value, "\r\n") == NULL);
	mag_buf_addf(&x->headers, "%s: %s\r\n", name, value);
}

static const char envelope[] = "{\"success\":true,\"data\":";

struct mag_buf *
reply_begin(struct exchange *x)
{

	x->out.len = 0;
	mag_buf_adds(&x->out, envelope);
	return &x->out;
}

enum mag_status
reply_end(struct exchange *x, int status)
{

	mag_buf_addc(&x->out, '}');
	x->status = status;
	x->type = "application/json";
	return MAG_OK;
}

enum mag_status
reply_end_message(struct exchange *x, int status, const char *message)
{

	mag_buf_adds(&x->out, ",\"message\":");
	mag_buf_jsons(&x->out, mag_tr(x->call.lang, message));
	return reply_end(x, status);
}

/* Where a new thing can be read: an action such as duplicate makes a thing
 * beside its original. */
static const char *
list_path(struct exchange *x)
{
	const char *path = x->match.route->path, *mark = strchr(path, '{');

	return mark == NULL ? path :
	    mag_printf(x->a, "%.*s", (int)(mark - path - 1), path);
}

enum mag_status
reply_record(struct exchange *x, int status, const struct mag_record *r)
{
	struct mag_buf *b;

	if (status == 201)
		return reply_created(x, r, list_path(x));
	b = reply_begin(x);
	mag_record_print(b, &x->call, r, MAG_VIEW_STAFF, NULL);
	x->etag = mag_record_tag(&x->call, r);
	return reply_end(x, status);
}

void
reply_location(struct exchange *x, const char *page)
{

	assert(strncmp(page, x->conf->site_url, strlen(x->conf->site_url)) ==
	    0);
	reply_header(x, "Location", mag_printf(x->a, "%s/api/v1/public%s",
	    x->conf->site_url, page + strlen(x->conf->site_url)));
}

enum mag_status
reply_created(struct exchange *x, const struct mag_record *r, const char *path)
{

	reply_header(x, "Location", mag_printf(x->a, "%s%s/%lld",
	    x->conf->site_url, path, (long long)mag_record_id(r)));
	(void)reply_record(x, 200, r);
	x->status = 201;
	return MAG_OK;
}

/* {"success":true,"data":{...}}: into the object, before its end. */
enum mag_status
reply_created_with(struct exchange *x, const struct mag_record *r,
    const char *path, const char *name, const char *value)
{

	(void)reply_created(x, r, path);
	x->out.len -= 2;
	mag_buf_addf(&x->out, ",\"%s\":", name);
	mag_buf_jsons(&x->out, value);
	mag_buf_adds(&x->out, "}}");
	return MAG_OK;
}

void
reply_pagination(struct exchange *x, const struct mag_list *l)
{
	struct mag_buf *b = &x->out;

	mag_buf_adds(b, ",\"pagination\":{");
	if (l->cursor != NULL)
		mag_buf_addf(b, "\"page\":null,\"per_page\":%lld,\"total\":null,"
		    "\"total_exact\":false,\"pages\":null",
		    (long long)l->per_page);
	else
		mag_buf_addf(b, "\"page\":%lld,\"per_page\":%lld,"
		    "\"total\":%lld,\"total_exact\":%s,\"pages\":%lld",
		    (long long)l->page, (long long)l->per_page,
		    (long long)l->total, l->total_exact ? "true" : "false",
		    (long long)((l->total + l->per_page - 1) / l->per_page));
	mag_buf_adds(b, ",\"next_cursor\":");
	mag_buf_jsons(b, l->next_cursor);
	mag_buf_addc(b, '}');
}

enum mag_status
reply_whole(struct exchange *x)
{
	size_t begin = strlen(envelope);
	const struct mag_json *list = mag_json_own(x->a, x->out.p + begin,
	    x->out.len - begin);
	struct mag_list l = { .page = 1, .total_exact = true };

	assert(list != NULL);
	l.total = (int64_t)mag_json_count(list);
	l.per_page = l.total > 0 ? l.total : 1;
	reply_pagination(x, &l);
	return reply_end(x, 200);
}

enum mag_status
reply_list(struct exchange *x, struct mag_noun *noun, struct mag_list *l)
{
	struct mag_buf *b = reply_begin(x);
	enum mag_status st;

	if ((st = mag_noun_list(b, &x->call, noun, l)) != MAG_OK)
		return st;
	reply_pagination(x, l);
	return reply_end(x, 200);
}

enum mag_status
reply_empty(struct exchange *x, int status)
{

	x->out.len = 0;
	x->status = status;
	x->type = NULL;
	return MAG_OK;
}

enum mag_status
reply_bytes(struct exchange *x, int status, const char *type, const char *p,
    size_t n)
{

	x->out.len = 0;
	mag_buf_add(&x->out, p, n);
	x->status = status;
	x->type = type;
	return MAG_OK;
}

enum mag_status
reply_redirect(struct exchange *x, int status, const char *to)
{

	reply_header(x, "Location", to);
	return reply_empty(x, status);
}

/* One sentence in the caller's language. */
static const char *
sentence(struct exchange *x, const char *message, const char *arg)
{

	return arg == NULL ? mag_tr(x->call.lang, message) :
	    mag_tr_fill(x->a, x->call.lang, message, arg);
}

void
reply_details(struct exchange *x)
{
	const struct mag_detail *d;
	struct mag_buf *b = &x->out;

	mag_buf_addc(b, '[');
	for (d = x->call.problem.first; d != NULL; d = d->next) {
		mag_buf_adds(b, d == x->call.problem.first ? "{" : ",{");
		mag_buf_adds(b, "\"field\":");
		mag_buf_jsons(b, d->field);
		mag_buf_adds(b, ",\"message\":");
		mag_buf_jsons(b, sentence(x, d->message, d->arg));
		mag_buf_addc(b, '}');
	}
	mag_buf_addc(b, ']');
}

static void
print_problem(struct exchange *x, const char *code, const char *message)
{
	struct mag_problem *p = &x->call.problem;
	struct mag_buf *b = &x->out;

	x->out.len = 0;
	mag_buf_addf(b, "{\"success\":false,\"error\":{\"code\":\"%s\","
	    "\"message\":", code);
	mag_buf_jsons(b, p->message == NULL ? mag_tr(x->call.lang, message) :
	    sentence(x, p->message, p->arg));
	mag_buf_adds(b, ",\"details\":");
	reply_details(x);
	if (p->extra != NULL)
		mag_buf_addf(b, ",%s", p->extra);
	mag_buf_adds(b, "},\"request_id\":");
	mag_buf_jsons(b, x->call.request_id);
	mag_buf_addc(b, '}');
	x->type = "application/json";
}

/* What a refusal says beside its body. */
static void
problem_headers(struct exchange *x, enum mag_status st)
{
	int wait = x->call.problem.retry_after;
	char number[16];

	if (st == MAG_UNAUTHENTICATED)
		reply_header(x, "WWW-Authenticate", "Bearer");
	if (st == MAG_UNAVAILABLE && wait == 0)
		wait = 5;
	if (wait <= 0)
		return;
	snprintf(number, sizeof(number), "%d", wait);
	reply_header(x, "Retry-After", number);
}

void
reply_problem(struct exchange *x, enum mag_status st)
{

	assert(st != MAG_OK && st < MAG_STATUS__MAX);
	x->headers.len = 0;
	x->etag = NULL;
	x->language = NULL;
	x->cache_control = "no-store";
	if (st == MAG_NOT_FOUND && site_moved(x))
		return;
	x->status = answers[st].http;
	problem_headers(x, st);
	if (site_wants_page(x))
		site_problem(x, st);
	else
		print_problem(x, answers[st].code, answers[st].message);
}

void
reply_not_allowed(struct exchange *x)
{

	static const char words[] = "This address does not know that method.";

	x->status = 405;
	x->cache_control = "no-store";
	if (site_wants_page(x)) {
		mag_fail(&x->call, MAG_INVALID, words);
		site_problem(x, MAG_INVALID);
	} else
		print_problem(x, "METHOD_NOT_ALLOWED", words);
}
