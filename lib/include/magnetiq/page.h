/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/page.h -- pages of the site: draft, publish, look back.
 *
 * Each change is a version that is only ever added.  A change to a published
 * page is live at once.
 */
#ifndef MAGNETIQ_PAGE_H
#define MAGNETIQ_PAGE_H

#include <magnetiq/noun.h>
#include <magnetiq/template.h>

extern MAG_API struct mag_noun mag_page;

/** Where an address leads. */
struct mag_page_found {
	struct mag_record *page;	/* or NULL */
	const char	*moved_to;	/* the slug that is right now, or NULL */
};

/**
 * mag_page_find(out, c, lang, slug): the published page at this address.
 * With ${lang}, an old slug or one of another language gives moved_to, the
 * page's slug in that language; without (NULL), any current slug gives the
 * page and only an old one gives moved_to (the common slug).
 * MAG_NOT_FOUND if nothing public was ever there.
 */
MAG_API enum mag_status mag_page_find(struct mag_page_found *out,
    struct mag_call *, const char *lang, const char *slug) MAG_CHECK;
/** mag_page_slug(c, page, lang): the page's slug in ${lang}. */
MAG_API const char *mag_page_slug(struct mag_call *, const struct mag_record *,
    const char *lang);

/**
 * mag_page_url(c, page, lang): where the page stands on the site; absolute.
 * The home page stands at the language itself.
 */
MAG_API const char *mag_page_url(struct mag_call *, const struct mag_record *,
    const char *lang);
/** mag_page_public_url(c, id, lang): the same; NULL if it is not public. */
MAG_API const char *mag_page_public_url(struct mag_call *, int64_t id,
    const char *lang);

/** Told of one public page; only addresses, title, excerpt and times are set. */
typedef void mag_page_fn(void *arg, struct mag_call *,
    const struct mag_record *);
/** mag_page_newest(c, n, fn, arg): the ${n} that were published last. */
MAG_API enum mag_status mag_page_newest(struct mag_call *, int64_t n,
    mag_page_fn *, void *arg) MAG_CHECK;
/** mag_page_between(c, first, last, fn, arg): those with ids in a range. */
MAG_API enum mag_status mag_page_between(struct mag_call *, int64_t first,
    int64_t last, mag_page_fn *, void *arg) MAG_CHECK;
/** mag_page_count(n, last, c): how many are public, and the highest id. */
MAG_API enum mag_status mag_page_count(int64_t *n, int64_t *last,
    struct mag_call *) MAG_CHECK;

/** mag_page_speaks(c, page, lang): is it there in ${lang}: has it a title? */
MAG_API bool	mag_page_speaks(struct mag_call *, const struct mag_record *,
    const char *lang);

/** Set the status; published_at is set at the first publish and kept. */
MAG_API enum mag_status mag_page_set_status(struct mag_record **out,
    struct mag_call *, int64_t id, const char *status) MAG_CHECK;
/** A draft with the same content and a free slug. */
MAG_API enum mag_status mag_page_duplicate(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/** What a page from elsewhere brings along; NULL and 0: nothing. */
struct mag_page_brought {
	const char	*slug;		/* a wish: made valid, and free */
	int64_t		 created_at, updated_at;
};
/**
 * mag_page_bring(out, c, body, from): a new page, as mag_noun_create() makes
 * it, that keeps its times; one that is published was so when it was made.
 */
MAG_API enum mag_status mag_page_bring(struct mag_record **out,
    struct mag_call *, const struct mag_json *body,
    const struct mag_page_brought *) MAG_CHECK;
/**
 * mag_page_check(c, id): what an editor may want to mend before publishing,
 * noted in c->problem as details: pictures without an alternative text, what
 * is not translated, links into the site that lead nowhere.  MAG_OK if the
 * page is there, whatever was found.
 */
MAG_API enum mag_status mag_page_check(struct mag_call *, int64_t id) MAG_CHECK;
/**
 * mag_page_due(done, c): publish and unpublish what is due at c->now, at
 * most 100 pages, each by itself.  What failed is told after all were tried.
 */
MAG_API enum mag_status mag_page_due(int64_t *done, struct mag_call *) MAG_CHECK;

/** Versions, newest first, as a JSON array. */
MAG_API enum mag_status mag_page_versions(struct mag_buf *, struct mag_call *,
    int64_t id) MAG_CHECK;
/** One version, the whole page as it was, as a JSON object. */
MAG_API enum mag_status mag_page_version(const char **json, struct mag_call *,
    int64_t id, int64_t version) MAG_CHECK;
/**
 * mag_page_changes(b, c, id, since, version): what ${version} has that
 * ${since} had not (0: an empty page), as a JSON array of
 * {field, before, after}; fields are dotted (`content.de.2.text`).
 */
MAG_API enum mag_status mag_page_changes(struct mag_buf *, struct mag_call *,
    int64_t id, int64_t since, int64_t version) MAG_CHECK;
/** Make the content of an old version the newest one. */
MAG_API enum mag_status mag_page_restore(struct mag_record **out,
    struct mag_call *, int64_t id, int64_t version) MAG_CHECK;

/** What mag_page_content() found out. */
struct mag_page_shown {
	const char	*lang;		/* that the content is in */
	const char	*picture;	/* the first picture's address, or NULL */
	bool		 headed;	/* it begins with a heading of its own */
	bool		 asks;		/* a form for readers stands in it */
};
/**
 * mag_page_content(out, d, c, page, lang): what the page says in ${lang}, or
 * else in the default language, as the list `blocks` of ${d}.  Each block is
 * an object with one member, named by its kind, with the fields of api.md:
 * texts as HTML, media as `picture` {src, srcset, width, height, own_alt};
 * `first` is
 * true in the first one.  CommonMark is one block `text`.
 */
MAG_API void	mag_page_content(struct mag_page_shown *out, struct mag_data *,
    struct mag_call *, const struct mag_record *page, const char *lang);

/** mag_page_index(c, id): bring the search index up to date with one page. */
MAG_API enum mag_status mag_page_index(struct mag_call *, int64_t id) MAG_CHECK;

#endif
