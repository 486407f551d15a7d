/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/day.h -- days of the calendar: a day is a number, 0 is 1970-01-01.
 */
#ifndef MAGNETIQ_DAY_H
#define MAGNETIQ_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

#define MAG_DAY		86400	/* seconds */
#define MAG_DAY_TEXT	16	/* bytes that hold `2026-11-23` */

struct mag_date {
	int		 year, month, day;	/* month and day from 1 */
	int		 weekday;		/* 0 Monday ... 6 Sunday */
};

/** mag_day(year, month, day): the number of a day; the day may be any number,
 * so that (2026, 3, 0) is the last of February. */
MAG_API int64_t	mag_day(int year, int month, int day);
MAG_API void	mag_day_date(struct mag_date *, int64_t day);
/** mag_day_of(seconds): the day in which a time lies. */
MAG_API int64_t	mag_day_of(int64_t seconds);
/** mag_month_days(year, month): 28 to 31. */
MAG_API int	mag_month_days(int year, int month);
/** mag_day_print(out, day): `2026-11-23`. */
MAG_API void	mag_day_print(char out[MAG_DAY_TEXT], int64_t day);
/** mag_day_parse(out, p, n): exactly `YYYY-MM-DD`, and a day that there is. */
MAG_API bool	mag_day_parse(int64_t *out, const char *p, size_t n);

#endif
