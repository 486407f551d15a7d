/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/tally.h -- short texts that all workers count together.
 *
 * A small table on the scoreboard: workers count texts in it, and one process
 * takes them out from time to time.  Nobody ever waits for anybody.  What
 * finds no room is not counted, and whoever is killed in the middle leaves
 * nothing that is ever read as a text.
 */
#ifndef MAGNETIQ_TALLY_H
#define MAGNETIQ_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

#define MAG_TALLY_TEXT		104	/* bytes of a text; longer ones are not counted */
#define MAG_TALLY_PLACES	256	/* texts between two times that they are taken out */

struct mag_scoreboard;

struct mag_tallied {
	char		 text[MAG_TALLY_TEXT + 1];
	int64_t		 n;		/* how often, since it was taken out */
	size_t		 place;		/* for mag_tally_taken() */
	uint64_t	 generation;
};

/**
 * mag_tally_count(board, text): once more.  Only a worker that has joined
 * counts.  The same text may come to stand there twice; add both.
 */
MAG_API void	mag_tally_count(struct mag_scoreboard *, const char *text);
/**
 * mag_tally_read(board, out): all texts that stand there; how many.  0 while
 * another process is at it: whoever has read is alone until it closes the
 * board, or ends.
 * mag_tally_taken(board, list, n): what was read has been written down, so it
 * is taken off; what came in the meantime stays.
 */
MAG_API size_t	mag_tally_read(struct mag_scoreboard *,
    struct mag_tallied out[MAG_TALLY_PLACES]);
MAG_API void	mag_tally_taken(struct mag_scoreboard *,
    const struct mag_tallied *, size_t n);

#endif
