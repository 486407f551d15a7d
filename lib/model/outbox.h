/* SPDX-License-Identifier: MIT */
/* outbox.h -- how often, and when, what failed is tried again: letters and
 * deliveries of webhooks. */
#ifndef MODEL_OUTBOX_H
#define MODEL_OUTBOX_H

#include <stdint.h>

#define OUTBOX_ATTEMPTS_MAX	12	/* about two days */

/** outbox_pause(attempts): seconds until the next one: minutes first, then
 * hours; not all at the same moment. */
int64_t	outbox_pause(int64_t attempts);

#endif
