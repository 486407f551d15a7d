/* SPDX-License-Identifier: MIT */
/*
 * What a restore does not take back.  People hold tags, links and letters of
 * the site as it was until now; who was forgotten, who signed out and who
 * wants no more letters has had an answer.  All that is written into the
 * database that comes back, before it is anybody's.
 */
#include <string.h>

#include <magnetiq/schema.h>

#include "backup.h"

/*
 * A tag names a revision.  Those of the old site are in people's hands, so
 * the rows that come back go on above them: else an old tag would be true of
 * other content one day.  Until the swap the old site gives out more.
 */
#define MEANWHILE	1000000

static enum mag_status
raise_revision(struct mag_db *fresh, struct mag_db *past,
    struct mag_arena *a, const char *table)
{
	enum mag_status st;
	int64_t highest;

	st = mag_db_int(&highest, past, mag_printf(a,
	    "SELECT coalesce(max(revision), 0) FROM %s", table), "");
	return st != MAG_OK ? st : mag_db_run(fresh, mag_printf(a,
	    "UPDATE %s SET revision = revision + ?1", table), "i",
	    highest + MEANWHILE);
}

static bool
has_column(const struct mag_schema_table *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].name, name) == 0)
			return true;
	return false;
}

#define VALUES	6

static const struct keep {
	/* Of the table that says it, the column that came last: a database of
	 * an older schema may lack either, and then says nothing. */
	const char	*table, *column;
	bool		 last;		/* also in the moment of the swap */
	int		 n;		/* columns of the next: VALUES or fewer */
	const char	*said;		/* there */
	const char	*keep;		/* for each of its rows, here: ?1, ... */
} keeps[] = {
	{ "erasures", "erased_at", false, 2,
	  "SELECT address_mac, erased_at FROM erasures",
	  "INSERT INTO erasures (address_mac, erased_at) VALUES (?1, ?2)"
	  " ON CONFLICT (address_mac) DO UPDATE SET"
	  " erased_at = excluded.erased_at"
	  " WHERE excluded.erased_at > erasures.erased_at" },
	{ "suppressions", "reason", true, 3,
	  "SELECT address_mac, reason, created_at FROM suppressions",
	  "INSERT INTO suppressions (address_mac, reason, created_at)"
	  " VALUES (?1, ?2, ?3) ON CONFLICT (address_mac, reason) DO NOTHING" },
	{ "user_sessions", "revoked_at", true, 2,
	  "SELECT session_token, revoked_at FROM user_sessions"
	  " WHERE revoked_at IS NOT NULL",
	  "UPDATE user_sessions SET revoked_at = ?2"
	  " WHERE session_token = ?1 AND revoked_at IS NULL" },
	/* What has gone out does not go out again, and what may have is in
	 * doubt.  What it said goes, as when it is sent (outbox_send.c). */
	{ "outbox", "begun", false, 4,
	  "SELECT message_id, state, sent_at, begun FROM outbox"
	  " WHERE state IN ('sent', 'failed') OR begun = 1",
	  "UPDATE outbox SET state = ?2, sent_at = ?3, begun = ?4,"
	  " locked_until = NULL, data = CASE ?2 WHEN 'sent' THEN '{}'"
	  " ELSE data END"
	  " WHERE message_id = ?1 AND state IN ('queued', 'sending')" },
	{ "webhook_deliveries", "sent_at", false, 3,
	  "SELECT message_id, sent_at, status_code FROM webhook_deliveries"
	  " WHERE state = 'sent'",
	  "UPDATE webhook_deliveries SET state = 'sent', sent_at = ?2,"
	  " status_code = ?3, locked_until = NULL"
	  " WHERE message_id = ?1 AND state IN ('queued', 'sending')" },
	/* Who has heard of a day, or of an edition, need not hear of it again;
	 * of another, yes. */
	{ "webinar_registrations", "followed_up_at", false, 5,
	  "SELECT r.id, r.email_folded, w.scheduled_at, r.reminded,"
	  " r.followed_up_at FROM webinar_registrations r"
	  " JOIN webinars w ON w.id = r.webinar_id"
	  " WHERE r.reminded > 0 OR r.followed_up_at IS NOT NULL",
	  "UPDATE webinar_registrations SET"
	  " reminded = max(reminded, CAST(?4 AS INTEGER)),"
	  " followed_up_at = coalesce(followed_up_at, ?5)"
	  " WHERE id = ?1 AND email_folded = ?2 AND webinar_id IN"
	  " (SELECT id FROM webinars WHERE scheduled_at = ?3)" },
	{ "bookings", "followed_up", false, 6,
	  "SELECT id, email_folded, starts_at, reminded, reminded_consultant,"
	  " followed_up FROM bookings WHERE reminded > 0"
	  " OR reminded_consultant > 0 OR followed_up > 0",
	  "UPDATE bookings SET"
	  " reminded = max(reminded, CAST(?4 AS INTEGER)),"
	  " reminded_consultant = max(reminded_consultant,"
	  " CAST(?5 AS INTEGER)),"
	  " followed_up = max(followed_up, CAST(?6 AS INTEGER))"
	  " WHERE id = ?1 AND email_folded = ?2 AND starts_at = ?3" },
	{ "webinars", "summarized_at", false, 4,
	  "SELECT id, scheduled_at, briefed_at, summarized_at FROM webinars"
	  " WHERE briefed_at IS NOT NULL OR summarized_at IS NOT NULL",
	  "UPDATE webinars SET briefed_at = coalesce(briefed_at, ?3),"
	  " summarized_at = coalesce(summarized_at, ?4)"
	  " WHERE id = ?1 AND scheduled_at = ?2" },
	{ "whitepaper_downloads", "told_edition", false, 3,
	  "SELECT id, email_folded, told_edition FROM whitepaper_downloads"
	  " WHERE told_edition > 0",
	  "UPDATE whitepaper_downloads SET"
	  " told_edition = max(told_edition, CAST(?3 AS INTEGER))"
	  " WHERE id = ?1 AND email_folded = ?2 AND whitepaper_id IN"
	  " (SELECT id FROM whitepapers WHERE edition >= CAST(?3 AS INTEGER))" },
};

