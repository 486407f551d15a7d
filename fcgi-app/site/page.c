/* SPDX-License-Identifier: MIT */
/* One page of the site, its home included, and drafts through a link. */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/menu.h>
#include <magnetiq/page.h>

#include "../handlers.h"
#include "../links.h"
#include "site.h"

/* A text of the page in one language, the default one if need be. */
static struct mag_str
text(struct exchange *x, const struct mag_record *page, const char *field,
    const char *lang)
{
	struct mag_str s;

	(void)mag_ml(&s, &x->call, mag_value_of(page, field), lang);
	return s;
}

/* The same only in that language: no English words about a German page. */
static struct mag_str
own_text(struct exchange *x, const struct mag_record *page, const char *field,
    const char *lang)
{
	struct mag_str s;

	if (mag_ml(&s, &x->call, mag_value_of(page, field), lang))
		s.n = 0;
	return s;
}

static struct mag_str
first_of(struct mag_str x, struct mag_str y)
{

	return x.n > 0 ? x : y;
}

/* hreflang only for languages that the page has; the switch leads on. */
static void
add_languages(struct exchange *x, struct mag_data *d,
    const struct mag_record *page, const char *lang)
{
	const struct mag_site *site = mag_site(&x->call);
	const char *const *l;
	const char *url;

	for (l = site->languages; *l != NULL; l++) {
		if (!mag_page_speaks(&x->call, page, *l)) {
			view_language(d, *l, mag_printf(x->a, "%s/%s/",
			    x->conf->site_url, *l), strcmp(*l, lang) == 0);
			continue;
		}
		url = mag_page_url(&x->call, page, *l);
		view_language(d, *l, url, strcmp(*l, lang) == 0);
		view_alternate(d, *l, url);
		if (strcmp(*l, site->language) == 0)
			view_alternate(d, "x-default", url);
	}
}

static void
add_time(struct mag_buf *b, const struct mag_record *page, const char *field,
    const char *name)
{
	char when[MAG_TIME_TEXT];

	if (mag_value_of(page, field)->kind != MAG_V_INT)
		return;
	mag_time_rfc3339(when, mag_int(page, field));
	mag_buf_addf(b, ",\"%s\":\"%s\"", name, when);
}

static void
add_member(struct mag_buf *b, const char *name, struct mag_str s)
{

	if (s.n == 0)
		return;
	mag_buf_addf(b, ",\"%s\":", name);
	mag_buf_json(b, s.p, s.n);
}

static struct mag_str
str(const char *s)
{

	return (struct mag_str){ s, s == NULL ? 0 : strlen(s) };
}

/* In a script element nothing may look like its end. */
static const char *
script_safe(struct mag_arena *a, const char *json)
{
	struct mag_buf b;

	mag_buf_init(&b, a, strlen(json) + 64);
	for (; *json != '\0'; json++)
		if (*json == '<')
			mag_buf_adds(&b, "\\u003c");
		else
			mag_buf_addc(&b, *json);
	return b.p;
}

struct shown {
	const struct mag_record *page;
	const char	*lang;		/* of the address */
	const char	*title_lang;	/* of the title, which may be another */
	const char	*canonical;
	struct mag_str	 title, description;
	struct mag_page_shown content;
};

/* What search engines read (schema.org). */
static const char *
json_ld(struct exchange *x, const struct shown *s)
{
	const char *kind = mag_text(s->page, "template");
	struct mag_str site;
	struct mag_buf b;

	(void)mag_ml(&site, &x->call, &mag_site(&x->call)->title, s->lang);
	mag_buf_init(&b, x->a, 512);
	mag_buf_addf(&b, "{\"@context\":\"https://schema.org\",\"@type\":\"%s\"",
	    strcmp(kind, "article") == 0 ? "Article" : "WebPage");
	add_member(&b, strcmp(kind, "article") == 0 ? "headline" : "name",
	    s->title);
	add_member(&b, "description", s->description);
	add_member(&b, "url", str(s->canonical));
	add_member(&b, "inLanguage", str(s->title_lang));
	add_member(&b, "image", str(s->content.picture));
	add_time(&b, s->page, "published_at", "datePublished");
	add_time(&b, s->page, "updated_at", "dateModified");
	if (site.n > 0) {
		mag_buf_adds(&b, ",\"publisher\":{\"@type\":\"Organization\"");
		add_member(&b, "name", site);
		mag_buf_addc(&b, '}');
	}
	mag_buf_addc(&b, '}');
	return script_safe(x->a, b.p);
}

/* An editor's own canonical address, or where the page really stands. */
static const char *
canonical(struct exchange *x, const struct mag_record *page, const char *lang)
{
	const char *own = mag_text(page, "canonical_url");

	if (own != NULL && *own == '/')
		return site_url(x, own);
	if (own != NULL && *own != '\0')
		return own;
	return mag_page_url(&x->call, page, lang);
}

