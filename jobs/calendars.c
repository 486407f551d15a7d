/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --calendars: when consultants are busy elsewhere. */
#include <sys/resource.h>

#include <magnetiq.h>
#include <magnetiq/feed.h>

#include "../lib/text/ics_busy.h"
#include "child.h"
#include "egress/https.h"

#define MEMORY_MAX	(1024L * 1024 * 1024)	/* bytes of address space */
#define CPU_SECONDS	120	/* for all that are due; then anew */
#define DAYS_BACK	1	/* what has begun may still last */
#define DAYS_AHEAD	732	/* the farthest horizon, and a day beyond */

/* A feed is a stranger's: whoever reads it too long or too greedily ends, and
 * the next child goes on with the next feed. */
static void
limit(void)
{
	struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS };
#ifndef __SANITIZE_ADDRESS__
	struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

	(void)setrlimit(RLIMIT_AS, &memory);
#endif
	(void)setrlimit(RLIMIT_CPU, &cpu);
}

static struct mag_slot *
slots(struct mag_arena *a, const struct ics_busy *busy)
{
	struct mag_slot *out = mag_alloc(a, (busy->n + 1) * sizeof(*out));
	size_t i;

	for (i = 0; i < busy->n; i++)
		out[i] = (struct mag_slot){ busy->spans[i].starts,
		    busy->spans[i].ends };
	return out;
}

/* What is wrong with it, or NULL. */
static const char *
fetch(struct ics_busy *out, struct mag_call *c, const struct mag_feed *feed)
{
	const struct egress_request rq = { .url = feed->url,
	    .max = ICS_BYTES_MAX, .stop = &child_stopping };
	const struct mag_zone *zone = mag_zone_find(feed->zone);
	struct egress_answer answer;
	/* Whole days, so that the same calendar gives the same times all day. */
	int64_t today = c->now - c->now % MAG_DAY;

	if (!egress_https(&answer, c->a, c->conf, &rq))
		return mag_strdup(c->a, answer.error);
	if (zone == NULL)
		return "the consultant's time zone is unknown";
	return ics_busy_read(out, c->a, answer.body.p, answer.body.len, zone,
	    today - DAYS_BACK * MAG_DAY, today + DAYS_AHEAD * MAG_DAY) ==
	    MAG_OK ? NULL : out->why != NULL ? out->why : "it cannot be read";
}

static enum mag_status
read_one(struct mag_call *c, const struct mag_feed *feed)
{
	struct ics_busy busy = { .n = 0 };
	const char *why = fetch(&busy, c, feed);

	c->now = mag_clock_now();
	if (why == NULL)
		return mag_feed_write(c, feed, slots(c->a, &busy), busy.n);
	mag_log(MAG_WARN, "calendar", "of consultant %lld: %s",
	    (long long)feed->consultant, why);
	return mag_feed_failed(c, feed, why);
}

int
calendars_main(const struct mag_conf *conf)
{
	struct mag_feed feed;
	struct mag_call c;
	enum mag_status st = MAG_FAILED;

	if (child_begin(&c, conf))
		for (limit(); !child_stopping && (st = mag_feed_claim(&feed,
		    &c)) == MAG_OK && (st = read_one(&c, &feed)) == MAG_OK;)
			child_next(&c);
	child_end(&c);
	return st == MAG_OK || st == MAG_NOT_FOUND ? 0 : 1;
}
