/* SPDX-License-Identifier: MIT */
/*
 * A visitor books, moves or cancels.  What was free when the page was drawn
 * may be taken by now: it is looked at again inside the transaction that
 * takes it, and the database's own rule stands behind that.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/once.h>
#include <magnetiq/setting.h>

#include "booking.h"
#include "noun.h"
#include "person.h"
#include "reading.h"
#include "round.h"

struct work {
	struct mag_call	*c;
	int64_t		 id;
	const struct mag_json *body;
	struct mag_record *result;
	enum mag_status	(*act)(struct work *);	/* move or cancel */
};

/* ---- booking ---- */

static bool
by_hand(struct mag_call *c)
{
	const char *s;

	return mag_setting_text(&s, c, "booking_confirm") == MAG_OK &&
	    s != NULL && strcmp(s, "manual") == 0;
}

static const char *
reference_for(struct mag_call *c)
{
	char when[MAG_TIME_TEXT];

	mag_time_db(when, c->now);
	return reference_new(c->a, mag_printf(c->a, "VLT-%.4s%.2s%.2s-", when,
	    when + 5, when + 8), 4);
}

static const char sql_known[] = "SELECT 1 FROM bookings WHERE reference = ?1";

static void
set_reference(struct mag_call *c, struct mag_record *r)
{
	const char *reference;
	int64_t one;

	do
		reference = reference_for(c);
	while (mag_db_int(&one, c->db, sql_known, "s", reference) == MAG_OK);
	mag_set_text(r, "reference", reference);
}

/* What only staff say of a booking. */
static void
refuse_staff_fields(struct mag_call *c, const struct mag_json *body)
{
	const struct mag_json *m;

	for (m = mag_json_first(body); m != NULL; m = mag_json_next(m))
		if (mag_listed("status meeting_url meeting_notes assigned_to "
		    "follow_up_required", mag_json_key(m)))
			mag_wrong(c, mag_json_key(m), "is not a known field",
			    NULL);
}

static enum mag_status
read_visitor(struct work *w, struct mag_record *r)
{
	enum mag_status st;

	r->noun = &mag_booking;
	st = mag_record_read(w->c, r, NULL, w->body, MAG_POST);
	if (st != MAG_OK && st != MAG_INVALID)
		return st;
	refuse_staff_fields(w->c, w->body);
	return person_check(w->c, r);
}

static void
settle(struct mag_call *c, struct mag_record *r, const struct mag_record *who)
{
	struct mag_slot s = booking_slot(c, r, who);

	mag_set_int(r, "consultant_id", mag_record_id(who));
	mag_set_int(r, "duration_minutes", (s.ends - s.starts) / 60);
	mag_set_int(r, "ends_at", s.ends);
	if (mag_value(r, "timezone")->kind == MAG_V_NULL)
		mag_set_text(r, "timezone", mag_text(who, "timezone"));
	if (mag_value(r, "meeting_type")->kind == MAG_V_NULL)
		mag_set_text(r, "meeting_type",
		    mag_json_text(booking_list(c, who, "meeting_types")));
}

static enum mag_status
book(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *who, *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;
	int64_t id;

	(void)db;
	mag_problem_reset(c);
	if ((st = mag_once_seen(&id, c, "booking")) == MAG_OK)
		return mag_record_load(&w->result, c, &mag_booking, id);
	if (st != MAG_NOT_FOUND)
		return st;
	/* Whatever is wrong is named together. */
	if ((st = read_visitor(w, r)) != MAG_OK && st != MAG_INVALID)
		return st;
	if ((st = booking_meet(c, &who, r, NULL)) != MAG_OK)
		return st;
	settle(c, r, who);
	set_reference(c, r);
	mag_set_int(r, "consented_at", c->now);
	mag_set_text(r, "status", by_hand(c) ? "pending" : "confirmed");
	if (mag_is(r, "status", "confirmed"))
		mag_set_int(r, "confirmed_at", c->now);
	if ((st = mag_record_insert(c, r)) != MAG_OK ||
	    (st = person_agreed(c, r, "booking")) != MAG_OK ||
	    (st = booking_tell(c, r, NULL)) != MAG_OK)
		return st;
	w->result = r;
	return mag_once_keep(c, "booking", mag_record_id(r));
}

