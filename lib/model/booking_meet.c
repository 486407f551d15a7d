/* SPDX-License-Identifier: MIT */
/*
 * With whom a visitor meets: the consultant who was named, or whoever of all
 * is free and has least to do; and what else is free where that is not.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/day.h>

#include "booking.h"
#include "noun.h"

#define ALTERNATIVES	5
#define SEARCH_DAYS	14
#define CONSULTANTS_MAX	500

/* ---- what a consultant offers ---- */

const struct mag_json *
booking_list(struct mag_call *c, const struct mag_record *who, const char *name)
{
	const struct mag_value *v = mag_value_of(who, name);

	return mag_json_first(mag_json_own(c->a, v->s, v->n));
}

static int64_t
first_duration(struct mag_call *c, const struct mag_record *who)
{
	int64_t n = 30;

	(void)mag_json_int(&n, booking_list(c, who, "durations"));
	return n;
}

bool
booking_offers(struct mag_call *c, const struct mag_record *who, int64_t n)
{
	const struct mag_json *j;
	int64_t has;

	for (j = booking_list(c, who, "durations"); j != NULL; j = mag_json_next(j))
		if (mag_json_int(&has, j) && has == n)
			return true;
	return false;
}

bool
booking_offers_type(struct mag_call *c, const struct mag_record *who, const char *type)
{
	const struct mag_json *j;

	for (j = booking_list(c, who, "meeting_types"); j != NULL;
	    j = mag_json_next(j))
		if (type == NULL || strcmp(mag_json_text(j), type) == 0)
			return true;
	return false;
}

/* ---- what else is free ---- */

static void
print_alternatives(struct mag_buf *b, const struct mag_slot *slot, size_t n)
{
	char starts[MAG_TIME_TEXT], ends[MAG_TIME_TEXT];
	size_t i;

	mag_buf_adds(b, "\"alternatives\":[");
	for (i = 0; i < n; i++) {
		mag_time_rfc3339(starts, slot[i].starts);
		mag_time_rfc3339(ends, slot[i].ends);
		mag_buf_addf(b, "%s{\"starts_at\":\"%s\",\"ends_at\":\"%s\"}",
		    i > 0 ? "," : "", starts, ends);
	}
	mag_buf_addc(b, ']');
}

/* With whom it may be, if the time that was asked for is gone. */
struct wish {
	const struct mag_record *who;	/* NULL: whoever of all is free */
	const char	*type;
};

static enum mag_status
taken(struct mag_call *c, const struct wish *wish, struct mag_slot s)
{
	struct mag_slot_question q = { .from = s.starts - MAG_DAY / 2,
	    .to = s.starts + SEARCH_DAYS * MAG_DAY,
	    .minutes = (s.ends - s.starts) / 60, .limit = ALTERNATIVES,
	    .type = wish->type };
	struct mag_slot *slot = NULL;
	struct mag_buf b;
	enum mag_status st;
	size_t n = 0;

	st = wish->who != NULL ? mag_slots(&slot, &n, c, wish->who, &q) :
	    mag_slots_any(&slot, &n, c, &q);
	if (st != MAG_OK)
		return st;
	mag_buf_init(&b, c->a, 256);
	print_alternatives(&b, slot, n);
	c->problem.extra = b.p;
	return mag_fail(c, MAG_SLOT_TAKEN, "This time is taken.");
}

static enum mag_status
refuse(struct mag_call *c, enum slot_fault fault, const struct wish *wish,
    struct mag_slot s)
{

	switch (fault) {
	case SLOT_FREE:
		break;
	case SLOT_OUTSIDE:
		mag_wrong(c, "starts_at", "is outside of the hours", NULL);
		break;
	case SLOT_EARLY:
		mag_wrong(c, "starts_at", "is too soon or past", NULL);
		break;
	case SLOT_LATE:
		mag_wrong(c, "starts_at", "is too far in the future", NULL);
		break;
	case SLOT_BOOKED:
	case SLOT_BUSY:
	case SLOT_OFF:
	case SLOT_FULL:
	case SLOT_STALE:
		return taken(c, wish, s);
	}
	return mag_verdict(c);
}

/* ---- who it is with ---- */

/* Whoever has least to do in the two weeks around it, then who had nothing
 * for longest. */
static const char sql_fair[] =
    "SELECT k.id FROM consultants k LEFT JOIN bookings b"
    " ON b.consultant_id = k.id AND b.status IN ('pending', 'confirmed')"
    " AND b.deleted_at IS NULL AND b.starts_at > ?1 AND b.starts_at < ?2"
    " WHERE k.is_active = 1 AND k.deleted_at IS NULL"
    " GROUP BY k.id ORDER BY count(b.id), max(b.created_at), k.id LIMIT 500";

