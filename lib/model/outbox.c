/* SPDX-License-Identifier: MIT */
/* Letters, written down in the transaction that causes them. */
#include <assert.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/letter.h>
#include <magnetiq/rand.h>

#include "noun.h"

#define STRANGERS_MAX	5	/* letters an hour that strangers cause */
#define HOUR		(60 * 60)
#define WAIT_MAX	(24 * HOUR)	/* later than that is never */

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "message_id", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "recipient", MAG_TEXT,
	  .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL | MAG_FIND },
	{ "recipient_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "template", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "language", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "data", MAG_TEXT, .flags = MAG_HIDDEN | MAG_SECRET | MAG_PERSONAL },
	{ "state", MAG_ENUM, .values = "queued sending sent failed dropped",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "due_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "attempts", MAG_INT, .flags = MAG_READONLY | MAG_LIST },
	{ "next_attempt_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "last_error", MAG_TEXT,
	  .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "in_doubt", MAG_BOOL, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER,
	  .what = "a sender was cut short: it may have gone out twice" },
	{ "cause_type", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER,
	  .what = "what it is about: a noun" },
	{ "cause_id", MAG_INT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "sent_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

struct mag_noun mag_letter_noun = {
	.name = "letter",
	.plural = "letters",
	.table = "outbox",
	.fields = fields,
	.sort = "id",
	.descending = true,
	.label = "There is no such letter.",
};

static const char sql_add[] =
    "INSERT INTO outbox (message_id, dedupe_key, recipient, recipient_folded,"
    " template, language, data, cause_type, cause_id, stranger, due_at,"
    " next_attempt_at, state, last_error, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14)"
    " ON CONFLICT (dedupe_key) DO NOTHING";
static const char sql_stranger_due[] =
    "SELECT due_at FROM outbox WHERE recipient_folded = ?1 AND stranger = 1"
    " AND state <> 'dropped' ORDER BY due_at DESC LIMIT 1 OFFSET ?2";

static const char too_many[] =
    "strangers have caused too many letters to this address";

/* Stable for the row, so that a letter sent twice is known as one. */
static const char *
message_id(struct mag_call *c)
{
	const char *host = c->conf->site_host;

	return mag_printf(c->a, "%s@%.*s", mag_rand_token(c->a, 18),
	    (int)strcspn(host, ":"), host);
}

/* When the last but four of those letters was due; 0: there are not so many. */
static enum mag_status
last_but_four(int64_t *out, struct mag_call *c, const char *folded)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = 0;
	st = mag_db_row(&row, c->db, sql_stranger_due, "si", folded,
	    (int64_t)STRANGERS_MAX - 1);
	if (st == MAG_OK)
		*out = mag_row_time(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_outbox_full(bool *out, struct mag_call *c, const char *email)
{
	int64_t due;
	enum mag_status st;

	st = last_but_four(&due, c, mag_fold_email(c->a, email));
	*out = st == MAG_OK && due > c->now - HOUR;
	return st;
}

/* Did somebody type that address whom nobody knows?  In the jobs process only
 * the letter itself can say so. */
static bool
by_stranger(const struct mag_call *c, const struct mag_outbox_letter *l,
    const struct mag_letter_kind *kind)
{

	return l->stranger || ((kind->flags & MAG_LETTER_TYPED) &&
	    c->who.role == MAG_NOBODY && *c->address != '\0');
}

enum mag_status
mag_outbox_add(struct mag_call *c, const struct mag_outbox_letter *l)
{
	const char *folded = mag_fold_email(c->a, l->recipient);
	int64_t due = l->due == 0 ? c->now : l->due, before = 0;
	const struct mag_letter_kind *kind = mag_letter_kind(l->template);
	bool stranger, dropped = false;
	enum mag_status st;

	assert(kind != NULL);
	if (*l->recipient == '\0')
		return MAG_OK;	/* somebody who was forgotten */
	if ((stranger = by_stranger(c, l, kind))) {
		if ((st = last_but_four(&before, c, folded)) != MAG_OK)
			return st;
		if (before > 0 && before + HOUR > due)
			due = before + HOUR;
		dropped = due > c->now + WAIT_MAX && due != l->due;
	}
	return mag_db_run(c->db, sql_add, "ssssssssIitsst", message_id(c),
	    l->dedupe, l->recipient, folded, l->template, l->language, l->data,
	    l->cause_type, l->cause_id > 0 ? &l->cause_id : NULL, (int64_t)stranger, due,
	    dropped ? "dropped" : "queued", dropped ? too_many : NULL, c->now);
}

static const char sql_cancel[] = "UPDATE outbox SET state = 'dropped',"
    " dedupe_key = NULL, data = '{}', last_error = 'it was taken back'"
    " WHERE state = 'queued' AND dedupe_key = ?1";
static const char sql_cancel_for[] = "UPDATE outbox SET state = 'dropped',"
    " dedupe_key = NULL, data = '{}', last_error = 'it was taken back'"
    " WHERE state = 'queued' AND cause_type = ?1 AND cause_id = ?2";
/* Those that are MAG_LETTER_AHEAD; also what a sender holds and has not begun,
 * which then does not begin. */
#define OVERTAKEN "UPDATE outbox SET state = 'dropped', dedupe_key = NULL," \
    " data = '{}', locked_until = NULL," \
    " last_error = 'something newer has overtaken it'" \
    " WHERE (state = 'queued' OR (state = 'sending' AND begun = 0))" \
    " AND template IN ('booking-reminder', 'consultant-reminder'," \
    " 'speaker-briefing', 'webinar-reminder-days', 'webinar-reminder-hours'," \
    " 'webinar-reminder-week')"
static const char sql_overtake[] = OVERTAKEN
    " AND cause_type = ?1 AND cause_id = ?2";
static const char sql_overtake_all[] = OVERTAKEN
    " AND cause_type = 'registration' AND cause_id IN"
    " (SELECT id FROM webinar_registrations WHERE webinar_id = ?1)";
static const char sql_move[] = "UPDATE outbox SET due_at = ?2,"
    " next_attempt_at = ?2 WHERE state = 'queued' AND dedupe_key = ?1";

enum mag_status
mag_outbox_cancel(struct mag_call *c, const char *dedupe)
{

	return mag_db_run(c->db, sql_cancel, "s", dedupe);
}

enum mag_status
mag_outbox_cancel_for(struct mag_call *c, const char *type, int64_t id)
{

	return mag_db_run(c->db, sql_cancel_for, "si", type, id);
}

enum mag_status
mag_outbox_overtake(struct mag_call *c, const char *type, int64_t id)
{
	enum mag_status st = mag_db_run(c->db, sql_overtake, "si", type, id);

	return st != MAG_OK || strcmp(type, "webinar") != 0 ? st :
	    mag_db_run(c->db, sql_overtake_all, "i", id);
}

enum mag_status
mag_outbox_move(struct mag_call *c, const char *dedupe, int64_t due)
{

	return mag_db_run(c->db, sql_move, "st", dedupe, due);
}
