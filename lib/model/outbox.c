/* SPDX-License-Identifier: MIT */
/* Letters, written down in the transaction that causes them. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/db.h>
#include <magnetiq/outbox.h>
#include <magnetiq/rand.h>

#define ATTEMPTS_MAX	12	/* about two days */

static const char sql_add[] =
    "INSERT INTO outbox (message_id, dedupe_key, recipient, template, language,"
    " data, due_at, next_attempt_at, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)"
    " ON CONFLICT (dedupe_key) DO NOTHING";

/* Stable for the row, so that a letter sent twice is known as one. */
static const char *
message_id(struct mag_call *c)
{
	const char *host = c->conf->site_host;

	return mag_printf(c->a, "%s@%.*s", mag_rand_token(c->a, 18),
	    (int)strcspn(host, ":"), host);
}

enum mag_status
mag_outbox_add(struct mag_call *c, const struct mag_outbox_letter *l)
{

	return mag_db_run(c->db, sql_add, "sssssstt", message_id(c),
	    l->dedupe, l->recipient, l->template, l->language, l->data,
	    l->due == 0 ? c->now : l->due, c->now);
}

static const char sql_claim[] =
    "UPDATE outbox SET state = 'sending', attempts = attempts + 1,"
    " last_error = CASE WHEN state = 'sending' THEN ?3 ELSE last_error END,"
    " locked_until = ?2 WHERE id = (SELECT id FROM outbox"
    " WHERE state IN ('queued', 'sending') AND next_attempt_at <= ?1"
    " AND (locked_until IS NULL OR locked_until <= ?1)"
    " ORDER BY next_attempt_at, id LIMIT 1)"
    " RETURNING id, message_id, recipient, template, language, data,"
    " created_at, attempts";
/* The one way to a double: the server took it, and we died before noting it. */
static const char cut_short[] =
    "a run was cut short; it may have gone out before";

struct claiming {
	struct mag_outbox_claim *out;
	struct mag_call	*c;
	int64_t		 seconds;
};

static enum mag_status
claim(struct mag_db *db, void *arg)
{
	struct claiming *w = arg;
	struct mag_arena *a = w->c->a;
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_row(&row, db, sql_claim, "tts", w->c->now,
	    w->c->now + w->seconds, cut_short);
	if (st == MAG_OK)
		*w->out = (struct mag_outbox_claim){
			.id = mag_row_int(row, 0),
			.message_id = mag_row_dup(row, 1, a),
			.recipient = mag_row_dup(row, 2, a),
			.template = mag_row_dup(row, 3, a),
			.language = mag_row_dup(row, 4, a),
			.data = mag_row_dup(row, 5, a),
			.created = mag_row_time(row, 6),
			.attempts = mag_row_int(row, 7),
		};
	mag_row_done(row);
	return st;
}

enum mag_status
mag_outbox_claim(struct mag_outbox_claim *out, struct mag_call *c,
    int64_t seconds)
{
	static const char sql_due[] = "SELECT 1 FROM outbox"
	    " WHERE state IN ('queued', 'sending') AND next_attempt_at <= ?1"
	    " LIMIT 1";
	struct claiming w = { out, c, seconds };
	enum mag_status st;
	int64_t found;

	/* Most of the time there is none: ask without locking writers out. */
	if ((st = mag_db_int(&found, c->db, sql_due, "t", c->now)) != MAG_OK)
		return st;
	return mag_db_write(c->db, claim, &w);
}

/* What a letter said goes with it: there may be a link in it that opens doors,
 * and of those only hashes are kept. */
enum mag_status
mag_outbox_sent(struct mag_call *c, int64_t id)
{
	static const char sql_sent[] = "UPDATE outbox SET state = 'sent',"
	    " data = '{}', sent_at = ?2, locked_until = NULL, last_error = NULL"
	    " WHERE id = ?1";

	return mag_db_run(c->db, sql_sent, "it", id, c->now);
}

/* Minutes first, then hours, for some two days; not all at the same moment. */
static int64_t
pause_after(int64_t attempts)
{
	int64_t seconds = 60;

	while (attempts-- > 1 && seconds < 6 * 60 * 60)
		seconds *= 3;
	return seconds + mag_rand_below((uint32_t)seconds / 4);
}

enum mag_status
mag_outbox_later(struct mag_call *c, const struct mag_outbox_claim *l,
    const char *error)
{
	static const char sql_later[] = "UPDATE outbox SET state = 'queued',"
	    " locked_until = NULL, next_attempt_at = ?2, last_error = ?3"
	    " WHERE id = ?1";

	if (l->attempts >= ATTEMPTS_MAX)
		return mag_outbox_failed(c, l->id, error);
	return mag_db_run(c->db, sql_later, "its", l->id,
	    c->now + pause_after(l->attempts), error);
}

enum mag_status
mag_outbox_failed(struct mag_call *c, int64_t id, const char *error)
{
	static const char sql_failed[] = "UPDATE outbox SET state = 'failed',"
	    " locked_until = NULL, last_error = ?2 WHERE id = ?1";

	return mag_db_run(c->db, sql_failed, "is", id, error);
}
