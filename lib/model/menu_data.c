/* SPDX-License-Identifier: MIT */
/* A menu as templates read it, from what the public API says of it. */
#include <string.h>

#include <magnetiq/menu.h>

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
	struct mag_buf b;

	mag_buf_init(&b, c->a, 512);
	if (mag_menu_print(&b, c, name, lang) != MAG_OK)
		return;
	list = mag_json_own(c->a, b.p, b.len);
	if (list == NULL || (first = mag_json_first(list)) == NULL)
		return;
	add_items(mag_data_object(d, mag_printf(c->a, "%s_menu", name)), first,
	    here);
}
