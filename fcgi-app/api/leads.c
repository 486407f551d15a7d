/* SPDX-License-Identifier: MIT */
/* Leads: everybody who has left an address, and what they did. */
#include <magnetiq/lead.h>
#include <magnetiq/outbox.h>

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
	int64_t least;

	catch_up(x);
	(void)!input_list(x, &mag_lead, &l);
	if (input_int(x, &least, "score", 0, 0, 1000000) == MAG_OK &&
	    least > 0)
		l.filters[l.nfilters++] = (struct mag_filter){ "score >= ?",
		    { MAG_BIND_INT, least, NULL, 0 }, true };
	if ((st = mag_verdict(&x->call)) != MAG_OK)
		return st;
	return reply_table(x, &mag_lead, &l, NULL);
}

enum mag_status
leads_import(struct exchange *x)
{
	struct mag_lead_imported came;
	struct mag_buf *b;
	enum mag_status st;

	st = mag_lead_import(&came, &x->call, x->body, x->body_len);
	if (st != MAG_OK)
		return st;
	b = reply_begin(x);
	mag_buf_addf(b, "{\"rows\":%lld,\"created\":%lld,\"changed\":%lld,"
	    "\"unchanged\":%lld,\"refused\":%lld,\"problems\":[",
	    (long long)came.rows, (long long)came.created,
	    (long long)came.changed, (long long)came.unchanged,
	    (long long)came.refused);
	mag_buf_add(b, came.problems.p, came.problems.len);
	mag_buf_adds(b, "],\"ignored_columns\":[");
	mag_buf_add(b, came.ignored.p, came.ignored.len);
	mag_buf_adds(b, "]}");
	return reply_end(x, 200);
}

enum mag_status
lead_show(struct exchange *x)
{
	struct mag_record *r;
	struct mag_buf *b;
	enum mag_status st;
	int64_t id;

	catch_up(x);
	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_lead, id)) != MAG_OK)
		return st;
	b = reply_begin(x);
	if ((st = mag_lead_print(b, &x->call, r)) != MAG_OK)
		return st;
	x->etag = mag_outbox_tag(&x->call, r, b);
	return reply_end(x, 200);
}
