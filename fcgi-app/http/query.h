/* SPDX-License-Identifier: MIT */
/*
 * query.h -- names and values of a query or of a plain HTML form:
 * application/x-www-form-urlencoded (WHATWG URL 5.1, but strict).
 */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/limits.h>
#include <magnetiq/status.h>

struct query_param {
	const char	*name;		/* decoded, never holds NUL */
	const char	*value;		/* "" for a name without `=` */
};

struct query {
	unsigned	 count;
	const char	*duplicate;	/* the first name that came twice */
	struct query_param param[MAG_QUERY_PARAMS];
};

/** What became of a value that has a type. */
enum query_is { QUERY_ABSENT, QUERY_OK, QUERY_WRONG };

/**
 * query_read(out, a, p, n): read ${n} bytes.  MAG_MALFORMED for a bad escape,
 * a NUL, what is not UTF-8, or more than MAG_QUERY_PARAMS pairs.  MAG_INVALID
 * if a name came twice: it is named by duplicate, and all else is as it
 * should be.  Empty pieces (`a=1&&b=2`) are skipped.
 */
enum mag_status query_read(struct query *out, struct mag_arena *,
    const char *p, size_t n) MAG_CHECK;

/** query_get(q, name): the first value, or NULL. */
const char *query_get(const struct query *, const char *name);

/*
 * Typed values.  *out is set for QUERY_OK only, so it may hold the default.
 * A value that is there but empty is wrong.
 */

/** query_int: decimal digits, perhaps with a minus; within low and high. */
enum query_is query_int(int64_t *out, const struct query *, const char *name,
    int64_t low, int64_t high) MAG_CHECK;
/** query_bool: true or false. */
enum query_is query_bool(bool *out, const struct query *, const char *name)
    MAG_CHECK;
/** query_choice: the place in ${words}, which ends with NULL. */
enum query_is query_choice(unsigned *out, const struct query *,
    const char *name, const char *const *words) MAG_CHECK;

#endif
