/* SPDX-License-Identifier: MIT */
/* Who can be met: all of them, found by language and expertise, and each. */
#include <string.h>

#include <magnetiq/booking.h>
#include <magnetiq/i18n.h>
#include <magnetiq/media.h>
#include <magnetiq/menu.h>

#include "../handlers.h"
#include "form.h"

#define ENTRIES	100	/* in the list */

static struct mag_data *
begin(struct exchange *x, const char *lang, const char *title,
    const char *path)
{
	struct mag_data *d = view_begin(x, lang);
	const struct mag_site *site = mag_site(&x->call);
	const char *const *l, *url;

	view_title(x, d, lang, title);
	mag_menu_data(d, &x->call, "main", lang, NULL);
	mag_menu_data(d, &x->call, "footer", lang, NULL);
	mag_data_text(d, "canonical", site_url(x, mag_printf(x->a, "/%s/%s",
	    lang, path)));
	for (l = site->languages; *l != NULL; l++) {
		url = site_url(x, mag_printf(x->a, "/%s/%s", *l, path));
		view_language(d, *l, url, strcmp(*l, lang) == 0);
		view_alternate(d, *l, url);
		if (strcmp(*l, site->language) == 0)
			view_alternate(d, "x-default", url);
	}
	return d;
}

static const char *
booking_url(struct exchange *x, const char *lang, const char *who)
{

	return site_url(x, mag_printf(x->a, "/%s/bookings?consultant=%s",
	    lang, who));
}

/* Languages by the names that they have for themselves. */
static void
add_lists(struct mag_data *to, const struct mag_json *languages,
    const struct mag_json *expertise)
{
	const struct mag_json *j;

	mag_data_bool(to, "has_languages", mag_json_count(languages) > 0);
	mag_data_bool(to, "has_expertise", mag_json_count(expertise) > 0);
	for (j = mag_json_first(languages); j != NULL; j = mag_json_next(j))
		mag_data_line(to, "speaks", view_language_name(
		    mag_json_text(j)));
	for (j = mag_json_first(expertise); j != NULL; j = mag_json_next(j))
		mag_data_line(to, "knows", mag_json_text(j));
}

static const char *
name_of(struct exchange *x, const struct mag_json *j)
{

	return mag_printf(x->a, "%s %s",
	    mag_json_text(mag_json_get(j, "first_name")),
	    mag_json_text(mag_json_get(j, "last_name")));
}

static void
add_entry(struct exchange *x, struct mag_data *d, const char *lang,
    const struct mag_json *j)
{
	struct mag_data *to = mag_data_each(d, "consultants");
	int64_t id = 0;
	const char *number;

	(void)mag_json_int(&id, mag_json_get(j, "id"));
	number = mag_printf(x->a, "%lld", (long long)id);
	mag_data_text(to, "name", name_of(x, j));
	mag_data_text(to, "position", mag_json_text(mag_json_get(j, "title")));
	mag_data_text(to, "url", site_url(x, mag_printf(x->a,
	    "/%s/consultants/%s", lang, number)));
	mag_data_text(to, "booking_url", booking_url(x, lang, number));
	add_lists(to, mag_json_get(j, "languages"),
	    mag_json_get(j, "expertise"));
}

static void
add_filter(struct exchange *x, struct mag_data *d, struct mag_list *l,
    const char *name, const char *field)
{
	const char *s = input_query(x, name);

	if (s == NULL || *s == '\0')
		return;
	mag_consultant_with(l, &x->call, field, s);
	mag_data_text(d, name, s);
	mag_data_bool(d, "noindex", true);
}

static enum mag_status
list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .page = 1,
	    .per_page = ENTRIES };
	const char *lang = site_path_language(x);
	const struct mag_json *j;
	struct mag_data *d;
	struct mag_buf b;
	enum mag_status st;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	l.lang = lang;
	d = begin(x, lang, mag_tr(lang, "Our consultants"), "consultants");
	mag_consultant_listed(&l);
	add_filter(x, d, &l, "language", "languages");
	add_filter(x, d, &l, "expertise", "expertise");
	mag_buf_init(&b, x->a, 4096);
	if ((st = mag_noun_list(&b, &x->call, &mag_consultant, &l)) != MAG_OK)
		return st;
	for (j = mag_json_first(mag_json_own(x->a, b.p, b.len)); j != NULL;
	    j = mag_json_next(j))
		add_entry(x, d, lang, j);
	mag_data_text(d, "any_url", booking_url(x, lang, "any"));
	return view_send(x, d, lang, 200, "consultants");
}

enum mag_status
site_consultants(struct exchange *x)
{

	return site_own_page(x, "consultants") ? site_page(x) :
	    view_read(x, list);
}

static void
add_photo(struct exchange *x, struct mag_data *d, const struct mag_record *r,
    const char *lang)
{
	const struct mag_value *id = mag_value_of(r, "photo_id");
	struct mag_media_view v;
	struct mag_data *to;

	if (id->kind != MAG_V_INT ||
	    mag_media_public(&v, &x->call, id->i, lang) != MAG_OK)
		return;
	to = mag_data_object(d, "photo");
	mag_data_text(to, "src", v.url);
	mag_data_text(to, "alt", v.alt);
}

static const struct mag_json *
json_of(struct exchange *x, const struct mag_record *r, const char *field)
{
	const struct mag_value *v = mag_value_of(r, field);

	return mag_json_own(x->a, v->s, v->n);
}

static enum mag_status
show(struct exchange *x)
{
	const char *lang = site_path_language(x), *number = x->match.values[1];
	struct mag_record *r;
	struct mag_data *d;
	struct mag_str bio;
	enum mag_status st;
	int64_t id;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	if ((st = input_id(x, &id, 1)) != MAG_OK ||
	    (st = mag_consultant_public(&r, &x->call, id)) != MAG_OK)
		return st;
	d = begin(x, lang, mag_printf(x->a, "%s %s", mag_text(r, "first_name"),
	    mag_text(r, "last_name")), mag_printf(x->a, "consultants/%s",
	    number));
	mag_data_text(d, "position", mag_text(r, "title"));
	(void)mag_ml(&bio, &x->call, mag_value_of(r, "bio"), lang);
	mag_data_bytes(d, "bio", bio.p, bio.n);
	add_photo(x, d, r, lang);
	add_lists(d, json_of(x, r, "languages"), json_of(x, r, "expertise"));
	mag_data_text(d, "booking_url", booking_url(x, lang, number));
	return view_send(x, d, lang, 200, "consultant");
}

enum mag_status
site_consultant(struct exchange *x)
{

	return view_read(x, show);
}