static enum mag_status
keep(const struct keep *k, struct mag_db *fresh, struct mag_db *past)
{
	struct mag_bind v[VALUES];
	struct mag_row *row = NULL;
	struct mag_str s;
	enum mag_status st;
	int i;

	st = mag_db_query(&row, past, k->said, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		for (i = 0; i < k->n; i++) {
			s = mag_row_str(row, i);
			v[i] = (struct mag_bind){ .kind = s.p == NULL ?
			    MAG_BIND_NULL : MAG_BIND_TEXT, .s = s.p,
			    .n = s.n };
		}
		st = mag_db_runv(fresh, k->keep, v, (size_t)k->n);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* ${last}: in the moment of the swap, in which all others wait. */
static enum mag_status
keep_table(struct mag_db *fresh, struct mag_db *past,
    const struct mag_schema_table *t, bool last)
{
	enum mag_status st = MAG_OK;
	size_t k;

	/* A letter, a link or a delivery that names a lost row must not speak
	 * of somebody else's. */
	if (t->next_id > 0)
		st = mag_schema_pass(fresh, t);
	for (k = 0; k < sizeof(keeps) / sizeof(*keeps) && st == MAG_OK; k++)
		if ((keeps[k].last || !last) &&
		    strcmp(keeps[k].table, t->name) == 0 &&
		    has_column(t, keeps[k].column))
			st = keep(&keeps[k], fresh, past);
	return st;
}

enum mag_status
restore_keep(struct mag_call *c, struct mag_db *fresh, struct mag_db *past)
{
	struct mag_schema_table *t;
	enum mag_status st;
	size_t i, n;

	st = mag_schema_tables(&t, &n, c->a, past);
	for (i = 0; i < n && st == MAG_OK; i++) {
		if (has_column(&t[i], "revision"))
			st = raise_revision(fresh, past, c->a,
			    mag_schema_name(c->a, t[i].name));
		if (st == MAG_OK)
			st = keep_table(fresh, past, &t[i], false);
	}
	return st;
}

static const char sql_erased[] = "SELECT address_mac, erased_at FROM erasures";
static const char sql_is_erased[] =
    "SELECT 1 FROM erasures WHERE address_mac = ?1 AND erased_at >= ?2";

/* Whom the old ledger names, the new one names as well. */
static enum mag_status
nobody_erased(struct mag_call *c, struct mag_db *fresh, struct mag_db *past)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	bool all = true;
	int64_t one;

	st = mag_db_query(&row, past, sql_erased, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		st = mag_db_int(&one, fresh, sql_is_erased, "ss",
		    mag_row_str(row, 0).p, mag_row_str(row, 1).p);
		if (st == MAG_NOT_FOUND) {
			all = false;
			st = MAG_OK;
		}
	}
	mag_row_done(row);
	if (st != MAG_NOT_FOUND)
		return st;
	return all ? MAG_OK : mag_fail(c, MAG_CONFLICT, "Somebody was erased "
	    "while this was at work; nothing was changed. Try again.");
}

enum mag_status
restore_keep_last(struct mag_call *c, struct mag_db *fresh,
    struct mag_db *past)
{
	struct mag_schema_table *t;
	enum mag_status st;
	size_t i, n;

	st = mag_schema_tables(&t, &n, c->a, past);
	for (i = 0; i < n && st == MAG_OK; i++)
		st = strcmp(t[i].name, "erasures") == 0 ?
		    nobody_erased(c, fresh, past) :
		    keep_table(fresh, past, &t[i], true);
	return st;
}
