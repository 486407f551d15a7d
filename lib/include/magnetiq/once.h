/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/once.h -- Idempotency-Key: the same request twice makes one row.
 *
 * What is kept is the row that came of a request, not the answer; it is
 * written in the same transaction, so there is no moment at which one stands
 * without the other.  Key and body are kept as MACs only.
 */
#ifndef MAGNETIQ_ONCE_H
#define MAGNETIQ_ONCE_H

#include <magnetiq/call.h>

#define MAG_ONCE_SECONDS	(24 * 60 * 60)

/** A request that may come again: its door, its key, its exact bytes. */
struct mag_once {
	const char	*scope;		/* method and path */
	const char	*key;
	const char	*body;
	size_t		 n;
};

/**
 * mag_once_seen(id, c, noun): inside the transaction.  MAG_OK: this very
 * request has made row ${id} already; MAG_NOT_FOUND: it has not, or has no
 * key; MAG_INVALID: its key came with another body.
 */
MAG_API enum mag_status mag_once_seen(int64_t *id, struct mag_call *,
    const char *noun) MAG_CHECK;
/** mag_once_keep(c, noun, id): it has made that one now. */
MAG_API enum mag_status mag_once_keep(struct mag_call *, const char *noun,
    int64_t id) MAG_CHECK;

#endif
