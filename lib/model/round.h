/* SPDX-License-Identifier: MIT */
/*
 * round.h -- letters that time brings.  A row hears of its day when the time
 * for that has come, and remembers that it has: so each letter is written
 * once, also if nobody was there to write it for days.
 */
#ifndef MODEL_ROUND_H
#define MODEL_ROUND_H

#include <magnetiq/noun.h>

#define ROUND_HOUR	(60 * 60)
#define ROUND_DAY	(24 * ROUND_HOUR)

struct round {
	/* The ids of some rows that begin after ?1, and not after ?2, and have
	 * not heard of it: 200 of them, or fewer. */
	const char	*due;
	/* From so many seconds before they begin, until so many before;
	 * negative: after they have begun. */
	int64_t		 from, until;
	/* In the open transaction: write the letter, and mark the row ?1 so
	 * that it is no longer due. */
	enum mag_status	(*tell)(struct mag_call *, const struct round *,
			    int64_t id);
	const char	*template;	/* for tell() */
	const char	*heard;		/* SQL for tell(): mark the row ?1 */
};

/**
 * rounds_run(n, c, rounds, count): tell whoever is due, some in a transaction;
 * ${n} is how many were looked at.
 */
enum mag_status	rounds_run(int64_t *n, struct mag_call *, const struct round *,
		    size_t count);

#endif
