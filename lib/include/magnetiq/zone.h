/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/zone.h -- time zones, by their names in the IANA database.
 */
#ifndef MAGNETIQ_ZONE_H
#define MAGNETIQ_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/status.h>

/**
 * mag_zone_valid(name): does the name stand in tzdata's own list?  Asked
 * before a name is ever made part of a file's path.
 */
MAG_API bool	mag_zone_valid(const char *name);

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

#endif
