/* SPDX-License-Identifier: MIT */
/* Menus: checked strictly when they come in, resolved when they go out. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/menu.h>
#include <magnetiq/page.h>

#include "noun.h"

#define DEPTH_MAX	3
#define ITEMS_MAX	50	/* in one list */
#define LABEL_MAX	100	/* characters */

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "name", MAG_SLUG, .max = 100, .flags = MAG_REQUIRED | MAG_LIST | MAG_FIND,
	  .what = "main and footer are shown on the site" },
	{ "items", MAG_JSON, .preset = "[]", .flags = MAG_LIST,
	  .what = "{label, url | page_id, children}" },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

static void	check_items(struct mag_call *, const char *,
		    const struct mag_json *, int);

static void
check_label(struct mag_call *c, const char *name, const struct mag_json *j)
{
	const struct mag_json *m;
	const char *member;

	if (j == NULL || mag_json_kind(j) != MAG_JSON_OBJECT) {
		mag_wrong(c, name, "must be an object of languages", NULL);
		return;
	}
	if (mag_json_get(j, mag_site(c)->language) == NULL)
		mag_wrong(c, mag_printf(c->a, "%s.%s", name,
		    mag_site(c)->language), "is required", NULL);
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m)) {
		member = mag_printf(c->a, "%s.%s", name, mag_json_key(m));
		if (!mag_site_speaks(mag_site(c), mag_json_key(m)))
			mag_wrong(c, member, "is not a language of this site",
			    NULL);
		else if (mag_json_text(m) == NULL)
			mag_wrong(c, member, "must be a string", NULL);
		else if (strlen(mag_json_text(m)) > 4 * LABEL_MAX)
			mag_wrong(c, member, "is too long", NULL);
	}
}

static void
check_page(struct mag_call *c, const char *name, const struct mag_json *j)
{
	struct mag_problem was = c->problem;
	struct mag_record *page;
	int64_t id;

	if (!mag_json_int(&id, j) || id < 1) {
		mag_wrong(c, name, "must be an id", NULL);
		return;
	}
	if (mag_noun_get(&page, c, &mag_page, id) == MAG_OK)
		return;
	c->problem = was;
	mag_wrong(c, name, "names nothing that exists", NULL);
}

static void
check_member(struct mag_call *c, const char *item, const struct mag_json *m,
    int depth)
{
	const char *name = mag_printf(c->a, "%s.%s", item, mag_json_key(m));
	const char *key = mag_json_key(m), *s = mag_json_text(m);

	if (strcmp(key, "label") == 0)
		return;
	if (strcmp(key, "children") == 0)
		check_items(c, name, m, depth + 1);
	else if (mag_json_kind(m) == MAG_JSON_NULL)
		return;
	else if (strcmp(key, "page_id") == 0)
		check_page(c, name, m);
	else if (strcmp(key, "url") != 0)
		mag_wrong(c, name, "is not a known field", NULL);
	else if (s == NULL || !mag_url_valid(s, strlen(s)))
		mag_wrong(c, name, "must be an https, http, mailto, tel or "
		    "relative address", NULL);
}

static void
check_item(struct mag_call *c, const char *item, const struct mag_json *j,
    int depth)
{
	const struct mag_json *m;

	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		mag_wrong(c, item, "must be an object", NULL);
		return;
	}
	check_label(c, mag_printf(c->a, "%s.label", item),
	    mag_json_get(j, "label"));
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m))
		check_member(c, item, m, depth);
}

static void
check_items(struct mag_call *c, const char *name, const struct mag_json *list,
    int depth)
{
	const struct mag_json *j;
	size_t n = 0;

	if (mag_json_kind(list) != MAG_JSON_ARRAY)
		mag_wrong(c, name, "must be a list", NULL);
	else if (depth > DEPTH_MAX)
		mag_wrong(c, name, "lies too deep", NULL);
	else if (mag_json_count(list) > ITEMS_MAX)
		mag_wrong(c, name, "must have at most %s elements", "50");
	else
		for (j = mag_json_first(list); j != NULL; j = mag_json_next(j))
			check_item(c, mag_printf(c->a, "%s.%zu", name, n++), j,
			    depth);
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	static const char sql_taken[] =
	    "SELECT 1 FROM menus WHERE name = ?1 AND id <> ?2";
	const struct mag_value *v = mag_value_of(r, "items");
	const char *name = mag_text(r, "name");
	int64_t found;

	(void)old;
	if (v->kind == MAG_V_TEXT)
		check_items(c, "items", mag_json_own(c->a, v->s, v->n), 1);
	if (mag_verdict(c) != MAG_OK)
		return mag_verdict(c);
	if (mag_db_int(&found, c->db, sql_taken, "si", name,
	    mag_record_id(r)) == MAG_OK)
		return mag_fail(c, MAG_CONFLICT, "This name is taken.");
	return MAG_OK;
}

