/* SPDX-License-Identifier: MIT */
/* Public pages as the site links to them: where they stand, and which. */
#include <string.h>

#include <magnetiq/conf.h>

#include "noun.h"
#include "page.h"

const char *
mag_page_url(struct mag_call *c, const struct mag_record *r, const char *lang)
{
	const char *home = mag_site(c)->home_page, *slug = mag_text(r, "slug");
	const char *site = c->conf == NULL ? "" : c->conf->site_url;

	if (*home != '\0' && strcmp(slug, home) == 0)
		return mag_printf(c->a, "%s/%s/", site, lang);
	return mag_printf(c->a, "%s/%s/%s", site, lang,
	    mag_page_slug(c, r, lang));
}

/* What links need of a page, without its content. */
#define COLUMNS	"id, slug, slugs, title, excerpt, published_at, updated_at"

static const char sql_one[] = "SELECT " COLUMNS " FROM pages"
    " WHERE id = ?1 AND status = 'published' AND deleted_at IS NULL";
static const char sql_newest[] = "SELECT " COLUMNS " FROM pages"
    " WHERE status = 'published' AND deleted_at IS NULL"
    " ORDER BY published_at DESC, id DESC LIMIT ?1";
static const char sql_between[] = "SELECT " COLUMNS " FROM pages"
    " WHERE id BETWEEN ?1 AND ?2 AND status = 'published'"
    " AND deleted_at IS NULL ORDER BY id";
static const char sql_count[] = "SELECT"
    " (SELECT n FROM totals WHERE noun = 'page' AND status = 'published'),"
    " (SELECT max(id) FROM pages)";

static void
set_text(struct mag_record *r, const char *field, const char *s)
{

	if (s != NULL)
		mag_set_text(r, field, s);
}

static void
set_time(struct mag_record *r, const char *field, int64_t t)
{

	if (t != 0)
		mag_set_int(r, field, t);
}

static void
read_row(struct mag_record *r, struct mag_arena *a, struct mag_row *row)
{

	memset(r, 0, sizeof(*r));
	r->noun = &mag_page;
	mag_set_int(r, "id", mag_row_int(row, 0));
	set_text(r, "slug", mag_row_dup(row, 1, a));
	set_text(r, "slugs", mag_row_dup(row, 2, a));
	set_text(r, "title", mag_row_dup(row, 3, a));
	set_text(r, "excerpt", mag_row_dup(row, 4, a));
	set_time(r, "published_at", mag_row_time(row, 5));
	set_time(r, "updated_at", mag_row_time(row, 6));
}

const char *
mag_page_public_url(struct mag_call *c, int64_t id, const char *lang)
{
	struct mag_row *row = NULL;
	const char *url = NULL;
	struct mag_record r;

	if (mag_db_row(&row, c->db, sql_one, "i", id) == MAG_OK) {
		read_row(&r, c->a, row);
		url = mag_page_url(c, &r, lang);
	}
	mag_row_done(row);
	return url;
}

static enum mag_status
each(struct mag_call *c, struct mag_row *row, mag_page_fn *fn, void *arg)
{
	struct mag_record r;
	enum mag_status st;

	while ((st = mag_row_next(row)) == MAG_OK) {
		read_row(&r, c->a, row);
		fn(arg, c, &r);
	}
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_page_newest(struct mag_call *c, int64_t n, mag_page_fn *fn, void *arg)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	if ((st = mag_db_query(&row, c->db, sql_newest, "i", n)) == MAG_OK)
		st = each(c, row, fn, arg);
	mag_row_done(row);
	return st;
}

enum mag_status
mag_page_between(struct mag_call *c, int64_t first, int64_t last,
    mag_page_fn *fn, void *arg)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	if ((st = mag_db_query(&row, c->db, sql_between, "ii", first,
	    last)) == MAG_OK)
		st = each(c, row, fn, arg);
	mag_row_done(row);
	return st;
}

enum mag_status
mag_page_count(int64_t *n, int64_t *last, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = *last = 0;
	if ((st = mag_db_row(&row, c->db, sql_count, "")) == MAG_OK) {
		*n = mag_row_int(row, 0);
		*last = mag_row_int(row, 1);
	}
	mag_row_done(row);
	return st;
}
