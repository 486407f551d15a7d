/* SPDX-License-Identifier: MIT */
/* Media: their fields, and what others are told of them. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/limits.h>
#include <magnetiq/search.h>

#include "media.h"
#include "noun.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "url", MAG_URL, .flags = MAG_READONLY | MAG_LIST | MAG_VIRTUAL,
	  .what = "null for what is private" },
	{ "filename", MAG_TEXT, .max = 100, .flags = MAG_READONLY | MAG_LIST },
	{ "original_filename", MAG_TEXT, .max = MAG_FILE_NAME_MAX,
	  .flags = MAG_READONLY | MAG_LIST },
	{ "mime_type", MAG_TEXT, .max = 100, .flags = MAG_READONLY | MAG_LIST },
	{ "file_size", MAG_INT, .flags = MAG_READONLY | MAG_LIST,
	  .what = "bytes, as sent" },
	{ "file_hash", MAG_TEXT, .max = 64, .flags = MAG_READONLY | MAG_LIST,
	  .what = "SHA-256 of the bytes as sent" },
	{ "width", MAG_INT, .flags = MAG_READONLY | MAG_LIST },
	{ "height", MAG_INT, .flags = MAG_READONLY | MAG_LIST },
	{ "renditions", MAG_JSON, .flags = MAG_READONLY | MAG_LIST | MAG_VIRTUAL,
	  .what = "a list of {width, url, mime_type}" },
	{ "visibility", MAG_ENUM, .values = "public private",
	  .flags = MAG_LIST | MAG_FILTER,
	  .what = "public for images, else private, unless said" },
	{ "title", MAG_ML, .max = MAG_TITLE_MAX, .flags = MAG_LIST },
	{ "alt_text", MAG_ML, .max = 500, .flags = MAG_LIST },
	{ "description", MAG_ML, .max = 5000, .flags = MAG_LIST | MAG_LONG },
	{ "folder", MAG_TEXT, .max = 200, .preset = "\"/\"",
	  .flags = MAG_LIST | MAG_FILTER },
	{ "tags", MAG_STRINGS, .max = 50, .preset = "[]", .flags = MAG_LIST },
	{ "uploaded_by", MAG_REF, .values = "user",
	  .flags = MAG_READONLY | MAG_LIST },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "file_path", MAG_TEXT, .flags = MAG_HIDDEN },
	{ "renditions_state", MAG_TEXT, .preset = "\"none\"",
	  .flags = MAG_HIDDEN },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

bool
media_is_image(const char *type)
{

	return strncmp(type, "image/", 6) == 0;
}

bool
media_is_public(const struct mag_record *r)
{

	return mag_is(r, "visibility", "public");
}

const char *
mag_media_path(const struct mag_record *r)
{

	return mag_text(r, "file_path");
}

/* ---- what a change must hold to ---- */

/* A label with slashes, never a path of ours; but nobody should wonder. */
static bool
folder_is_odd(const char *s)
{
	size_t n;

	for (; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		if ((n == 1 && s[0] == '.') ||
		    (n == 2 && s[0] == '.' && s[1] == '.'))
			return true;
	}
	return false;
}

static void
check_tags(struct mag_call *c, const struct mag_value *v)
{
	const struct mag_json *j;
	const char *s;
	size_t i = 0;

	j = mag_json_first(mag_json_own(c->a, v->s, v->n));
	for (; j != NULL; j = mag_json_next(j), i++) {
		s = mag_json_text(j);
		if (s[strspn(s, " \t")] == '\0')
			mag_wrong(c, mag_printf(c->a, "tags.%zu", i),
			    "must not be empty", NULL);
	}
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	(void)old;
	if (c->problem.count > 0)
		return mag_verdict(c);
	if (mag_value(r, "visibility")->kind == MAG_V_NULL)
		mag_set_text(r, "visibility",
		    media_is_image(mag_text(r, "mime_type")) ?
		    "public" : "private");
	if (*mag_text(r, "folder") == '\0')
		mag_set_text(r, "folder", "/");
	if (folder_is_odd(mag_text(r, "folder")))
		mag_wrong(c, "folder", "must not hold . or .. as a part", NULL);
	check_tags(c, mag_value(r, "tags"));
	return mag_verdict(c);
}

/* ---- what follows from one ---- */

static const char sql_untag[] = "DELETE FROM media_tags WHERE media_id = ?1";
static const char sql_tag[] = "INSERT INTO media_tags (tag, media_id)"
    " VALUES (?1, ?2) ON CONFLICT DO NOTHING";

