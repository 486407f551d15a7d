/* SPDX-License-Identifier: MIT */
/* Pages: their fields, and what publishing means. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/page.h>
#include <magnetiq/webhook.h>

#include "noun.h"
#include "page.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_PUBLIC | MAG_SORT },
	{ "slug", MAG_SLUG, .max = MAG_SLUG_MAX,
	  .flags = MAG_LIST | MAG_PUBLIC | MAG_KEEP,
	  .what = "the page's address; from the title if left out" },
	{ "slugs", MAG_ML_SLUG, .max = MAG_SLUG_MAX, .flags = MAG_LIST | MAG_PUBLIC,
	  .what = "addresses of single languages" },
	{ "title", MAG_ML, .max = MAG_TITLE_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_PUBLIC },
	{ "content", MAG_CONTENT, .flags = MAG_PUBLIC | MAG_LONG },
	{ "excerpt", MAG_ML, .max = 2000,
	  .flags = MAG_LIST | MAG_PUBLIC | MAG_LONG },
	{ "meta_description", MAG_ML, .max = 500, .flags = MAG_LIST | MAG_PUBLIC },
	{ "seo_title", MAG_ML, .max = 300, .flags = MAG_LIST | MAG_PUBLIC },
	{ "seo_keywords", MAG_ML, .max = 500, .flags = MAG_LIST | MAG_PUBLIC },
	{ "canonical_url", MAG_URL, .max = MAG_URL_MAX, .flags = MAG_LIST | MAG_PUBLIC },
	{ "template", MAG_TEXT, .max = 50, .preset = "\"default\"",
	  .flags = MAG_LIST | MAG_PUBLIC },
	{ "status", MAG_ENUM, .values = "draft published archived",
	  .preset = "\"draft\"", .flags = MAG_LIST | MAG_FILTER },
	{ "is_featured", MAG_BOOL, .preset = "false",
	  .flags = MAG_LIST | MAG_PUBLIC | MAG_FILTER },
	{ "sort_order", MAG_INT, .min = -1000000, .max = 1000000, .preset = "0",
	  .flags = MAG_LIST | MAG_PUBLIC | MAG_SORT },
	{ "publish_at", MAG_TIME, .flags = MAG_LIST,
	  .what = "publish by itself at this time" },
	{ "unpublish_at", MAG_TIME, .flags = MAG_LIST },
	{ "author_id", MAG_REF, .values = "user",
	  .flags = MAG_LIST | MAG_FILTER | MAG_KEEP },
	{ "version", MAG_INT, .preset = "1", .flags = MAG_READONLY | MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "published_at", MAG_TIME,
	  .flags = MAG_READONLY | MAG_LIST | MAG_PUBLIC | MAG_SORT },
	{ "created_at", MAG_TIME,
	  .flags = MAG_READONLY | MAG_LIST | MAG_SORT | MAG_PUBLIC },
	{ "updated_at", MAG_TIME,
	  .flags = MAG_READONLY | MAG_LIST | MAG_PUBLIC | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static bool
is_published(const struct mag_record *r)
{

	return mag_is(r, "status", "published");
}

/*
 * What is published needs no appointment to become so: one made before is
 * over, and a new one is a mistake that its maker should hear of.
 */
static void
check_appointment(struct mag_call *c, struct mag_record *r,
    const struct mag_record *old)
{
	const struct mag_value *at = mag_value(r, "publish_at");

	if (at->kind == MAG_V_INT && at->i > c->now && (old == NULL ||
	    !mag_same(at, mag_value_of(old, "publish_at"))))
		mag_wrong(c, "publish_at", "is of no use: the page is published",
		    NULL);
	mag_set_null(r, "publish_at");
}

/* Who wrote it, when it went out, and that times lie in their order. */
static void
check_publishing(struct mag_call *c, struct mag_record *r,
    const struct mag_record *old)
{

	if (old == NULL && mag_value(r, "author_id")->kind == MAG_V_NULL &&
	    c->who.user_id > 0)
		mag_set_int(r, "author_id", c->who.user_id);
	if (is_published(r) && mag_value(r, "published_at")->kind == MAG_V_NULL)
		mag_set_int(r, "published_at", c->now);
	if (is_published(r))
		check_appointment(c, r, old);
	if (mag_value(r, "publish_at")->kind == MAG_V_INT &&
	    mag_value(r, "unpublish_at")->kind == MAG_V_INT &&
	    mag_int(r, "unpublish_at") <= mag_int(r, "publish_at"))
		mag_wrong(c, "unpublish_at", "must be after publish_at", NULL);
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	enum mag_status st;

	if (c->problem.count > 0)
		return mag_verdict(c);
	if ((st = page_slug_fill(c, r)) != MAG_OK)
		return st;
	check_publishing(c, r, old);
	if (old != NULL && mag_record_differs(r, old))
		mag_set_int(r, "version", mag_int(old, "version") + 1);
	return mag_verdict(c);
}

