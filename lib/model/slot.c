/* SPDX-License-Identifier: MIT */
/*
 * Free slots.  A day's hours stand on the wall of the consultant; each becomes
 * two instants, so a day on which the clocks change is as long as it is.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/day.h>
#include <magnetiq/holiday.h>
#include <magnetiq/zone.h>

#include "booking.h"
#include "noun.h"

#define HOUR		(60 * 60)
#define MINUTE		60
#define SLOTS_MAX	20000

struct taken {
	struct mag_slot	 slot;
	enum slot_fault	 why;
};

/* What there is to know of one consultant between two instants. */
struct plan {
	struct mag_call	*c;
	const struct mag_record *who;
	const struct mag_zone *zone;
	const struct mag_json *hours;
	const char	*holidays;	/* a state, or NULL */
	int64_t		 from, to;
	int64_t		 earliest, latest;	/* for the start of a slot */
	struct taken	*taken;		/* nobody may have these */
	size_t		 ntaken, size;
	int64_t		*starts;	/* of live bookings, for the daily limit */
	size_t		 nstarts, starts_size;
};

static void
take(struct plan *p, enum slot_fault why, int64_t starts, int64_t ends)
{
	struct taken *more;

	if (p->ntaken == p->size) {
		p->size = p->size == 0 ? 64 : p->size * 2;
		more = mag_alloc(p->c->a, p->size * sizeof(*more));
		if (p->ntaken > 0)
			memcpy(more, p->taken, p->ntaken * sizeof(*more));
		p->taken = more;
	}
	p->taken[p->ntaken++] = (struct taken){ { starts, ends }, why };
}

static void
note_start(struct plan *p, int64_t at)
{
	int64_t *more;

	if (p->nstarts == p->starts_size) {
		p->starts_size = p->starts_size == 0 ? 64 : p->starts_size * 2;
		more = mag_alloc(p->c->a, p->starts_size * sizeof(*more));
		if (p->nstarts > 0)
			memcpy(more, p->starts, p->nstarts * sizeof(*more));
		p->starts = more;
	}
	p->starts[p->nstarts++] = at;
}

/* Nothing lasts longer than a day, and a buffer is shorter than one. */
static const char sql_bookings[] =
    "SELECT starts_at, ends_at FROM bookings WHERE consultant_id = ?1"
    " AND starts_at > ?2 AND starts_at < ?3 AND id <> ?4"
    " AND status IN ('pending', 'confirmed') AND deleted_at IS NULL"
    " ORDER BY starts_at";
static const char sql_busy[] =
    "SELECT starts_at, ends_at FROM busy_times WHERE consultant_id = ?1"
    " AND starts_at < ?3 AND ends_at > ?2";

static enum mag_status
read_bookings(struct plan *p, int64_t except)
{
	int64_t buffer = mag_int(p->who, "buffer_minutes") * MINUTE;
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, p->c->db, sql_bookings, "itti",
	    mag_record_id(p->who), p->from - 2 * MAG_DAY, p->to + 2 * MAG_DAY,
	    except);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		note_start(p, mag_row_time(row, 0));
		take(p, SLOT_BOOKED, mag_row_time(row, 0) - buffer,
		    mag_row_time(row, 1) + buffer);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/*
 * What a consultant has accepted stands in the own calendar as well: the hour
 * of a booking that moves is not busy because of that booking itself.  Only
 * what is confirmed was sent there.
 */
static void
take_around(struct plan *p, struct mag_slot busy, struct mag_slot own)
{

	if (own.starts >= busy.ends || own.ends <= busy.starts) {
		take(p, SLOT_BUSY, busy.starts, busy.ends);
		return;
	}
	if (busy.starts < own.starts)
		take(p, SLOT_BUSY, busy.starts, own.starts);
	if (busy.ends > own.ends)
		take(p, SLOT_BUSY, own.ends, busy.ends);
}

static const char sql_own[] =
    "SELECT starts_at, ends_at FROM bookings WHERE id = ?1"
    " AND consultant_id = ?2 AND status = 'confirmed'";

