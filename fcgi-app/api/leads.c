/* SPDX-License-Identifier: MIT */
/* Leads: everybody who has left an address, and what they did. */
#include <magnetiq/lead.h>

#include "../handlers.h"

#define AT_ONCE	5000	/* rows whose leads are made before an answer */

/* A list that is a little behind is better than none. */
static void
catch_up(struct exchange *x)
{
	int64_t n;

	(void)!mag_lead_catch_up(&n, &x->call, AT_ONCE);
}

enum mag_status
leads_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;

	catch_up(x);
	if ((st = input_list(x, &mag_lead, &l)) != MAG_OK)
		return st;
	return reply_table(x, &mag_lead, &l);
}

enum mag_status
lead_show(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	catch_up(x);
	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_lead, id)) != MAG_OK ||
	    (st = mag_lead_print(reply_begin(x), &x->call, r)) != MAG_OK)
		return st;
	x->etag = mag_record_tag(&x->call, r);
	return reply_end(x, 200);
}
