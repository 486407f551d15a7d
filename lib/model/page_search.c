/* SPDX-License-Identifier: MIT */
/* What a page tells the search index, and which media it shows. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/search.h>

#include "content.h"
#include "noun.h"
#include "page.h"

static const char sql_unuse[] =
    "DELETE FROM media_uses WHERE noun = 'page' AND object_id = ?1";
static const char sql_use[] =
    "INSERT INTO media_uses (media_id, noun, object_id) VALUES (?1, 'page', ?2)"
    " ON CONFLICT DO NOTHING";

struct uses {
	struct mag_call	*c;
	int64_t		 page;
	enum mag_status	 st;
};

static void
use(void *arg, int64_t media)
{
	struct uses *u = arg;

	if (u->st == MAG_OK)
		u->st = mag_db_run(u->c->db, sql_use, "ii", media, u->page);
}

/* An adopted text may name it by the address of before. */
static const char sql_at[] =
    "SELECT id FROM media_files WHERE file_path = ?1"
    " UNION ALL SELECT media_id FROM media_renditions WHERE file_path = ?1"
    " UNION ALL SELECT m.id FROM redirects r JOIN media_files m"
    " ON m.file_path = 'public/' || substr(r.to_url, 8)"
    " WHERE r.from_path = '/media/' || substr(?1, 8)"
    " ORDER BY 1 LIMIT 1";

/*
 * CommonMark and old HTML show files by their addresses.  Where two media
 * have the same bytes, and so the same address, the older one is meant.
 */
static void
use_addresses(struct uses *u, const char *text)
{
	static const char folder[] = "/media/";
	struct mag_call *c = u->c;
	enum mag_status st;
	int64_t media;
	size_t n;

	for (; u->st == MAG_OK && (text = strstr(text, folder)) != NULL;
	    text += n) {
		text += strlen(folder);
		n = strcspn(text, " \t\r\n\\\"'()<>?#");
		st = mag_db_int(&media, c->db, sql_at, "s",
		    mag_printf(c->a, "public/%.*s", (int)n, text));
		if (st == MAG_OK)
			use(u, media);
		else if (st != MAG_NOT_FOUND)
			u->st = st;
	}
}

enum mag_status
page_media_save(struct mag_call *c, const struct mag_record *r)
{
	const struct mag_value *content = mag_value_of(r, "content");
	struct uses u = { c, mag_record_id(r), MAG_OK };

	if ((u.st = mag_db_run(c->db, sql_unuse, "i", u.page)) != MAG_OK)
		return u.st;
	/* The trash holds nothing back. */
	if (mag_value_of(r, "deleted_at")->kind != MAG_V_NULL)
		return MAG_OK;
	content_media(c, content, use, &u);
	if (content->kind == MAG_V_TEXT)
		use_addresses(&u, content->s);
	return u.st;
}

/* All that one language of a page says, title aside. */
static const char *
body(struct mag_call *c, const struct mag_record *r, const char *lang)
{
	const struct mag_value *v;
	struct mag_str s;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	if (!mag_ml(&s, c, mag_value_of(r, "excerpt"), lang) && s.n > 0) {
		mag_buf_add(&b, s.p, s.n);
		mag_buf_addc(&b, '\n');
	}
	v = mag_value_of(r, "content");
	if (v->kind == MAG_V_TEXT)
		content_text(&b, c, mag_json_get(mag_json_own(c->a, v->s, v->n),
		    lang));
	return b.p;
}

enum mag_status
page_search_save(struct mag_call *c, const struct mag_record *r)
{
	const char *const *lang;
	struct mag_search_text texts[16];
	struct mag_str title;
	size_t n = 0;
	bool is_public = mag_is(r, "status", "published");

	if (mag_value_of(r, "deleted_at")->kind != MAG_V_NULL)
		return mag_search_put(c, "page", mag_record_id(r), false, NULL, 0);
	for (lang = mag_site(c)->languages; *lang != NULL; lang++) {
		/* A page without a title in a language is not there in it. */
		if (mag_ml(&title, c, mag_value_of(r, "title"), *lang) ||
		    title.n == 0)
			continue;
		texts[n].lang = *lang;
		texts[n].title = title.p;
		texts[n].body = body(c, r, *lang);
		texts[n++].more = mag_page_slug(c, r, *lang);
	}
	return mag_search_put(c, "page", mag_record_id(r), is_public, texts, n);
}

enum mag_status
mag_page_index(struct mag_call *c, int64_t id)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_record_load(&r, c, &mag_page, id);
	if (st == MAG_NOT_FOUND)
		return mag_search_put(c, "page", id, false, NULL, 0);
	if (st != MAG_OK)
		return st;
	if ((st = page_media_save(c, r)) != MAG_OK)
		return st;
	return page_search_save(c, r);
}

static const char sql_slug[] = "SELECT slug, slugs FROM pages WHERE id = ?1";

enum mag_status
page_place(const char **slug, const char **url, struct mag_call *c, int64_t id,
    const char *lang)
{
	const char *home = mag_site(c)->home_page, *common;
	struct mag_row *row = NULL;
	const struct mag_json *slugs;
	struct mag_str s;
	enum mag_status st;

	if ((st = mag_db_row(&row, c->db, sql_slug, "i", id)) != MAG_OK)
		goto done;
	s = mag_row_str(row, 1);
	slugs = s.p == NULL ? NULL : mag_json_own(c->a, s.p, s.n);
	common = mag_row_dup(row, 0, c->a);
	*slug = mag_json_text(mag_json_get(slugs, lang));
	if (*slug == NULL || **slug == '\0')
		*slug = common;
	*url = mag_printf(c->a, "%s/%s/%s", c->conf->site_url, lang,
	    *home != '\0' && strcmp(common, home) == 0 ? "" : *slug);
done:
	mag_row_done(row);
	return st;
}
