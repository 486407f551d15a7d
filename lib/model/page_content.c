/* SPDX-License-Identifier: MIT */
/* What a page says, made ready for templates, by the table of blocks. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/html.h>
#include <magnetiq/markdown.h>
#include <magnetiq/media.h>

#include "content.h"
#include "noun.h"
#include "page.h"

#define HTML_MAX	(8 * 1024 * 1024)	/* of one page; the rest is left out */

struct showing {
	struct mag_call	*c;
	const char	*lang;
	const char	*picture;	/* the first one's address, or NULL */
	size_t		 len;		/* bytes of HTML so far */
	bool		 asks;		/* it holds a form */
};

/* A public file as a page shows it; nothing of one that is not. */
static void
add_picture(struct mag_data *d, struct showing *s, int64_t id)
{
	struct mag_media_view v;
	struct mag_data *to;

	if (mag_media_public(&v, s->c, id, s->lang) != MAG_OK) {
		mag_data_text(d, "picture", NULL);
		return;
	}
	to = mag_data_object(d, "picture");
	mag_data_text(to, "src", v.url);
	mag_data_text(to, "srcset", v.srcset);
	if (v.width > 0 && v.height > 0) {
		mag_data_int(to, "width", v.width);
		mag_data_int(to, "height", v.height);
	}
	mag_data_text(to, "own_alt", v.alt);
	if (s->picture == NULL)
		s->picture = v.url;
}

/* Few bytes of a text may become many; of all together not too many. */
static void
add_made(struct mag_data *d, struct showing *s, const char *name,
    const struct mag_buf *b)
{
	bool fits = s->len + b->len <= HTML_MAX;

	mag_data_bytes(d, name, b->p, fits ? b->len : 0);
	s->len += fits ? b->len : HTML_MAX;
}

static void
add_markdown(struct mag_data *d, struct showing *s, const char *name,
    const char *text)
{
	struct mag_buf b;

	mag_buf_init(&b, s->c->a, 2 * strlen(text) + 64);
	if (s->len <= HTML_MAX)
		mag_markdown_html(&b, text, strlen(text));
	add_made(d, s, name, &b);
}

static void
add_html(struct mag_data *d, struct showing *s, const char *name,
    const char *text)
{
	struct mag_buf b;

	mag_buf_init(&b, s->c->a, 2 * strlen(text) + 64);
	if (s->len <= HTML_MAX)
		mag_html_clean(&b, text, strlen(text));
	add_made(d, s, name, &b);
}

static void	add_fields(struct mag_data *, struct showing *,
		    const struct mag_json *, const struct block_field *);

static void
add_field(struct mag_data *d, struct showing *s, const struct block_field *f,
    const struct mag_json *j)
{
	const char *text = mag_json_text(j);
	const struct mag_json *item;
	int64_t id;

	switch (f->kind) {
	case BLOCK_MEDIA:
		if (mag_json_int(&id, j))
			add_picture(d, s, id);
		return;
	case BLOCK_ITEMS:
		for (item = mag_json_first(j); item != NULL;
		    item = mag_json_next(item))
			add_fields(mag_data_each(d, f->name), s, item,
			    content_item_fields());
		return;
	case BLOCK_TEXT:
		if (text != NULL)
			add_markdown(d, s, f->name, text);
		return;
	case BLOCK_HTML:
		if (text != NULL)
			add_html(d, s, f->name, text);
		return;
	case BLOCK_URL:
		/* What hand-written SQL left there may be anything. */
		if (text != NULL && mag_url_valid(text, strlen(text)))
			mag_data_text(d, f->name, text);
		return;
	case BLOCK_LINE:
		mag_data_text(d, f->name, text);
	}
}

/* Each field is there, if only as nothing: one around it must not show. */
static void
add_fields(struct mag_data *d, struct showing *s, const struct mag_json *j,
    const struct block_field *f)
{
	const struct mag_json *v;

	for (; f->name != NULL; f++) {
		v = j == NULL || mag_json_kind(j) != MAG_JSON_OBJECT ? NULL :
		    mag_json_get(j, f->name);
		if (v != NULL && mag_json_kind(v) != MAG_JSON_NULL)
			add_field(d, s, f, v);
		else
			mag_data_text(d, f->kind == BLOCK_MEDIA ? "picture" :
			    f->name, NULL);
	}
}

/* A form that a reader can fill in; more of them may stand on one page. */
static void
add_form(struct mag_data *d, struct showing *s, const struct mag_json *block,
    int place)
{
	const char *name = mag_json_text(mag_json_get(block, "form"));

	if (name == NULL || !mag_listed("contact newsletter", name))
		return;
	mag_data_bool(d, name, true);
	mag_data_text(d, "place", mag_printf(s->c->a, "block%d-", place));
	s->asks = true;
}

/* A block is an object with one member: its kind, and in that its fields. */
static void
add_blocks(struct mag_data *d, struct showing *s, const struct mag_json *list)
{
	const struct mag_json *block;
	const struct block_kind *k;
	struct mag_data *to;
	int place = 0;

	for (block = mag_json_first(list); block != NULL;
	    block = mag_json_next(block)) {
		k = content_kind(block);
		if (k == NULL)
			continue;
		to = mag_data_object(mag_data_each(d, "blocks"), k->name);
		mag_data_bool(to, "first", place++ == 0);
		add_fields(to, s, block, k->fields);
		if (strcmp(k->name, "form") == 0)
			add_form(to, s, block, place);
	}
}

/* The content in a language; NULL if it says nothing in it. */
static const struct mag_json *
in_language(const struct mag_json *map, const char *lang)
{
	const struct mag_json *j = mag_json_get(map, lang);
	const char *s = mag_json_text(j);

	if (j == NULL || (s != NULL && *s == '\0') || (s == NULL &&
	    (mag_json_kind(j) != MAG_JSON_ARRAY || mag_json_count(j) == 0)))
		return NULL;
	return j;
}

static bool
begins_with_hero(const struct mag_json *content)
{
	const struct mag_json *block;
	const struct block_kind *k;
	const char *heading;

	if (mag_json_kind(content) != MAG_JSON_ARRAY)
		return false;
	block = mag_json_first(content);
	if ((k = content_kind(block)) == NULL || strcmp(k->name, "hero") != 0)
		return false;
	heading = mag_json_text(mag_json_get(block, "heading"));
	return heading != NULL && *heading != '\0';
}

bool
mag_page_speaks(struct mag_call *c, const struct mag_record *page,
    const char *lang)
{
	struct mag_str title;

	return !mag_ml(&title, c, mag_value_of(page, "title"), lang) &&
	    title.n > 0;
}

void
mag_page_content(struct mag_page_shown *out, struct mag_data *d,
    struct mag_call *c, const struct mag_record *page, const char *lang)
{
	const struct mag_value *v = mag_value_of(page, "content");
	const struct mag_json *map, *j;
	struct showing s = { c, lang, NULL, 0, false };

	*out = (struct mag_page_shown){ lang, NULL, false, false };
	if (v->kind != MAG_V_TEXT ||
	    (map = mag_json_own(c->a, v->s, v->n)) == NULL)
		return;
	if ((j = in_language(map, lang)) == NULL) {
		out->lang = s.lang = mag_site(c)->language;
		if ((j = in_language(map, s.lang)) == NULL)
			return;
	}
	if (mag_json_text(j) != NULL)
		add_markdown(mag_data_object(mag_data_each(d, "blocks"),
		    "text"), &s, "text", mag_json_text(j));
	else
		add_blocks(d, &s, j);
	out->headed = begins_with_hero(j);
	out->picture = s.picture;
	out->asks = s.asks;
}
