/* SPDX-License-Identifier: MIT */
/* What the rows of the database say of the site's state. */
#include <magnetiq/booking.h>
#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/migrate.h>

#include "checks.h"

#define HOUR	(60 * 60)
#define DAY	(24 * HOUR)
#define LETTER_LATE	(15 * 60)
#define GUESSES_MANY	50	/* people mistype, but not so often in a day */
#define FAILED_MANY	10	/* a day; a few addresses are always wrong */

void
check_schema(struct mag_checkup *k)
{
	char why[512];

	if (k->c->db == NULL || mag_migrate_check(k->c->db, why,
	    sizeof(why)) == MAG_OK)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
	    .what = "The schema of the database is not that of this program: "
	    "%s", .arg = mag_strdup(k->c->a, why),
	    .cure = "magnetiq migrate, if it is older; magnetiq-upgrade to the "
	    "program that made it, if it is newer" });
}

static const char sql_users[] =
    "SELECT count(*) FROM admin_users WHERE deleted_at IS NULL";
static const char sql_admins[] =
    "SELECT count(*) FROM admin_users WHERE role = 'admin' AND is_active = 1"
    " AND deleted_at IS NULL";

void
check_users(struct mag_checkup *k)
{
	int64_t users, admins;

	if (mag_db_int(&users, k->c->db, sql_users, "") != MAG_OK ||
	    mag_db_int(&admins, k->c->db, sql_admins, "") != MAG_OK ||
	    admins > 0)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = users == 0 ? "There is no user yet." :
	    "There are users, and no active admin among them.",
	    .cure = "magnetiq create-admin --email YOU" });
}

/* The rows whose pair is their account: each failure is counted there once,
 * from whatever address it came. */
static const char sql_guesses[] =
    "SELECT coalesce(sum(n), 0) FROM login_failures"
    " WHERE pair_hash = account_hash AND last_at > ?1";

void
check_sign_ins(struct mag_checkup *k)
{
	int64_t failed, step = GUESSES_MANY;

	if (mag_db_int(&failed, k->c->db, sql_guesses, "t", k->c->now - DAY) !=
	    MAG_OK || failed < step)
		return;
	/* A figure that grew each minute would be news each minute. */
	while (failed >= step * 10)
		step *= 10;
	mag_found(k, (struct mag_finding){
	    .gravity = step > GUESSES_MANY ? MAG_URGENT : MAG_MAJOR,
	    .id = "failed",
	    .what = "Somebody guesses passwords: %s or more sign-ins failed "
	    "within a day.",
	    .arg = mag_printf(k->c->a, "%lld", (long long)step),
	    .cure = "The log of nginx says from where (401 at "
	    "/api/v1/auth/login); magnetiq user reset-password for whoever "
	    "may have been found out" });
}

static const char sql_closed[] =
    "SELECT updated_at FROM system_settings WHERE key = 'maintenance_mode'"
    " AND value = 'true'";

void
check_maintenance(struct mag_checkup *k)
{
	struct mag_row *row = NULL;
	int64_t since = 0;

	if (mag_db_row(&row, k->c->db, sql_closed, "") == MAG_OK)
		since = mag_row_time(row, 0);
	mag_row_done(row);
	if (since == 0 || k->c->now - since < DAY)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "The site has been closed for maintenance for %s hours.",
	    .arg = mag_printf(k->c->a, "%lld",
	    (long long)(k->c->now - since) / HOUR),
	    .cure = "Set maintenance_mode to false in the panel's settings" });
}

static const char sql_late[] =
    "SELECT count(*), min(due_at) FROM outbox WHERE state IN ('queued',"
    " 'sending') AND due_at < ?1";

void
check_outbox(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	struct mag_row *row = NULL;
	int64_t n = 0, oldest = 0;

	if (mag_db_row(&row, c->db, sql_late, "t", c->now - LETTER_LATE) ==
	    MAG_OK) {
		n = mag_row_int(row, 0);
		oldest = mag_row_time(row, 1);
	}
	mag_row_done(row);
	if (n == 0)
		return;
	mag_found(k, (struct mag_finding){
	    .gravity = c->now - oldest < HOUR ? MAG_MINOR : MAG_MAJOR,
	    .id = "late",
	    .what = "Letters wait in the outbox: %s.",
	    .arg = mag_printf(c->a, "%lld, %lld min", (long long)n,
	    (long long)(c->now - oldest) / 60),
	    .cure = "magnetiq outbox list says why; magnetiq doctor mail tries "
	    "SMTP_HOST" });
}

static const char sql_failed[] =
    "SELECT count(*) FROM outbox WHERE state = 'failed' AND created_at >= ?1";

void
check_failed(struct mag_checkup *k)
{
	int64_t n;

	if (mag_db_int(&n, k->c->db, sql_failed, "t", k->c->now - DAY) !=
	    MAG_OK || n <= FAILED_MANY)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "%s letters of the last day were refused for good.",
	    .arg = mag_printf(k->c->a, "%lld", (long long)n),
	    .cure = "magnetiq outbox list --state failed says what the server "
	    "answered" });
}

static const char sql_feeds[] =
    "SELECT id, coalesce(busy_error, '') FROM consultants"
    " WHERE busy_url IS NOT NULL AND busy_url <> '' AND is_active = 1"
    " AND deleted_at IS NULL AND created_at < ?1"
    " AND coalesce(busy_fetched_at, '') < ?1";

void
check_feeds(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	struct mag_row *row = NULL;
	const char *id;

	if (mag_db_query(&row, c->db, sql_feeds, "t", c->now - MAG_BUSY_STALE) !=
	    MAG_OK)
		return;
	while (mag_row_next(row) == MAG_OK) {
		id = mag_printf(c->a, "%lld", (long long)mag_row_int(row, 0));
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = id,
		    .what = "The calendar of consultant %s cannot be read, so "
		    "nobody can book there.", .arg = id,
		    .cure = "Correct busy_url, or see what answers there: %s",
		    .cure_arg = mag_row_dup(row, 1, c->a) });
	}
	mag_row_done(row);
}
