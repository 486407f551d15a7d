/* SPDX-License-Identifier: MIT */
/*
 * import.h -- a site of WordPress becomes pages, media, menus and redirects
 * here.  Linked into the command only: see wxr.h.
 *
 * The file is read several times, from its beginning to its end: first all of
 * it is checked, and nothing is changed if it is not whole; then files come,
 * then pages, whose texts name the files; then menus, which name the pages.
 * Each thing is one transaction with a row of `imports` that remembers where
 * it came from, so that what was cut short goes on where it stopped, and a
 * second time brings nothing twice.
 */
#ifndef OPS_IMPORT_H
#define OPS_IMPORT_H

#include <magnetiq/ops.h>

#include "wxr.h"

struct import_wish {
	const char	*path;
	const char	*media_dir;	/* wp-content/uploads, or NULL */
	const char	*lang;		/* NULL: as the file says */
	bool		 dry;		/* change nothing, say what would be */
	bool		 users;		/* authors whom nobody knows become users */
	bool		 json;		/* the report as one object */
};

/**
 * import_wordpress(c, wish, report): bring what the file holds.  MAG_INVALID,
 * with a sentence, for a file that is none: then nothing was changed.
 */
enum mag_status	import_wordpress(struct mag_call *, const struct import_wish *,
		    struct mag_buf *report) MAG_CHECK;

/* ---- what the files about it share ---- */

#define IMPORT_ARENA	(256 * 1024 * 1024)	/* for one page, in two languages */
#define IMPORT_NOTES	200	/* different things to say */
#define IMPORT_EXAMPLES	20	/* things that a note names */
#define IMPORT_AUTHORS	5000
#define IMPORT_ENTRIES	2000	/* of all menus together */

struct import_note {
	struct import_note *next;
	const char	*what;
	int64_t		 n, last;
	const char	*who[IMPORT_EXAMPLES];
};

struct import_author {
	struct import_author *next;
	struct wxr_author is;
	int64_t		 user;		/* 0: nobody here */
};

/** An entry of a menu, as the first reading found it. */
struct import_entry {
	struct import_entry *next;
	const char	*menu, *name, *id, *parent, *type, *object, *url;
	const char	*label;
	int64_t		 order;
	bool		 done;
};

struct importing {
	struct mag_call	*c;		/* lives as long as the import */
	struct mag_call	 one;		/* memory for one item at a time */
	const struct import_wish *wish;
	struct wxr_site	 site;
	const char	*source;	/* "wordpress https://old.example" */
	const char	*lang;
	const struct wxr_item *item;	/* that is being looked at, or NULL */
	struct import_author *authors;
	struct import_entry *entries, *last_entry;
	struct import_note *notes, *last_note;
	int64_t		 nauthors, nentries, nnotes, nitems;
	int64_t		 pages, media, menus, redirects, users;	/* new ones */
	int64_t		 translations;	/* new languages of pages */
	const struct mag_record *joins;	/* the page whose translation it is */
	int64_t		 pages_known, media_known, menus_known, matched;
};

/* import.c */

/** import_step(w, item): this one is next. */
void	import_step(struct importing *, const struct wxr_item *);
/** import_ready(w): an empty arena and no problem, for the next thing. */
void	import_ready(struct importing *);
/** import_guid(w, item): what tells it from all others. */
const char *import_guid(struct importing *, const struct wxr_item *);
/** import_known(w, guid, noun): is it here already? */
bool	import_known(struct importing *, const char *guid, const char *noun);
/** import_remember(w, guid, number, noun, id, file): it is here now. */
enum mag_status	import_remember(struct importing *, const char *guid,
		    const char *number, const char *noun, int64_t id,
		    const char *file) MAG_CHECK;

/* import_note.c: what people are told. */

/** import_note(w, what): the item at hand ${what}, said once of each. */
void	import_note(struct importing *, const char *what);
/** import_note_of(w, what, who): the same of something that has a name. */
void	import_note_of(struct importing *, const char *what, const char *who);
/** import_report(b, w): lines for people, or one JSON object. */
void	import_report(struct mag_buf *, const struct importing *);

/* import_text.c: small things that all of them need. */

/** import_cut(a, text, max): at most its first ${max} characters. */
const char *import_cut(struct mag_arena *, const char *text, size_t max);
/** import_map(b, w, name, text, max): a member that is a language map, and a
 * comma before it; nothing if the text is empty. */
void	import_map(struct mag_buf *, struct importing *, const char *name,
	    const char *text, size_t max);
/** import_plain(a, html): its text in one line. */
const char *import_plain(struct mag_arena *, const char *html);
/** import_number(out, s): a whole number that is not negative. */
bool	import_number(int64_t *, const char *);

/* import_author.c */

enum mag_status	import_author_add(struct importing *, const struct wxr_author *)
		    MAG_CHECK;
/** import_users(w): find the authors among our users, by e-mail. */
enum mag_status	import_users(struct importing *) MAG_CHECK;
/** import_author(w, login): the user, or 0. */
int64_t	import_author(const struct importing *, const char *login);

/* import_address.c */

/** import_address(w, url): where that leads now; ${url} itself if elsewhere. */
const char *import_address(struct importing *, const char *url);
/** import_path(w, url): a path of the old site, decoded; NULL: elsewhere. */
const char *import_path(struct importing *, const char *url);
/** import_slug(a, name): a slug as WordPress stores it, as one of ours. */
const char *import_slug(struct mag_arena *, const char *name);
/** import_upload(a, url): what stands behind wp-content/uploads/, or NULL. */
const char *import_upload(struct mag_arena *, const char *url);

/* import_language.c */

/**
 * import_language(w, item): w->lang is the language of this one; false, and a
 * note, if it is none of the site's.
 */
bool	import_language(struct importing *, const struct wxr_item *);
/**
 * import_group(w, item): what its translations share, or NULL; w->joins is
 * the page that one of them has become already, or NULL.
 */
const char *import_group(struct importing *, const struct wxr_item *);
/** import_stands_in(w, field): must the site's first language say the same,
 * because it says nothing yet? */
bool	import_stands_in(struct importing *, const char *field);

/* the others */

enum mag_status	import_media(void *, const struct wxr_site *,
		    const struct wxr_item *) MAG_CHECK;
enum mag_status	import_page(void *, const struct wxr_site *,
		    const struct wxr_item *) MAG_CHECK;
enum mag_status	import_entry_add(struct importing *, const struct wxr_item *)
		    MAG_CHECK;
enum mag_status	import_menus(struct importing *) MAG_CHECK;
/** import_html(w, text): a WordPress text as HTML, its addresses put right. */
const char *import_html(struct importing *, const char *text);

#endif
