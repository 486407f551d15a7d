/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/status.h -- what came of a call.
 *
 * MAG_OK is 0.  Most of the others are answers: expected, not logged, with
 * one sentence fit for a client in the call's problem (magnetiq/call.h).
 * MAG_FAILED is our own fault: whoever sees it first logs the detail; above
 * that it only travels.
 */
#ifndef MAGNETIQ_STATUS_H
#define MAGNETIQ_STATUS_H

#define MAG_API		__attribute__((visibility("default")))
#define MAG_CHECK	__attribute__((warn_unused_result))
#define MAG_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum mag_status {
	MAG_OK = 0,
	MAG_MALFORMED,		/* the bytes are not what they claim to be */
	MAG_UNAUTHENTICATED,	/* nobody we know */
	MAG_DENIED,		/* somebody we know, who may not */
	MAG_NOT_FOUND,		/* not there, or not to be known of */
	MAG_TOO_LARGE,		/* more bytes than allowed */
	MAG_UNSUPPORTED,	/* a kind of bytes that is not accepted */
	MAG_CONFLICT,		/* what stands already forbids it */
	MAG_SLUG_TAKEN,
	MAG_EMAIL_TAKEN,
	MAG_ALREADY_REGISTERED,
	MAG_WEBINAR_FULL,
	MAG_REGISTRATION_CLOSED,
	MAG_SLOT_TAKEN,
	MAG_GONE,		/* a link that was used or has expired */
	MAG_STALE,		/* If-Match no longer holds */
	MAG_INVALID,		/* a field is wrong; the problem names it */
	MAG_LOCKED,		/* too many failed sign-ins */
	MAG_LIMITED,		/* too many requests */
	MAG_UNAVAILABLE,	/* busy, full or closed: try again later */
	MAG_FAILED,		/* a bug or a broken machine; logged */
	MAG_STATUS__MAX
};

#endif
