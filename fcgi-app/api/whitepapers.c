/* SPDX-License-Identifier: MIT */
/* White papers: the forms before them, the links behind, and who came. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/media.h>
#include <magnetiq/whitepaper.h>

#include "../handlers.h"
#include "../http/header.h"
#include "../http/mime.h"

#define COOKIE		"magnetiq_lead"
#define COOKIE_PATH	"/api/v1/business/whitepapers"

enum mag_status
downloads_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	struct mag_record *paper;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&paper, &x->call, &mag_whitepaper, id)) !=
	    MAG_OK)
		return st;
	l.filters[l.nfilters++] = (struct mag_filter){ "whitepaper_id = ?",
	    { MAG_BIND_INT, id, NULL, 0 }, true };
	if ((st = input_list(x, &mag_download, &l)) != MAG_OK)
		return st;
	return reply_table(x, &mag_download, &l, NULL);
}

static const char *
cookie(struct exchange *x)
{
	struct mag_str value;

	if (x->rq->cookie == NULL ||
	    !header_cookie(&value, x->rq->cookie, COOKIE))
		return NULL;
	return mag_dup(x->a, value.p, value.n);
}

static void
set_cookie(struct exchange *x, const char *value)
{

	reply_header(x, "Set-Cookie", mag_printf(x->a,
	    COOKIE "=%s; Path=" COOKIE_PATH "; Max-Age=%d; HttpOnly; "
	    "SameSite=Lax%s", value, MAG_LEAD_SECONDS,
	    x->conf->environment == MAG_PRODUCTION ? "; Secure" : ""));
}

enum mag_status
whitepaper_download(struct exchange *x)
{
	struct mag_download_result d;
	char when[MAG_TIME_TEXT];
	const char *url;
	struct mag_buf *b;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_download_ask(&d, &x->call, id, x->json, cookie(x))) !=
	    MAG_OK)
		return st;
	if (d.lead != NULL)
		set_cookie(x, d.lead);
	mag_time_rfc3339(when, d.expires);
	b = reply_begin(x);
	url = mag_printf(x->a, "%s/api/v1/public/downloads/%s",
	    x->conf->site_url, d.token);
	mag_buf_addf(b, "{\"download_url\":\"%s\",\"expires_at\":\"%s\"}",
	    url, when);
	reply_header(x, "Location", url);
	return reply_end(x, 201);
}

static enum mag_status
read_ids(struct exchange *x, int64_t *paper, int64_t *id)
{
	enum mag_status st = input_id(x, paper, 0);

	return st != MAG_OK ? st : input_id(x, id, 1);
}

enum mag_status
download_show(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t paper, id;

	if ((st = read_ids(x, &paper, &id)) != MAG_OK ||
	    (st = mag_download_get(&r, &x->call, paper, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
download_revoke(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t paper, id;

	if ((st = read_ids(x, &paper, &id)) != MAG_OK ||
	    (st = mag_download_revoke(&r, &x->call, paper, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
whitepaper_notify(struct exchange *x)
{
	int64_t id, letters, edition;
	enum mag_status st;

	if ((st = input_id(x, &id, 0)) != MAG_OK || (st = mag_edition_tell(
	    &letters, &edition, &x->call, id)) != MAG_OK)
		return st;
	mag_buf_addf(reply_begin(x), "{\"edition\":%lld,\"letters\":%lld}",
	    (long long)edition, (long long)letters);
	return reply_end(x, 202);
}

/* A viewer that reads a paper piece by piece fetches it once. */
static bool
whole(const struct exchange *x)
{

	return !x->head && (x->rq->range == NULL ||
	    strncmp(x->rq->range, "bytes=0-", 8) == 0);
}

/* nginx sends the file: only its place is said here. */
enum mag_status
public_download(struct exchange *x)
{
	struct mag_record *r;
	const char *path;
	enum mag_status st;

	st = mag_download_open(&r, &x->call, x->match.values[0], whole(x));
	if (st != MAG_OK)
		return st;
	path = mag_media_path(r);
	if (strncmp(path, "private/", 8) != 0)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	reply_header(x, "X-Accel-Redirect", mag_printf(x->a, "/protected/%s",
	    path + 8));
	reply_header(x, "Content-Disposition", mime_disposition(x->a,
	    "attachment", mag_text(r, "original_filename")));
	return reply_bytes(x, 200, mag_text(r, "mime_type"), "", 0);
}

enum mag_status
public_whitepapers(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = x->lang };
	enum mag_status st;

	if ((st = input_list(x, &mag_whitepaper, &l)) != MAG_OK)
		return st;
	l.status = "published";
	l.filters[l.nfilters++] = mag_whitepaper_listed;
	if (l.sort_by == NULL) {
		l.sort_by = "published_at";
		if (!l.ordered)
			l.ordered = l.descending = true;
	}
	return reply_list(x, &mag_whitepaper, &l);
}

enum mag_status
public_whitepaper(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_whitepaper_public(&r, &x->call, x->match.values[0]);
	if (st != MAG_OK)
		return st;
	mag_record_print(reply_begin(x), &x->call, r, MAG_VIEW_PUBLIC, x->lang);
	x->language = x->lang;
	return reply_end(x, 200);
}