/* Who asked to hear of it learns that strangers see it now, or no more. */
static enum mag_status
tell(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	bool seen = is_published(r) &&
	    mag_value_of(r, "deleted_at")->kind == MAG_V_NULL;
	bool was = old != NULL && is_published(old) &&
	    mag_value_of(old, "deleted_at")->kind == MAG_V_NULL;

	return seen == was ? MAG_OK : mag_webhook_tell(c, seen ?
	    "page.published" : "page.unpublished", r);
}

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	enum mag_status st;

	if (old == NULL || mag_int(r, "version") != mag_int(old, "version"))
		if ((st = page_version_add(c, r, old)) != MAG_OK)
			return st;
	if ((st = page_media_save(c, r)) != MAG_OK ||
	    (st = tell(c, r, old)) != MAG_OK)
		return st;
	return page_search_save(c, r);
}

struct mag_noun mag_page = {
	.name = "page",
	.plural = "pages",
	.table = "pages",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.soft_delete = true,
	.totals = true,
	.searched = true,
	.label = "There is no such page.",
	.check = check,
	.saved = saved,
	.index = mag_page_index,
	.place = page_place,
};

/* A body of our own making goes the way of any other change. */
static const struct mag_json *
body(struct mag_call *c, const char *text)
{

	return mag_json_own(c->a, text, strlen(text));
}

enum mag_status
mag_page_set_status(struct mag_record **out, struct mag_call *c, int64_t id,
    const char *status)
{

	return mag_noun_change(out, c, &mag_page, id, body(c,
	    mag_printf(c->a, "{\"status\":\"%s\"}", status)), MAG_PATCH);
}

struct copying {
	struct mag_call	*c;
	int64_t		 id;
	struct mag_record *result;
};

static enum mag_status
duplicate(struct mag_db *db, void *arg)
{
	struct copying *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *old, *new = mag_alloc(c->a, sizeof(*new));
	enum mag_status st;

	(void)db;
	if ((st = mag_noun_get(&old, c, &mag_page, w->id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(old, "revision"))) != MAG_OK)
		return st;
	*new = *old;
	mag_set_int(new, "id", 0);	/* it has none yet: no slug is its own */
	mag_set_text(new, "status", "draft");
	mag_set_null(new, "slugs");
	mag_set_null(new, "published_at");
	mag_set_null(new, "publish_at");
	mag_set_null(new, "unpublish_at");
	mag_set_int(new, "version", 1);
	if (c->who.user_id > 0)
		mag_set_int(new, "author_id", c->who.user_id);
	if ((st = page_slug_free(c, new, mag_text(old, "slug"))) != MAG_OK ||
	    (st = mag_record_insert(c, new)) != MAG_OK ||
	    (st = saved(c, new, NULL)) != MAG_OK)
		return st;
	w->result = new;
	return mag_audit(c, "duplicate", "page", mag_record_id(new), NULL, new);
}

enum mag_status
mag_page_duplicate(struct mag_record **out, struct mag_call *c, int64_t id)
{
	struct copying w = { c, id, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, duplicate, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

#define DUE_MAX	100	/* pages in one turn */

static const char sql_due[] =
    "SELECT id, 1, 0, revision FROM pages WHERE publish_at IS NOT NULL"
    " AND publish_at <= ?1 AND deleted_at IS NULL"
    " UNION ALL SELECT id, 0, status = 'published', revision FROM pages"
    " WHERE unpublish_at IS NOT NULL AND unpublish_at <= ?1"
    " AND deleted_at IS NULL AND publish_at IS NULL LIMIT 100";

struct appointment {
	int64_t		 id;
	bool		 publish;	/* else unpublish ... */
	bool		 published;	/* ... what is published now */
	int64_t		 revision;
};

/*
 * Both appointments are cleared once they have been kept.  A page that has
 * been changed since the list was made is left for the next turn.
 */
static enum mag_status
keep_appointment(struct mag_call *c, const struct appointment *p)
{
	struct mag_record *r;

	c->match = (struct mag_match){ .given = true, .n = 1,
	    .revision = &p->revision };
	return mag_noun_change(&r, c, &mag_page, p->id, body(c, p->publish ?
	    "{\"status\":\"published\",\"publish_at\":null}" :
	    p->published ? "{\"status\":\"draft\",\"unpublish_at\":null}" :
	    "{\"unpublish_at\":null}"), MAG_PATCH);
}

static enum mag_status
read_due(struct appointment *list, int *n, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	if ((st = mag_db_query(&row, c->db, sql_due, "t", c->now)) != MAG_OK)
		goto done;
	while (*n < DUE_MAX && (st = mag_row_next(row)) == MAG_OK)
		list[(*n)++] = (struct appointment){ mag_row_int(row, 0),
		    mag_row_int(row, 1) != 0, mag_row_int(row, 2) != 0,
		    mag_row_int(row, 3) };
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
done:
	mag_row_done(row);
	return st;
}

/*
 * Each page has its own transaction and memory: one that cannot be published
 * must not hold up the others.
 */
enum mag_status
mag_page_due(int64_t *done, struct mag_call *c)
{
	struct appointment list[DUE_MAX];
	struct mag_call one = *c;
	enum mag_status st, failed = MAG_OK;
	int i, n;

	*done = 0;
	if ((st = read_due(list, &n, c)) != MAG_OK || n == 0)
		return st;
	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	for (i = 0; i < n; i++, mag_arena_reset(one.a)) {
		st = keep_appointment(&one, &list[i]);
		if (st == MAG_OK)
			++*done;
		else if (st != MAG_STALE && st != MAG_NOT_FOUND)
			failed = st;
	}
	mag_arena_free(one.a);
	return failed;
}
