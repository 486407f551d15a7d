/* SPDX-License-Identifier: MIT */
/* Bookings: made by visitors, looked after by staff, changed by a link. */
#include <string.h>

#include <magnetiq/booking.h>
#include <magnetiq/clock.h>
#include <magnetiq/day.h>
#include <magnetiq/outbox.h>

#include "../handlers.h"

/* A moment, or a whole day of UTC. */
static void
filter_moment(struct exchange *x, struct mag_list *l, const char *name,
    const char *sql, int64_t days)
{
	const char *s = input_query(x, name);
	int64_t at;

	if (s == NULL)
		return;
	if (mag_day_parse(&at, s, strlen(s)))
		at = (at + days) * MAG_DAY - (days > 0);
	else if (!mag_time_parse(&at, s, strlen(s), false)) {
		mag_wrong(&x->call, name, "must be a time or a day", NULL);
		return;
	}
	l->filters[l->nfilters++] = (struct mag_filter){ sql,
	    { MAG_BIND_TIME, at, NULL, 0 }, true };
}

/* Those of the consultant who asks, and those that were given to them. */
static void
filter_mine(struct exchange *x, struct mag_list *l)
{
	const char *s = input_query(x, "mine");

	if (s == NULL || strcmp(s, "false") == 0)
		return;
	if (strcmp(s, "true") != 0)
		mag_wrong(&x->call, "mine", "must be true or false", NULL);
	l->filters[l->nfilters++] = (struct mag_filter){
	    "EXISTS (SELECT 1 FROM admin_users u WHERE u.id = ? AND"
	    " (u.id = assigned_to OR consultant_id IN"
	    " (SELECT k.id FROM consultants k WHERE k.user_id = u.id)))",
	    { MAG_BIND_INT, x->call.who.user_id, NULL, 0 }, true };
}

enum mag_status
bookings_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;

	(void)!input_list(x, &mag_booking, &l);
	filter_mine(x, &l);
	filter_moment(x, &l, "from", "starts_at >= ?", 0);
	filter_moment(x, &l, "to", "starts_at <= ?", 1);
	if ((st = mag_verdict(&x->call)) != MAG_OK)
		return st;
	return reply_table(x, &mag_booking, &l, NULL);
}

enum mag_status
bookings_summary(struct exchange *x)
{
	enum mag_status st;

	st = mag_booking_summary(reply_begin(x), &x->call);
	return st != MAG_OK ? st : reply_end(x, 200);
}

/* With its letters, which lists and the messages of webhooks do not have. */
enum mag_status
booking_show(struct exchange *x)
{
	struct mag_record *r;
	struct mag_buf *b;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_booking, id)) != MAG_OK)
		return st;
	b = reply_begin(x);
	mag_record_print(b, &x->call, r, MAG_VIEW_STAFF, NULL);
	b->len--;
	if ((st = mag_outbox_about(b, &x->call, r)) != MAG_OK)
		return st;
	mag_buf_addc(b, '}');
	x->etag = mag_outbox_tag(&x->call, r, b);
	return reply_end(x, 200);
}

static void
print_consultant(struct mag_buf *b, struct exchange *x, int64_t id)
{
	struct mag_record *who;

	if (mag_record_load(&who, &x->call, &mag_consultant, id) == MAG_OK)
		mag_record_print(b, &x->call, who, MAG_VIEW_PUBLIC_LIST,
		    x->call.lang);
	else
		mag_buf_adds(b, "null");
}

/* What a visitor learns of the own booking. */
static enum mag_status
reply_booking(struct exchange *x, int status, const struct mag_record *r)
{
	char starts[MAG_TIME_TEXT], ends[MAG_TIME_TEXT];
	struct mag_buf *b = reply_begin(x);

	mag_time_rfc3339(starts, mag_int(r, "starts_at"));
	mag_time_rfc3339(ends, mag_int(r, "ends_at"));
	mag_buf_addf(b, "{\"reference\":\"%s\",\"status\":\"%s\","
	    "\"consultant\":", mag_text(r, "reference"), mag_text(r, "status"));
	print_consultant(b, x, mag_int(r, "consultant_id"));
	mag_buf_addf(b, ",\"starts_at\":\"%s\",\"ends_at\":\"%s\","
	    "\"duration_minutes\":%lld,\"timezone\":\"%s\",\"meeting_type\":",
	    starts, ends, (long long)mag_int(r, "duration_minutes"),
	    mag_text(r, "timezone"));
	mag_buf_jsons(b, mag_text(r, "meeting_type"));
	mag_buf_addf(b, ",\"manage_url\":\"%s\",\"calendar_url\":\"%s\"}",
	    mag_booking_url(&x->call, r),
	    mag_booking_calendar_url(&x->call, r));
	/* The consultant stands in it, too, and has another revision. */
	x->etag = mag_outbox_tag(&x->call, r, b);
	return reply_end(x, status);
}

enum mag_status
booking_create(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = mag_book(&r, &x->call, x->json)) != MAG_OK)
		return st;
	reply_location(x, mag_booking_url(&x->call, r));
	return reply_booking(x, 201, r);
}

enum mag_status
booking_reschedule(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_booking_move(&r, &x->call, id, x->json)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
booking_cancel(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_booking_cancel(&r, &x->call, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
bookings_remind(struct exchange *x)
{

	return usual_bulk(x, mag_booking_remind);
}

enum mag_status
bookings_confirm(struct exchange *x)
{

	return usual_bulk(x, mag_booking_confirm);
}

enum mag_status
bookings_cancel(struct exchange *x)
{

	return usual_bulk(x, mag_booking_cancel);
}

/* ---- by the link of a letter ---- */

static enum mag_status
open_booking(struct exchange *x, struct mag_record **out)
{
	const char *token = input_query(x, "token");

	if (token == NULL && x->json != NULL)
		token = mag_json_text(mag_json_get(x->json, "token"));
	return mag_booking_open(out, &x->call, x->match.values[0], token);
}

enum mag_status
public_booking(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = open_booking(x, &r)) != MAG_OK)
		return st;
	return reply_booking(x, 200, r);
}

enum mag_status
public_booking_cancel(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if (x->json != NULL)
		input_known(x, "token");
	if ((st = open_booking(x, &r)) != MAG_OK ||
	    (st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_booking_cancel(&r, &x->call, mag_record_id(r))) != MAG_OK)
		return st;
	return reply_booking(x, 200, r);
}

enum mag_status
public_booking_reschedule(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = open_booking(x, &r)) != MAG_OK ||
	    (st = mag_booking_move(&r, &x->call, mag_record_id(r), x->json)) !=
	    MAG_OK)
		return st;
	return reply_booking(x, 200, r);
}
