/* SPDX-License-Identifier: MIT */
/* What visitors look at, what they write, and the sums of it for admins. */
#include <magnetiq/analytics.h>
#include <magnetiq/contact.h>
#include <magnetiq/day.h>

#include "../handlers.h"

#define SPAN_MAX	396	/* days in one answer */

static enum mag_status
accepted(struct exchange *x)
{

	mag_buf_adds(reply_begin(x), "{}");
	return reply_end(x, 202);
}

enum mag_status
public_events(struct exchange *x)
{
	enum mag_status st = mag_events_add(&x->call, x->json);

	return st != MAG_OK ? st : accepted(x);
}

enum mag_status
public_contact(struct exchange *x)
{
	enum mag_status st = mag_contact(&x->call, x->json);

	return st != MAG_OK ? st : accepted(x);
}

enum mag_status
analytics_show(struct exchange *x)
{
	int64_t from, to;
	enum mag_status st;

	input_day(x, &to, "to", mag_day_of(x->call.now));
	input_day(x, &from, "from", to - 29);
	if (to < from)
		mag_wrong(&x->call, "to", "must not be before from", NULL);
	else if (to - from >= SPAN_MAX)
		mag_wrong(&x->call, "to", "must be at most %s days after from",
		    mag_printf(x->a, "%d", SPAN_MAX - 1));
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_analytics_print(reply_begin(x), &x->call, from, to)) !=
	    MAG_OK)
		return st;
	return reply_end(x, 200);
}