static enum mag_status
save_tags(struct mag_call *c, const struct mag_record *r)
{
	const struct mag_value *v = mag_value_of(r, "tags");
	const struct mag_json *j;
	enum mag_status st;

	st = mag_db_run(c->db, sql_untag, "i", mag_record_id(r));
	if (st != MAG_OK || v->kind != MAG_V_TEXT)
		return st;
	j = mag_json_first(mag_json_own(c->a, v->s, v->n));
	for (; st == MAG_OK && j != NULL; j = mag_json_next(j))
		if (mag_json_text(j) != NULL)
			st = mag_db_run(c->db, sql_tag, "si", mag_json_text(j),
			    mag_record_id(r));
	return st;
}

/* Does it say anything in this language?  In the default one its name does. */
static bool
speaks(struct mag_call *c, const struct mag_record *r, const char *lang)
{
	static const char *const names[] = { "title", "alt_text", "description" };
	struct mag_str s;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!mag_ml(&s, c, mag_value_of(r, names[i]), lang) && s.n > 0)
			return true;
	return strcmp(lang, mag_site(c)->language) == 0;
}

static const char *
text_of(struct mag_call *c, const struct mag_record *r, const char *name,
    const char *lang)
{
	struct mag_str s;

	(void)mag_ml(&s, c, mag_value_of(r, name), lang);
	return s.p;
}

static enum mag_status
save_search(struct mag_call *c, const struct mag_record *r)
{
	struct mag_search_text texts[16];
	const char *const *lang, *tags = mag_text(r, "tags");
	size_t n = 0;

	if (mag_value_of(r, "deleted_at")->kind != MAG_V_NULL)
		return mag_search_put(c, "media", mag_record_id(r), false, NULL, 0);
	for (lang = mag_site(c)->languages; *lang != NULL && n < 16; lang++) {
		if (!speaks(c, r, *lang))
			continue;
		texts[n++] = (struct mag_search_text){ .lang = *lang,
		    .title = text_of(c, r, "title", *lang),
		    .body = mag_printf(c->a, "%s\n%s\n%s\n%s",
		    text_of(c, r, "alt_text", *lang),
		    text_of(c, r, "description", *lang),
		    mag_text(r, "original_filename"),
		    tags == NULL ? "" : tags) };
	}
	/* Strangers find pages, not files. */
	return mag_search_put(c, "media", mag_record_id(r), false, texts, n);
}

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	enum mag_status st;

	(void)old;
	if ((st = save_tags(c, r)) != MAG_OK)
		return st;
	return save_search(c, r);
}

enum mag_status
mag_media_index(struct mag_call *c, int64_t id)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_record_load(&r, c, &mag_media, id);
	if (st == MAG_NOT_FOUND)
		return mag_search_put(c, "media", id, false, NULL, 0);
	return st == MAG_OK ? saved(c, r, NULL) : st;
}

/* ---- what others are told ---- */

/* public/ab/ab12….jpg is served as /media/ab/ab12….jpg. */
static const char *
url_of(struct mag_call *c, const char *path)
{

	return mag_printf(c->a, "%s/media/%s", c->conf->site_url,
	    path + strlen("public/"));
}

static bool
has_url(const struct mag_record *r)
{

	return media_is_public(r) &&
	    strncmp(mag_media_path(r), "public/", 7) == 0;
}

static const char sql_renditions[] =
    "SELECT width, file_path, mime_type FROM media_renditions"
    " WHERE media_id = ?1 ORDER BY width";

static void
print_renditions(struct mag_buf *b, struct mag_call *c,
    const struct mag_record *r)
{
	struct mag_row *row = NULL;
	int n = 0;

	mag_buf_adds(b, ",\"renditions\":[");
	if (has_url(r) && mag_db_query(&row, c->db, sql_renditions, "i",
	    mag_record_id(r)) == MAG_OK)
		while (mag_row_next(row) == MAG_OK) {
			mag_buf_addf(b, "%s{\"width\":%lld,\"url\":",
			    n++ > 0 ? "," : "", (long long)mag_row_int(row, 0));
			mag_buf_jsons(b, url_of(c, mag_row_dup(row, 1, c->a)));
			mag_buf_adds(b, ",\"mime_type\":");
			mag_buf_jsons(b, mag_row_dup(row, 2, c->a));
			mag_buf_addc(b, '}');
		}
	mag_row_done(row);
	mag_buf_addc(b, ']');
}

