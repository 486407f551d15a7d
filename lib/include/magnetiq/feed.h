/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/feed.h -- the consultants' own calendars, which stand elsewhere:
 * read every few minutes by the jobs process, so that no hour is given away
 * that is taken there.
 *
 * One is claimed, fetched outside of any transaction, and written down.  What
 * cannot be read leaves the busy times as they are, until they are so old that
 * the consultant's slots are closed (mag_consultant_stale()).
 */
#ifndef MAGNETIQ_FEED_H
#define MAGNETIQ_FEED_H

#include <magnetiq/booking.h>

#define MAG_FEED_SECONDS	(5 * 60)	/* from one reading to the next */

/** A calendar in somebody's hands; the strings live in the call's arena. */
struct mag_feed {
	int64_t		 consultant;
	const char	*url, *zone;
};

/** mag_feed_due(c): MAG_OK if one is; MAG_NOT_FOUND if none. */
MAG_API enum mag_status mag_feed_due(struct mag_call *) MAG_CHECK;
/**
 * mag_feed_claim(out, c): the one that waits longest; nobody else gets it for
 * some minutes.  MAG_NOT_FOUND if none is due.
 */
MAG_API enum mag_status mag_feed_claim(struct mag_feed *, struct mag_call *)
    MAG_CHECK;
/**
 * mag_feed_write(c, feed, busy, n): these are its busy times, in order; no
 * other ones.  Does nothing if another calendar has been named meanwhile.
 */
MAG_API enum mag_status mag_feed_write(struct mag_call *,
    const struct mag_feed *, const struct mag_slot *busy, size_t n) MAG_CHECK;
/** mag_feed_failed(c, feed, why): it could not be read; all else stays. */
MAG_API enum mag_status mag_feed_failed(struct mag_call *,
    const struct mag_feed *, const char *why) MAG_CHECK;
/**
 * mag_feeds_print(b, c): all of them as a JSON array: whose, when it was read,
 * how old that is, what went wrong last, and whether it closes the slots.
 */
MAG_API enum mag_status mag_feeds_print(struct mag_buf *, struct mag_call *)
    MAG_CHECK;

#endif
