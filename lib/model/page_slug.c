/* SPDX-License-Identifier: MIT */
/*
 * Addresses of pages: the common slug, those of single languages, and all
 * that were once right and now answer 301.  The database itself keeps the
 * table page_slugs in step with the pages.
 */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>

#include "noun.h"
#include "page.h"

static const char sql_taken[] =
    "SELECT 1 FROM pages WHERE slug = ?1 AND deleted_at IS NULL AND id <> ?2"
    " UNION ALL SELECT 1 FROM page_slugs WHERE slug = ?1 AND current = 1"
    " AND page_id <> ?2 LIMIT 1";

static bool
taken(struct mag_call *c, const char *slug, int64_t id)
{
	int64_t found;

	return mag_db_int(&found, c->db, sql_taken, "si", slug, id) == MAG_OK;
}

/* `wish-2`, cut so that it is still a slug. */
static const char *
numbered(struct mag_arena *a, const char *wish, int i)
{
	const char *tail = mag_printf(a, "-%d", i);
	size_t n = strlen(wish);

	if (n > MAG_SLUG_MAX - strlen(tail))
		n = MAG_SLUG_MAX - strlen(tail);
	while (n > 0 && wish[n - 1] == '-')
		n--;
	return mag_printf(a, "%.*s%s", (int)n, wish, tail);
}

enum mag_status
page_slug_free(struct mag_call *c, struct mag_record *r, const char *wish)
{
	const char *slug = wish;
	int i;

	for (i = 2; taken(c, slug, mag_record_id(r)); i++)
		slug = numbered(c->a, wish, i);
	mag_set_text(r, "slug", slug);
	return MAG_OK;
}

enum mag_status
page_slug_fill(struct mag_call *c, struct mag_record *r)
{
	const struct mag_value *v = mag_value(r, "slug");
	struct mag_str title;
	char *slug;

	if (v->kind == MAG_V_TEXT)
		return MAG_OK;
	(void)mag_ml(&title, c, mag_value(r, "title"), mag_site(c)->language);
	slug = mag_slugify(c->a, title.p, title.n);
	return page_slug_free(c, r, *slug == '\0' ? "page" : slug);
}

const char *
mag_page_slug(struct mag_call *c, const struct mag_record *r, const char *lang)
{
	const struct mag_value *v = mag_value_of(r, "slugs");
	const char *slug = NULL;

	if (v->kind == MAG_V_TEXT && lang != NULL)
		slug = mag_json_text(mag_json_get(mag_json_own(c->a, v->s, v->n),
		    lang));
	return slug != NULL && *slug != '\0' ? slug : mag_text(r, "slug");
}

static const char sql_now[] =
    "SELECT id FROM pages WHERE slug = ?1 AND deleted_at IS NULL";
static const char sql_now_language[] =
    "SELECT page_id FROM page_slugs WHERE slug = ?1 AND current = 1";
static const char sql_once[] =
    "SELECT s.page_id FROM page_slugs s JOIN pages p ON p.id = s.page_id"
    " WHERE s.slug = ?1 AND s.current = 0 AND p.status = 'published'"
    " AND p.deleted_at IS NULL ORDER BY s.id DESC LIMIT 1";

static enum mag_status
load_public(struct mag_record **out, struct mag_call *c, int64_t id)
{
	enum mag_status st = mag_noun_get(out, c, &mag_page, id);

	if (st == MAG_OK && !mag_is(*out, "status", "published")) {
		*out = NULL;
		return no_such(c, &mag_page);
	}
	return st;
}

enum mag_status
mag_page_find(struct mag_page_found *out, struct mag_call *c, const char *lang,
    const char *slug)
{
	struct mag_record *page;
	enum mag_status st;
	bool old = false;
	int64_t id;

	*out = (struct mag_page_found){ NULL, NULL };
	st = mag_db_int(&id, c->db, sql_now, "s", slug);
	if (st == MAG_NOT_FOUND)
		st = mag_db_int(&id, c->db, sql_now_language, "s", slug);
	if (st == MAG_OK)
		st = load_public(&page, c, id);
	if (st == MAG_NOT_FOUND) {
		old = true;
		st = mag_db_int(&id, c->db, sql_once, "s", slug);
		if (st == MAG_OK)
			st = load_public(&page, c, id);
	}
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? no_such(c, &mag_page) : st;
	if (old || (lang != NULL && strcmp(mag_page_slug(c, page, lang), slug) != 0))
		out->moved_to = mag_page_slug(c, page, lang);
	else
		out->page = page;
	return MAG_OK;
}
