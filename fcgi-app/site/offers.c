/* SPDX-License-Identifier: MIT */
/*
 * Webinars and white papers for people: lists, one of them, and its form.
 * The form needs no script; what is wrong with it is said above it.
 */
#include <string.h>

#include <magnetiq/excerpt.h>
#include <magnetiq/i18n.h>
#include <magnetiq/page.h>
#include <magnetiq/webinar.h>
#include <magnetiq/when.h>
#include <magnetiq/whitepaper.h>
#include <magnetiq/zone.h>

#include "../handlers.h"
#include "form.h"

#define ENTRIES	100	/* in a list */

static const char *
text(struct exchange *x, const struct mag_record *r, const char *field,
    const char *lang)
{
	struct mag_str s;

	(void)mag_ml(&s, &x->call, mag_value_of(r, field), lang);
	return mag_dup(x->a, s.p, s.n);
}

static bool
is_webinar(struct exchange *x)
{

	return strstr(x->match.route->path, "/webinars") != NULL;
}

static const char *const *
form_of(struct exchange *x)
{

	return is_webinar(x) ? form_person : form_paper;
}

static const char *
path_of(struct exchange *x, const char *lang, const char *slug)
{

	return mag_printf(x->a, "/%s/%s%s%s", lang, is_webinar(x) ?
	    "webinars" : "whitepapers", *slug == '\0' ? "" : "/", slug);
}

/* Does it have words of its own in that language?  Lists always do. */
static bool
speaks(struct exchange *x, const struct mag_record *r, const char *lang)
{

	return r == NULL || mag_page_speaks(&x->call, r, lang);
}

/* ${r}: one of them, or NULL for their list. */
static void
add_languages(struct exchange *x, struct mag_data *d, const char *lang,
    const struct mag_record *r)
{
	const char *slug = r == NULL ? "" : mag_text(r, "slug"), *url;
	const struct mag_site *site = mag_site(&x->call);
	const char *const *l;

	mag_data_text(d, "canonical", site_url(x, path_of(x,
	    speaks(x, r, lang) ? lang : site->language, slug)));
	for (l = site->languages; *l != NULL; l++) {
		url = site_url(x, path_of(x, *l, slug));
		view_language(d, *l, url, strcmp(*l, lang) == 0);
		if (!speaks(x, r, *l))
			continue;
		view_alternate(d, *l, url);
		if (strcmp(*l, site->language) == 0)
			view_alternate(d, "x-default", url);
	}
}

/* ---- lists ---- */

static void
add_entry(struct exchange *x, struct mag_data *d, const char *lang,
    const struct mag_json *j)
{
	const char *slug = mag_json_text(mag_json_get(j, "slug"));
	const char *words = mag_json_text(mag_json_get(j, "description"));
	struct mag_data *to = mag_data_each(d, "pages");
	struct mag_buf b;

	mag_data_text(to, "title", mag_json_text(mag_json_get(j, "title")));
	mag_data_text(to, "url", site_url(x, path_of(x, lang, slug)));
	if (words == NULL)
		return;
	mag_buf_init(&b, x->a, 512);
	(void)mag_excerpt(&b, (struct mag_str){ words, strlen(words) }, NULL,
	    0);
	mag_data_text(to, "excerpt", b.p);
}

static enum mag_status
read_entries(struct exchange *x, struct mag_data *d, const char *lang)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = lang,
	    .page = 1, .per_page = ENTRIES, .ordered = true };
	const struct mag_json *j;
	struct mag_buf b;
	enum mag_status st;

	if (is_webinar(x)) {
		st = mag_webinar_timeframe(&l, &x->call, "upcoming");
		l.filters[l.nfilters++] = (struct mag_filter){
		    .sql = "status <> 'cancelled'" };
		x->good_until = x->call.now;
	} else {
		st = MAG_OK;
		l.status = "published";
		l.filters[l.nfilters++] = mag_whitepaper_listed;
		l.sort_by = "published_at";
		l.descending = true;
	}
	mag_buf_init(&b, x->a, 4096);
	if (st != MAG_OK || (st = mag_noun_list(&b, &x->call, is_webinar(x) ?
	    &mag_webinar : &mag_whitepaper, &l)) != MAG_OK)
		return st;
	for (j = mag_json_first(mag_json_own(x->a, b.p, b.len)); j != NULL;
	    j = mag_json_next(j))
		add_entry(x, d, lang, j);
	return MAG_OK;
}

/* Calendar programs ask to subscribe when they meet webcal:. */
static const char *
feed_url(struct exchange *x, const char *lang)
{
	const char *site = strstr(x->conf->site_url, "://");

	return mag_printf(x->a, "webcal%s/api/v1/public/webinars/calendar.ics"
	    "?lang=%s", site, lang);
}

static enum mag_status
list(struct exchange *x)
{
	const char *lang = site_path_language(x);
	struct mag_data *d;
	enum mag_status st;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	d = view_begin(x, lang);
	view_title(x, d, lang, mag_tr(lang, is_webinar(x) ? "Webinars" :
	    "White papers"));
	add_languages(x, d, lang, NULL);
	if (is_webinar(x))
		mag_data_text(d, "feed", feed_url(x, lang));
	if ((st = read_entries(x, d, lang)) != MAG_OK)
		return st;
	return view_send(x, d, lang, 200, "offers");
}

