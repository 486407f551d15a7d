/* SPDX-License-Identifier: MIT */
/*
 * site.h -- public pages for people, as HTML.
 *
 * Each page is a template of lib/text/files/template/site, filled from a tree
 * that view_begin() starts with what all pages share.
 */
#ifndef SITE_H
#define SITE_H

#include <magnetiq/template.h>

#include "../exchange.h"

/** site_wants_page(x): should a refusal be a page? */
bool	site_wants_page(struct exchange *);
/** site_moved(x): answer with the redirect that leads away from here, if any. */
bool	site_moved(struct exchange *);
/**
 * site_problem(x, status): the page for a refusal whose number x->status
 * holds.  What the table of redirects knows is no refusal, but 301 or 302.
 */
void	site_problem(struct exchange *, enum mag_status);

/* What the files of this folder share. */

/** site_language(x): the path's, else the cookie's, else the browser's. */
const char	*site_language(struct exchange *);
/** site_path_language(x): the first {…} of the route if it is a language of
 * the site; else NULL, and the problem says there is nothing. */
const char	*site_path_language(struct exchange *);
/** site_url(x, path): absolute; ${path} begins with a slash. */
const char	*site_url(struct exchange *, const char *path);
/**
 * site_move(x, status, path): lead to ${path} here; what the address says of
 * a campaign after its ? goes along.
 */
enum mag_status	site_move(struct exchange *, int status, const char *path);
/** site_assets(x, d): style_url and script_url, named after what is in them. */
void	site_assets(struct exchange *, struct mag_data *);

/**
 * site_own_page(x, slug): have editors written a page of that name?  Then it is
 * the better one, and what site_page() shows next.
 */
bool	site_own_page(struct exchange *, const char *slug);

/**
 * spam_add(x, d, about): what the form about ${about} must bring back.
 * spam_check(x, form, about): MAG_INVALID, with the reason, if it does not.
 */
void		 spam_add(struct exchange *, struct mag_data *, const char *about);
enum mag_status	 spam_check(struct exchange *, const struct query *form,
		    const char *about);
/** view_read(x, handler): all that ${handler} reads is of one moment. */
enum mag_status	view_read(struct exchange *,
		    enum mag_status (*handler)(struct exchange *));
/** view_begin(x, lang): a tree with what every page needs. */
struct mag_data	*view_begin(struct exchange *, const char *lang);
/** view_title(x, d, lang, title): the window's title, with the site's name. */
void	view_title(struct exchange *, struct mag_data *, const char *lang,
	    const char *title);
/** A language's own name for itself; the code of one that we do not know. */
const char	*view_language_name(const char *code);
/** One entry of the language switch; ${url} is absolute. */
void	view_language(struct mag_data *, const char *code, const char *url,
	    bool current);
/** Where search engines find the same page in a language (hreflang). */
void	view_alternate(struct mag_data *, const char *code, const char *url);
/** view_send(x, d, lang, status, name): template `site/<name>.html`. */
enum mag_status	view_send(struct exchange *, const struct mag_data *,
		    const char *lang, int status, const char *name);
/** view_send_framing(x, d, lang, status, name): it may frame what is ours. */
enum mag_status	view_send_framing(struct exchange *, const struct mag_data *,
		    const char *lang, int status, const char *name);

/* webinar.c */

/** webinar_page(x, d, r, lang): when, by whom, with which other sessions. */
void	webinar_page(struct exchange *, struct mag_data *,
	    const struct mag_record *, const char *lang);

/* paper.c */

/** paper_page(x, d, r, form, lang): its form, with what was typed, or NULL. */
void	paper_page(struct exchange *, struct mag_data *,
	    const struct mag_record *, const struct query *form,
	    const char *lang);

/* forms.c */

/** A form that was refused: its name, and what was typed. */
struct form_sent {
	const char	*name;
	const struct query *form;
};
/**
 * forms_add(x, d, lang, slug, sent): the forms that the page of that slug may
 * hold, all of them; ${sent} comes back with what is wrong, or is NULL.
 */
void	forms_add(struct exchange *, struct mag_data *, const char *lang,
	    const char *slug, const struct form_sent *);
/**
 * page_again(x, lang, slug, sent): that page once more, around a form that was
 * refused.  MAG_NOT_FOUND, and no answer yet, if nobody may read it or if it
 * has no form.
 */
enum mag_status	page_again(struct exchange *, const char *lang,
		    const char *slug, const struct form_sent *) MAG_CHECK;

/* seat.c */

/** seat_form(d, r, form): the details of a registration, to be corrected. */
void	seat_form(struct mag_data *, const struct mag_record *,
	    const struct query *form);
/** seat_body(x, form): what that form says, as a program would say it. */
const struct mag_json *seat_body(struct exchange *, const struct query *form);

#endif
