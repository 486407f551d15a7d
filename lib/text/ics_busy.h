/* SPDX-License-Identifier: MIT */
/*
 * ics_busy.h -- when somebody is busy, read from a stranger's calendar feed
 * (RFC 5545).  Linked into the jobs process only: a worker does not carry
 * libical.
 *
 * A calendar that cannot be understood is refused with its reason, rather
 * than read in part: an hour that was overlooked would be given away twice.
 */
#ifndef TEXT_ICS_BUSY_H
#define TEXT_ICS_BUSY_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>
#include <magnetiq/zone.h>

#define ICS_BYTES_MAX	(8 * 1024 * 1024)	/* of a feed */
#define ICS_LINE_MAX	(64 * 1024)	/* a line that says when, unfolded */
#define ICS_EVENT_MAX	(256 * 1024)	/* such lines of one event */
#define ICS_EVENTS_MAX	50000
#define ICS_STEPS_MAX	500000		/* from one repetition to the next */
#define ICS_SPANS_MAX	20000		/* busy times in the window */

/** From starts until just before ends, in seconds. */
struct ics_span {
	int64_t		 starts, ends;
};

struct ics_busy {
	struct ics_span	*spans;		/* sorted; none touches another */
	size_t		 n;
	size_t		 events;	/* that were read */
	const char	*why;		/* it was refused: a few English words */
};

/**
 * ics_busy_read(out, a, p, n, zone, from, until): busy times between two
 * instants; clipped to them.  ${zone} is where whole days and times without
 * a zone are meant.  What is cancelled or transparent does not count.
 * MAG_INVALID, and out->why, if it is refused.
 */
enum mag_status	ics_busy_read(struct ics_busy *, struct mag_arena *,
		    const char *, size_t n, const struct mag_zone *,
		    int64_t from, int64_t until) MAG_CHECK;

/* ---- what its files share ---- */

/** One repetition that is another time, or not at all. */
struct ics_override {
	uint64_t	 uid;
	int64_t		 at;
};

struct ics_reading {
	struct mag_arena *a;
	const struct mag_zone *zone;
	int64_t		 from, until;
	struct ics_busy	*out;
	struct ics_override *overrides;
	size_t		 noverrides, overrides_max, spans_max;
	int64_t		 steps;
};

/**
 * ics_event(r, text, first): an event, as the text of its lines; the first
 * time only overrides are noted, the second time its busy times.
 */
enum mag_status	ics_event(struct ics_reading *, const char *text, bool first)
		    MAG_CHECK;
/** ics_freebusy(r, text): a VFREEBUSY. */
enum mag_status	ics_freebusy(struct ics_reading *, const char *text) MAG_CHECK;
/** ics_refuse(r, why): MAG_INVALID; the first reason stays. */
enum mag_status	ics_refuse(struct ics_reading *, const char *why);
/** ics_add(r, starts, ends): a busy time, if it is in the window. */
enum mag_status	ics_add(struct ics_reading *, int64_t starts, int64_t ends)
		    MAG_CHECK;
/** ics_zone(tzid): by its IANA name, with a prefix too, or Windows's name. */
const struct mag_zone *ics_zone(const char *tzid);

#endif
