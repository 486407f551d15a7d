/* SPDX-License-Identifier: MIT */
/* The table of operations, and the clock that they run by. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/booking.h>
#include <magnetiq/clock.h>
#include <magnetiq/lead.h>
#include <magnetiq/ops.h>
#include <magnetiq/page.h>
#include <magnetiq/search.h>
#include <magnetiq/webinar.h>

#include "ops.h"

static enum mag_status
publish(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = mag_page_due(done, c);

	mag_buf_addf(report, "%lld pages published or unpublished%s",
	    (long long)*done, st == MAG_OK ? "" : "; others could not be");
	return st;
}

/* Then the other operations have their turn. */
#define INDEX_STEPS	16
#define MERGE_STEPS	8

static enum mag_status
search(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = MAG_OK;
	int64_t n = 1;
	int i;

	*done = 0;
	for (i = 0; i < INDEX_STEPS && st == MAG_OK && n > 0; i++) {
		st = mag_search_catch_up(&n, c, 200);
		*done += n;
	}
	if (st == MAG_OK)
		st = mag_search_merge(c, MERGE_STEPS);
	mag_buf_addf(report, "%lld things indexed", (long long)*done);
	return st;
}

static enum mag_status
webinars(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st;
	int64_t written;

	if ((st = mag_webinar_promote(done, c)) != MAG_OK ||
	    (st = mag_webinar_letters(&written, c)) != MAG_OK)
		return st;
	mag_buf_addf(report, "%lld webinars filled up, %lld letters written",
	    (long long)*done, (long long)written);
	*done += written;
	return st;
}

static enum mag_status
bookings(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = mag_booking_letters(done, c);

	mag_buf_addf(report, "%lld reminders written", (long long)*done);
	return st;
}

static enum mag_status
leads(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = mag_lead_catch_up(done, c, 1000);

	mag_buf_addf(report, "%lld leads made anew", (long long)*done);
	return st;
}

static enum mag_status
lead_scores(struct mag_call *c, struct mag_buf *report, int64_t *done)
{

	*done = 1;
	mag_buf_adds(report, "all leads will be made anew");
	return mag_lead_again(c);
}

static const struct mag_op ops[] = {
	{ "publish", "every 2", "Publish and unpublish pages that are due",
	  publish },
	{ "search", "every 2", "Index what hand-written SQL has changed",
	  search },
	{ "letters", "every 2", "Decide who gets a letter, and write what is due",
	  op_letters },
	{ "webinars", "every 2", "Give free seats away; remind who takes part",
	  webinars },
	{ "bookings", "every 10", "Remind who has a booking", bookings },
	{ "calendars", "every 5", "Read the consultants' own calendars in turn",
	  op_calendars },
	{ "webhooks", "every 2", "Tell other programs what happened here",
	  op_webhooks },
	{ "leads", "every 5", "Make leads anew whose rows have changed", leads },
	{ "lead-scores", "daily 03:20", "Count what time does to each score",
	  lead_scores },
	{ "not-found", "every 20", "Count the missing pages of nginx's log",
	  op_not_found },
	{ "missed-searches", "every 20", "Count the searches that found nothing",
	  op_misses },
	{ "checkpoint", "every 300", "Move the log into the database file",
	  op_checkpoint },
	{ "snapshot", "every 900", "Copy the database, if that is cheap and it changed",
	  op_snapshot },
	{ "watch", "every 60", "Look whether the site is well; write to admins",
	  op_watch },
	{ "backup", "daily 02:10", "Write a backup, check it, remove old ones",
	  op_backup },
	{ "drill", "daily 04:20", "Unpack the newest backup and check all of it",
	  op_drill },
	{ "purge", "daily 03:10", "Remove sessions, tokens and trash that are over",
	  op_purge },
	{ "retention", "daily 03:15", "Forget people and letters that are over",
	  op_retention },
	{ "optimize", "daily 03:40", "Merge the search index, freshen the statistics",
	  op_optimize },
	{ "media", "every 900", "Remove uploaded files that belong to nothing",
	  op_media },
	{ "papers", "every 5", "Read what stands in the PDFs of white papers",
	  op_papers },
	/* Last: it is due again at once while pictures wait. */
	{ "renditions", "every 1", "Make smaller pictures of uploaded ones",
	  op_renditions },
	{ NULL, NULL, NULL, NULL }
};

const struct mag_op *
mag_ops(void)
{

	return ops;
}

const struct mag_op *
mag_op_find(const char *name)
{
	const struct mag_op *op;

	for (op = ops; op->name != NULL; op++)
		if (strcmp(op->name, name) == 0)
			return op;
	return NULL;
}

int64_t
mag_op_next(const struct mag_op *op, int64_t last)
{
	const int64_t day = 24 * 60 * 60;
	int64_t at;
	int n, hour, minute;

	if (sscanf(op->schedule, "every %d", &n) == 1)
		return last + n;
	if (sscanf(op->schedule, "daily %d:%d", &hour, &minute) != 2)
		return 0;
	at = last - last % day + hour * 3600 + minute * 60;
	return at > last ? at : at + day;
}

static const char sql_enter[] =
    "INSERT INTO jobs (name, schedule, next_run) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (name) DO UPDATE SET next_run = CASE"
    " WHEN schedule = excluded.schedule THEN next_run"
    " ELSE excluded.next_run END, schedule = excluded.schedule";
static const char sql_leave[] = "DELETE FROM jobs WHERE name = ?1";
static const char sql_names[] = "SELECT name FROM jobs";

