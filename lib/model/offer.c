/* SPDX-License-Identifier: MIT */
/* What webinars and white papers have in common: addresses, search, media. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/search.h>

#include "noun.h"
#include "offer.h"

#define TRIES	10000	/* numbers behind a slug */

static bool
taken(struct mag_call *c, const struct mag_record *r, const char *slug)
{
	int64_t found;

	return mag_db_int(&found, c->db, mag_printf(c->a, "SELECT 1 FROM %s"
	    " WHERE slug = ?1 AND deleted_at IS NULL AND id <> ?2",
	    r->noun->table), "si", slug, mag_record_id(r)) == MAG_OK;
}

enum mag_status
offer_slug_fill(struct mag_call *c, struct mag_record *r)
{
	struct mag_str title;
	const char *wish, *slug;
	int i;

	if (mag_value(r, "slug")->kind == MAG_V_TEXT)
		return MAG_OK;
	(void)mag_ml(&title, c, mag_value(r, "title"), mag_site(c)->language);
	wish = mag_slugify(c->a, title.p, title.n);
	if (*wish == '\0')
		wish = r->noun->name;
	slug = wish = mag_printf(c->a, "%.*s", MAG_SLUG_MAX - 6, wish);
	for (i = 2; i < TRIES && taken(c, r, slug); i++)
		slug = mag_printf(c->a, "%s-%d", wish, i);
	mag_set_text(r, "slug", slug);
	return MAG_OK;
}

/* What the fields say in one language, one under the other. */
static const char *
words(struct mag_call *c, const struct mag_record *r,
    const char *const *fields, const char *lang)
{
	const struct mag_value *v;
	struct mag_str s;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 512);
	for (; *fields != NULL; fields++) {
		v = mag_value_of(r, *fields);
		if (v->kind != MAG_V_TEXT)
			continue;
		s = (struct mag_str){ v->s, v->n };
		if (r->noun->fields[mag_noun_field(r->noun, *fields)].kind ==
		    MAG_ML && mag_ml(&s, c, v, lang))
			continue;	/* it is in the other language */
		if (s.n == 0)
			continue;
		mag_buf_adds(&b, b.len > 0 ? "\n" : "");
		mag_buf_add(&b, s.p, s.n);
	}
	return b.p;
}

enum mag_status
offer_search_save(struct mag_call *c, const struct mag_record *r,
    bool is_public, const char *const *fields, const char *more)
{
	struct mag_search_text texts[16];
	const char *const *lang, *slug = mag_text(r, "slug");
	struct mag_str title;
	size_t n = 0;

	if (mag_value_of(r, "deleted_at")->kind != MAG_V_NULL)
		return mag_search_put(c, r->noun->name, mag_record_id(r), false,
		    NULL, 0);
	for (lang = mag_site(c)->languages; *lang != NULL; lang++) {
		if (mag_ml(&title, c, mag_value_of(r, "title"), *lang) ||
		    title.n == 0)
			continue;
		texts[n++] = (struct mag_search_text){ .lang = *lang,
		    .title = title.p, .body = words(c, r, fields, *lang),
		    .more = more == NULL ? slug : mag_printf(c->a,
		    "%s %s", slug, more) };
	}
	return mag_search_put(c, r->noun->name, mag_record_id(r), is_public,
	    texts, n);
}

static const char sql_unuse[] =
    "DELETE FROM media_uses WHERE noun = ?1 AND object_id = ?2";
static const char sql_use[] =
    "INSERT INTO media_uses (media_id, noun, object_id) VALUES (?1, ?2, ?3)"
    " ON CONFLICT DO NOTHING";

enum mag_status
offer_media_save(struct mag_call *c, const struct mag_record *r,
    const char *const *fields)
{
	const char *noun = r->noun->name;
	int64_t id = mag_record_id(r);
	enum mag_status st;

	st = mag_db_run(c->db, sql_unuse, "si", noun, id);
	/* The trash holds nothing back. */
	if (mag_value_of(r, "deleted_at")->kind != MAG_V_NULL)
		return st;
	for (; st == MAG_OK && *fields != NULL; fields++)
		if (mag_value_of(r, *fields)->kind == MAG_V_INT)
			st = mag_db_run(c->db, sql_use, "isi",
			    mag_int(r, *fields), noun, id);
	return st;
}

enum mag_status
offer_find(struct mag_record **out, struct mag_call *c, struct mag_noun *noun,
    const char *slug)
{
	enum mag_status st = mag_record_find(out, c, noun, "slug", slug);

	return st == MAG_NOT_FOUND ? no_such(c, noun) : st;
}

const char *
offer_url(struct mag_call *c, const struct mag_record *r, const char *lang)
{

	return mag_printf(c->a, "%s/%s/%s/%s", c->conf->site_url, lang,
	    r->noun->plural, mag_text(r, "slug"));
}
