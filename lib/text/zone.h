/* SPDX-License-Identifier: MIT */
/* zone.h -- a zone as tzdata describes it (RFC 9636). */
#ifndef TEXT_ZONE_H
#define TEXT_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/zone.h>

/* When one of the two changes of each year is. */
struct zone_date {
	enum { ZONE_WEEKDAY, ZONE_JULIAN, ZONE_DAY } kind;
	int		 month, week, day;	/* M3.5.0; J60 and 59 in day */
	int32_t		 time;			/* on the clocks, before it */
};

/** What goes on for ever behind the last change that is listed. */
struct zone_rule {
	bool		 changes;	/* else `standard` is all there is */
	int32_t		 standard, daylight;	/* seconds ahead of UTC */
	char		 letters[2][16];	/* "CET", "CEST" */
	struct zone_date begins, ends;	/* of daylight time */
};

/** The instants of changes, and what each brings. */
struct mag_zone {
	size_t		 n;
	int64_t		*at;
	int32_t		*offset;	/* from at[i] on */
	uint8_t		*name;		/* of that time: where in chars */
	char		*chars;
	int32_t		 first;		/* before all of them */
	uint8_t		 first_name;
	bool		 ruled;
	struct zone_rule rule;
};

/** zone_rule_parse(out, text): `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX TZ, with
 * the hours beyond a day of RFC 9636 3.3.2). */
bool	zone_rule_parse(struct zone_rule *, const char *text);
/** zone_rule_daylight(r, utc): is it daylight time at that instant? */
bool	zone_rule_daylight(const struct zone_rule *, int64_t utc);
/** zone_rule_offset(r, utc): what it says for that instant. */
int32_t	zone_rule_offset(const struct zone_rule *, int64_t utc);
/** zone_rule_next(out, r, utc): its next change; false if it has none. */
bool	zone_rule_next(int64_t *out, const struct zone_rule *, int64_t utc);

/** zone_file_parse(out, p, n): the bytes of a file; false if it is none. */
bool	zone_file_parse(struct mag_zone *, const uint8_t *, size_t n);

#endif
