/* SPDX-License-Identifier: MIT */
/* Letters on their way: claimed, begun, written down. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/letter.h>
#include <magnetiq/rand.h>
#include <magnetiq/suppression.h>

#include "noun.h"
#include "outbox.h"

#define PAUSE_MAX	(6 * 60 * 60)

/* By itself SQLite would take the index of states and sort all that is due,
 * for each claim anew. */
static const char sql_due[] = "SELECT 1 FROM outbox INDEXED BY outbox_due"
    " WHERE state IN ('queued', 'sending') AND next_attempt_at <= ?1"
    " AND (locked_until IS NULL OR locked_until <= ?1) LIMIT 1";
/* A domain that has had ?4 letters since ?5 waits, and holds up no other. */
#define DOMAIN(t) "substr(" t ".recipient_folded, instr(" t \
    ".recipient_folded, '@'))"
#define QUIET_DOMAIN " AND (?4 = 0 OR (SELECT count(*) FROM outbox s" \
    " WHERE s.sent_at > ?5 AND " DOMAIN("s") " = " DOMAIN("o") ") < ?4)"
static const char sql_claim[] =
    "UPDATE outbox SET state = 'sending', locked_until = ?2,"
    " in_doubt = CASE WHEN begun = 1 THEN 1 ELSE in_doubt END, begun = 0"
    " WHERE id IN (SELECT o.id FROM outbox o INDEXED BY outbox_due"
    " WHERE o.state IN ('queued', 'sending') AND o.next_attempt_at <= ?1"
    " AND (o.locked_until IS NULL OR o.locked_until <= ?1)" QUIET_DOMAIN
    " ORDER BY o.next_attempt_at, o.id LIMIT ?3)"
    " RETURNING id, message_id, recipient, template, language, data,"
    " created_at, attempts, cause_type, cause_id";

struct claiming {
	struct mag_outbox_claim *out;
	size_t		 n, max;
	struct mag_call	*c;
	int64_t		 seconds;
};

static void
read_claim(struct mag_outbox_claim *out, struct mag_row *row,
    struct mag_arena *a)
{

	*out = (struct mag_outbox_claim){
		.id = mag_row_int(row, 0),
		.message_id = mag_row_dup(row, 1, a),
		.recipient = mag_row_dup(row, 2, a),
		.template = mag_row_dup(row, 3, a),
		.language = mag_row_dup(row, 4, a),
		.data = mag_row_dup(row, 5, a),
		.created = mag_row_time(row, 6),
		.attempts = mag_row_int(row, 7),
		.cause_type = mag_row_dup(row, 8, a),
		.cause_id = mag_row_int(row, 9),
	};
}

