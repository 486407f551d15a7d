/* SPDX-License-Identifier: MIT */
/* search.h -- what the files about search share. */
#ifndef MODEL_SEARCH_H
#define MODEL_SEARCH_H

#include <magnetiq/fold.h>
#include <magnetiq/search.h>

/**
 * search_match(out, c, field, scope, columns, words, n): an FTS5 expression:
 * everything in ${scope} (NULL: all) whose ${columns} hold all ${words} or their
 * beginnings.  The words come from mag_fold_words(), which leaves nothing in
 * them that FTS5 would read as its own language.
 */
const char *search_match(struct mag_call *, const char *scope,
	    const char *columns, const struct mag_word *words, size_t n);
/** search_either(b, word): "muller" * OR "mueller" * */
void	search_either(struct mag_buf *, const struct mag_word *);
/**
 * search_words(words, n, c, field, query): at most MAG_SEARCH_WORDS words;
 * MAG_INVALID, naming ${field}, for a query that is too long.
 */
enum mag_status	search_words(struct mag_word *words, size_t *n,
	    struct mag_call *, const char *field, const char *query);

#define SEARCH_ALL	"{title body folded}"

#endif
