/* SPDX-License-Identifier: MIT */
/* claim.h -- one thing after the other, for whoever works outside of a
 * transaction: it is taken here, and nobody else gets it meanwhile. */
#ifndef MODEL_CLAIM_H
#define MODEL_CLAIM_H

#include <magnetiq/call.h>

/**
 * claim_next(c, due, take, out): is anything ${due}?  Most of the time nothing
 * is, and that is asked without locking writers out.  Then ${take} fills
 * ${out} inside a transaction, and marks it as taken; it looks again, since
 * another process may have been faster.  MAG_NOT_FOUND: there is nothing.
 */
enum mag_status	claim_next(struct mag_call *,
		    enum mag_status (*due)(struct mag_call *),
		    enum mag_status (*take)(struct mag_call *, void *),
		    void *out) MAG_CHECK;

#endif
