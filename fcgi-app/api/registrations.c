/* SPDX-License-Identifier: MIT */
/* Webinars for strangers, and what a link in a letter lets its reader do. */
#include <string.h>

#include <magnetiq/outbox.h>
#include <magnetiq/webinar.h>

#include "../handlers.h"

enum mag_status
public_webinars(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = x->lang };
	const char *timeframe = input_query(x, "timeframe");
	enum mag_status st;

	(void)!input_list(x, &mag_webinar, &l);
	if (l.status != NULL && strcmp(l.status, "cancelled") == 0)
		mag_wrong(&x->call, "status", "must be one of: %s",
		    "scheduled live completed");
	if ((st = mag_webinar_timeframe(&l, &x->call, timeframe)) != MAG_OK)
		return st;
	l.filters[l.nfilters++] = (struct mag_filter){
	    .sql = "status <> 'cancelled'" };
	/* What "upcoming" means changes with the clock. */
	if (timeframe != NULL)
		x->good_until = x->call.now;
	else
		x->good_until = mag_webinar_next_turn(&x->call);
	return reply_list(x, &mag_webinar, &l);
}

enum mag_status
public_webinar(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_webinar_public(&r, &x->call, x->match.values[0]);
	if (st != MAG_OK)
		return st;
	/* What it says of its door is good until that opens or closes. */
	x->good_until = mag_webinar_turn(&x->call, r);
	mag_record_print(reply_begin(x), &x->call, r, MAG_VIEW_PUBLIC, x->lang);
	x->language = x->lang;
	return reply_end(x, 200);
}

static enum mag_status
open_registration(struct exchange *x, struct mag_record **out)
{
	const char *token = input_query(x, "token");

	if (token == NULL && x->json != NULL)
		token = input_text(x, "token", false);
	return mag_registration_open(out, &x->call, x->match.values[0], token);
}

/* What the link shows: also what its person has told us. */
static enum mag_status
reply_own(struct exchange *x, const struct mag_record *r)
{
	int64_t n = mag_registration_position(&x->call, r);
	struct mag_buf *b = reply_begin(x);

	mag_registration_own_print(b, &x->call, r);
	b->len--;	/* there is more than that in the object */
	mag_buf_adds(b, ",\"position\":");
	if (n == 0)
		mag_buf_adds(b, "null");
	else
		mag_buf_addi(b, n);
	mag_buf_addf(b, ",\"calendar_url\":\"%s\",\"manage_url\":\"%s\"}",
	    mag_registration_calendar_url(&x->call, r),
	    mag_registration_url(&x->call, r));
	/* Who waits moves up without a change of their own. */
	x->etag = mag_outbox_tag(&x->call, r, b);
	return reply_end(x, 200);
}

enum mag_status
public_registration(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = open_registration(x, &r)) != MAG_OK)
		return st;
	return reply_own(x, r);
}

/* The token stands in the address: the body has the fields, and no other. */
enum mag_status
public_registration_change(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = mag_registration_open(&r, &x->call, x->match.values[0],
	    input_query(x, "token"))) != MAG_OK ||
	    (st = mag_registration_own_change(&r, &x->call, mag_record_id(r),
	    x->json)) != MAG_OK)
		return st;
	return reply_own(x, r);
}

enum mag_status
public_registration_cancel(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if (x->json != NULL)
		input_known(x, "token");
	if ((st = open_registration(x, &r)) != MAG_OK ||
	    (st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_registration_cancel(&r, &x->call,
	    mag_record_id(r))) != MAG_OK)
		return st;
	return reply_registration(x, 200, r);
}