static void
look(struct shown *s, struct exchange *x, struct mag_data *d,
    const struct mag_record *page, const char *lang)
{
	const char *preset = mag_site(&x->call)->language;

	*s = (struct shown){ .page = page, .lang = lang, .title_lang = lang };
	if (!mag_page_speaks(&x->call, page, lang))
		s->title_lang = preset;
	s->title = text(x, page, "title", lang);
	s->description = first_of(own_text(x, page, "meta_description",
	    s->title_lang), own_text(x, page, "excerpt", s->title_lang));
	mag_page_content(&s->content, d, &x->call, page, lang);
	s->canonical = canonical(x, page, s->title_lang);
}

static void
fill(struct mag_data *d, struct exchange *x, const struct shown *s)
{
	bool other = strcmp(s->title_lang, s->lang) != 0 ||
	    strcmp(s->content.lang, s->lang) != 0;

	view_title(x, d, s->lang, first_of(own_text(x, s->page, "seo_title",
	    s->title_lang), s->title).p);
	mag_data_bytes(d, "heading", s->title.p, s->title.n);
	mag_data_text(d, "title_lang", s->title_lang);
	mag_data_text(d, "content_lang", s->content.lang);
	mag_data_bool(d, "other_language", other);
	mag_data_bool(d, "headed", s->content.headed);
	mag_data_bytes(d, "description", s->description.p, s->description.n);
	mag_data_text(d, "canonical", s->canonical);
	mag_data_text(d, "picture", s->content.picture);
	mag_data_bool(d, "article", mag_is(s->page, "template", "article"));
	mag_data_text(d, "json_ld", json_ld(x, s));
}

/* TEMPLATE_DIR may hold a template for the pages that name it. */
static const char *
template_of(struct exchange *x, const struct mag_record *page)
{
	const char *name = mag_printf(x->a, "page-%s",
	    mag_text(page, "template"));

	if (strlen(name) < 40 && strchr(name, '/') == NULL &&
	    mag_template_there(mag_printf(x->a, "site/%s.html", name)))
		return name;
	return "page";
}

/* ${sent}: the form in it that was refused, or NULL. */
static enum mag_status
show_around(struct exchange *x, const struct mag_record *page,
    const char *lang, bool draft, const struct form_sent *sent)
{
	struct mag_data *d = view_begin(x, lang);
	struct shown s;

	look(&s, x, d, page, lang);
	if (sent != NULL && !s.content.asks)
		return MAG_NOT_FOUND;
	mag_menu_data(d, &x->call, "main", lang, mag_page_url(&x->call, page, lang));
	mag_menu_data(d, &x->call, "footer", lang, NULL);
	fill(d, x, &s);
	if (s.content.asks)
		forms_add(x, d, lang, mag_text(page, "slug"), sent);
	add_languages(x, d, page, lang);
	mag_data_bool(d, "draft", draft);
	mag_data_bool(d, "noindex", draft);
	return view_send(x, d, lang, sent == NULL ? 200 :
	    reply_http(MAG_INVALID), template_of(x, page));
}

static enum mag_status
show(struct exchange *x, const struct mag_record *page, const char *lang,
    bool draft)
{

	return show_around(x, page, lang, draft, NULL);
}

struct again {
	struct exchange	*x;
	const char	*lang, *slug;
	const struct form_sent *sent;
};

static enum mag_status
read_again(struct mag_db *db, void *arg)
{
	struct again *w = arg;
	struct mag_page_found found;
	enum mag_status st;

	(void)db;
	st = mag_page_find(&found, &w->x->call, NULL, w->slug);
	if (st != MAG_OK || found.page == NULL)
		return st != MAG_OK ? st : MAG_NOT_FOUND;
	return show_around(w->x, found.page, w->lang, false, w->sent);
}

enum mag_status
page_again(struct exchange *x, const char *lang, const char *slug,
    const struct form_sent *sent)
{
	struct mag_problem why = x->call.problem;
	struct again w = { x, lang, slug, sent };
	enum mag_status st = mag_db_read(x->call.db, read_again, &w);

	/* That there is no page is not what was wrong with the form. */
	if (st == MAG_NOT_FOUND)
		x->call.problem = why;
	return st;
}

static enum mag_status
nothing(struct exchange *x)
{

	return mag_fail(&x->call, MAG_NOT_FOUND, "There is nothing here.");
}

static enum mag_status
read_page(struct exchange *x)
{
	const char *lang = site_path_language(x);
	struct mag_page_found found;
	enum mag_status st;

	if (lang == NULL)
		return nothing(x);
	st = mag_page_find(&found, &x->call, lang, x->match.values[1]);
	if (st != MAG_OK)
		return st;
	if (found.page != NULL)
		return show(x, found.page, lang, false);
	return site_move(x, 301, mag_printf(x->a, "/%s/%s", lang,
	    found.moved_to));
}

enum mag_status
site_page(struct exchange *x)
{

	return view_read(x, read_page);
}