/* Editors may have written a page of that name: it is the better list. */
enum mag_status
site_offers(struct exchange *x)
{
	const char *slug = is_webinar(x) ? "webinars" : "whitepapers";

	return site_own_page(x, slug) ? site_page(x) : view_read(x, list);
}

/* ---- one of them ---- */

static enum mag_status
load(struct exchange *x, struct mag_record **r)
{

	return is_webinar(x) ?
	    mag_webinar_public(r, &x->call, x->match.values[1]) :
	    mag_whitepaper_public(r, &x->call, x->match.values[1]);
}

static enum mag_status
show(struct exchange *x, const struct mag_record *r, const char *lang,
    const struct query *form, int status)
{
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, text(x, r, "title", lang));
	add_languages(x, d, lang, r);
	mag_data_text(d, "description", text(x, r, "description", lang));
	if (is_webinar(x))
		webinar_page(x, d, r, lang);
	else
		paper_page(x, d, r, form, lang);
	form_fill(x, d, form, form_of(x), lang);
	spam_add(x, d, mag_text(r, "slug"));
	return view_send(x, d, lang, status, "offer");
}

static enum mag_status
offer(struct exchange *x)
{
	const char *lang = site_path_language(x);
	struct mag_record *r;
	enum mag_status st;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	st = load(x, &r);
	return st != MAG_OK ? st : show(x, r, lang, NULL, 200);
}

enum mag_status
site_offer(struct exchange *x)
{

	return view_read(x, offer);
}

/* ---- its form ---- */

/* The zone of the visitor's browser, if we know it: a script may say it. */
static void
add_zone(struct mag_buf *b, const struct query *form)
{
	const char *zone = query_get(form, "timezone");

	if (zone == NULL || !mag_zone_valid(zone))
		return;
	mag_buf_adds(b, "\"timezone\":");
	mag_buf_jsons(b, zone);
	mag_buf_addc(b, ',');
}

/* The same body that a program would send. */
static const struct mag_json *
body_of(struct exchange *x, const struct query *form, const char *lang,
    bool person)
{
	struct mag_buf b;

	mag_buf_init(&b, x->a, 512);
	mag_buf_addc(&b, '{');
	if (person) {
		form_members(&b, form, form_of(x));
		if (is_webinar(x))
			add_zone(&b, form);
		form_consents(&b, form, lang);
	}
	mag_buf_addc(&b, '}');
	return mag_json_own(x->a, b.p, b.len);
}

static enum mag_status
thank(struct exchange *x, const struct mag_record *r, const char *lang,
    const char *words, const char *url)
{
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, text(x, r, "title", lang));
	mag_data_bool(d, "noindex", true);
	mag_data_text(d, "words", mag_tr(lang, words));
	mag_data_text(d, "url", url);
	return view_send(x, d, lang, 200, "thanks");
}

static enum mag_status
register_visitor(struct exchange *x, const struct mag_record *w,
    const char *lang, const struct mag_json *body)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_register(&r, &x->call, mag_record_id(w), body);
	if (st != MAG_OK)
		return st;
	return thank(x, w, lang, mag_int(r, "approved") == 0 ?
	    "Your registration waits for our confirmation; a letter is on its "
	    "way." : mag_is(r, "status", "confirmed") ?
	    "You are registered; a letter is on its way." :
	    "You are on the waiting list; a letter is on its way.", NULL);
}

static enum mag_status
hand_out(struct exchange *x, const struct mag_record *p, const char *lang,
    const struct mag_json *body)
{
	struct mag_download_result d;
	enum mag_status st;

	st = mag_download_ask(&d, &x->call, mag_record_id(p), body, NULL);
	if (st != MAG_OK)
		return st;
	return thank(x, p, lang, "Here is the paper, for one hour.",
	    site_url(x, mag_printf(x->a, "/api/v1/public/downloads/%s",
	    d.token)));
}

enum mag_status
site_offer_send(struct exchange *x)
{
	const char *lang = site_path_language(x);
	const struct mag_json *body;
	struct mag_record *r;
	struct query form;
	enum mag_status st;
	bool person;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	if ((st = load(x, &r)) != MAG_OK)
		return st;
	if (query_read(&form, x->a, x->body == NULL ? "" : x->body,
	    x->body_len) != MAG_OK)
		return MAG_MALFORMED;
	person = is_webinar(x) || mag_int(r, "requires_registration") != 0;
	body = body_of(x, &form, lang, person);
	st = person ? spam_check(x, &form, mag_text(r, "slug")) : MAG_OK;
	if (st == MAG_OK)
		st = is_webinar(x) ? register_visitor(x, r, lang, body) :
		    hand_out(x, r, lang, body);
	switch (st) {
	case MAG_INVALID:
	case MAG_ALREADY_REGISTERED:
	case MAG_WEBINAR_FULL:
	case MAG_REGISTRATION_CLOSED:
		return show(x, r, lang, &form, reply_http(st));
	default:
		return st;
	}
}
