/* SPDX-License-Identifier: MIT */
/* What admins do to letters. */
#include <string.h>

#include <magnetiq/outbox.h>
#include <magnetiq/suppression.h>

#include "noun.h"

struct work {
	struct mag_call	*c;
	int64_t		 id;
	struct mag_record *result;
};

static const char sql_retry[] = "UPDATE outbox SET state = 'queued',"
    " attempts = 0, due_at = ?2, next_attempt_at = ?2, last_error = NULL,"
    " locked_until = NULL WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM outbox WHERE id = ?1";
static const char sql_busy[] = "SELECT 1 FROM outbox WHERE id = ?1"
    " AND state = 'sending' AND locked_until > ?2";

/* It may be half way through the wire. */
static enum mag_status
not_busy(struct mag_call *c, int64_t id)
{
	int64_t one;
	enum mag_status st;

	st = mag_db_int(&one, c->db, sql_busy, "it", id, c->now);
	return st == MAG_NOT_FOUND ? MAG_OK : st != MAG_OK ? st :
	    mag_fail(c, MAG_CONFLICT, "This letter is being sent.");
}

static enum mag_status
retry(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *old;
	enum mag_status st;

	mag_problem_reset(c);
	if ((st = mag_record_load(&old, c, &mag_letter_noun, w->id)) !=
	    MAG_OK || (st = not_busy(c, w->id)) != MAG_OK)
		return st;
	if (mag_is(old, "state", "sent") || mag_is(old, "data", "{}"))
		return mag_fail(c, MAG_CONFLICT,
		    "This letter cannot be sent again.");
	if ((st = mag_db_run(db, sql_retry, "it", w->id, c->now)) != MAG_OK ||
	    (st = mag_suppress_not(c, mag_text(old, "recipient"),
	    MAG_BOUNCED)) != MAG_OK ||
	    (st = mag_record_load(&w->result, c, &mag_letter_noun, w->id)) !=
	    MAG_OK)
		return st;
	return mag_audit(c, "retry", "letter", w->id, old, w->result);
}

enum mag_status
mag_outbox_retry(struct mag_record **out, struct mag_call *c, int64_t id)
{
	struct work w = { c, id, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, retry, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

static enum mag_status
drop(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old;
	enum mag_status st;

	mag_problem_reset(w->c);
	if ((st = mag_record_load(&old, w->c, &mag_letter_noun, w->id)) !=
	    MAG_OK || (st = not_busy(w->c, w->id)) != MAG_OK ||
	    (st = mag_db_run(db, sql_delete, "i", w->id)) != MAG_OK)
		return st;
	return mag_audit(w->c, "delete", "letter", w->id, old, NULL);
}

enum mag_status
mag_outbox_drop(struct mag_call *c, int64_t id)
{
	struct work w = { c, id, NULL };

	return mag_db_write(c->db, drop, &w);
}
