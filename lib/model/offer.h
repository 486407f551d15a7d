/* SPDX-License-Identifier: MIT */
/* offer.h -- what webinars and white papers have in common. */
#ifndef MODEL_OFFER_H
#define MODEL_OFFER_H

#include <magnetiq/noun.h>

/**
 * offer_slug_fill(c, r): a slug from the title where none was given, one that
 * no live row of the noun's table has.
 */
enum mag_status	offer_slug_fill(struct mag_call *, struct mag_record *);
/**
 * offer_search_save(c, r, public, fields, more): each language's title, and
 * what its other ${fields} say (names, ending with NULL; language maps or
 * texts).  ${more} words, or NULL, are folded already: found, never shown.
 */
enum mag_status	offer_search_save(struct mag_call *, const struct mag_record *,
		    bool is_public, const char *const *fields,
		    const char *more);
/** offer_media_save(c, r, fields): which media these fields name. */
enum mag_status	offer_media_save(struct mag_call *, const struct mag_record *,
		    const char *const *fields);
/** offer_find(out, c, noun, slug): the live row with that slug. */
enum mag_status	offer_find(struct mag_record **, struct mag_call *,
		    struct mag_noun *, const char *slug);
/** offer_url(c, r, lang): SITE_URL/en/webinars/its-slug */
const char	*offer_url(struct mag_call *, const struct mag_record *,
		    const char *lang);

#endif
