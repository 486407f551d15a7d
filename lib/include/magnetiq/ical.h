/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/ical.h -- calendars as text (RFC 5545, RFC 5546): what stands in a
 * letter, in a feed, behind a link to calendar.ics.
 *
 * Times are written in UTC, which every calendar shows in its reader's zone;
 * so no zone's rules have to travel along, and none can be out of date.
 * Nothing that a stranger wrote can end a line or begin another property.
 */
#ifndef MAGNETIQ_ICAL_H
#define MAGNETIQ_ICAL_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/** What whoever gets it shall do: look at it, put it down, strike it out. */
enum mag_ical_method { MAG_ICAL_PUBLISH, MAG_ICAL_REQUEST, MAG_ICAL_CANCEL };

struct mag_ical_person {
	const char	*name;		/* or NULL */
	const char	*email;		/* NULL: nobody */
};

struct mag_ical_event {
	const char	*uid;		/* the same as long as the event is one */
	int64_t		 sequence;	/* grows with each change of time or place */
	int64_t		 stamp;		/* when this was said */
	int64_t		 starts, ends;	/* seconds; ends <= starts: an instant */
	const char	*summary;	/* the others: or NULL */
	const char	*description;	/* with \n line ends */
	const char	*location;
	const char	*url;
	struct mag_ical_person organizer;	/* without one, nobody is asked */
	struct mag_ical_person attendee;
	bool		 accepted;	/* the attendee has said yes already */
	bool		 tentative;	/* it is not sure yet */
	bool		 cancelled;
	bool		 free;		/* nobody is busy because of it */
};

/**
 * mag_ical_begin(b, method, name): a calendar; ${name} is shown by whoever
 * subscribes to it, or NULL.  Then mag_ical_event() for each event, with the
 * same method, then mag_ical_end().  A letter has one event, and asks or
 * cancels; a feed has any number, and publishes, without saying who attends
 * (RFC 5546 3.2.1).  Lines end in CRLF and have at most 75 bytes.
 */
MAG_API void	mag_ical_begin(struct mag_buf *, enum mag_ical_method,
    const char *name);
MAG_API void	mag_ical_event(struct mag_buf *, enum mag_ical_method,
    const struct mag_ical_event *);
MAG_API void	mag_ical_end(struct mag_buf *);

/** mag_ical_type(method): the Content-Type that goes with it. */
MAG_API const char *mag_ical_type(enum mag_ical_method);

#endif
