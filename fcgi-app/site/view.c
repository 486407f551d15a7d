/* SPDX-License-Identifier: MIT */
/* What all pages for people share: names, menus, languages, the envelope. */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/menu.h>
#include <magnetiq/page.h>

#include "../http/header.h"
#include "site.h"

const char *
site_url(struct exchange *x, const char *path)
{

	return mag_printf(x->a, "%s%s", x->conf->site_url, path);
}

const char *
site_path_language(struct exchange *x)
{
	const char *const *l = mag_site(&x->call)->languages;

	for (; x->match.nvalues > 0 && *l != NULL; l++)
		if (strcmp(*l, x->match.values[0]) == 0)
			return *l;
	return NULL;
}

/* The language that a visitor chose, if it is still one of the site's. */
static const char *
cookie_language(struct exchange *x)
{
	const char *const *l = mag_site(&x->call)->languages;
	struct mag_str chosen;

	if (!header_cookie(&chosen, x->rq->cookie, "lang"))
		return NULL;
	for (; *l != NULL; l++)
		if (strlen(*l) == chosen.n && memcmp(*l, chosen.p, chosen.n) == 0)
			return *l;
	return NULL;
}

/* Of a path that leads nowhere, too: /de/nichts is a German reader's. */
static const char *
segment_language(struct exchange *x)
{
	const char *const *l = mag_site(&x->call)->languages;
	const struct mag_str *s = &x->path.segment[0];

	for (; x->path.count > 0 && s->p != NULL && *l != NULL; l++)
		if (strlen(*l) == s->n && memcmp(*l, s->p, s->n) == 0)
			return *l;
	return NULL;
}

const char *
site_language(struct exchange *x)
{
	const struct mag_site *site = mag_site(&x->call);
	const char *lang;

	if ((lang = segment_language(x)) != NULL ||
	    (lang = cookie_language(x)) != NULL)
		return lang;
	return mag_accept_language(x->rq->accept_language, site->languages,
	    site->language);
}

const char *
view_language_name(const char *code)
{
	static const struct {
		const char	*code, *name;
	} names[] = {
		{ "cs", "Čeština" }, { "da", "Dansk" }, { "de", "Deutsch" },
		{ "en", "English" }, { "es", "Español" }, { "fi", "Suomi" },
		{ "fr", "Français" }, { "hu", "Magyar" }, { "it", "Italiano" },
		{ "nb", "Norsk" }, { "nl", "Nederlands" }, { "pl", "Polski" },
		{ "pt", "Português" }, { "ro", "Română" }, { "sv", "Svenska" },
		{ "tr", "Türkçe" }, { "uk", "Українська" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].code, code) == 0)
			return names[i].name;
	return code;
}

void
view_language(struct mag_data *d, const char *code, const char *url,
    bool current)
{
	struct mag_data *l = mag_data_each(d, "languages");

	mag_data_text(l, "code", code);
	mag_data_text(l, "name", view_language_name(code));
	mag_data_text(l, "url", url);
	mag_data_bool(l, "current", current);
}

void
view_alternate(struct mag_data *d, const char *code, const char *url)
{
	struct mag_data *to = mag_data_each(d, "alternates");

	mag_data_text(to, "code", code);
	mag_data_text(to, "url", url);
}

void
view_title(struct exchange *x, struct mag_data *d, const char *lang,
    const char *title)
{
	struct mag_str site;

	(void)mag_ml(&site, &x->call, &mag_site(&x->call)->title, lang);
	mag_data_text(d, "title", title);
	if (*title == '\0' || site.n == 0 || strcmp(title, site.p) == 0)
		mag_data_text(d, "window_title", *title == '\0' ? site.p : title);
	else
		mag_data_text(d, "window_title", mag_printf(x->a, "%s – %s",
		    title, site.p));
}

struct reading {
	struct exchange	*x;
	enum mag_status	(*handler)(struct exchange *);
};

static enum mag_status
reading(struct mag_db *db, void *arg)
{
	struct reading *r = arg;

	(void)db;
	return r->handler(r->x);
}

enum mag_status
view_read(struct exchange *x, enum mag_status (*handler)(struct exchange *))
{
	struct reading r = { x, handler };

	return mag_db_read(x->call.db, reading, &r);
}

struct mag_data *
view_begin(struct exchange *x, const char *lang)
{
	struct mag_data *d = mag_data_new(x->a);
	struct mag_str title;

	(void)mag_ml(&title, &x->call, &mag_site(&x->call)->title, lang);
	mag_data_text(d, "lang", lang);
	mag_data_bytes(d, "site_title", title.p, title.n);
	mag_data_text(d, "home_url", mag_printf(x->a, "%s/%s/",
	    x->conf->site_url, lang));
	mag_data_text(d, "search_url", mag_printf(x->a, "%s/%s/search",
	    x->conf->site_url, lang));
	site_assets(x, d);
	return d;
}

/*
 * Nothing but what the page names runs or loads.  The site's own address
 * stands there beside 'self': in development the site has two names.
 */
static void
policy(struct exchange *x, const char *more)
{
	const char *site = x->conf->site_url;

	reply_header(x, "Content-Security-Policy", mag_printf(x->a,
	    "default-src 'none'; script-src 'self' %s; style-src 'self' %s; "
	    "img-src 'self' %s https: data:; media-src 'self' %s https:; "
	    "font-src 'self'; connect-src 'self'; base-uri 'none'; "
	    "form-action 'self' %s; %sframe-ancestors 'none'", site, site, site,
	    site, site, more));
}

static enum mag_status
show(struct exchange *x, const struct mag_data *d, const char *lang,
    int status, const char *name, const char *more)
{
	enum mag_status st;

	x->out.len = 0;
	st = mag_template_render(&x->out, mag_printf(x->a, "site/%s.html",
	    name), d, lang, MAG_ESCAPE_HTML);
	if (st != MAG_OK)
		return st;
	policy(x, more);
	x->status = status;
	x->type = "text/html; charset=utf-8";
	x->language = lang;
	return MAG_OK;
}

enum mag_status
view_send(struct exchange *x, const struct mag_data *d, const char *lang,
    int status, const char *name)
{

	return show(x, d, lang, status, name, "");
}

enum mag_status
view_send_framing(struct exchange *x, const struct mag_data *d,
    const char *lang, int status, const char *name)
{

	return show(x, d, lang, status, name, "frame-src 'self'; ");
}
