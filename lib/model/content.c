/* SPDX-License-Identifier: MIT */
/* What a page says in one language: CommonMark text, or a list of blocks. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/html.h>
#include <magnetiq/limits.h>
#include <magnetiq/markdown.h>
#include <magnetiq/utf8.h>

#include "content.h"

#define BLOCKS_MAX	200	/* in one language of one page */
#define ITEMS_MAX	50	/* in one block */
#define LONG_MAX_CHARS	100000	/* a block's text; the body limit is lower */

static const struct block_field item_fields[] = {
	{ "title", BLOCK_LINE, 300 },
	{ "text", BLOCK_TEXT, 5000 },
	{ "icon", BLOCK_LINE, 100 },
	{ NULL, 0, 0 }
};

static const struct block_kind kinds[] = {
	{ "hero", (const struct block_field[]) {
		{ "heading", BLOCK_LINE, 300 },
		{ "subheading", BLOCK_TEXT, 1000 },
		{ "image_id", BLOCK_MEDIA, 0 },
		{ "cta_label", BLOCK_LINE, 100 },
		{ "cta_url", BLOCK_URL, 0 },
		{ NULL, 0, 0 } } },
	{ "text", (const struct block_field[]) {
		{ "text", BLOCK_TEXT, LONG_MAX_CHARS },
		{ NULL, 0, 0 } } },
	{ "image", (const struct block_field[]) {
		{ "media_id", BLOCK_MEDIA, 0 },
		{ "alt", BLOCK_LINE, 500 },
		{ "caption", BLOCK_LINE, 500 },
		{ NULL, 0, 0 } } },
	{ "video", (const struct block_field[]) {
		{ "url", BLOCK_URL, 0 },
		{ "title", BLOCK_LINE, 300 },
		{ NULL, 0, 0 } } },
	{ "cta", (const struct block_field[]) {
		{ "heading", BLOCK_LINE, 300 },
		{ "text", BLOCK_TEXT, 5000 },
		{ "label", BLOCK_LINE, 100 },
		{ "url", BLOCK_URL, 0 },
		{ NULL, 0, 0 } } },
	{ "form", (const struct block_field[]) {
		{ "form", BLOCK_LINE, 100 },
		{ NULL, 0, 0 } } },
	{ "testimonial", (const struct block_field[]) {
		{ "quote", BLOCK_TEXT, 5000 },
		{ "author", BLOCK_LINE, 200 },
		{ "role", BLOCK_LINE, 200 },
		{ "image_id", BLOCK_MEDIA, 0 },
		{ NULL, 0, 0 } } },
	{ "features", (const struct block_field[]) {
		{ "heading", BLOCK_LINE, 300 },
		{ "items", BLOCK_ITEMS, 0 },
		{ NULL, 0, 0 } } },
	{ "html", (const struct block_field[]) {
		{ "html", BLOCK_HTML, 0 },
		{ NULL, 0, 0 } } },
	{ NULL, NULL }
};

const struct block_kind *
content_kinds(void)
{

	return kinds;
}

