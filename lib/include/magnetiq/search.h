/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/search.h -- finding things by words, in German and English.
 *
 * search_text holds one row a thing and language: title, body, and both
 * folded once more (see magnetiq/fold.h), so that grosse, groesse and GRÖSSE
 * find Größe.  Words and beginnings of words match; all of them must.
 * This is the one model file that knows FTS5.
 */
#ifndef MAGNETIQ_SEARCH_H
#define MAGNETIQ_SEARCH_H

#include <magnetiq/noun.h>

/**
 * mag_search_filter(out, c, noun, query): the condition `id IN (...)` for a
 * list.  MAG_INVALID if ${query} is longer than MAG_SEARCH_MAX bytes.  A
 * query without a single word matches nothing.
 */
MAG_API enum mag_status mag_search_filter(struct mag_filter *out,
    struct mag_call *, const char *noun, const char *query) MAG_CHECK;

/** What a thing says in one language. */
struct mag_search_text {
	const char	*lang;
	const char	*title;
	const char	*body;
	const char	*more;		/* found, never shown: a slug; or NULL */
};
/**
 * mag_search_put(c, noun, id, public, texts, n): replace what is known of a
 * thing, and take it off the list of things to do.  n = 0 forgets it.
 */
MAG_API enum mag_status mag_search_put(struct mag_call *, const char *noun,
    int64_t id, bool is_public, const struct mag_search_text *, size_t n)
    MAG_CHECK;
/**
 * mag_search_catch_up(done, c, limit): index up to ${limit} things that
 * hand-written SQL has changed, in one transaction; fewer if they are large.
 * When nothing is left to do, ${done} is 0.
 */
MAG_API enum mag_status mag_search_catch_up(int64_t *done, struct mag_call *,
    int64_t limit) MAG_CHECK;
/**
 * mag_search_merge(c, steps): merge pieces of the index that writes have left,
 * in at most ${steps} short transactions; does nothing when few are left.
 */
MAG_API enum mag_status mag_search_merge(struct mag_call *, int steps)
    MAG_CHECK;
/** mag_search_optimize(c): merge all pieces, however long it takes. */
MAG_API enum mag_status mag_search_optimize(struct mag_call *) MAG_CHECK;
/** mag_search_verify(b, c): a line if the index does not fit its texts. */
MAG_API enum mag_status mag_search_verify(struct mag_buf *, struct mag_call *)
    MAG_CHECK;
/**
 * mag_search_rebuild(c): make the index anew, and put every page and medium
 * on the list again.
 */
MAG_API enum mag_status mag_search_rebuild(struct mag_call *) MAG_CHECK;

struct mag_search {
	const char	*query, *lang;
	const char	*type;		/* "page", ... or NULL for all */
	int64_t		 page, per_page;
	int64_t		 total;		/* at most 200; what came of it */
	const char	*miss;		/* nothing, to be counted as this; or NULL */
};
#define MAG_SEARCH_RESULTS	200	/* as deep as strangers may look */

/**
 * mag_search_public(b, c, s): what anybody may find, best first, as a JSON
 * array of {type,id,slug,title,excerpt,url,language,score}.  Hits in ${lang};
 * things without that language are found by their default one.  The excerpt is
 * HTML: escaped text with what was found in <mark>.
 */
MAG_API enum mag_status mag_search_public(struct mag_buf *, struct mag_call *,
    struct mag_search *) MAG_CHECK;

#endif
