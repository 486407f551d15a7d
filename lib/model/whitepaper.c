/* SPDX-License-Identifier: MIT */
/* White papers: their fields, and what follows from changing them. */
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/media.h>
#include <magnetiq/search.h>
#include <magnetiq/whitepaper.h>

#include "download.h"
#include "noun.h"
#include "offer.h"

#define SEEN	(MAG_LIST | MAG_PUBLIC)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "slug", MAG_SLUG, .max = MAG_SLUG_MAX, .flags = SEEN | MAG_KEEP,
	  .what = "from the title if left out" },
	{ "title", MAG_ML, .max = MAG_TITLE_MAX, .flags = MAG_REQUIRED | SEEN },
	{ "description", MAG_ML, .max = 20000, .flags = SEEN | MAG_LONG },
	{ "file_id", MAG_REF, .values = "media", .flags = MAG_LIST,
	  .what = "a private file" },
	{ "thumbnail_id", MAG_REF, .values = "media", .flags = SEEN },
	{ "preview_content", MAG_ML, .max = 20000,
	  .flags = MAG_PUBLIC | MAG_LONG },
	{ "category", MAG_TEXT, .max = 100, .flags = SEEN | MAG_FILTER },
	{ "tags", MAG_STRINGS, .max = 100, .preset = "[]", .flags = SEEN },
	{ "industry", MAG_STRINGS, .max = 100, .preset = "[]", .flags = SEEN },
	{ "requires_registration", MAG_BOOL, .preset = "true", .flags = SEEN },
	{ "form_fields", MAG_JSON, .flags = MAG_PUBLIC,
	  .what = "what the form asks for beside name and address, in this "
	  "order: a list of {name: company, job_title, phone or website; "
	  "required: true or false; when: {field: marketing_consent or one "
	  "that stands before it, filled: true or false}}, where `when` may "
	  "be left out; null: the usual form, which requires none of them" },
	{ "lead_magnet_active", MAG_BOOL, .preset = "true", .flags = SEEN,
	  .what = "false: in no list and no search; who knows its address "
	  "gets it" },
	{ "meta_title", MAG_ML, .max = 300, .flags = SEEN },
	{ "meta_description", MAG_ML, .max = 500, .flags = SEEN },
	{ "status", MAG_ENUM, .values = "draft published",
	  .preset = "\"draft\"", .flags = MAG_LIST | MAG_FILTER },
	{ "featured", MAG_BOOL, .preset = "false", .flags = SEEN | MAG_FILTER },
	{ "sort_order", MAG_INT, .min = -1000000, .max = 1000000,
	  .preset = "0", .flags = SEEN | MAG_SORT },
	{ "published_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "author_id", MAG_REF, .values = "user",
	  .flags = MAG_LIST | MAG_FILTER | MAG_KEEP },
	{ "page_count", MAG_INT, .flags = MAG_READONLY | SEEN,
	  .what = "of the file; null: not known" },
	{ "reading_minutes", MAG_INT, .flags = MAG_READONLY | SEEN },
	{ "edition", MAG_INT, .preset = "1", .flags = MAG_READONLY | SEEN,
	  .what = "counts up with each other file of a paper that is out" },
	{ "download_count", MAG_INT, .preset = "0",
	  .flags = MAG_READONLY | MAG_LIST },
	{ "view_count", MAG_INT, .preset = "0",
	  .flags = MAG_READONLY | MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static bool
is_published(const struct mag_record *r)
{

	return mag_is(r, "status", "published");
}

static enum mag_status
check_medium(struct mag_call *c, const struct mag_record *r,
    const char *field, const char *visibility, const char *otherwise)
{
	const struct mag_value *v = mag_value_of(r, field);
	struct mag_record *medium;
	enum mag_status st;

	if (v->kind != MAG_V_INT)
		return MAG_OK;
	st = mag_noun_get(&medium, c, &mag_media, v->i);
	if (st == MAG_OK &&
	    !mag_is(medium, "visibility", visibility))
		mag_wrong(c, field, otherwise, NULL);
	return st;
}

/* What was known of the one before; a trigger says the same of SQL by hand. */
static void
other_file(struct mag_record *r, const struct mag_record *old)
{

	mag_set_null(r, "page_count");
	mag_set_null(r, "reading_minutes");
	if (mag_value_of(old, "published_at")->kind != MAG_V_NULL &&
	    mag_value_of(old, "file_id")->kind != MAG_V_NULL &&
	    mag_value_of(r, "file_id")->kind != MAG_V_NULL)
		mag_set_int(r, "edition", mag_int(old, "edition") + 1);
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	enum mag_status st;

	if (old == NULL || !mag_same(mag_value(r, "form_fields"),
	    mag_value_of(old, "form_fields")))
		paper_form_check(c, r);
	if (c->problem.count > 0)
		return mag_verdict(c);
	if ((st = check_medium(c, r, "file_id", "private",
	    "must be a private file")) != MAG_OK ||
	    (st = check_medium(c, r, "thumbnail_id", "public",
	    "must be a public file")) != MAG_OK)
		return st;
	if (is_published(r) && mag_value(r, "file_id")->kind == MAG_V_NULL)
		mag_wrong(c, "file_id", "is required", NULL);
	if ((st = mag_verdict(c)) != MAG_OK)
		return st;
	if (old == NULL && mag_value(r, "author_id")->kind == MAG_V_NULL &&
	    c->who.user_id > 0)
		mag_set_int(r, "author_id", c->who.user_id);
	if (is_published(r) && mag_value(r, "published_at")->kind == MAG_V_NULL)
		mag_set_int(r, "published_at", c->now);
	if (old != NULL && !mag_same(mag_value(r, "file_id"),
	    mag_value_of(old, "file_id")))
		other_file(r, old);
	return offer_slug_fill(c, r);
}

static const char *const search_fields[] = {
	"description", "preview_content", "category", NULL
};
static const char *const media_fields[] = { "file_id", "thumbnail_id", NULL };

/* The words of the file that it has now; lib/model/paper_text.c. */
static const char sql_words[] =
    "SELECT t.vocabulary FROM whitepaper_texts t"
    " JOIN media_files m ON m.id = ?2 AND m.file_hash = t.file_hash"
    " WHERE t.whitepaper_id = ?1";

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	const char *words = NULL;
	enum mag_status st;

	(void)old;
	if ((st = offer_media_save(c, r, media_fields)) != MAG_OK)
		return st;
	st = mag_db_text(&words, c->a, c->db, sql_words, "ii",
	    mag_record_id(r), mag_int(r, "file_id"));
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		return st;
	return offer_search_save(c, r, is_published(r) &&
	    mag_int(r, "lead_magnet_active") != 0, search_fields, words);
}