static void
extra(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    enum mag_view view)
{

	(void)view;
	mag_buf_adds(b, ",\"url\":");
	mag_buf_jsons(b, has_url(r) ? url_of(c, mag_media_path(r)) : NULL);
	print_renditions(b, c, r);
}

/* Made by the jobs process, seconds after an upload. */
static int64_t
renditions(struct mag_call *c, const struct mag_record *r)
{
	static const char sql_count[] =
	    "SELECT count(*) FROM media_renditions WHERE media_id = ?1";
	int64_t n;

	if (mag_db_int(&n, c->db, sql_count, "i", mag_record_id(r)) != MAG_OK)
		n = 0;
	return n;
}

struct mag_noun mag_media = {
	.name = "media",
	.plural = "media",
	.table = "media_files",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.soft_delete = true,	/* older programs left rows behind */
	.totals = true,
	.searched = true,
	.label = "There is no such file.",
	.check = check,
	.saved = saved,
	.extra = extra,
	.drift = renditions,
	.index = mag_media_index,
};

static const char *
srcset(struct mag_call *c, int64_t id)
{
	struct mag_row *row = NULL;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 512);
	if (mag_db_query(&row, c->db, sql_renditions, "i", id) == MAG_OK)
		while (mag_row_next(row) == MAG_OK)
			mag_buf_addf(&b, "%s%s %lldw", b.len > 0 ? ", " : "",
			    url_of(c, mag_row_dup(row, 1, c->a)),
			    (long long)mag_row_int(row, 0));
	mag_row_done(row);
	return b.len > 0 ? b.p : NULL;
}

enum mag_status
mag_media_public(struct mag_media_view *out, struct mag_call *c, int64_t id,
    const char *lang)
{
	struct mag_record *r;
	enum mag_status st;

	memset(out, 0, sizeof(*out));
	if ((st = mag_noun_get(&r, c, &mag_media, id)) != MAG_OK)
		return st;
	if (!has_url(r))
		return no_such(c, &mag_media);
	out->url = url_of(c, mag_media_path(r));
	out->mime_type = mag_text(r, "mime_type");
	out->srcset = srcset(c, id);
	out->width = mag_int(r, "width");
	out->height = mag_int(r, "height");
	out->alt = text_of(c, r, "alt_text", lang);
	out->title = text_of(c, r, "title", lang);
	return MAG_OK;
}

/* ---- who uses it ---- */

static const char sql_uses[] =
    "SELECT u.noun, u.object_id, p.slug FROM media_uses u LEFT JOIN pages p"
    " ON u.noun = 'page' AND p.id = u.object_id WHERE u.media_id = ?1"
    " AND u.noun <> ?2 ORDER BY u.noun, u.object_id LIMIT 20";

static void
print_use(struct mag_buf *list, struct mag_buf *json, struct mag_row *row)
{
	struct mag_str noun = mag_row_str(row, 0), slug = mag_row_str(row, 2);
	long long id = (long long)mag_row_int(row, 1);

	mag_buf_addf(list, "%s%.*s %lld", list->len > 0 ? ", " : "", (int)noun.n,
	    noun.p, id);
	if (slug.n > 0)
		mag_buf_addf(list, " (%.*s)", (int)slug.n, slug.p);
	mag_buf_adds(json, list->len > 0 && json->p[json->len - 1] == '}' ?
	    ",{\"type\":" : "{\"type\":");
	mag_buf_json(json, noun.p, noun.n);
	mag_buf_addf(json, ",\"id\":%lld,\"slug\":", id);
	if (slug.p == NULL)
		mag_buf_adds(json, "null}");
	else {
		mag_buf_json(json, slug.p, slug.n);
		mag_buf_addc(json, '}');
	}
}

enum mag_status
media_uses(struct mag_call *c, int64_t id, const char *except)
{
	struct mag_row *row = NULL;
	struct mag_buf list, json;
	enum mag_status st;

	mag_buf_init(&list, c->a, 128);
	mag_buf_init(&json, c->a, 128);
	mag_buf_adds(&json, "\"uses\":[");
	if ((st = mag_db_query(&row, c->db, sql_uses, "is", id,
	    except == NULL ? "" : except)) != MAG_OK)
		goto done;
	while ((st = mag_row_next(row)) == MAG_OK)
		print_use(&list, &json, row);
done:
	mag_row_done(row);
	if (st != MAG_NOT_FOUND)
		return st;
	if (list.len == 0)
		return MAG_OK;
	mag_buf_addc(&json, ']');
	c->problem.extra = json.p;
	return mag_fail_arg(c, MAG_CONFLICT, "This file is in use: %s.", list.p);
}
