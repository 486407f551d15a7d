/* SPDX-License-Identifier: MIT */
/* What anybody may read. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/page.h>
#include <magnetiq/search.h>

#include "../handlers.h"
#include "../links.h"

enum mag_status
public_pages(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = x->lang };
	enum mag_status st;

	if ((st = input_list(x, &mag_page, &l)) != MAG_OK)
		return st;
	l.status = "published";
	if (l.sort_by == NULL) {
		l.sort_by = "published_at";
		if (!l.ordered)
			l.ordered = l.descending = true;
	}
	return reply_list(x, &mag_page, &l);
}

static enum mag_status
show(struct exchange *x, const struct mag_record *page)
{

	mag_record_print(reply_begin(x), &x->call, page, MAG_VIEW_PUBLIC,
	    x->lang);
	x->language = x->lang;
	return reply_end(x, 200);
}

/* Where a page is now, in the language that was asked for. */
static enum mag_status
moved(struct exchange *x, const char *slug)
{
	struct mag_page_found found;
	enum mag_status st;

	if (x->lang == NULL)
		return reply_redirect(x, 301, mag_printf(x->a,
		    "%s/api/v1/public/pages/%s", x->conf->site_url, slug));
	if ((st = mag_page_find(&found, &x->call, x->lang, slug)) != MAG_OK)
		return st;
	return reply_redirect(x, 301, mag_printf(x->a,
	    "%s/api/v1/public/pages/%s?lang=%s", x->conf->site_url,
	    found.moved_to == NULL ? slug : found.moved_to, x->lang));
}

/* Any current address will do; `lang` only says what to flatten to. */
enum mag_status
public_page(struct exchange *x)
{
	struct mag_page_found found;
	enum mag_status st;

	st = mag_page_find(&found, &x->call, NULL, x->match.values[0]);
	if (st != MAG_OK)
		return st;
	return found.moved_to != NULL ? moved(x, found.moved_to) :
	    show(x, found.page);
}

enum mag_status
public_preview(struct exchange *x)
{
	struct mag_record *page;
	enum mag_status st;
	int64_t id;

	if ((st = link_open(x, &id, MAG_FOR_PREVIEW, x->match.values[0])) != MAG_OK ||
	    (st = mag_noun_get(&page, &x->call, &mag_page, id)) != MAG_OK)
		return st;
	return show(x, page);
}

enum mag_status
public_search(struct exchange *x)
{
	struct mag_search s = { .lang = x->lang };
	struct mag_buf *b;
	enum mag_status st;

	(void)!input_int(x, &s.page, "page", 1, 1, MAG_SEARCH_RESULTS);
	(void)!input_int(x, &s.per_page, "per_page", 20, 1, 100);
	if ((s.query = input_query(x, "q")) == NULL)
		mag_wrong(&x->call, "q", "is required", NULL);
	s.type = input_query(x, "type");
	if (s.type != NULL && strcmp(s.type, "page") != 0 &&
	    strcmp(s.type, "webinar") != 0 && strcmp(s.type, "whitepaper") != 0)
		mag_wrong(&x->call, "type", "must be one of: %s",
		    "page webinar whitepaper");
	if ((st = mag_verdict(&x->call)) != MAG_OK)
		return st;
	b = reply_begin(x);
	if ((st = mag_search_public(b, &x->call, &s)) != MAG_OK)
		return st;
	x->miss = s.miss;
	mag_buf_addf(b, ",\"pagination\":{\"page\":%lld,\"per_page\":%lld,"
	    "\"total\":%lld,\"total_exact\":%s,\"pages\":%lld,"
	    "\"next_cursor\":null}", (long long)s.page, (long long)s.per_page,
	    (long long)s.total, s.total < MAG_SEARCH_RESULTS ? "true" : "false",
	    (long long)((s.total + s.per_page - 1) / s.per_page));
	return reply_end(x, 200);
}

/* Which work a form must bring along; 0 bits: none. */
enum mag_status
public_challenge(struct exchange *x)
{
	int64_t expires = x->call.now + MAG_WORK_SECONDS;
	char when[MAG_TIME_TEXT];
	const char *bits = NULL;
	enum mag_status st;

	st = mag_setting_text(&bits, &x->call, "proof_of_work");
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		return st;
	mag_time_rfc3339(when, expires);
	mag_buf_addf(reply_begin(x), "{\"challenge\":\"%s\",\"bits\":%d,"
	    "\"algorithm\":\"sha-256\",\"expires_at\":\"%s\"}",
	    mag_work_challenge(&x->call, expires),
	    bits == NULL ? 0 : (int)strtol(bits, NULL, 10), when);
	return reply_end(x, 200);
}
