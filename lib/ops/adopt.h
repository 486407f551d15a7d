/* SPDX-License-Identifier: MIT */
/*
 * adopt.h -- taking over the rows of an earlier Magnetiq: each value becomes
 * what our schema holds, and what had to change is told once a kind.
 */
#ifndef OPS_ADOPT_H
#define OPS_ADOPT_H

#include <magnetiq/legacy.h>

#include "ops.h"

struct tally;

struct adoption {
	struct mag_call	*c;
	struct mag_arena *scratch;	/* for one row */
	const char	*language;	/* the site's default */
	struct mag_buf	*report;
	struct tally	*tallies;
};

/** Where a value stands. */
struct spot {
	const char	*table;
	const struct mag_column *column;
	int64_t		 id;
};

/** adopt_note(w, at, what): one more row of which this is to be told. */
void	adopt_note(struct adoption *, const struct spot *, const char *what);
/** adopt_tell(w): the notes, as lines of the report. */
void	adopt_tell(struct adoption *);

/**
 * adopt_value(out, w, at, row, i): column ${i} of an old row as our column
 * ${at} holds it; lives until the row is done.  MAG_NOT_FOUND: it refers to a
 * row without which its own means nothing.
 */
enum mag_status	adopt_value(struct mag_bind *out, struct adoption *,
    const struct spot *at, struct mag_row *, int i) MAG_CHECK;
/** adopt_fallback(out, w, at): what stands there if nothing is known. */
void	adopt_fallback(struct mag_bind *out, struct adoption *,
    const struct spot *at);
/** adopt_text(out, s): bind a text of the row's memory. */
void	adopt_text(struct mag_bind *out, const char *s);

/** adopt_table(w, table): take over its rows; those that cannot be stay. */
enum mag_status	adopt_table(struct adoption *, const char *table) MAG_CHECK;
/** adopt_settings(w): values under known and unknown keys. */
enum mag_status	adopt_settings(struct adoption *) MAG_CHECK;

#endif
