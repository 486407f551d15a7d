/* SPDX-License-Identifier: MIT */
/* Menus: their entries lie all over the file, and name pages by number. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/menu.h>
#include <magnetiq/page.h>

#include "import.h"

#define DEPTH_MAX	3
#define WIDTH_MAX	50	/* entries in one list */

enum mag_status
import_entry_add(struct importing *w, const struct wxr_item *i)
{
	const struct wxr_pair *menu = wxr_term(i, "nav_menu");
	const char *type = wxr_meta(i, "_menu_item_type");
	const char *url = wxr_meta(i, "_menu_item_url");
	const char *above = wxr_meta(i, "_menu_item_menu_item_parent");
	const char *object = wxr_meta(i, "_menu_item_object_id");
	struct mag_arena *a = w->c->a;
	struct import_entry *e;

	if (menu == NULL || type == NULL || w->nentries++ >= IMPORT_ENTRIES)
		return MAG_OK;
	e = mag_alloc(a, sizeof(*e));
	e->menu = import_cut(a, menu->slug, 100);
	e->name = import_cut(a, menu->value, 100);
	e->id = import_cut(a, i->id, 20);
	e->parent = above == NULL ? "" : import_cut(a, above, 20);
	e->type = import_cut(a, type, 20);
	e->object = object == NULL ? "" : import_cut(a, object, 20);
	e->url = url == NULL ? "" : import_cut(a, url, 1000);
	e->label = import_cut(a, import_plain(w->one.a, i->title), 100);
	(void)import_number(&e->order, i->menu_order);
	if (w->last_entry == NULL)
		w->entries = e;
	else
		w->last_entry->next = e;
	w->last_entry = e;
	return MAG_OK;
}

static const char sql_page[] =
    "SELECT p.id, p.title FROM imports i JOIN pages p ON p.id = i.object_id"
    " WHERE i.source = ?1 AND i.number = ?2 AND i.noun = 'page'"
    " AND p.deleted_at IS NULL";

/* `,"page_id":7`, and a name for what has none; false: it leads nowhere. */
static bool
put_page(struct mag_buf *b, const char **label, struct importing *w,
    const struct import_entry *e)
{
	struct mag_value title = { MAG_V_NULL, 0, NULL, 0 };
	struct mag_row *row = NULL;
	struct mag_str s;
	bool found;

	found = mag_db_row(&row, w->one.db, sql_page, "ss", w->source,
	    e->object) == MAG_OK;
	if (found) {
		mag_buf_addf(b, ",\"page_id\":%lld",
		    (long long)mag_row_int(row, 0));
		title.kind = MAG_V_TEXT;
		title.s = mag_row_dup(row, 1, w->one.a);
		title.n = strlen(title.s);
	}
	mag_row_done(row);
	if (found && **label == '\0') {
		(void)mag_ml(&s, &w->one, &title, w->lang);
		*label = import_cut(w->one.a, mag_dup(w->one.a, s.p, s.n), 100);
	}
	return found;
}

static bool
put_target(struct mag_buf *b, const char **label, struct importing *w,
    const struct import_entry *e)
{
	const char *url;

	if (strcmp(e->type, "post_type") == 0)
		return put_page(b, label, w, e);
	if (strcmp(e->type, "custom") != 0)
		return false;
	url = import_address(w, e->url);
	if (strcmp(url, "#") == 0 || *url == '\0')
		return true;
	mag_buf_adds(b, ",\"url\":");
	mag_buf_jsons(b, url);
	return mag_url_valid(url, strlen(url));
}

static void
put_label(struct mag_buf *b, struct importing *w, const char *label)
{
	const char *first = mag_site(&w->one)->language;

	mag_buf_addf(b, "{\"label\":{\"%s\":", w->lang);
	mag_buf_jsons(b, label);
	if (strcmp(first, w->lang) != 0) {
		mag_buf_addf(b, ",\"%s\":", first);
		mag_buf_jsons(b, label);
	}
	mag_buf_addc(b, '}');
}

