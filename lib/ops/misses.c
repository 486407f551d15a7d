/* SPDX-License-Identifier: MIT */
/* Searches that found nothing: from the scoreboard into the database. */
#include <magnetiq/conf.h>
#include <magnetiq/miss.h>

#include "ops.h"

enum mag_status
op_misses(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	struct mag_scoreboard *board;
	enum mag_status st;

	*done = 0;
	st = mag_scoreboard_look(&board, c->conf->state_dir);
	if (st == MAG_OK) {
		st = mag_miss_collect(done, c, board);
		mag_scoreboard_close(board);
	}
	mag_buf_addf(report, "%lld searches that found nothing counted",
	    (long long)*done);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