enum mag_status
mag_book(struct mag_record **out, struct mag_call *c,
    const struct mag_json *body)
{
	struct work w = { .c = c, .body = body };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, book, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

/* ---- moving ---- */

/* The same request again finds what it made of the booking. */
static enum mag_status
act_once(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	enum mag_status st;

	(void)db;
	mag_problem_reset(c);
	if ((st = mag_once_seen(&w->id, c, "booking")) == MAG_OK)
		return mag_noun_get(&w->result, c, &mag_booking, w->id);
	if (st != MAG_NOT_FOUND || (st = w->act(w)) != MAG_OK)
		return st;
	return mag_once_keep(c, "booking", w->id);
}

static bool
is_live(const struct mag_record *r)
{
	const char *status = mag_text(r, "status");

	return strcmp(status, "pending") == 0 ||
	    strcmp(status, "confirmed") == 0;
}

static enum mag_status
still_ahead(struct mag_call *c, const struct mag_record *r)
{

	if (mag_value_of(r, "starts_at")->kind == MAG_V_INT &&
	    mag_int(r, "starts_at") <= c->now)
		return mag_fail(c, MAG_CONFLICT,
		    "This has begun already.");
	return MAG_OK;
}

static enum mag_status
can_move(struct mag_call *c, const struct mag_record *r)
{

	if (!is_live(r))
		return mag_fail(c, MAG_CONFLICT,
		    "Only what is pending or confirmed can be moved.");
	return still_ahead(c, r);
}

#define MOVE_FIELDS	"starts_at duration_minutes timezone consultant_id"

/* A field of a move is read as that of a booking is. */
static void
read_field(struct mag_call *c, struct mag_record *r, const struct mag_json *m)
{
	const struct mag_field *f;
	struct reading one;
	struct mag_value v;
	int i = mag_noun_field(&mag_booking, mag_json_key(m));

	f = &mag_booking.fields[i];
	one = (struct reading){ c, f, f->name };
	if (mag_json_kind(m) != MAG_JSON_NULL &&
	    reading_value(&v, &one, m, NULL, false))
		r->v[i] = v;
}

static enum mag_status
read_move(struct work *w, struct mag_record *r)
{
	const struct mag_json *m = mag_json_get(w->body, "starts_at");

	if (m == NULL || mag_json_kind(m) == MAG_JSON_NULL)
		mag_wrong(w->c, "starts_at", "is required", NULL);
	mag_set_null(r, "starts_at");
	for (m = mag_json_first(w->body); m != NULL; m = mag_json_next(m))
		if (mag_listed(MOVE_FIELDS, mag_json_key(m)))
			read_field(w->c, r, m);
		else if (strcmp(mag_json_key(m), "token") != 0)
			mag_wrong(w->c, mag_json_key(m), "is not a known field",
			    NULL);
	return mag_verdict(w->c);
}

/* Whoever hears of the new hour now need not be reminded of it now. */
static void
heard(struct mag_call *c, struct mag_record *r)
{
	int64_t left = mag_int(r, "starts_at") - c->now;

	mag_set_int(r, "reminded", left > ROUND_DAY ? 0 :
	    left > 2 * ROUND_HOUR ? 1 : 2);
	mag_set_int(r, "reminded_consultant", left <= 4 * ROUND_HOUR);
}

static enum mag_status
move(struct work *w)
{
	struct mag_call *c = w->c;
	struct mag_record *who, *old, *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;

	if ((st = mag_noun_get(&old, c, &mag_booking, w->id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(old, "revision"))) != MAG_OK)
		return st;
	*r = *old;
	if ((st = read_move(w, r)) == MAG_OK && (st = can_move(c, old)) != MAG_OK)
		return st;
	if ((st = booking_meet(c, &who, r, old)) != MAG_OK)
		return st;
	settle(c, r, who);
	w->result = r;
	if (!mag_record_differs(r, old))
		return MAG_OK;
	mag_set_int(r, "calendar_sequence",
	    mag_int(old, "calendar_sequence") + 1);
	heard(c, r);
	if ((st = mag_record_update(c, r, old)) != MAG_OK ||
	    (st = booking_tell(c, r, old)) != MAG_OK)
		return st;
	return c->who.user_id == 0 ? MAG_OK :
	    mag_audit(c, "reschedule", "booking", w->id, old, r);
}

enum mag_status
mag_booking_move(struct mag_record **out, struct mag_call *c, int64_t id,
    const struct mag_json *body)
{
	struct work w = { .c = c, .id = id, .body = body, .act = move };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, act_once, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

/* ---- cancelling ---- */

static enum mag_status
call_off(struct mag_record **out, struct mag_call *c,
    const struct mag_record *old)
{
	struct mag_record *r = mag_alloc(c->a, sizeof(*r));

	*r = *old;
	mag_set_text(r, "status", "cancelled");
	mag_set_int(r, "cancelled_at", c->now);
	mag_set_int(r, "calendar_sequence",
	    mag_int(old, "calendar_sequence") + 1);
	*out = r;
	return mag_record_update(c, r, old);
}

static enum mag_status
cancel(struct work *w)
{
	struct mag_call *c = w->c;
	struct mag_record *old, *r;
	enum mag_status st;

	if ((st = mag_noun_get(&old, c, &mag_booking, w->id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(old, "revision"))) != MAG_OK)
		return st;
	w->result = old;
	if (mag_is(old, "status", "cancelled"))
		return MAG_OK;
	if ((st = still_ahead(c, old)) != MAG_OK)
		return st;
	if ((st = call_off(&r, c, old)) != MAG_OK ||
	    (st = booking_tell(c, r, old)) != MAG_OK)
		return st;
	w->result = r;
	return c->who.user_id == 0 ? MAG_OK :
	    mag_audit(c, "cancel", "booking", w->id, old, r);
}

enum mag_status
mag_booking_cancel(struct mag_record **out, struct mag_call *c, int64_t id)
{
	struct work w = { .c = c, .id = id, .act = cancel };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, act_once, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

enum mag_status
booking_free(struct mag_call *c, int64_t id)
{
	struct mag_record *old, *r;
	enum mag_status st;

	if ((st = mag_record_load(&old, c, &mag_booking, id)) != MAG_OK ||
	    (st = call_off(&r, c, old)) != MAG_OK)
		return st;
	return booking_tell_freed(c, r);
}
