/* SPDX-License-Identifier: MIT */
/* What people who were forgotten would still have come to. */
#include <magnetiq/db.h>
#include <magnetiq/limits.h>

#include "booking.h"
#include "privacy.h"
#include "webinar.h"

/* Nobody's: no letter could call them off, and nobody will come.  So are those
 * of whom somebody forgot before this was done. */
static const char sql_seat[] =
    "SELECT r.id FROM webinars w JOIN webinar_registrations r"
    " ON r.webinar_id = w.id WHERE w.scheduled_at > ?1"
    " AND r.status <> 'cancelled' AND r.email = ''"
    " AND r.email_folded IS NULL LIMIT 1";
static const char sql_hour[] =
    "SELECT id FROM bookings WHERE starts_at > ?1 AND deleted_at IS NULL"
    " AND status IN ('pending', 'confirmed') AND email = ''"
    " AND email_folded IS NULL LIMIT 1";

/* Not deleted in a backup that came back, and erased since. */
static const char sql_leave[] =
    "UPDATE consultants SET is_active = 0, deleted_at = ?1"
    " WHERE email = '' AND email_folded IS NULL AND deleted_at IS NULL";

static enum mag_status
free_each(struct mag_call *c, const char *sql,
    enum mag_status (*free_one)(struct mag_call *, int64_t))
{
	struct mag_call one = *c;
	enum mag_status st;
	int64_t id;

	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	do {
		mag_arena_reset(one.a);
		st = mag_db_int(&id, c->db, sql, "t", c->now);
		if (st == MAG_OK)
			st = free_one(&one, id);
	} while (st == MAG_OK);
	mag_arena_free(one.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
privacy_ahead(struct mag_call *c)
{
	enum mag_status st = free_each(c, sql_seat, registration_free);

	if (st == MAG_OK)
		st = free_each(c, sql_hour, booking_free);
	return st != MAG_OK ? st : mag_db_run(c->db, sql_leave, "t", c->now);
}
