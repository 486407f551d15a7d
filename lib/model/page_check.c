/* SPDX-License-Identifier: MIT */
/* What an editor may want to mend before a page is published. */
#include <string.h>

#include <magnetiq/media.h>

#include "content.h"
#include "noun.h"
#include "page.h"

struct checking {
	struct mag_call	*c;
	const char	*lang;
};

static bool
has_text(const struct mag_json *block, const char *name)
{
	const char *s = mag_json_text(mag_json_get(block, name));

	return s != NULL && *s != '\0';
}

static void
check_picture(struct checking *w, const char *name, const struct mag_json *block,
    int64_t id)
{
	struct mag_media_view v;

	if (mag_media_public(&v, w->c, id, w->lang) != MAG_OK)
		mag_wrong(w->c, name, "is not shown, because it is private",
		    NULL);
	else if (*v.alt == '\0' && !has_text(block, "alt"))
		mag_wrong(w->c, name, "has no alternative text", NULL);
}

/* The first part of an address within the site; false if it is another. */
static bool
parts(const char **lang, const char **slug, struct mag_call *c,
    const char *url)
{
	const char *slash;
	size_t n;

	if (*url != '/' || url[1] == '/')
		return false;
	n = strcspn(++url, "?#");
	url = mag_dup(c->a, url, n);
	if ((slash = strchr(url, '/')) == NULL || slash[1] == '\0')
		return false;
	*lang = mag_dup(c->a, url, (size_t)(slash - url));
	*slug = slash + 1;
	return true;
}

static void
check_link(struct checking *w, const char *name, const char *url)
{
	const char *const *known = mag_site(w->c)->languages;
	struct mag_page_found found;
	const char *lang, *slug;

	if (!parts(&lang, &slug, w->c, url) || strchr(slug, '/') != NULL ||
	    strcmp(slug, "search") == 0)
		return;
	while (*known != NULL && strcmp(*known, lang) != 0)
		known++;
	if (*known != NULL &&
	    mag_page_find(&found, w->c, lang, slug) == MAG_NOT_FOUND)
		mag_wrong(w->c, name, "leads to a page that is not published",
		    NULL);
}

static void
check_block(struct checking *w, const char *at, const struct mag_json *block)
{
	const struct block_kind *k = content_kind(block);
	const struct block_field *f;
	const struct mag_json *j;
	const char *name;
	int64_t id;

	for (f = k == NULL ? NULL : k->fields; f != NULL && f->name != NULL;
	    f++) {
		j = mag_json_get(block, f->name);
		name = mag_printf(w->c->a, "%s.%s", at, f->name);
		if (f->kind == BLOCK_MEDIA && mag_json_int(&id, j))
			check_picture(w, name, block, id);
		else if (f->kind == BLOCK_URL && mag_json_text(j) != NULL)
			check_link(w, name, mag_json_text(j));
	}
}

static void
check_content(struct checking *w, const struct mag_record *page)
{
	const struct mag_value *v = mag_value_of(page, "content");
	const struct mag_json *j = NULL, *block;
	const char *name = mag_printf(w->c->a, "content.%s", w->lang);
	size_t n = 0;

	if (v->kind == MAG_V_TEXT)
		j = mag_json_get(mag_json_own(w->c->a, v->s, v->n), w->lang);
	if (j == NULL || (mag_json_text(j) != NULL && *mag_json_text(j) == '\0'))
		mag_wrong(w->c, name, "is not translated", NULL);
	else if (mag_json_kind(j) == MAG_JSON_ARRAY)
		for (block = mag_json_first(j); block != NULL;
		    block = mag_json_next(block))
			check_block(w, mag_printf(w->c->a, "%s.%zu", name, n++),
			    block);
}

static void
check_texts(struct checking *w, const struct mag_record *page)
{
	static const char *const names[] = { "excerpt", "meta_description" };
	struct mag_str s;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mag_value_of(page, names[i])->kind == MAG_V_TEXT &&
		    (mag_ml(&s, w->c, mag_value_of(page, names[i]), w->lang) ||
		    s.n == 0))
			mag_wrong(w->c, mag_printf(w->c->a, "%s.%s", names[i],
			    w->lang), "is not translated", NULL);
}

enum mag_status
mag_page_check(struct mag_call *c, int64_t id)
{
	const char *const *lang;
	struct checking w = { c, NULL };
	struct mag_record *page;
	enum mag_status st;

	if ((st = mag_noun_get(&page, c, &mag_page, id)) != MAG_OK)
		return st;
	for (lang = mag_site(c)->languages; *lang != NULL; lang++) {
		w.lang = *lang;
		if (!mag_page_speaks(c, page, *lang)) {
			mag_wrong(c, mag_printf(c->a, "title.%s", *lang),
			    "is not translated", NULL);
			continue;
		}
		check_content(&w, page);
		check_texts(&w, page);
	}
	return MAG_OK;
}