/* The next entry of this list, in the order that somebody gave them. */
static struct import_entry *
next_of(struct importing *w, const char *menu, const char *parent)
{
	struct import_entry *e, *first = NULL;

	for (e = w->entries; e != NULL; e = e->next)
		if (!e->done && strcmp(e->menu, menu) == 0 &&
		    strcmp(e->parent, parent) == 0 &&
		    (first == NULL || e->order < first->order))
			first = e;
	if (first != NULL)
		first->done = true;
	return first;
}

static bool
put_list(struct mag_buf *b, struct importing *w, const char *menu,
    const char *parent, int depth)
{
	struct import_entry *e;
	struct mag_buf target, below;
	const char *label;
	int n = 0;

	mag_buf_addc(b, '[');
	while ((e = next_of(w, menu, parent)) != NULL) {
		label = e->label;
		mag_buf_init(&target, w->one.a, 128);
		if (depth > DEPTH_MAX || n >= WIDTH_MAX ||
		    !put_target(&target, &label, w, e) || *label == '\0') {
			import_note_of(w, "is an entry of a menu that leads to "
			    "nothing here, or has no room", *label == '\0' ?
			    e->id : label);
			continue;
		}
		mag_buf_adds(b, n++ > 0 ? "," : "");
		put_label(b, w, label);
		mag_buf_adds(b, target.p);
		mag_buf_init(&below, w->one.a, 128);
		if (put_list(&below, w, menu, e->id, depth + 1)) {
			mag_buf_adds(b, ",\"children\":");
			mag_buf_adds(b, below.p);
		}
		mag_buf_addc(b, '}');
	}
	mag_buf_addc(b, ']');
	return n > 0;
}

struct making {
	struct importing *w;
	const char	*guid;
	const struct mag_json *body;
};

static enum mag_status
make(struct mag_db *db, void *arg)
{
	struct making *m = arg;
	struct mag_record *r;
	enum mag_status st;

	(void)db;
	st = mag_noun_create(&r, &m->w->one, &mag_menu, m->body);
	if (st != MAG_OK)
		return st;
	return import_remember(m->w, m->guid, NULL, "menu", mag_record_id(r),
	    NULL);
}

static enum mag_status
make_menu(struct importing *w, const struct import_entry *e)
{
	struct making m = { .w = w };
	const char *slug;
	struct mag_buf b;
	enum mag_status st;

	import_ready(w);
	m.guid = mag_printf(w->one.a, "menu#%s", e->menu);
	if (import_known(w, m.guid, "menu")) {
		w->menus_known++;
		return MAG_OK;
	}
	slug = mag_slugify(w->one.a, e->menu, strlen(e->menu));
	mag_buf_init(&b, w->one.a, 1024);
	mag_buf_adds(&b, "{\"name\":");
	mag_buf_jsons(&b, *slug == '\0' ? "menu" : slug);
	mag_buf_adds(&b, ",\"items\":");
	if (!put_list(&b, w, e->menu, "0", 1))
		return MAG_OK;
	mag_buf_addc(&b, '}');
	m.body = mag_json_own(w->one.a, b.p, b.len);
	st = mag_db_write(w->one.db, make, &m);
	if (st == MAG_OK)
		w->menus++;
	else if (st == MAG_CONFLICT || st == MAG_INVALID) {
		import_note_of(w, "is a menu whose name is taken here, or that "
		    "cannot be one", e->name);
		st = MAG_OK;
	}
	return st;
}

enum mag_status
import_menus(struct importing *w)
{
	const struct import_entry *e, *before;
	enum mag_status st = MAG_OK;

	for (e = w->entries; e != NULL && st == MAG_OK; e = e->next) {
		for (before = w->entries; before != e; before = before->next)
			if (strcmp(before->menu, e->menu) == 0)
				break;
		if (before == e)
			st = make_menu(w, e);
	}
	return st;
}
