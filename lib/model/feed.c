/* SPDX-License-Identifier: MIT */
/* The consultants' own calendars: which is due, and what was in it. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/feed.h>

#include "claim.h"
#include "noun.h"

/* Later than it could be: the clock was set back. */
#define IS_READ	" busy_url IS NOT NULL AND busy_url <> '' AND is_active = 1" \
	" AND deleted_at IS NULL"
#define IS_DUE	IS_READ " AND (busy_next_at IS NULL OR busy_next_at <= ?1" \
	" OR busy_next_at > ?2)"

static const char sql_due[] = "SELECT 1 FROM consultants WHERE" IS_DUE
    " LIMIT 1";
static const char sql_next[] = "SELECT id, busy_url, timezone, busy_open"
    " FROM consultants WHERE" IS_DUE " ORDER BY busy_next_at, id LIMIT 1";
static const char sql_claim[] = "UPDATE consultants SET busy_open = 1,"
    " busy_next_at = ?2 WHERE id = ?1";
/* Who had it before has not come back: its bytes may be why. */
static const char sql_lost[] = "UPDATE consultants SET busy_tried_at = ?2,"
    " busy_error = 'reading it was cut short' WHERE id = ?1";

enum mag_status
mag_feed_due(struct mag_call *c)
{
	int64_t one;

	return mag_db_int(&one, c->db, sql_due, "tt", c->now,
	    c->now + MAG_FEED_SECONDS);
}

static enum mag_status
take(struct mag_call *c, void *arg)
{
	struct mag_feed *out = arg;
	struct mag_row *row = NULL;
	enum mag_status st;
	bool lost = false;

	st = mag_db_row(&row, c->db, sql_next, "tt", c->now,
	    c->now + MAG_FEED_SECONDS);
	if (st == MAG_OK) {
		*out = (struct mag_feed){ mag_row_int(row, 0),
		    mag_row_dup(row, 1, c->a), mag_row_dup(row, 2, c->a) };
		lost = mag_row_int(row, 3) != 0;
	}
	mag_row_done(row);
	if (st == MAG_OK && lost)
		st = mag_db_run(c->db, sql_lost, "it", out->consultant, c->now);
	return st != MAG_OK ? st : mag_db_run(c->db, sql_claim, "it",
	    out->consultant, c->now + MAG_FEED_SECONDS);
}

enum mag_status
mag_feed_claim(struct mag_feed *out, struct mag_call *c)
{

	return claim_next(c, mag_feed_due, take, out);
}

/* ---- what was in it ---- */

static const char sql_stands[] = "SELECT starts_at, ends_at FROM busy_times"
    " WHERE consultant_id = ?1 ORDER BY starts_at, ends_at";
static const char sql_drop[] = "DELETE FROM busy_times"
    " WHERE consultant_id = ?1 AND starts_at = ?2 AND ends_at = ?3";
static const char sql_add[] = "INSERT INTO busy_times (consultant_id,"
    " starts_at, ends_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
static const char sql_is[] =
    "SELECT 1 FROM consultants WHERE id = ?1 AND busy_url = ?2";
static const char sql_read[] = "UPDATE consultants SET busy_open = 0,"
    " busy_tried_at = ?2, busy_fetched_at = ?2, busy_error = NULL"
    " WHERE id = ?1";
static const char sql_failed[] = "UPDATE consultants SET busy_open = 0,"
    " busy_tried_at = ?3, busy_error = ?4 WHERE id = ?1 AND busy_url = ?2";

struct writing {
	struct mag_call	*c;
	const struct mag_feed *feed;
	const struct mag_slot *busy;
	size_t		 n;
};