/* Jobs of another version of the program go. */
static enum mag_status
leave(struct mag_call *c)
{
	struct mag_row *row = NULL;
	const char *gone[64];
	enum mag_status st;
	size_t i, n = 0;

	if ((st = mag_db_query(&row, c->db, sql_names, "")) != MAG_OK)
		goto done;
	while ((st = mag_row_next(row)) == MAG_OK && n < 64) {
		const char *name = mag_row_dup(row, 0, c->a);

		if (mag_op_find(name) == NULL)
			gone[n++] = name;
	}
	mag_row_done(row);
	row = NULL;
	for (st = MAG_OK, i = 0; i < n && st == MAG_OK; i++)
		st = mag_db_run(c->db, sql_leave, "s", gone[i]);
done:
	mag_row_done(row);
	return st;
}

static enum mag_status
enter(struct mag_db *db, void *arg)
{
	struct mag_call *c = arg;
	const struct mag_op *op;
	enum mag_status st;
	int64_t next;

	for (op = ops; op->name != NULL; op++) {
		next = mag_op_next(op, c->now);
		if (op->schedule[0] == 'e')
			next = c->now;
		if ((st = mag_db_run(db, sql_enter, "ssT", op->name,
		    op->schedule, next == 0 ? NULL : &next)) != MAG_OK)
			return st;
	}
	return leave(c);
}

enum mag_status
mag_ops_enter(struct mag_call *c)
{

	return mag_db_write(c->db, enter, c);
}

static const char sql_begin[] = "SELECT next_run FROM jobs WHERE name = ?1";
static const char sql_last[] =
    "SELECT last_run FROM jobs WHERE name = ?1 AND last_error IS NULL"
    " AND last_run IS NOT NULL";
static const char sql_asked[] =
    "SELECT name, requested FROM jobs WHERE requested > 0 LIMIT 1";

enum mag_status
mag_ops_begin(int64_t *out, struct mag_call *c, const struct mag_op *op)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = 0;
	st = mag_db_row(&row, c->db, sql_begin, "s", op->name);
	if (st == MAG_OK)
		*out = mag_row_time(row, 0);
	mag_row_done(row);
	return st;
}

enum mag_status
mag_ops_last(int64_t *out, struct mag_call *c, const struct mag_op *op)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = 0;
	st = mag_db_row(&row, c->db, sql_last, "s", op->name);
	if (st == MAG_OK)
		*out = mag_row_time(row, 0);
	mag_row_done(row);
	return st;
}

enum mag_status
mag_ops_asked(const struct mag_op **out, int64_t *times, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = NULL;
	*times = 0;
	if ((st = mag_db_row(&row, c->db, sql_asked, "")) == MAG_OK) {
		*out = mag_op_find(mag_row_dup(row, 0, c->a));
		*times = mag_row_int(row, 1);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static int64_t notes;	/* rows that say when an operation ran */

static const char sql_note[] =
    "UPDATE jobs SET last_run = ?2, next_run = ?3, last_error = ?4,"
    " last_ms = ?5, requested = max(0, requested - ?6) WHERE name = ?1";

enum mag_status
mag_ops_note(struct mag_call *c, const struct mag_op *op,
    int64_t milliseconds, const char *error, int64_t answered)
{
	int64_t next = mag_op_next(op, c->now);
	enum mag_status st;

	st = mag_db_run(c->db, sql_note, "stTsii", op->name, c->now,
	    next == 0 ? NULL : &next, error, milliseconds, answered);
	if (st == MAG_OK)
		notes += mag_db_changes(c->db);
	return st;
}

int64_t
op_written(struct mag_call *c)
{

	return mag_db_written(c->db) - notes;
}

static const char sql_ask[] =
    "UPDATE jobs SET requested = requested + 1 WHERE name = ?1";

enum mag_status
mag_ops_ask(struct mag_call *c, const char *name)
{

	if (mag_op_find(name) == NULL)
		return mag_fail(c, MAG_NOT_FOUND, "There is no such job.");
	return mag_db_run(c->db, sql_ask, "s", name);
}

static const char sql_list[] =
    "SELECT name, schedule, last_run, next_run, last_error, last_ms,"
    " requested FROM jobs ORDER BY name";

static void
print_time(struct mag_buf *b, struct mag_row *row, int i)
{
	char when[MAG_TIME_TEXT];

	if (mag_row_null(row, i)) {
		mag_buf_adds(b, "null");
		return;
	}
	mag_time_rfc3339(when, mag_row_time(row, i));
	mag_buf_jsons(b, when);
}

enum mag_status
mag_ops_list(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	if ((st = mag_db_query(&row, c->db, sql_list, "")) != MAG_OK)
		goto done;
	mag_buf_addc(b, '[');
	while ((st = mag_row_next(row)) == MAG_OK) {
		mag_buf_adds(b, n++ > 0 ? ",{\"name\":" : "{\"name\":");
		mag_buf_jsons(b, mag_row_dup(row, 0, c->a));
		mag_buf_adds(b, ",\"schedule\":");
		mag_buf_jsons(b, mag_row_dup(row, 1, c->a));
		mag_buf_adds(b, ",\"last_run\":");
		print_time(b, row, 2);
		mag_buf_adds(b, ",\"next_run\":");
		print_time(b, row, 3);
		mag_buf_adds(b, ",\"last_error\":");
		mag_buf_jsons(b, mag_row_null(row, 4) ? NULL :
		    mag_row_dup(row, 4, c->a));
		mag_buf_addf(b, ",\"last_ms\":%lld,\"requested\":%s}",
		    (long long)mag_row_int(row, 5),
		    mag_row_int(row, 6) ? "true" : "false");
	}
	mag_buf_addc(b, ']');
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
done:
	mag_row_done(row);
	return st;
}
