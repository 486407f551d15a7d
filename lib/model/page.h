/* SPDX-License-Identifier: MIT */
/* page.h -- what the files about pages share. */
#ifndef MODEL_PAGE_H
#define MODEL_PAGE_H

#include <magnetiq/page.h>

/** A slug from the title where none was given; names clashes with 422. */
enum mag_status	page_slug_fill(struct mag_call *, struct mag_record *);
/** A slug like ${wish} that nobody has: wish, wish-2, wish-3 ... */
enum mag_status	page_slug_free(struct mag_call *, struct mag_record *,
		    const char *wish);
/**
 * Keep a saved page as a version; what it was before, too, if hand-written
 * SQL brought it there and so no version holds it.
 */
enum mag_status	page_version_add(struct mag_call *, const struct mag_record *,
		    const struct mag_record *old);
/** Note which media the page shows. */
enum mag_status	page_media_save(struct mag_call *, const struct mag_record *);
enum mag_status	page_search_save(struct mag_call *, const struct mag_record *);
/** A page's slug and address in a language: see struct mag_noun. */
enum mag_status	page_place(const char **slug, const char **url,
		    struct mag_call *, int64_t id, const char *lang);

#endif