static const struct block_kind *
kind_find(const char *name)
{
	const struct block_kind *k;

	for (k = kinds; name != NULL && k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

const struct block_kind *
content_kind(const struct mag_json *block)
{

	if (mag_json_kind(block) != MAG_JSON_OBJECT)
		return NULL;
	return kind_find(mag_json_text(mag_json_get(block, "type")));
}

const struct block_field *
content_item_fields(void)
{

	return item_fields;
}

static const struct block_field *
field_find(const struct block_field *f, const char *name)
{

	for (; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static bool	block_read(struct mag_call *, const char *,
		    const struct mag_json *, const struct block_field *,
		    const char *);

static bool
wrong(struct mag_call *c, const char *name, const char *message)
{

	mag_wrong(c, name, message, NULL);
	return false;
}

static bool
media_read(struct mag_call *c, const char *name, const struct mag_json *j)
{
	static const char sql_there[] = "SELECT 1 FROM media_files"
	    " WHERE id = ?1 AND deleted_at IS NULL";
	int64_t id, found;

	if (!mag_json_int(&id, j) || id < 1)
		return wrong(c, name, "must be an id");
	if (mag_db_int(&found, c->db, sql_there, "i", id) != MAG_OK)
		return wrong(c, name, "names nothing that exists");
	return true;
}

static bool
items_read(struct mag_call *c, const char *name, const struct mag_json *j)
{
	const struct mag_json *item;
	bool good = true;
	size_t n = 0;

	if (mag_json_kind(j) != MAG_JSON_ARRAY)
		return wrong(c, name, "must be a list");
	for (item = mag_json_first(j); item != NULL; item = mag_json_next(item))
		good &= block_read(c, mag_printf(c->a, "%s.%zu", name, n++),
		    item, item_fields, NULL);
	if (n <= ITEMS_MAX)
		return good;
	mag_wrong(c, name, "must have at most %s elements", "50");
	return false;
}

static bool
text_read(struct mag_call *c, const char *name, const struct block_field *f,
    const struct mag_json *j)
{
	const char *s = mag_json_text(j);

	if (s == NULL)
		return wrong(c, name, "must be a string");
	if (f->kind == BLOCK_URL && *s != '\0' && !mag_url_valid(s, strlen(s)))
		return wrong(c, name,
		    "must be an https, http, mailto, tel or relative address");
	if (f->max > 0 && mag_utf8_count(s, strlen(s)) > (size_t)f->max) {
		mag_wrong(c, name, "must have at most %s characters",
		    mag_printf(c->a, "%lld", (long long)f->max));
		return false;
	}
	return true;
}

static bool
member_read(struct mag_call *c, const char *name, const struct block_field *f,
    const struct mag_json *j)
{

	if (mag_json_kind(j) == MAG_JSON_NULL)
		return true;
	switch (f->kind) {
	case BLOCK_MEDIA:
		return media_read(c, name, j);
	case BLOCK_ITEMS:
		return items_read(c, name, j);
	default:
		return text_read(c, name, f, j);
	}
}

/* A block or an item: an object with known members; `skip` is not one. */
static bool
block_read(struct mag_call *c, const char *name, const struct mag_json *j,
    const struct block_field *fields, const char *skip)
{
	const struct block_field *f;
	const struct mag_json *m;
	const char *member;
	bool good = true;

	if (mag_json_kind(j) != MAG_JSON_OBJECT)
		return wrong(c, name, "must be an object");
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m)) {
		if (skip != NULL && strcmp(mag_json_key(m), skip) == 0)
			continue;
		member = mag_printf(c->a, "%s.%s", name, mag_json_key(m));
		if ((f = field_find(fields, mag_json_key(m))) == NULL)
			good = wrong(c, member, "is not a known field");
		else
			good &= member_read(c, member, f, m);
	}
	return good;
}

static bool
blocks_read(struct mag_call *c, const char *name, const struct mag_json *j)
{
	const struct block_kind *k;
	const struct mag_json *block;
	const char *at;
	bool good = true;
	size_t n = 0;

	for (block = mag_json_first(j); block != NULL;
	    block = mag_json_next(block)) {
		at = mag_printf(c->a, "%s.%zu", name, n++);
		if (mag_json_kind(block) != MAG_JSON_OBJECT) {
			good = wrong(c, at, "must be an object");
			continue;
		}
		k = kind_find(mag_json_text(mag_json_get(block, "type")));
		if (k == NULL)
			good = wrong(c, mag_printf(c->a, "%s.type", at),
			    "is not a known kind of block");
		else
			good &= block_read(c, at, block, k->fields, "type");
	}
	if (n <= BLOCKS_MAX)
		return good;
	mag_wrong(c, name, "must have at most %s elements", "200");
	return false;
}

bool
content_read(struct mag_buf *b, struct mag_call *c, const char *name,
    const struct mag_json *j)
{

	if (mag_json_kind(j) == MAG_JSON_ARRAY) {
		if (!blocks_read(c, name, j))
			return false;
	} else if (mag_json_text(j) == NULL)
		return wrong(c, name, "must be text or a list of blocks");
	mag_json_print(b, j);
	return true;
}

static void
block_media(const struct mag_json *block, void (*each)(void *, int64_t),
    void *arg)
{
	const struct block_kind *k;
	const struct block_field *f;
	int64_t id;

	k = kind_find(mag_json_text(mag_json_get(block, "type")));
	for (f = k == NULL ? NULL : k->fields; f != NULL && f->name != NULL; f++)
		if (f->kind == BLOCK_MEDIA &&
		    mag_json_int(&id, mag_json_get(block, f->name)))
			each(arg, id);
}

void
content_media(struct mag_call *c, const struct mag_value *content,
    void (*each)(void *, int64_t), void *arg)
{
	const struct mag_json *lang, *block;

	if (content->kind != MAG_V_TEXT)
		return;
	lang = mag_json_first(mag_json_own(c->a, content->s, content->n));
	for (; lang != NULL; lang = mag_json_next(lang)) {
		if (mag_json_kind(lang) != MAG_JSON_ARRAY)
			continue;
		for (block = mag_json_first(lang); block != NULL;
		    block = mag_json_next(block))
			block_media(block, each, arg);
	}
}

static void	fields_text(struct mag_buf *, struct mag_call *,
		    const struct mag_json *, const struct block_field *);

static void
member_text(struct mag_buf *b, struct mag_call *c,
    const struct block_field *f, const struct mag_json *j)
{
	const struct mag_json *item;
	const char *s = mag_json_text(j);

	if (f->kind == BLOCK_ITEMS) {
		for (item = mag_json_first(j); item != NULL;
		    item = mag_json_next(item))
			fields_text(b, c, item, item_fields);
		return;
	}
	if (s == NULL || f->kind == BLOCK_URL)
		return;
	if (f->kind == BLOCK_HTML)
		mag_html_text(b, s, strlen(s));
	else if (f->kind == BLOCK_TEXT)
		mag_markdown_text(b, s, strlen(s));
	else
		mag_buf_adds(b, s);
	mag_buf_addc(b, '\n');
}

static void
fields_text(struct mag_buf *b, struct mag_call *c, const struct mag_json *j,
    const struct block_field *f)
{

	if (j == NULL || mag_json_kind(j) != MAG_JSON_OBJECT)
		return;
	for (; f->name != NULL; f++)
		member_text(b, c, f, mag_json_get(j, f->name));
}

void
content_text(struct mag_buf *b, struct mag_call *c, const struct mag_json *j)
{
	const struct mag_json *block;
	const struct block_kind *k;
	const char *s = mag_json_text(j);

	if (s != NULL) {
		mag_markdown_text(b, s, strlen(s));
		return;
	}
	if (j == NULL || mag_json_kind(j) != MAG_JSON_ARRAY)
		return;
	for (block = mag_json_first(j); block != NULL;
	    block = mag_json_next(block)) {
		k = kind_find(mag_json_text(mag_json_get(block, "type")));
		if (k != NULL)
			fields_text(b, c, block, k->fields);
	}
}
