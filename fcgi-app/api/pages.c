/* SPDX-License-Identifier: MIT */
/* Pages for staff, beyond the usual doors. */
#include <string.h>

#include <magnetiq/bulk.h>
#include <magnetiq/page.h>

#include "../handlers.h"
#include "../links.h"

/* An action on one page that answers with the page. */
static enum mag_status
act(struct exchange *x, mag_bulk_act *action, int status)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = action(&r, &x->call, id)) != MAG_OK)
		return st;
	return reply_record(x, status, r);
}

static enum mag_status
publish(struct mag_record **out, struct mag_call *c, int64_t id)
{

	return mag_page_set_status(out, c, id, "published");
}

enum mag_status
page_publish(struct exchange *x)
{

	return act(x, publish, 200);
}

static enum mag_status
unpublish(struct mag_record **out, struct mag_call *c, int64_t id)
{

	return mag_page_set_status(out, c, id, "draft");
}

enum mag_status
page_unpublish(struct exchange *x)
{

	return act(x, unpublish, 200);
}

static enum mag_status
undelete(struct mag_record **out, struct mag_call *c, int64_t id)
{

	return mag_noun_undelete(out, c, &mag_page, id);
}

enum mag_status
page_undelete(struct exchange *x)
{

	return act(x, undelete, 200);
}

enum mag_status
page_duplicate(struct exchange *x)
{

	return act(x, mag_page_duplicate, 201);
}

enum mag_status
page_preview(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	struct mag_buf *b;
	char when[MAG_TIME_TEXT];
	const char *url;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_page, id)) != MAG_OK)
		return st;
	b = reply_begin(x);
	mag_time_rfc3339(when, x->call.now + LINK_PREVIEW_SECONDS);
	mag_buf_adds(b, "{\"url\":");
	url = link_preview(x, id);
	mag_buf_jsons(b, url);
	reply_header(x, "Location", url);
	mag_buf_addf(b, ",\"expires_at\":\"%s\"}", when);
	return reply_end(x, 201);
}

enum mag_status
page_versions(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_page_versions(reply_begin(x), &x->call, id)) != MAG_OK)
		return st;
	return reply_end(x, 200);
}

enum mag_status
page_version(struct exchange *x)
{
	const char *json;
	enum mag_status st;
	int64_t id, version;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = input_id(x, &version, 1)) != MAG_OK ||
	    (st = mag_page_version(&json, &x->call, id, version)) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), json);
	x->etag = mag_printf(x->a, "\"v%lld\"", (long long)version);
	return reply_end(x, 200);
}

enum mag_status
page_restore(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id, version;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = input_id(x, &version, 1)) != MAG_OK ||
	    (st = mag_page_restore(&r, &x->call, id, version)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
page_changes(struct exchange *x)
{
	enum mag_status st;
	int64_t id, version, since;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = input_id(x, &version, 1)) != MAG_OK ||
	    (st = input_int(x, &since, "since", version - 1, 0,
	    version)) != MAG_OK ||
	    (st = mag_page_changes(reply_begin(x), &x->call, id, since,
	    version)) != MAG_OK)
		return st;
	return reply_end(x, 200);
}

enum mag_status
page_check(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_page_check(&x->call, id)) != MAG_OK)
		return st;
	(void)reply_begin(x);
	reply_details(x);
	return reply_end(x, 200);
}

enum mag_status
pages_publish(struct exchange *x)
{

	return usual_bulk(x, publish);
}

enum mag_status
pages_unpublish(struct exchange *x)
{

	return usual_bulk(x, unpublish);
}

static enum mag_status
archive(struct mag_record **out, struct mag_call *c, int64_t id)
{

	return mag_page_set_status(out, c, id, "archived");
}

enum mag_status
pages_archive(struct exchange *x)
{

	return usual_bulk(x, archive);
}

static enum mag_status
throw_away(struct mag_record **out, struct mag_call *c, int64_t id)
{

	*out = NULL;
	return mag_noun_delete(c, &mag_page, id);
}

enum mag_status
pages_delete(struct exchange *x)
{

	return usual_bulk(x, throw_away);
}

enum mag_status
pages_undelete(struct exchange *x)
{

	return usual_bulk(x, undelete);
}