static enum mag_status
claim(struct mag_db *db, void *arg)
{
	struct claiming *w = arg;
	struct mag_row *row = NULL;
	enum mag_status st;

	w->n = 0;
	st = mag_db_query(&row, db, sql_claim, "ttiit", w->c->now,
	    w->c->now + w->seconds, (int64_t)w->max,
	    (int64_t)w->c->conf->smtp_domain_per_minute, w->c->now - 60);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		read_claim(&w->out[w->n++], row, w->c->a);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static int
by_id(const void *x, const void *y)
{
	const struct mag_outbox_claim *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

enum mag_status
mag_outbox_claim(struct mag_outbox_claim *out, size_t *n, size_t max,
    struct mag_call *c, int64_t seconds)
{
	struct claiming w = { out, 0, max, c, seconds };
	enum mag_status st;
	int64_t found;

	*n = 0;
	/* Most of the time there is none: ask without locking writers out. */
	if ((st = mag_db_int(&found, c->db, sql_due, "t", c->now)) != MAG_OK ||
	    (st = mag_outbox_room(&w.max, c, max)) != MAG_OK)
		return st;
	if (w.max == 0)
		return MAG_NOT_FOUND;
	if ((st = mag_db_write(c->db, claim, &w)) != MAG_OK)
		return st;
	/* What is returned comes in any order. */
	qsort(out, w.n, sizeof(*out), by_id);
	*n = w.n;
	return w.n > 0 ? MAG_OK : MAG_NOT_FOUND;
}

enum mag_status
mag_outbox_orphans(struct mag_call *c)
{
	static const char sql_free[] = "UPDATE outbox SET locked_until = NULL"
	    " WHERE state = 'sending'";

	return mag_db_run(c->db, sql_free, "");
}

int64_t
outbox_pause(int64_t attempts)
{
	int64_t seconds = 60;

	while (attempts-- > 1 && seconds < PAUSE_MAX)
		seconds *= 3;
	if (seconds > PAUSE_MAX)
		seconds = PAUSE_MAX;
	return seconds + mag_rand_below((uint32_t)seconds / 4);
}

/* What a letter said goes with it: there may be a link in it that opens doors,
 * and of those only hashes are kept. */
static const char sql_sent[] = "UPDATE outbox SET state = 'sent', begun = 0,"
    " data = '{}', sent_at = ?2, locked_until = NULL, last_error = NULL"
    " WHERE id = ?1";
static const char sql_later[] = "UPDATE outbox SET state = 'queued', begun = 0,"
    " locked_until = NULL, next_attempt_at = ?2, last_error = ?3"
    " WHERE id = ?1";
static const char sql_end[] = "UPDATE outbox SET state = ?2, begun = 0,"
    " locked_until = NULL, last_error = ?3 WHERE id = ?1";
static const char sql_back[] = "UPDATE outbox SET state = 'queued', begun = 0,"
    " locked_until = NULL WHERE id = ?1 AND state = 'sending'";
static const char sql_begin[] = "UPDATE outbox SET begun = 1,"
    " attempts = attempts + 1 WHERE id = ?1 AND state = 'sending'";

static enum mag_status
bounced(struct mag_call *c, const struct mag_outbox_outcome *o)
{
	enum mag_status st;

	st = mag_db_run(c->db, sql_end, "iss", o->letter->id, "failed",
	    o->error);
	return st != MAG_OK || mag_db_changes(c->db) == 0 ? st :
	    mag_suppress(c, o->letter->recipient,
	    MAG_BOUNCED);
}

static enum mag_status
write_down(struct mag_call *c, const struct mag_outbox_outcome *o)
{
	int64_t id = o->letter->id, attempts = o->letter->attempts + 1;

	switch (o->what) {
	case MAG_OUT_SENT:
		return mag_db_run(c->db, sql_sent, "it", id, c->now);
	case MAG_OUT_LATER:
		if (attempts < OUTBOX_ATTEMPTS_MAX)
			return mag_db_run(c->db, sql_later, "its", id,
			    c->now + outbox_pause(attempts), o->error);
		return mag_db_run(c->db, sql_end, "iss", id, "failed",
		    o->error);
	case MAG_OUT_FAILED:
		return mag_db_run(c->db, sql_end, "iss", id, "failed",
		    o->error);
	case MAG_OUT_BOUNCED:
		return bounced(c, o);
	case MAG_OUT_DROPPED:
		return mag_db_run(c->db, sql_end, "iss", id, "dropped",
		    o->error);
	case MAG_OUT_BACK:
		break;
	}
	return mag_db_run(c->db, sql_back, "i", id);
}

struct turning {
	struct mag_call	*c;
	const struct mag_outbox_outcome *done;
	const struct mag_outbox_claim *next;
	bool		 begun;
};

static enum mag_status
turn(struct mag_db *db, void *arg)
{
	struct turning *w = arg;
	enum mag_status st = MAG_OK;

	if (w->done != NULL && w->done->letter != NULL)
		st = write_down(w->c, w->done);
	if (st != MAG_OK || w->next == NULL)
		return st;
	st = mag_db_run(db, sql_begin, "i", w->next->id);
	w->begun = mag_db_changes(db) > 0;
	return st;
}

enum mag_status
mag_outbox_turn(bool *begun, struct mag_call *c,
    const struct mag_outbox_outcome *done,
    const struct mag_outbox_claim *next)
{
	struct turning w = { c, done, next, false };
	enum mag_status st = mag_db_write(c->db, turn, &w);

	*begun = st == MAG_OK && w.begun;
	return st;
}

/* Is the row that it is about there no more? */
static enum mag_status
check_cause(const char **out, struct mag_call *c,
    const struct mag_outbox_claim *l)
{
	struct mag_noun *noun = l->cause_type == NULL ? NULL :
	    mag_noun_find(l->cause_type);
	struct mag_record *r;
	enum mag_status st;

	if (noun == NULL || l->cause_id == 0)
		return MAG_OK;
	st = mag_record_load(&r, c, noun, l->cause_id);
	if (st == MAG_NOT_FOUND)
		*out = "what it is about is gone";
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* Would it say "in two hours" of what is going on already? */
static bool
is_late(struct mag_call *c, const struct mag_outbox_claim *l)
{
	const char *at = mag_json_text(mag_json_get(mag_json_own(c->a, l->data,
	    strlen(l->data)), "starts_at"));
	int64_t starts;

	return at != NULL && mag_time_parse(&starts, at, strlen(at), true) &&
	    starts <= c->now;
}

enum mag_status
mag_outbox_unwanted(const char **out, struct mag_call *c,
    const struct mag_outbox_claim *l)
{
	const struct mag_letter_kind *kind = mag_letter_kind(l->template);
	unsigned what;
	enum mag_status st;

	*out = NULL;
	if ((st = mag_suppressed(&what, c, l->recipient)) != MAG_OK)
		return st;
	if (what & MAG_BOUNCED)
		*out = "a server has refused this address for good";
	else if ((what & MAG_UNSUBSCRIBED) && kind != NULL &&
	    (kind->flags & MAG_LETTER_MARKETING))
		*out = "this address wants no such letters";
	else if (kind != NULL && (kind->flags & MAG_LETTER_AHEAD) &&
	    is_late(c, l))
		*out = "what it reminds of has begun";
	return *out != NULL ? MAG_OK : check_cause(out, c, l);
}
