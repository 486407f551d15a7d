/* SPDX-License-Identifier: MIT */
/* What the scoreboard counts: requests, how they ended, how long they took. */
#include <string.h>

#include "board.h"

/* The statuses that are counted by name; 0 stands for any other. */
static const int statuses[] = {
	200, 201, 202, 204, 206, 301, 302, 303, 304, 400, 401, 403, 404, 405,
	409, 410, 411, 412, 413, 414, 415, 416, 421, 422, 423, 429, 500, 502,
	503, 504, 0
};
#define STATUSES	(sizeof(statuses) / sizeof(statuses[0]))
_Static_assert(STATUSES <= MAG_SCOREBOARD_STATUSES, "no room to count in");

/* Bounds in microseconds: a cached answer, a query, a hash, a time-out. */
static const int64_t bounds[MAG_SCOREBOARD_TIMES] = {
	50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000,
	250000, 500000, 1000000, 2500000, 10000000
};

static void
add(board_word *to, int64_t n)
{

	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

void
mag_scoreboard_routes(struct mag_scoreboard *s, uint64_t fingerprint)
{
	uint64_t before;
	size_t i, j;

	if (s == NULL)
		return;
	before = atomic_exchange(&s->shared->routes, fingerprint);
	if (before == fingerprint)
		return;
	for (i = 0; i < MAG_SCOREBOARD_ROUTES; i++)
		for (j = 0; j < MAG_SCOREBOARD_STATUSES; j++)
			s->shared->counts[i][j] = 0;
}

void
mag_scoreboard_end(struct mag_scoreboard *s, unsigned route, int status,
    int64_t us)
{
	size_t i;

	if (s == NULL)
		return;
	board_answered(s);
	for (i = 0; i < STATUSES - 1 && statuses[i] != status; i++)
		continue;
	if (route < MAG_SCOREBOARD_ROUTES)
		add(&s->shared->counts[route][i], 1);
	for (i = 0; i < MAG_SCOREBOARD_TIMES && us > bounds[i]; i++)
		continue;
	add(&s->shared->times[i], 1);
	add(&s->shared->microseconds, us);
}

void
mag_scoreboard_busy(struct mag_scoreboard *s, int64_t n)
{

	if (s != NULL && n > 0)
		add(&s->shared->busy_waits, n);
}

void
mag_scoreboard_sums(struct mag_scoreboard *s, struct mag_scoreboard_sums *out)
{
	struct mag_worker workers[MAG_SCOREBOARD_WORKERS];
	size_t i, n;

	memset(out, 0, sizeof(*out));
	if (s == NULL)
		return;
	out->started = s->shared->began;
	out->busy_waits = s->shared->busy_waits;
	out->microseconds = s->shared->microseconds;
	for (i = 0; i <= MAG_SCOREBOARD_TIMES; i++)
		out->requests += out->times[i] = s->shared->times[i];
	/* Of the living only: whoever died with a request holds it no more. */
	n = mag_scoreboard_workers(s, workers, MAG_SCOREBOARD_WORKERS);
	for (i = 0; i < n; i++)
		out->in_flight += workers[i].busy;
}

int
mag_scoreboard_status(size_t i)
{

	return i < STATUSES ? statuses[i] : -1;
}

int64_t
mag_scoreboard_count(struct mag_scoreboard *s, unsigned route, size_t i)
{

	if (s == NULL || route >= MAG_SCOREBOARD_ROUTES || i >= STATUSES)
		return 0;
	return s->shared->counts[route][i];
}

int64_t
mag_scoreboard_time(size_t i)
{

	return i < MAG_SCOREBOARD_TIMES ? bounds[i] : -1;
}
