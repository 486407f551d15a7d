/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/suppression.h -- addresses that are not written to.
 *
 * Only a MAC of the folded address is kept, so the list names nobody and
 * outlives an erasure.  Who has unsubscribed gets no marketing; an address
 * that a server refused for good gets nothing.
 */
#ifndef MAGNETIQ_SUPPRESSION_H
#define MAGNETIQ_SUPPRESSION_H

#include <magnetiq/call.h>

#define MAG_BOUNCED		1
#define MAG_UNSUBSCRIBED	2

/** mag_suppressed(out, c, email): which of the two, as bits. */
MAG_API enum mag_status mag_suppressed(unsigned *out, struct mag_call *,
    const char *email) MAG_CHECK;
/** mag_suppress(c, email, what), mag_suppress_not: in the open transaction. */
MAG_API enum mag_status mag_suppress(struct mag_call *, const char *email,
    unsigned what) MAG_CHECK;
MAG_API enum mag_status mag_suppress_not(struct mag_call *, const char *email,
    unsigned what) MAG_CHECK;

#endif
