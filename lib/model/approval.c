/* SPDX-License-Identifier: MIT */
/*
 * A webinar may ask staff whom it lets in.  Until they say so, a registration
 * is on the waiting list without a place in it, so that whoever knows only
 * the contract's words for its state reads nothing new.
 */
#include <string.h>

#include <magnetiq/webhook.h>

#include "noun.h"
#include "webinar.h"

static const char sql_approve[] =
    "UPDATE webinar_registrations SET approved = 1, updated_at = ?2,"
    " revision = revision + 1 WHERE id = ?1";
static const char sql_decline[] =
    "UPDATE webinar_registrations SET status = 'cancelled', cancelled_at = ?2,"
    " updated_at = ?2, revision = revision + 1 WHERE id = ?1";
static const char sql_approve_all[] =
    "UPDATE webinar_registrations SET approved = 1, updated_at = ?2,"
    " revision = revision + 1 WHERE webinar_id = ?1 AND approved = 0"
    " AND status = 'waitlisted'";

struct work {
	struct mag_call	*c;
	int64_t		 webinar, id;
	struct mag_record *w, *old, *result;
};

static bool
is(const struct mag_record *r, const char *status)
{

	return mag_is(r, "status", status);
}

static enum mag_status
load(struct work *w)
{
	struct mag_call *c = w->c;
	enum mag_status st;

	mag_problem_reset(c);
	if ((st = mag_registration_get(&w->old, c, w->webinar, w->id)) !=
	    MAG_OK || (st = mag_match(c, mag_int(w->old, "revision"))) !=
	    MAG_OK)
		return st;
	w->result = w->old;
	return mag_record_load(&w->w, c, &mag_webinar, w->webinar);
}

static enum mag_status
check_time(struct work *w)
{

	if (!is(w->old, "waitlisted"))
		return mag_fail(w->c, MAG_CONFLICT,
		    "This registration is cancelled.");
	if (!seats_open(w->c, w->w))
		return mag_fail(w->c, MAG_CONFLICT,
		    "The webinar has begun already.");
	return MAG_OK;
}

/* The last step of both: what is so now, and that staff has said it. */
static enum mag_status
note(struct work *w, const char *action)
{
	enum mag_status st = registration_load(&w->result, w->c, w->id);

	return st != MAG_OK ? st : mag_audit(w->c, action, "registration",
	    w->id, w->old, w->result);
}

/* A seat, or the end of the waiting list. */
static enum mag_status
let_in(struct work *w)
{
	struct mag_call *c = w->c;
	enum mag_status st;
	bool one;

	if ((st = seats_free(&one, c, w->w)) != MAG_OK)
		return st;
	if (!one && mag_int(w->w, "waitlist_enabled") == 0)
		return mag_fail(c, MAG_WEBINAR_FULL, "The webinar is full.");
	if ((st = mag_db_run(c->db, sql_approve, "it", w->id, c->now)) !=
	    MAG_OK)
		return st;
	if (one)
		return seat_give(c, w->w, w->id, "webinar-confirmed");
	st = registration_load(&w->result, c, w->id);
	return st != MAG_OK ? st : webinar_letter(c, "webinar-waitlisted",
	    w->w, w->result, NULL);
}

static enum mag_status
approve(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	enum mag_status st;

	(void)db;
	if ((st = load(w)) != MAG_OK || mag_int(w->old, "approved") != 0)
		return st;
	if ((st = check_time(w)) != MAG_OK || (st = let_in(w)) != MAG_OK)
		return st;
	return note(w, "approve");
}

static enum mag_status
decline(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	enum mag_status st;

	if ((st = load(w)) != MAG_OK)
		return st;
	if (mag_int(w->old, "approved") != 0)
		return mag_fail(c, MAG_CONFLICT,
		    "This registration does not wait for a word.");
	if (is(w->old, "cancelled"))
		return MAG_OK;
	if ((st = mag_db_run(db, sql_decline, "it", w->id, c->now)) !=
	    MAG_OK || (st = webinar_letter(c, "webinar-declined", w->w,
	    w->old, NULL)) != MAG_OK || (st = note(w, "decline")) != MAG_OK)
		return st;
	return mag_webhook_tell(c, "registration.cancelled", w->result);
}

enum mag_status
mag_registration_approve(struct mag_record **out, struct mag_call *c,
    int64_t webinar, int64_t id)
{
	struct work w = { .c = c, .webinar = webinar, .id = id };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, approve, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

enum mag_status
mag_registration_decline(struct mag_record **out, struct mag_call *c,
    int64_t webinar, int64_t id)
{
	struct work w = { .c = c, .webinar = webinar, .id = id };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, decline, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

enum mag_status
approve_all(struct mag_call *c, int64_t webinar)
{

	return mag_db_run(c->db, sql_approve_all, "it", webinar, c->now);
}