static enum mag_status
read_own(struct mag_slot *own, struct plan *p, int64_t id)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*own = (struct mag_slot){ 0, 0 };
	st = mag_db_row(&row, p->c->db, sql_own, "ii", id,
	    mag_record_id(p->who));
	if (st == MAG_OK)
		*own = (struct mag_slot){ mag_row_time(row, 0),
		    mag_row_time(row, 1) };
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
read_busy(struct plan *p, int64_t except)
{
	struct mag_row *row = NULL;
	struct mag_slot own;
	enum mag_status st;

	if ((st = read_own(&own, p, except)) != MAG_OK)
		return st;
	st = mag_db_query(&row, p->c->db, sql_busy, "itt",
	    mag_record_id(p->who), p->from - MAG_DAY, p->to + MAG_DAY);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		take_around(p, (struct mag_slot){ mag_row_time(row, 0),
		    mag_row_time(row, 1) }, own);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static void
read_time_off(struct plan *p)
{
	const struct mag_value *v = mag_value_of(p->who, "time_off");
	const struct mag_json *j;
	int64_t starts, ends;
	const char *s, *e;

	if (v->kind != MAG_V_TEXT)
		return;
	for (j = mag_json_first(mag_json_own(p->c->a, v->s, v->n)); j != NULL;
	    j = mag_json_next(j)) {
		s = mag_json_text(mag_json_get(j, "starts_at"));
		e = mag_json_text(mag_json_get(j, "ends_at"));
		if (s != NULL && e != NULL &&
		    mag_time_parse(&starts, s, strlen(s), true) &&
		    mag_time_parse(&ends, e, strlen(e), true) &&
		    starts < p->to + MAG_DAY && ends > p->from - MAG_DAY)
			take(p, SLOT_OFF, starts, ends);
	}
}

bool
mag_consultant_stale(struct mag_call *c, const struct mag_record *who)
{
	const struct mag_value *at = mag_value_of(who, "busy_fetched_at");

	return mag_value_of(who, "busy_url")->kind == MAG_V_TEXT &&
	    (at->kind != MAG_V_INT || at->i < c->now - MAG_BUSY_STALE);
}

static enum mag_status
plan_make(struct plan *p, struct mag_call *c, const struct mag_record *who,
    int64_t from, int64_t to, int64_t except)
{
	const struct mag_value *hours = mag_value_of(who, "working_hours");
	enum mag_status st;

	*p = (struct plan){ .c = c, .who = who, .from = from, .to = to,
	    .holidays = mag_text(who, "holidays") };
	if ((p->zone = mag_zone_find(mag_text(who, "timezone"))) == NULL)
		return MAG_FAILED;
	p->hours = mag_json_own(c->a, hours->s, hours->n);
	p->earliest = c->now + mag_int(who, "notice_hours") * HOUR;
	if (p->earliest <= c->now)
		p->earliest = c->now + 1;
	p->latest = c->now + mag_int(who, "horizon_days") * MAG_DAY;
	if ((st = read_bookings(p, except)) != MAG_OK ||
	    (st = read_busy(p, except)) != MAG_OK)
		return st;
	read_time_off(p);
	return MAG_OK;
}

/* A calendar that nobody could read lately may hide anything. */
static void
close_if_stale(struct plan *p)
{

	if (mag_consultant_stale(p->c, p->who))
		take(p, SLOT_STALE, p->from - MAG_DAY, p->to + MAG_DAY);
}

/* ---- days ---- */

static const struct mag_json *
hours_of(const struct plan *p, int64_t day)
{
	static const char *const days[] = { "monday", "tuesday", "wednesday",
	    "thursday", "friday", "saturday", "sunday" };
	struct mag_date date;

	if (p->holidays != NULL && mag_holiday(p->holidays, day, "en") != NULL)
		return NULL;
	mag_day_date(&date, day);
	return mag_json_get(p->hours, days[date.weekday]);
}

/* A part of a day, as instants. */
static bool
part_of(const struct plan *p, struct mag_slot *out, int64_t day,
    const struct mag_json *part)
{
	int from = hours_minute(mag_json_text(mag_json_get(part, "start")));
	int to = hours_minute(mag_json_text(mag_json_get(part, "end")));

	if (from < 0 || to <= from)
		return false;
	(void)mag_zone_utc(&out->starts, p->zone,
	    day * MAG_DAY + from * MINUTE);
	(void)mag_zone_utc(&out->ends, p->zone, day * MAG_DAY + to * MINUTE);
	return out->ends > out->starts;
}

/* By what; SLOT_FREE if by nothing. */
static enum slot_fault
taken_by(const struct plan *p, struct mag_slot s)
{
	const struct taken *t;

	for (t = p->taken; t < p->taken + p->ntaken; t++)
		if (t->slot.starts < s.ends && t->slot.ends > s.starts)
			return t->why;
	return SLOT_FREE;
}

static bool
is_taken(const struct plan *p, struct mag_slot s)
{

	return taken_by(p, s) != SLOT_FREE;
}

static bool
day_is_full(const struct plan *p, int64_t day)
{
	const struct mag_value *limit = mag_value_of(p->who, "daily_limit");
	int64_t n = 0;
	size_t i;

	if (limit->kind != MAG_V_INT)
		return false;
	for (i = 0; i < p->nstarts; i++)
		n += mag_day_of(mag_zone_wall(p->zone, p->starts[i])) == day;
	return n >= limit->i;
}

struct found {
	struct mag_slot	*slot;
	size_t		 n, size, limit;
};

static bool
is_full(const struct found *f)
{

	return f->n == (f->limit > 0 ? f->limit : SLOTS_MAX);
}

static void
find_in(struct plan *p, struct found *f, struct mag_slot part, int64_t length)
{
	int64_t step = mag_int(p->who, "slot_step_minutes") * MINUTE;
	struct mag_slot s, *more;

	for (s.starts = part.starts; s.starts + length <= part.ends &&
	    !is_full(f); s.starts += step) {
		s.ends = s.starts + length;
		if (s.starts < p->from || s.starts >= p->to ||
		    s.starts < p->earliest || s.starts > p->latest ||
		    is_taken(p, s))
			continue;
		if (f->n == f->size) {
			f->size = f->size == 0 ? 64 : f->size * 2;
			more = mag_alloc(p->c->a, f->size * sizeof(*more));
			if (f->n > 0)
				memcpy(more, f->slot, f->n * sizeof(*more));
			f->slot = more;
		}
		f->slot[f->n++] = s;
	}
}

enum mag_status
mag_slots(struct mag_slot **out, size_t *n, struct mag_call *c,
    const struct mag_record *who, const struct mag_slot_question *q)
{
	struct found f = { .limit = q->limit };
	const struct mag_json *part;
	struct mag_slot hours;
	struct plan p;
	enum mag_status st;
	int64_t day, last;

	if ((st = plan_make(&p, c, who, q->from, q->to, 0)) != MAG_OK)
		return st;
	close_if_stale(&p);
	day = mag_day_of(mag_zone_wall(p.zone, q->from)) - 1;
	last = mag_day_of(mag_zone_wall(p.zone, q->to));
	for (; day <= last && !is_full(&f); day++) {
		if (day_is_full(&p, day))
			continue;
		for (part = mag_json_first(hours_of(&p, day)); part != NULL;
		    part = mag_json_next(part))
			if (part_of(&p, &hours, day, part))
				find_in(&p, &f, hours, q->minutes * MINUTE);
	}
	*out = f.slot;
	*n = f.n;
	return MAG_OK;
}

/* Parts of a day that touch are one: 09:00 to 12:00 to 17:00. */
static bool
is_inside(const struct plan *p, struct mag_slot s)
{
	int64_t day = mag_day_of(mag_zone_wall(p->zone, s.starts)) - 1, at;
	const struct mag_json *part;
	struct mag_slot hours;
	int i;

	at = s.starts;
	for (i = 0; i < 3; i++, day++)
		for (part = mag_json_first(hours_of(p, day)); part != NULL;
		    part = mag_json_next(part))
			if (part_of(p, &hours, day, part) &&
			    hours.starts <= at && hours.ends > at)
				at = hours.ends;
	return at >= s.ends;
}

enum mag_status
slot_check(enum slot_fault *out, struct mag_call *c,
    const struct mag_record *who, struct mag_slot s, int64_t except)
{
	struct plan p;
	enum mag_status st;

	st = plan_make(&p, c, who, s.starts, s.ends, except);
	if (st != MAG_OK)
		return st;
	close_if_stale(&p);
	if (s.starts < p.earliest)
		*out = SLOT_EARLY;
	else if (s.starts > p.latest)
		*out = SLOT_LATE;
	else if (!is_inside(&p, s))
		*out = SLOT_OUTSIDE;
	else if ((*out = taken_by(&p, s)) == SLOT_FREE && day_is_full(&p,
	    mag_day_of(mag_zone_wall(p.zone, s.starts))))
		*out = SLOT_FULL;
	return MAG_OK;
}

enum mag_status
mag_slot_why(const char **out, struct mag_call *c,
    const struct mag_record *who, struct mag_slot s)
{
	static const char *const words[] = {
		[SLOT_FREE] = "free", [SLOT_OUTSIDE] = "outside_hours",
		[SLOT_EARLY] = "too_soon", [SLOT_LATE] = "too_far",
		[SLOT_BOOKED] = "booked", [SLOT_BUSY] = "busy_elsewhere",
		[SLOT_OFF] = "time_off", [SLOT_FULL] = "day_full",
		[SLOT_STALE] = "calendar_stale"
	};
	enum slot_fault fault;
	enum mag_status st;

	if ((st = slot_check(&fault, c, who, s, 0)) == MAG_OK)
		*out = words[fault];
	return st;
}

enum mag_status
slot_busy(bool *out, struct mag_call *c, const struct mag_record *who,
    struct mag_slot s, int64_t except)
{
	struct plan p;
	enum mag_status st;

	if ((st = plan_make(&p, c, who, s.starts, s.ends, except)) == MAG_OK)
		*out = is_taken(&p, s);
	return st;
}
