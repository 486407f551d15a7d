/* SPDX-License-Identifier: MIT */
/* The search page: a plain form, and what it found. */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/limits.h>
#include <magnetiq/menu.h>
#include <magnetiq/page.h>
#include <magnetiq/search.h>

#include "../handlers.h"
#include "form.h"

#define PER_PAGE	20

/* What the library found, from its JSON into the tree. */
static void
add_results(struct mag_data *d, struct exchange *x, const struct mag_buf *json)
{
	const struct mag_json *j;
	struct mag_data *to;

	j = mag_json_first(mag_json_own(x->a, json->p, json->len));
	for (; j != NULL; j = mag_json_next(j)) {
		to = mag_data_each(d, "results");
		mag_data_text(to, "title", mag_json_text(mag_json_get(j,
		    "title")));
		mag_data_text(to, "url", mag_json_text(mag_json_get(j, "url")));
		mag_data_text(to, "excerpt", mag_json_text(mag_json_get(j,
		    "excerpt")));
	}
}

static enum mag_status
find(struct mag_data *d, struct exchange *x, const char *query,
    const char *lang)
{
	struct mag_search s = { .query = query, .lang = lang,
	    .per_page = PER_PAGE };
	struct mag_buf json;
	enum mag_status st;

	(void)!input_int(x, &s.page, "page", 1, 1,
	    MAG_SEARCH_RESULTS / PER_PAGE);
	if (x->call.problem.count > 0) {
		memset(&x->call.problem, 0, sizeof(x->call.problem));
		s.page = 1;
	}
	mag_buf_init(&json, x->a, 4096);
	if ((st = mag_search_public(&json, &x->call, &s)) != MAG_OK)
		return st;
	x->miss = s.miss;
	add_results(d, x, &json);
	mag_data_bool(d, "searched", true);
	mag_data_bool(d, "found", s.total > 0);
	mag_data_int(d, "total", s.total);
	if (s.page > 1)
		mag_data_int(d, "previous_page", s.page - 1);
	if (s.page * PER_PAGE < s.total)
		mag_data_int(d, "next_page", s.page + 1);
	return MAG_OK;
}

/* A form counts characters, the library bytes: what is too much is cut off. */
static const char *
clipped(struct mag_arena *a, const char *query)
{
	size_t n = strlen(query);

	if (n > MAG_SEARCH_MAX)
		for (n = MAG_SEARCH_MAX; (query[n] & 0xc0) == 0x80; n--)
			continue;
	return mag_dup(a, query, n);
}

static enum mag_status
read_search(struct exchange *x)
{
	const char *lang = site_path_language(x), *query, *const *l;
	struct mag_data *d;
	enum mag_status st;

	if (lang == NULL)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	query = input_query(x, "q");
	query = clipped(x->a, query == NULL ? "" : query);
	d = view_begin(x, lang);
	mag_data_text(d, "query", query);
	mag_data_text(d, "query_url", form_encode(x->a, query));
	mag_data_bool(d, "noindex", true);
	for (l = mag_site(&x->call)->languages; *l != NULL; l++)
		view_language(d, *l, mag_printf(x->a, "%s/%s/search?q=%s",
		    x->conf->site_url, *l, form_encode(x->a, query)),
		    strcmp(*l, lang) == 0);
	mag_menu_data(d, &x->call, "main", lang, NULL);
	mag_menu_data(d, &x->call, "footer", lang, NULL);
	view_title(x, d, lang, mag_tr(lang, "Search"));
	if (*query != '\0' && (st = find(d, x, query, lang)) != MAG_OK)
		return st;
	return view_send(x, d, lang, 200, "search");
}

enum mag_status
site_search(struct exchange *x)
{

	return view_read(x, read_search);
}
