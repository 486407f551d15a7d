/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/analytics.h -- what visitors look at, counted without knowing
 * them: no cookie, no address, no browser is kept.
 */
#ifndef MAGNETIQ_ANALYTICS_H
#define MAGNETIQ_ANALYTICS_H

#include <magnetiq/call.h>
#include <magnetiq/json.h>

#define MAG_EVENTS_MAX	20	/* in one request */

/**
 * mag_events_add(c, body): {"events":[...]}, or one event alone.  What a
 * program does that calls itself a robot is not kept.
 */
MAG_API enum mag_status mag_events_add(struct mag_call *,
    const struct mag_json *body) MAG_CHECK;
/**
 * mag_analytics_print(b, c, from, to): the days from ${from} to ${to}
 * (magnetiq/day.h, both included): totals, by day, by source, pages,
 * funnels.
 */
MAG_API enum mag_status mag_analytics_print(struct mag_buf *,
    struct mag_call *, int64_t from, int64_t to) MAG_CHECK;
/**
 * mag_funnels_print(b, c, from, until): a list with each offer that was looked
 * at or taken on days from ${from} and before ${until}: views, deeds
 * (`conversions`), who came (`attended`), the same by campaign.
 */
MAG_API enum mag_status mag_funnels_print(struct mag_buf *,
    struct mag_call *, const char *from, const char *until) MAG_CHECK;

#endif
