/* SPDX-License-Identifier: MIT */
/*
 * A menu as templates read it, from what the public API says of it.
 *
 * Every page shows the same menus, so a process keeps their text as long as
 * the generation of what the public can see stands still.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/menu.h>

#define KEPT	32	/* menus, each in each language */

static struct {
	struct mag_db	*db;
	int64_t		 moved, generation;
	size_t		 n;
	struct {
		char	*name, *lang, *json;
	} menu[KEPT];
} kept;

static void
forget(void)
{

	while (kept.n > 0) {
		kept.n--;
		free(kept.menu[kept.n].name);
		free(kept.menu[kept.n].lang);
		free(kept.menu[kept.n].json);
	}
}

/* Is what is kept as good as new?  Forgets it if not. */
static bool
is_current(struct mag_db *db)
{
	int64_t moved = mag_db_moved(db), now[3];

	if (kept.db == db && kept.moved == moved)
		return true;
	if (mag_generation(now, db) != MAG_OK) {
		forget();
		kept.db = NULL;
		return false;
	}
	if (kept.db != db || kept.generation != now[0])
		forget();
	kept.db = db;
	kept.moved = moved;
	kept.generation = now[0];
	return true;
}

static const char *
recall(const char *name, const char *lang)
{
	size_t i;

	for (i = 0; i < kept.n; i++)
		if (strcmp(kept.menu[i].name, name) == 0 &&
		    strcmp(kept.menu[i].lang, lang) == 0)
			return kept.menu[i].json;
	return NULL;
}

static void
remember(const char *name, const char *lang, const char *json)
{

	if (kept.n == KEPT)
		forget();
	kept.menu[kept.n].name = strdup(name);
	kept.menu[kept.n].lang = strdup(lang);
	kept.menu[kept.n].json = strdup(json);
	if (kept.menu[kept.n].name == NULL ||
	    kept.menu[kept.n].lang == NULL || kept.menu[kept.n].json == NULL)
		abort();
	kept.n++;
}

/* The items as JSON; NULL if they cannot be read. */
static const char *
items(struct mag_call *c, const char *name, const char *lang)
{
	bool keep = is_current(c->db);
	const char *json = recall(name, lang);
	struct mag_buf b;

	if (json != NULL)
		return json;
	mag_buf_init(&b, c->a, 512);
	if (mag_menu_print(&b, c, name, lang) != MAG_OK)
		return NULL;
	if (keep)
		remember(name, lang, b.p);
	return b.p;
}

/* Only where there is an item: an empty list would be looked for outside. */
static void
add_items(struct mag_data *d, const struct mag_json *item, const char *here)
{
	const struct mag_json *below;
	struct mag_data *to;
	const char *url;

	for (; item != NULL; item = mag_json_next(item)) {
		url = mag_json_text(mag_json_get(item, "url"));
		below = mag_json_first(mag_json_get(item, "children"));
		to = mag_data_each(d, "items");
		mag_data_text(to, "label", mag_json_text(mag_json_get(item,
		    "label")));
		mag_data_text(to, "url", url);
		mag_data_bool(to, "current", here != NULL &&
		    strcmp(url, here) == 0);
		if (below == NULL)
			mag_data_bool(to, "below", false);
		else
			add_items(mag_data_object(to, "below"), below, here);
	}
}

void
mag_menu_data(struct mag_data *d, struct mag_call *c, const char *name,
    const char *lang, const char *here)
{
	const struct mag_json *list, *first;
	const char *json = items(c, name, lang);

	if (json == NULL ||
	    (list = mag_json_own(c->a, json, strlen(json))) == NULL ||
	    (first = mag_json_first(list)) == NULL)
		return;
	add_items(mag_data_object(d, mag_printf(c->a, "%s_menu", name)), first,
	    here);
}
