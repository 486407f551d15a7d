/* SPDX-License-Identifier: MIT */
/* Seats: how many are taken, and who gets one that becomes free. */
#include <string.h>

#include <magnetiq/webhook.h>

#include "noun.h"
#include "webinar.h"

static const char sql_taken[] =
    "SELECT count(*) FROM webinar_registrations WHERE webinar_id = ?1"
    " AND status = 'confirmed' AND legacy_exempt = 0";
static const char sql_next[] =
    "SELECT id FROM webinar_registrations WHERE webinar_id = ?1"
    " AND status = 'waitlisted' AND approved = 1 AND email <> ''"
    " ORDER BY id LIMIT 1";
static const char sql_seat[] =
    "UPDATE webinar_registrations SET status = 'confirmed', confirmed_at = ?2,"
    " updated_at = ?2, revision = revision + 1 WHERE id = ?1";

enum mag_status
seats_taken(int64_t *out, struct mag_call *c, int64_t webinar)
{

	return mag_db_int(out, c->db, sql_taken, "i", webinar);
}

bool
seats_open(struct mag_call *c, const struct mag_record *w)
{

	return mag_is(w, "status", "scheduled") &&
	    mag_value_of(w, "deleted_at")->kind == MAG_V_NULL &&
	    mag_int(w, "scheduled_at") > c->now;
}

enum mag_status
seats_free(bool *out, struct mag_call *c, const struct mag_record *w)
{
	const struct mag_value *max = mag_value_of(w, "max_participants");
	enum mag_status st;
	int64_t n;

	*out = max->kind == MAG_V_NULL;
	if (*out)
		return MAG_OK;
	st = seats_taken(&n, c, mag_record_id(w));
	*out = st == MAG_OK && n < max->i;
	return st;
}

enum mag_status
seat_give(struct mag_call *c, const struct mag_record *w, int64_t id,
    const char *template)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = mag_db_run(c->db, sql_seat, "it", id, c->now)) != MAG_OK ||
	    (st = registration_load(&r, c, id)) != MAG_OK)
		return st;
	if ((st = webinar_letter(c, template, w, r, NULL)) != MAG_OK)
		return st;
	return mag_webhook_tell(c, "registration.promoted", r);
}

enum mag_status
seats_fill(struct mag_call *c, const struct mag_record *w)
{
	enum mag_status st = MAG_OK;
	int64_t next;
	bool one;

	while (st == MAG_OK && seats_open(c, w)) {
		st = seats_free(&one, c, w);
		if (st != MAG_OK || !one)
			return st;
		st = mag_db_int(&next, c->db, sql_next, "i", mag_record_id(w));
		if (st == MAG_OK)
			st = seat_give(c, w, next, "webinar-promoted");
	}
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* Webinars with somebody waiting beside an empty seat. */
static const char sql_free[] =
    "SELECT w.id FROM webinars w WHERE w.status = 'scheduled'"
    " AND w.deleted_at IS NULL AND w.scheduled_at > ?1"
    " AND EXISTS (SELECT 1 FROM webinar_registrations r"
    " WHERE r.webinar_id = w.id AND r.status = 'waitlisted'"
    " AND r.approved = 1 AND r.email <> '')"
    " AND (w.max_participants IS NULL OR w.max_participants > (SELECT count(*)"
    " FROM webinar_registrations r WHERE r.webinar_id = w.id"
    " AND r.status = 'confirmed' AND r.legacy_exempt = 0)) LIMIT 1";

struct promoting {
	struct mag_call	*c;
	bool		 found;
};

static enum mag_status
promote(struct mag_db *db, void *arg)
{
	struct promoting *p = arg;
	struct mag_record *w;
	enum mag_status st;
	int64_t id;

	st = mag_db_int(&id, db, sql_free, "t", p->c->now);
	p->found = st == MAG_OK;
	if (!p->found)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	if ((st = mag_record_load(&w, p->c, &mag_webinar, id)) != MAG_OK)
		return st;
	return seats_fill(p->c, w);
}

enum mag_status
mag_webinar_promote(int64_t *n, struct mag_call *c)
{
	struct promoting p = { c, true };
	enum mag_status st = MAG_OK;
	int64_t id;

	for (*n = 0; *n < 100; ++*n) {
		/* Looking costs no lock. */
		st = mag_db_int(&id, c->db, sql_free, "t", c->now);
		if (st != MAG_OK)
			return st == MAG_NOT_FOUND ? MAG_OK : st;
		if ((st = mag_db_write(c->db, promote, &p)) != MAG_OK)
			return st;
	}
	return st;
}
