/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/clock.h -- the only place that asks for the time.
 *
 * Times are seconds since 1970 in UTC, as int64_t.  In the database they are
 * text, `YYYY-MM-DD HH:MM:SS`; on the wire RFC 3339 with `Z`.
 */
#ifndef MAGNETIQ_CLOCK_H
#define MAGNETIQ_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

#define MAG_TIME_TEXT	32	/* bytes that hold any printed time */
#define MAG_TIME_MIN	(-62135596800LL)	/* 0001-01-01T00:00:00Z */
#define MAG_TIME_MAX	253402300799LL		/* 9999-12-31T23:59:59Z */

/**
 * mag_clock_offset_file(path): add the seconds that stand in ${path} to every
 * later mag_clock_now() (the file is read again at each call; a missing or
 * odd file counts as 0).  Only ENVIRONMENT=test may call it; NULL ends it.
 */
MAG_API void	mag_clock_offset_file(const char *path);
/** mag_clock_now(): seconds since 1970, UTC. */
MAG_API int64_t	mag_clock_now(void);
/** mag_clock_us(): microseconds of a clock that never goes back. */
MAG_API int64_t	mag_clock_us(void);
/** mag_clock_sleep_ms(ms): wait; returns early when a signal arrives. */
MAG_API void	mag_clock_sleep_ms(unsigned ms);
/** mag_clock_sleep_us(us): the same in microseconds. */
MAG_API void	mag_clock_sleep_us(unsigned us);

/** mag_time_db(out, t): `2026-11-23 10:00:00`, as the database keeps it. */
MAG_API void	mag_time_db(char out[MAG_TIME_TEXT], int64_t t);
/** mag_time_rfc3339(out, t): `2026-11-23T10:00:00Z`. */
MAG_API void	mag_time_rfc3339(char out[MAG_TIME_TEXT], int64_t t);
/** mag_time_http(out, t): `Mon, 23 Nov 2026 10:00:00 GMT` (RFC 9110 5.6.7). */
MAG_API void	mag_time_http(char out[MAG_TIME_TEXT], int64_t t);
/**
 * mag_time_parse(out, p, n): read a time with any offset (`T` or a blank
 * between the halves, fraction of a second dropped).  A time without an
 * offset is UTC if ${lax}, else wrong.  False if it is no time.
 */
MAG_API bool	mag_time_parse(int64_t *out, const char *p, size_t n, bool lax);

#endif
