/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/bulk.h -- one action on many rows of a noun: on all, or on none.
 */
#ifndef MAGNETIQ_BULK_H
#define MAGNETIQ_BULK_H

#include <magnetiq/call.h>
#include <magnetiq/noun.h>

/** What is done to one; ${out} may stay as it is, for one that went. */
typedef enum mag_status mag_bulk_act(struct mag_record **out,
    struct mag_call *, int64_t id);
#define MAG_BULK_MAX	100	/* rows in one request */
/**
 * mag_bulk(b, c, ids, n, act): act on all ${n}, or, if that is not possible,
 * on none; their list items are printed as a JSON array.  MAG_INVALID names
 * the ids that nothing has; what another status is about is said in the
 * message.
 */
MAG_API enum mag_status mag_bulk(struct mag_buf *, struct mag_call *,
    const int64_t *ids, size_t n, mag_bulk_act *) MAG_CHECK;

#endif