struct mag_noun mag_menu = {
	.name = "menu",
	.plural = "menus",
	.table = "menus",
	.fields = fields,
	.sort = "id",
	.label = "There is no such menu.",
	.check = check,
};

/* The address of an item, or NULL if it leads to nothing public. */
static const char *
address(struct mag_call *c, const struct mag_json *item, const char *lang)
{
	const char *url = mag_json_text(mag_json_get(item, "url"));
	int64_t id;

	if (lang == NULL)
		lang = mag_site(c)->language;
	if (mag_json_get(item, "page_id") != NULL &&
	    mag_json_int(&id, mag_json_get(item, "page_id")))
		return mag_page_public_url(c, id, lang);
	if (url == NULL)
		return "";
	if (url[0] == '/' && url[1] != '/')
		return mag_printf(c->a, "%s%s", c->conf->site_url, url);
	return url;
}

static void
print_label(struct mag_buf *b, struct mag_call *c, const struct mag_json *map,
    const char *lang)
{
	const char *s;

	if (lang == NULL) {
		mag_json_print(b, map);
		return;
	}
	s = mag_json_text(mag_json_get(map, lang));
	if (s == NULL || *s == '\0')
		s = mag_json_text(mag_json_get(map, mag_site(c)->language));
	mag_buf_jsons(b, s == NULL ? "" : s);
}

static void
print_items(struct mag_buf *b, struct mag_call *c, const struct mag_json *list,
    const char *lang, int depth)
{
	const struct mag_json *j;
	const char *url;
	int n = 0;

	mag_buf_addc(b, '[');
	for (j = list == NULL || depth > DEPTH_MAX ? NULL :
	    mag_json_first(list); j != NULL; j = mag_json_next(j)) {
		if ((url = address(c, j, lang)) == NULL)
			continue;
		mag_buf_adds(b, n++ > 0 ? ",{\"label\":" : "{\"label\":");
		print_label(b, c, mag_json_get(j, "label"), lang);
		mag_buf_adds(b, ",\"url\":");
		mag_buf_jsons(b, url);
		mag_buf_adds(b, ",\"children\":");
		print_items(b, c, mag_json_get(j, "children"), lang, depth + 1);
		mag_buf_addc(b, '}');
	}
	mag_buf_addc(b, ']');
}

enum mag_status
mag_menu_print(struct mag_buf *b, struct mag_call *c, const char *name,
    const char *lang)
{
	static const char sql_items[] =
	    "SELECT items FROM menus WHERE name = ?1";
	const char *items;
	enum mag_status st;

	st = mag_db_text(&items, c->a, c->db, sql_items, "s", name);
	if (st == MAG_OK)
		print_items(b, c, mag_json_own(c->a, items, strlen(items)),
		    lang, 1);
	else if (st == MAG_NOT_FOUND)
		mag_buf_adds(b, "[]");
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_menu_print_all(struct mag_buf *b, struct mag_call *c, const char *lang)
{
	static const char sql_all[] = "SELECT name, items FROM menus ORDER BY name";
	struct mag_row *row = NULL;
	const char *items;
	enum mag_status st;
	int n = 0;

	if ((st = mag_db_query(&row, c->db, sql_all, "")) != MAG_OK)
		goto done;
	mag_buf_addc(b, '{');
	while ((st = mag_row_next(row)) == MAG_OK) {
		mag_buf_adds(b, n++ > 0 ? "," : "");
		mag_buf_jsons(b, mag_row_dup(row, 0, c->a));
		mag_buf_addc(b, ':');
		items = mag_row_dup(row, 1, c->a);
		print_items(b, c, mag_json_own(c->a, items, strlen(items)),
		    lang, 1);
	}
	mag_buf_addc(b, '}');
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
done:
	mag_row_done(row);
	return st;
}
