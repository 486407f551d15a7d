/* SPDX-License-Identifier: MIT */
/* Letters that time brings: who is due is told, some in one transaction. */
#include <magnetiq/limits.h>

#include "noun.h"
#include "round.h"

#define AT_ONCE		200	/* rows in one transaction */

struct work {
	struct mag_call	*c;
	const struct round *round;
	int64_t		 ids[AT_ONCE];
	int		 n;
};

static enum mag_status
find(struct work *w)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	w->n = 0;
	st = mag_db_query(&row, w->c->db, w->round->due, "tt",
	    w->c->now + w->round->until, w->c->now + w->round->from);
	while (st == MAG_OK && w->n < AT_ONCE &&
	    (st = mag_row_next(row)) == MAG_OK)
		w->ids[w->n++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
tell_all(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	enum mag_status st;
	int i;

	(void)db;
	mag_problem_reset(w->c);
	/* Found again inside: another process may have been here. */
	st = find(w);
	for (i = 0; st == MAG_OK && i < w->n; i++) {
		mag_arena_reset(w->c->a);
		st = w->round->tell(w->c, w->round, w->ids[i]);
	}
	return st;
}

/* Looking costs no lock; it is only taken when somebody is due. */
static enum mag_status
run(int64_t *n, struct work *w)
{
	enum mag_status st;

	do {
		if ((st = find(w)) != MAG_OK || w->n == 0)
			break;
		st = mag_db_write(w->c->db, tell_all, w);
		*n += w->n;
	} while (st == MAG_OK && w->n == AT_ONCE);
	return st;
}

enum mag_status
rounds_run(int64_t *n, struct mag_call *c, const struct round *rounds,
    size_t count)
{
	struct mag_call inner = *c;
	struct work *w = mag_alloc(c->a, sizeof(*w));
	enum mag_status st = MAG_OK;
	size_t i;

	*n = 0;
	inner.a = mag_arena_new(MAG_REQUEST_ARENA);
	for (i = 0; i < count && st == MAG_OK; i++) {
		*w = (struct work){ .c = &inner, .round = &rounds[i] };
		st = run(n, w);
	}
	mag_arena_free(inner.a);
	return st;
}