static enum mag_status
reindex(struct mag_call *c, int64_t id)
{
	struct mag_record *r;
	enum mag_status st = mag_record_load(&r, c, &mag_whitepaper, id);

	if (st == MAG_NOT_FOUND)
		return mag_search_put(c, "whitepaper", id, false, NULL, 0);
	return st != MAG_OK ? st : saved(c, r, NULL);
}

static enum mag_status
place(const char **slug, const char **url, struct mag_call *c, int64_t id,
    const char *lang)
{
	struct mag_record *r;
	enum mag_status st = mag_record_load(&r, c, &mag_whitepaper, id);

	if (st == MAG_OK) {
		*slug = mag_text(r, "slug");
		*url = offer_url(c, r, lang);
	}
	return st;
}

/* Counters move by themselves; so does what other bytes of its file change. */
static int64_t
drift(struct mag_call *c, const struct mag_record *r)
{

	(void)c;
	return mag_int(r, "download_count") + mag_int(r, "view_count") +
	    mag_int(r, "edition") + mag_int(r, "page_count") +
	    mag_int(r, "reading_minutes");
}

struct mag_noun mag_whitepaper = {
	.name = "whitepaper",
	.plural = "whitepapers",
	.table = "whitepapers",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.soft_delete = true,
	.totals = true,
	.searched = true,
	.label = "There is no such white paper.",
	.check = check,
	.saved = saved,
	.drift = drift,
	.index = reindex,
	.place = place,
};

const struct mag_filter mag_whitepaper_listed = {
	.sql = "lead_magnet_active <> 0"
};

enum mag_status
mag_whitepaper_public(struct mag_record **out, struct mag_call *c,
    const char *slug)
{
	enum mag_status st = offer_find(out, c, &mag_whitepaper, slug);

	if (st == MAG_OK && !is_published(*out)) {
		*out = NULL;
		return no_such(c, &mag_whitepaper);
	}
	return st;
}