static enum mag_status
read_standing(struct mag_slot **out, size_t *n, struct writing *w)
{
	struct mag_slot *more;
	struct mag_row *row = NULL;
	enum mag_status st;
	size_t size = 64;

	*out = mag_alloc(w->c->a, size * sizeof(**out));
	*n = 0;
	st = mag_db_query(&row, w->c->db, sql_stands, "i", w->feed->consultant);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (*n == size) {
			size *= 2;
			more = mag_alloc(w->c->a, size * sizeof(*more));
			memcpy(more, *out, *n * sizeof(*more));
			*out = more;
		}
		(*out)[(*n)++] = (struct mag_slot){ mag_row_time(row, 0),
		    mag_row_time(row, 1) };
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static int
order(const struct mag_slot *x, const struct mag_slot *y)
{

	if (x->starts != y->starts)
		return x->starts < y->starts ? -1 : 1;
	return (x->ends > y->ends) - (x->ends < y->ends);
}

/* Only what differs is written: mostly nothing does. */
static enum mag_status
settle(struct writing *w, const struct mag_slot *old, size_t nold)
{
	int64_t who = w->feed->consultant;
	enum mag_status st = MAG_OK;
	size_t i = 0, k = 0;
	int way;

	while (st == MAG_OK && (i < nold || k < w->n)) {
		way = i == nold ? 1 : k == w->n ? -1 :
		    order(&old[i], &w->busy[k]);
		if (way < 0)
			st = mag_db_run(w->c->db, sql_drop, "itt", who,
			    old[i].starts, old[i].ends);
		else if (way > 0)
			st = mag_db_run(w->c->db, sql_add, "itt", who,
			    w->busy[k].starts, w->busy[k].ends);
		i += way <= 0;
		k += way >= 0;
	}
	return st;
}

static enum mag_status
write(struct mag_db *db, void *arg)
{
	struct writing *w = arg;
	struct mag_slot *old;
	enum mag_status st;
	int64_t one;
	size_t n;

	st = mag_db_int(&one, db, sql_is, "is", w->feed->consultant,
	    w->feed->url);
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	if ((st = read_standing(&old, &n, w)) != MAG_OK ||
	    (st = settle(w, old, n)) != MAG_OK)
		return st;
	return mag_db_run(db, sql_read, "it", w->feed->consultant, w->c->now);
}

enum mag_status
mag_feed_write(struct mag_call *c, const struct mag_feed *feed,
    const struct mag_slot *busy, size_t n)
{
	struct writing w = { c, feed, busy, n };

	return mag_db_write(c->db, write, &w);
}

enum mag_status
mag_feed_failed(struct mag_call *c, const struct mag_feed *feed,
    const char *why)
{

	return mag_db_run(c->db, sql_failed, "ists", feed->consultant,
	    feed->url, c->now, why);
}

/* ---- how they are ---- */

static const char sql_all[] = "SELECT id, first_name, last_name,"
    " busy_fetched_at, busy_error FROM consultants WHERE" IS_READ
    " ORDER BY id";

static void
print_one(struct mag_buf *b, struct mag_call *c, struct mag_row *row)
{
	int64_t at = mag_row_time(row, 3);
	char when[MAG_TIME_TEXT];

	mag_buf_addf(b, "{\"consultant_id\":%lld,\"name\":",
	    (long long)mag_row_int(row, 0));
	mag_buf_jsons(b, mag_printf(c->a, "%s %s", mag_row_dup(row, 1, c->a),
	    mag_row_dup(row, 2, c->a)));
	mag_buf_adds(b, ",\"busy_fetched_at\":");
	if (at > 0) {
		mag_time_rfc3339(when, at);
		mag_buf_addf(b, "\"%s\",\"age_seconds\":%lld", when,
		    (long long)(c->now - at));
	} else
		mag_buf_adds(b, "null,\"age_seconds\":null");
	mag_buf_addf(b, ",\"calendar_stale\":%s,\"busy_error\":",
	    at < c->now - MAG_BUSY_STALE ? "true" : "false");
	mag_buf_jsons(b, mag_row_null(row, 4) ? NULL :
	    mag_row_dup(row, 4, c->a));
	mag_buf_addc(b, '}');
}

enum mag_status
mag_feeds_print(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	mag_buf_addc(b, '[');
	st = mag_db_query(&row, c->db, sql_all, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_buf_adds(b, n++ > 0 ? "," : "");
		print_one(b, c, row);
	}
	mag_row_done(row);
	mag_buf_addc(b, ']');
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
