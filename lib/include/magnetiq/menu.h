/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/menu.h -- menus of the site, and redirects from addresses that
 * are gone.
 *
 * A menu is a list of items {label, url | page_id, children}, three deep.
 */
#ifndef MAGNETIQ_MENU_H
#define MAGNETIQ_MENU_H

#include <magnetiq/noun.h>
#include <magnetiq/template.h>

extern MAG_API struct mag_noun mag_menu;
extern MAG_API struct mag_noun mag_redirect;

/**
 * mag_menu_print(b, c, name, lang): the items of one menu for the public, as
 * a JSON array of {label,url,children}: pages by their address in ${lang}
 * (NULL: labels stay maps, addresses are of the default language); what is
 * not published is left out.  An unknown name is an empty array.
 */
MAG_API enum mag_status mag_menu_print(struct mag_buf *, struct mag_call *,
    const char *name, const char *lang) MAG_CHECK;
/** mag_menu_print_all(b, c, lang): all of them, as an object by name. */
MAG_API enum mag_status mag_menu_print_all(struct mag_buf *, struct mag_call *,
    const char *lang) MAG_CHECK;
/**
 * mag_menu_data(d, c, name, lang, here): a menu for templates, as the object
 * `<name>_menu` with the list `items` of {label, url, current, below}, where
 * `below` is again an object with `items`, or false.  `current` is the item
 * whose address is ${here}.  Nothing where there is no such menu.
 */
MAG_API void	mag_menu_data(struct mag_data *, struct mag_call *,
    const char *name, const char *lang, const char *here);
/**
 * mag_redirect_find(out, status, c, path): where an address leads now;
 * MAG_NOT_FOUND if nowhere.
 */
MAG_API enum mag_status mag_redirect_find(const char **out, int *status,
    struct mag_call *, const char *path) MAG_CHECK;

#endif