static enum mag_status
candidates(int64_t *ids, size_t *n, struct mag_call *c, int64_t near)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	st = mag_db_query(&row, c->db, sql_fair, "tt", near - 7 * MAG_DAY,
	    near + 7 * MAG_DAY);
	while (st == MAG_OK && *n < CONSULTANTS_MAX &&
	    (st = mag_row_next(row)) == MAG_OK)
		ids[(*n)++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

struct mag_slot
booking_slot(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *who)
{
	const struct mag_value *minutes = mag_value_of(r, "duration_minutes");
	int64_t n = minutes->kind == MAG_V_INT ? minutes->i :
	    first_duration(c, who);
	int64_t at = mag_int(r, "starts_at");

	return (struct mag_slot){ at, at + n * 60 };
}

/* What one of several has to do with it; the first who is free gets it. */
static enum mag_status
choose(struct mag_call *c, struct mag_record **out, const struct mag_record *r)
{
	const char *type = mag_text(r, "meeting_type");
	int64_t *ids = mag_alloc(c->a, CONSULTANTS_MAX * sizeof(*ids));
	enum slot_fault fault, best = SLOT_OUTSIDE;
	struct mag_record *who, *nearest = NULL;
	struct mag_slot s;
	enum mag_status st;
	size_t n, i;

	if ((st = candidates(ids, &n, c, mag_int(r, "starts_at"))) != MAG_OK)
		return st;
	for (i = 0; i < n; i++) {
		st = mag_record_load(&who, c, &mag_consultant, ids[i]);
		if (st != MAG_OK)
			return st;
		s = booking_slot(c, r, who);
		if (!booking_offers_type(c, who, type) ||
		    !booking_offers(c, who, (s.ends - s.starts) / 60))
			continue;
		if ((st = slot_check(&fault, c, who, s, 0)) != MAG_OK)
			return st;
		*out = who;
		if (fault == SLOT_FREE)
			return MAG_OK;
		if (nearest == NULL || fault >= SLOT_BOOKED) {
			nearest = who;
			best = fault;
		}
	}
	if (nearest == NULL) {
		mag_wrong(c, "consultant_id", "is needed: nobody offers this",
		    NULL);
		return mag_verdict(c);
	}
	return refuse(c, best, &(struct wish){ NULL, type },
	    booking_slot(c, r, nearest));
}

/* What somebody has booked stays possible, whatever is offered by now. */
static void
check_offer(struct mag_call *c, const struct mag_record *who,
    const struct mag_record *r, const struct mag_record *old)
{
	const struct mag_value *minutes = mag_value_of(r, "duration_minutes");
	bool other = old == NULL || mag_int(old, "consultant_id") !=
	    mag_record_id(who);

	if (minutes->kind == MAG_V_INT && !booking_offers(c, who, minutes->i) &&
	    (other || minutes->i != mag_int(old, "duration_minutes")))
		mag_wrong(c, "duration_minutes",
		    "is not one of the consultant's", NULL);
	if (other && !booking_offers_type(c, who, mag_text(r,
	    "meeting_type")))
		mag_wrong(c, "meeting_type", "is not one of the consultant's",
		    NULL);
}

static bool
has(const struct mag_record *r, const char *field)
{

	return mag_value_of(r, field)->kind == MAG_V_INT;
}

static enum mag_status
meet_any(struct mag_call *c, struct mag_record **out,
    const struct mag_record *r)
{

	if (has(r, "starts_at") && mag_int(r, "starts_at") <= c->now)
		mag_wrong(c, "starts_at", "is too soon or past", NULL);
	return c->problem.count > 0 ? mag_verdict(c) : choose(c, out, r);
}

static enum mag_status
load_named(struct mag_call *c, struct mag_record **out,
    const struct mag_record *r)
{
	struct mag_problem before = c->problem;
	enum mag_status st;

	st = mag_consultant_public(out, c, mag_int(r, "consultant_id"));
	if (st != MAG_NOT_FOUND)
		return st;
	c->problem = before;
	mag_wrong(c, "consultant_id", "does not exist", NULL);
	return mag_verdict(c);
}

enum mag_status
booking_meet(struct mag_call *c, struct mag_record **out,
    const struct mag_record *r, const struct mag_record *old)
{
	enum slot_fault fault;
	struct mag_slot s;
	enum mag_status st;

	if (!has(r, "consultant_id"))
		return meet_any(c, out, r);
	if ((st = load_named(c, out, r)) != MAG_OK)
		return st;
	check_offer(c, *out, r, old);
	if (!has(r, "starts_at"))
		return mag_verdict(c);
	s = booking_slot(c, r, *out);
	if ((st = slot_check(&fault, c, *out, s, old == NULL ? 0 :
	    mag_record_id(old))) != MAG_OK)
		return st;
	/* That it is taken is only said of what is right otherwise. */
	return fault >= SLOT_BOOKED && c->problem.count > 0 ? mag_verdict(c) :
	    refuse(c, fault, &(struct wish){ *out, NULL }, s);
}

enum mag_status
booking_recheck(struct mag_call *c, const struct mag_record *r)
{
	struct mag_slot s = { mag_int(r, "starts_at"), mag_int(r, "ends_at") };
	struct mag_record *who;
	enum mag_status st;
	bool busy;

	if (!has(r, "consultant_id") || s.ends <= c->now)
		return MAG_OK;
	st = mag_record_load(&who, c, &mag_consultant,
	    mag_int(r, "consultant_id"));
	if (st != MAG_OK)
		return st;
	st = slot_busy(&busy, c, who, s, mag_record_id(r));
	return st != MAG_OK || !busy ? st :
	    taken(c, &(struct wish){ who, NULL }, s);
}
