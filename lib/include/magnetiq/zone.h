/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/zone.h -- time zones, by their names in the IANA database.
 */
#ifndef MAGNETIQ_ZONE_H
#define MAGNETIQ_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

struct mag_zone;

/**
 * mag_zone_valid(name): does the name stand in tzdata's own list?  Asked
 * before a name is ever made part of a file's path.
 */
MAG_API bool	mag_zone_valid(const char *name);
/** mag_zone_name(i): the names of that list, sorted; NULL after the last. */
MAG_API const char *mag_zone_name(size_t i);

#define MAG_ZONE_MAX	64	/* bytes of a name, with its NUL */

/** What calendar and clock on a wall say. */
struct mag_local {
	int		 year, month, day;	/* 2026, 1-12, 1-31 */
	int		 hour, minute, second;
	int		 weekday;		/* 0: Sunday */
	int		 offset;		/* seconds east of UTC */
	char		 letters[16];		/* "CET"; "+03" where it has none */
};
/**
 * mag_zone_local(out, zone, t): what they say in ${zone} at the second ${t}.
 * A zone that is not valid, and NULL, is UTC.
 */
MAG_API void	mag_zone_local(struct mag_local *out, const char *zone,
    int64_t t);
/**
 * mag_zone_find(name): the zone, or NULL if there is none of this name, or
 * tzdata's file of it cannot be read.  Read once; lives as the process does.
 */
MAG_API const struct mag_zone *mag_zone_find(const char *name);

/** mag_zone_offset(z, utc): what the clocks there are ahead of UTC, in
 * seconds, at that instant. */
MAG_API int32_t	mag_zone_offset(const struct mag_zone *, int64_t utc);
/**
 * mag_zone_wall(z, utc): what the clocks there show, counted as if it were
 * UTC: 1970-01-01 00:00 on the wall is 0, whatever the zone.
 */
MAG_API int64_t	mag_zone_wall(const struct mag_zone *, int64_t utc);

/**
 * mag_zone_utc(out, z, wall): the instant at which the clocks there show
 * ${wall}.  Where they show it twice (they were put back) it is the first
 * time; where they never do (they were put forward) it is as if they had
 * not been yet, so 02:30 in a gap from 02:00 to 03:00 is 03:30: the rule of
 * RFC 5545 3.3.5, so that a calendar file says the same.
 */
enum mag_zone_fit { MAG_ZONE_ONCE, MAG_ZONE_TWICE, MAG_ZONE_NEVER };
MAG_API enum mag_zone_fit mag_zone_utc(int64_t *out, const struct mag_zone *,
    int64_t wall);

/**
 * mag_zone_next(out, z, utc): the first instant after ${utc} from which the
 * clocks there are differently far from UTC; false if there is none.
 */
MAG_API bool	mag_zone_next(int64_t *out, const struct mag_zone *,
    int64_t utc);

#endif
