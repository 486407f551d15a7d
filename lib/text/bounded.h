/* SPDX-License-Identifier: MIT */
/*
 * bounded.h -- memory with a limit for a library that cannot be told "no".
 *
 * cmark-gfm makes much of little: a few bytes of a table are filled up to
 * thousands of cells, one long address is copied for each link to it.  Where
 * that passes the limit, the whole work is broken off.
 */
#ifndef TEXT_BOUNDED_H
#define TEXT_BOUNDED_H

#include <stdbool.h>
#include <stddef.h>

/** As in the C library, but only within bounded_run(), and never NULL. */
void	*bounded_calloc(size_t n, size_t size);
void	*bounded_realloc(void *, size_t);
void	bounded_free(void *);

/**
 * bounded_run(work, arg, max): call ${work}.  False if it asked for more than
 * ${max} bytes: then it has not come to its end, so it should hand out what it
 * made last of all.  All that it took is given back.
 */
bool	bounded_run(void (*work)(void *), void *arg, size_t max);

#endif