/* A slash too many is a common slip: where the page is, if there is one. */
static enum mag_status
read_slash(struct exchange *x)
{
	const char *lang = site_path_language(x), *slug = x->match.values[1];
	struct mag_page_found found = { NULL, NULL };
	enum mag_status st;

	if (lang == NULL)
		return nothing(x);
	if (strcmp(slug, "search") != 0 &&
	    (st = mag_page_find(&found, &x->call, lang, slug)) != MAG_OK)
		return st;
	return site_move(x, 301, mag_printf(x->a, "/%s/%s", lang,
	    found.moved_to == NULL ? slug : found.moved_to));
}

enum mag_status
site_page_slash(struct exchange *x)
{

	return view_read(x, read_slash);
}

#define LIST_MAX	20

struct listing {
	struct mag_data	*d;
	const char	*lang;
};

static void
add_entry(void *arg, struct mag_call *c, const struct mag_record *page)
{
	struct listing *w = arg;
	struct mag_data *to = mag_data_each(w->d, "pages");
	bool other = !mag_page_speaks(c, page, w->lang);
	struct mag_str s;

	(void)mag_ml(&s, c, mag_value_of(page, "title"), w->lang);
	mag_data_bytes(to, "title", s.p, s.n);
	(void)mag_ml(&s, c, mag_value_of(page, "excerpt"), w->lang);
	mag_data_bytes(to, "excerpt", s.p, s.n);
	mag_data_text(to, "entry_lang", other ? mag_site(c)->language : NULL);
	mag_data_text(to, "url", mag_page_url(c, page, w->lang));
}

/* Without a home page of its own the site shows what it has. */
static enum mag_status
show_list(struct exchange *x, const char *lang)
{
	struct mag_data *d = view_begin(x, lang);
	struct listing w = { d, lang };
	const char *const *l;
	struct mag_str about;
	enum mag_status st;
	const char *url;

	(void)mag_ml(&about, &x->call, &mag_site(&x->call)->description, lang);
	view_title(x, d, lang, "");
	mag_data_bytes(d, "description", about.p, about.n);
	mag_data_text(d, "canonical", mag_printf(x->a, "%s/%s/",
	    x->conf->site_url, lang));
	for (l = mag_site(&x->call)->languages; *l != NULL; l++) {
		url = mag_printf(x->a, "%s/%s/", x->conf->site_url, *l);
		view_language(d, *l, url, strcmp(*l, lang) == 0);
		view_alternate(d, *l, url);
	}
	mag_menu_data(d, &x->call, "main", lang, NULL);
	mag_menu_data(d, &x->call, "footer", lang, NULL);
	if ((st = mag_page_newest(&x->call, LIST_MAX, add_entry,
	    &w)) != MAG_OK)
		return st;
	return view_send(x, d, lang, 200, "list");
}

static enum mag_status
read_home(struct exchange *x)
{
	const char *home = mag_site(&x->call)->home_page;
	const char *lang = site_path_language(x);
	struct mag_page_found found;
	enum mag_status st;

	if (lang == NULL)
		return nothing(x);
	if (*home == '\0')
		return show_list(x, lang);
	st = mag_page_find(&found, &x->call, NULL, home);
	if (st == MAG_OK && found.page == NULL)
		st = mag_page_find(&found, &x->call, NULL, found.moved_to);
	if (st == MAG_NOT_FOUND || (st == MAG_OK && found.page == NULL)) {
		memset(&x->call.problem, 0, sizeof(x->call.problem));
		return show_list(x, lang);
	}
	return st == MAG_OK ? show(x, found.page, lang, false) : st;
}

enum mag_status
site_home(struct exchange *x)
{

	return view_read(x, read_home);
}

enum mag_status
site_bare_language(struct exchange *x)
{
	const char *lang = site_path_language(x);

	if (lang == NULL)
		return nothing(x);
	return site_move(x, 301, mag_printf(x->a, "/%s/", lang));
}

enum mag_status
site_root(struct exchange *x)
{

	reply_header(x, "Vary", "Cookie, Accept-Language");
	return site_move(x, 302, mag_printf(x->a, "/%s/", site_language(x)));
}

static enum mag_status
read_preview(struct exchange *x)
{
	const char *lang = site_path_language(x);
	struct mag_record *page;
	enum mag_status st;
	int64_t id;

	if (lang == NULL)
		return nothing(x);
	if ((st = link_open(x, &id, MAG_FOR_PREVIEW, x->match.values[1])) !=
	    MAG_OK || (st = mag_noun_get(&page, &x->call, &mag_page, id)) !=
	    MAG_OK)
		return st;
	return show(x, page, lang, true);
}

enum mag_status
site_preview(struct exchange *x)
{

	return view_read(x, read_preview);
}

bool
site_own_page(struct exchange *x, const char *slug)
{
	struct mag_page_found found;

	if (mag_page_find(&found, &x->call, NULL, slug) == MAG_OK &&
	    found.page != NULL) {
		x->match.values[1] = slug;
		x->match.nvalues = 2;
		return true;
	}
	memset(&x->call.problem, 0, sizeof(x->call.problem));
	return false;
}
