/* SPDX-License-Identifier: MIT */
/* etag.h -- entity tags: making them, and what clients say of them. */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/** etag_of(a, p, n): a strong tag of exactly these bytes, with its quotes. */
char	*etag_of(struct mag_arena *, const void *p, size_t n) MAG_CHECK;

/**
 * etag_print(a, format, ...): a strong tag with this text, quotes added.  The
 * text may have no quote, blank or control character (RFC 9110 8.8.3).
 */
char	*etag_print(struct mag_arena *, const char *format, ...)
    MAG_PRINTF(2, 3) MAG_CHECK;

/**
 * etag_matches(list, etag): does If-Match or If-None-Match name this tag?
 * `*` names every one; a `W/` before a tag is ignored on both sides, because
 * nginx adds it when it compresses.  False for a header that is NULL or no
 * list of tags.
 */
bool	etag_matches(const char *list, const char *etag) MAG_CHECK;

#endif
