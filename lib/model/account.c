/* SPDX-License-Identifier: MIT */
/* Signing in, and changing one's own password. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>
#include <magnetiq/password.h>
#include <magnetiq/rand.h>

#include "account.h"
#include "noun.h"

static const char sql_find[] =
    "SELECT id, hashed_password FROM admin_users"
    " WHERE email_folded = ?1 AND is_active = 1 AND deleted_at IS NULL";
static const char sql_entered[] =
    "UPDATE admin_users SET last_login = ?2, failed_login_attempts = 0,"
    " locked_until = NULL, hashed_password = ?3"
    " WHERE id = ?1 AND hashed_password = ?4 AND is_active = 1"
    " AND deleted_at IS NULL";
static const char sql_change[] =
    "UPDATE admin_users SET hashed_password = ?2, updated_at = ?3,"
    " revision = revision + 1"
    " WHERE id = ?1 AND hashed_password = ?4 AND deleted_at IS NULL";

/* One attempt, from before its transaction to its end. */
struct attempt {
	struct mag_call	*c;
	struct lockout	 lock;
	int64_t		 user_id;	/* 0: nobody */
	const char	*stored;	/* what was compared */
	char		 fresh[MAG_PASSWORD_HASH];	/* to be stored */
	struct mag_tokens *out;
	bool		 entered;
};

static enum mag_status
wrong_pair(struct mag_call *c)
{

	return mag_fail(c, MAG_UNAUTHENTICATED,
	    "The e-mail address or the password is wrong.");
}

/* Nobody, and somebody who may not, look alike from here on. */
static enum mag_status
find(struct attempt *t)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_row(&row, t->c->db, sql_find, "s", t->lock.email);
	if (st == MAG_OK) {
		t->user_id = mag_row_int(row, 0);
		t->stored = mag_row_dup(row, 1, t->c->a);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
failed(struct mag_db *db, void *arg)
{
	struct attempt *t = arg;

	(void)db;
	return lockout_fail(t->c, &t->lock);
}

/* Write the failure down; a site that cannot do so lets nobody try. */
static enum mag_status
fail(struct attempt *t)
{
	enum mag_status st;
	char masked[300];

	if ((st = mag_db_write(t->c->db, failed, t)) != MAG_OK)
		return st;
	mag_log_email(masked, sizeof(masked), t->lock.email);
	mag_log(MAG_INFO, "sign_in_failed", "for %s", masked);
	return MAG_OK;
}

/*
 * The password is right.  What held when it was compared must still hold:
 * others may have failed, changed it or shut the account in the meantime.
 */
static enum mag_status
enter(struct mag_db *db, void *arg)
{
	struct attempt *t = arg;
	struct mag_call *c = t->c;
	struct mag_record *user;
	enum mag_status st;

	mag_problem_reset(c);
	memset(&c->who, 0, sizeof(c->who));
	t->entered = false;
	if ((st = lockout_look(c, &t->lock)) != MAG_OK ||
	    (st = mag_db_run(db, sql_entered, "itss", t->user_id, c->now,
	    t->fresh, t->stored)) != MAG_OK)
		return st;
	if (mag_db_changes(db) == 0)
		return MAG_OK;
	if ((st = lockout_pass(c, &t->lock, t->user_id)) != MAG_OK ||
	    (st = mag_record_load(&user, c, &mag_user, t->user_id)) != MAG_OK ||
	    (st = session_start(t->out, c, user)) != MAG_OK)
		return st;
	t->entered = true;
	c->who.user_id = t->user_id;
	c->who.session_id = t->out->session_id;
	return mag_audit_json(c, "login", "session", t->out->session_id, NULL,
	    NULL);
}

enum mag_status
mag_account_sign_in(struct mag_tokens *out, struct mag_call *c,
    const char *email, const char *password, size_t n)
{
	struct attempt t = { .c = c, .out = out };
	enum mag_status st;

	memset(out, 0, sizeof(*out));
	t.lock = lockout_of(c, mag_fold_email(c->a, email));
	if ((st = lockout_look(c, &t.lock)) != MAG_OK ||
	    (st = find(&t)) != MAG_OK)
		return st;
	if (!mag_password_verify(t.stored, password, n)) {
		if ((st = fail(&t)) != MAG_OK)
			return st;
		return wrong_pair(c);
	}
	/* A hash of an older kind is replaced while the password is at hand. */
	if (!mag_password_stale(t.stored))
		memcpy(t.fresh, t.stored, strlen(t.stored) + 1);
	else if ((st = mag_password_hash(t.fresh, password, n)) != MAG_OK)
		return st;
	if ((st = mag_db_write(c->db, enter, &t)) != MAG_OK)
		return st;
	return t.entered ? MAG_OK : wrong_pair(c);
}

static enum mag_status
change(struct mag_db *db, void *arg)
{
	struct attempt *t = arg;
	struct mag_call *c = t->c;
	enum mag_status st;

	t->entered = false;
	if ((st = mag_db_run(db, sql_change, "ists", t->user_id, t->fresh,
	    c->now, t->stored)) != MAG_OK)
		return st;
	if (mag_db_changes(db) == 0)
		return MAG_OK;
	t->entered = true;
	if ((st = session_end_all(c, t->user_id, c->who.session_id)) != MAG_OK)
		return st;
	return mag_audit_json(c, "change_password", "user", t->user_id, NULL,
	    NULL);
}

static enum mag_status
wrong_current(struct mag_call *c)
{

	mag_wrong(c, "current_password", "is not the present password", NULL);
	return mag_verdict(c);
}

enum mag_status
mag_account_change_password(struct mag_call *c, const char *current, size_t n,
    const char *fresh, size_t m)
{
	struct attempt t = { .c = c };
	struct mag_record *user;
	enum mag_status st;

	if ((st = mag_noun_get(&user, c, &mag_user, c->who.user_id)) != MAG_OK)
		return st;
	t.lock = lockout_of(c, mag_text(user, "email_folded"));
	if ((st = lockout_look(c, &t.lock)) != MAG_OK)
		return st;
	t.user_id = c->who.user_id;
	t.stored = mag_text(user, "hashed_password");
	mag_password_check(c, "new_password", fresh, m,
	    mag_text(user, "email"));
	if (!mag_password_verify(t.stored, current, n)) {
		if ((st = fail(&t)) != MAG_OK)
			return st;
		return wrong_current(c);
	}
	if ((st = mag_verdict(c)) != MAG_OK ||
	    (st = mag_password_hash(t.fresh, fresh, m)) != MAG_OK ||
	    (st = mag_db_write(c->db, change, &t)) != MAG_OK)
		return st;
	return t.entered ? MAG_OK : wrong_current(c);
}
