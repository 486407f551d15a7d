/* SPDX-License-Identifier: MIT */
/*
 * sitemap.xml (sitemaps.org 0.9) and robots.txt.  A small site is one file; a
 * large one is an index of parts, each of which holds a range of ids, so that
 * no part costs more than its own pages.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/page.h>

#include "../handlers.h"
#include "site.h"

#define PART	2000	/* pages in one file, each in all its languages */

static void
add_url(struct mag_buf *b, const char *element, const char *url)
{

	mag_buf_addf(b, "<%s>", element);
	mag_buf_html(b, url, strlen(url));
	mag_buf_addf(b, "</%s>", element);
}

static void
add_alternate(struct mag_buf *b, const char *lang, const char *url)
{

	mag_buf_addf(b, "<xhtml:link rel=\"alternate\" hreflang=\"%s\" href=\"",
	    lang);
	mag_buf_html(b, url, strlen(url));
	mag_buf_adds(b, "\"/>");
}

/* The same links stand at each language of a page, as hreflang wants. */
static const char *
alternates(struct mag_call *c, const struct mag_record *page)
{
	const struct mag_site *site = mag_site(c);
	const char *const *l;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 512);
	for (l = site->languages; *l != NULL; l++)
		if (mag_page_speaks(c, page, *l))
			add_alternate(&b, *l, mag_page_url(c, page, *l));
	add_alternate(&b, "x-default", mag_page_url(c, page, site->language));
	return b.p;
}

static void
add_page(void *arg, struct mag_call *c, const struct mag_record *page)
{
	const char *const *l = mag_site(c)->languages, *links;
	struct exchange *x = arg;
	char when[MAG_TIME_TEXT];

	links = alternates(c, page);
	mag_time_rfc3339(when, mag_int(page, "updated_at"));
	for (; *l != NULL; l++) {
		if (!mag_page_speaks(c, page, *l))
			continue;
		mag_buf_adds(&x->out, "<url>");
		add_url(&x->out, "loc", mag_page_url(c, page, *l));
		mag_buf_addf(&x->out, "<lastmod>%s</lastmod>%s</url>\n", when,
		    links);
	}
}

/* Where no page stands at /en/, the list of pages does. */
static void
add_homes(struct exchange *x)
{
	const char *const *l;

	if (*mag_site(&x->call)->home_page != '\0')
		return;
	for (l = mag_site(&x->call)->languages; *l != NULL; l++) {
		mag_buf_adds(&x->out, "<url>");
		add_url(&x->out, "loc", mag_printf(x->a, "%s/%s/",
		    x->conf->site_url, *l));
		mag_buf_adds(&x->out, "</url>\n");
	}
}

static void
begin(struct exchange *x)
{

	x->out.len = 0;
	mag_buf_adds(&x->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	x->status = 200;
	x->type = "application/xml; charset=utf-8";
}

static enum mag_status
urls(struct exchange *x, int64_t first, int64_t last)
{
	enum mag_status st;

	begin(x);
	mag_buf_adds(&x->out,
	    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
	    " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
	if (first <= 1)
		add_homes(x);
	st = mag_page_between(&x->call, first, last, add_page, x);
	mag_buf_adds(&x->out, "</urlset>\n");
	return st;
}

static enum mag_status
parts(struct exchange *x, int64_t last)
{
	int64_t i;

	begin(x);
	mag_buf_adds(&x->out, "<sitemapindex"
	    " xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
	for (i = 0; i * PART < last; i++) {
		mag_buf_adds(&x->out, "<sitemap>");
		add_url(&x->out, "loc", mag_printf(x->a, "%s/sitemaps/%lld.xml",
		    x->conf->site_url, (long long)i + 1));
		mag_buf_adds(&x->out, "</sitemap>\n");
	}
	mag_buf_adds(&x->out, "</sitemapindex>\n");
	return MAG_OK;
}

static enum mag_status
read_sitemap(struct exchange *x)
{
	int64_t n, last;
	enum mag_status st;

	if ((st = mag_page_count(&n, &last, &x->call)) != MAG_OK)
		return st;
	return n > PART ? parts(x, last) : urls(x, 0, last);
}

enum mag_status
site_sitemap(struct exchange *x)
{

	return view_read(x, read_sitemap);
}

enum mag_status
site_sitemap_part(struct exchange *x)
{
	char *end;
	long part = strtol(x->match.values[0], &end, 10);
	int64_t n, last;
	enum mag_status st;

	if ((st = mag_page_count(&n, &last, &x->call)) != MAG_OK)
		return st;
	if (part < 1 || part > 100000 || strcmp(end, ".xml") != 0 ||
	    x->match.values[0][0] == '+' || (part - 1) * PART >= last)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	return urls(x, (part - 1) * PART + 1, part * PART);
}

enum mag_status
site_robots(struct exchange *x)
{

	x->out.len = 0;
	mag_buf_addf(&x->out, "User-agent: *\nDisallow: /api/\nDisallow: /admin\n"
	    "Disallow: /*/preview/\nDisallow: /*/search\n\nSitemap: %s/sitemap.xml\n",
	    x->conf->site_url);
	x->status = 200;
	x->type = "text/plain; charset=utf-8";
	return MAG_OK;
}
