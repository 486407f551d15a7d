/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/scoreboard.h -- what all processes of a site count together.
 *
 * One file in STATE_DIR, mapped into each of them: who works, what was asked
 * and answered how, and the buckets of the rate limits.  It outlives them
 * all.  Everything in it is an atomic word, so whoever is killed in the
 * middle of a change leaves nothing half-written; and a worker is there as
 * long as the kernel holds its lock on its slot, so a dead one is gone at
 * once, whatever became of its number.
 */
#ifndef MAGNETIQ_SCOREBOARD_H
#define MAGNETIQ_SCOREBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

#define MAG_SCOREBOARD_WORKERS	512	/* WORKERS and AUTH_WORKERS, and those on their way out */
#define MAG_SCOREBOARD_ROUTES	512	/* lines of the route table */
#define MAG_SCOREBOARD_STATUSES	32	/* see mag_scoreboard_status() */
#define MAG_SCOREBOARD_TIMES	16	/* bounds of the latency histogram */

struct mag_scoreboard;

enum mag_pool { MAG_POOL_APP, MAG_POOL_AUTH, MAG_POOL__MAX };

struct mag_worker {
	int64_t		 pid;
	enum mag_pool	 pool;
	int64_t		 started;	/* seconds */
	int64_t		 requests;
	int64_t		 memory_kb;	/* resident */
	bool		 busy;		/* has a request in hand */
};

/** What `/metrics` shows beside the requests of each route. */
struct mag_scoreboard_sums {
	int64_t		 started;	/* when counting began */
	int64_t		 busy_waits;	/* for another writer of the database */
	int64_t		 in_flight;
	int64_t		 requests;
	int64_t		 microseconds;	/* of all requests together */
	int64_t		 times[MAG_SCOREBOARD_TIMES + 1];	/* not cumulative */
};

/**
 * mag_scoreboard_open(out, dir, now): map the file in ${dir}; make it if it
 * is missing, of another version, or not what it should be.  Where it cannot
 * be had (a full disk), MAG_FAILED, logged; then NULL serves as a board on
 * which nothing is counted: every function here takes it.
 */
MAG_API enum mag_status mag_scoreboard_open(struct mag_scoreboard **out,
    const char *dir, int64_t now) MAG_CHECK;
/**
 * mag_scoreboard_look(out, dir): the same for who does not work here, and
 * makes none: MAG_NOT_FOUND if there is none, or one of another version, whose
 * workers would lose it.
 */
MAG_API enum mag_status mag_scoreboard_look(struct mag_scoreboard **out,
    const char *dir) MAG_CHECK;
MAG_API void	mag_scoreboard_close(struct mag_scoreboard *);

/**
 * mag_scoreboard_join(b, pool, now): take a slot for this process, to be kept
 * until it ends or closes the board.  Call it after fork.  False if all are
 * taken; then the process works without one.
 */
MAG_API bool	mag_scoreboard_join(struct mag_scoreboard *, enum mag_pool,
    int64_t now);
/**
 * mag_scoreboard_routes(b, fingerprint): say which route table the numbers of
 * routes mean; when it is another one than before, their counts start anew.
 */
MAG_API void	mag_scoreboard_routes(struct mag_scoreboard *,
    uint64_t fingerprint);
/** mag_scoreboard_begin(b): this process has a request in hand. */
MAG_API void	mag_scoreboard_begin(struct mag_scoreboard *);
/**
 * mag_scoreboard_end(b, route, status, us): it has answered it, with this
 * HTTP status, after so many microseconds.
 */
MAG_API void	mag_scoreboard_end(struct mag_scoreboard *, unsigned route,
    int status, int64_t us);
/** mag_scoreboard_busy(b, n): it waited ${n} times for another writer. */
MAG_API void	mag_scoreboard_busy(struct mag_scoreboard *, int64_t n);

/** mag_scoreboard_workers(b, out, max): those alive, by pid; how many. */
MAG_API size_t	mag_scoreboard_workers(struct mag_scoreboard *,
    struct mag_worker *out, size_t max);
MAG_API void	mag_scoreboard_sums(struct mag_scoreboard *,
    struct mag_scoreboard_sums *);
/** mag_scoreboard_status(i): the status counted at ${i}; 0: all others; -1: end. */
MAG_API int	mag_scoreboard_status(size_t i);
/** mag_scoreboard_count(b, route, i): requests of a route with that status. */
MAG_API int64_t	mag_scoreboard_count(struct mag_scoreboard *, unsigned route,
    size_t i);
/** mag_scoreboard_time(i): the i-th bound in microseconds; -1 behind the last. */
MAG_API int64_t	mag_scoreboard_time(size_t i);

#endif
