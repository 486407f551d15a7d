/* SPDX-License-Identifier: MIT */
/*
 * New passwords by letter, and invitations.  A worker only writes down that
 * one is wanted, which takes the same time for everybody; the jobs process
 * looks whether it is about anybody, and makes the token.
 */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>
#include <magnetiq/once.h>
#include <magnetiq/outbox.h>
#include <magnetiq/password.h>
#include <magnetiq/rand.h>

#include "account.h"
#include "noun.h"

#define TOKEN_BYTES	32
#define HOURS		24
#define BATCH		50	/* wishes decided in one go */

static const char sql_wish[] =
    "INSERT INTO password_resets (kind, email_folded, user_id, requested_at)"
    " VALUES (?1, ?2, ?3, ?4)";
static const char sql_open[] =
    "SELECT id, kind, email_folded, user_id FROM password_resets"
    " WHERE decided_at IS NULL ORDER BY id LIMIT ?1";
static const char sql_recipient[] =
    "SELECT id, email, first_name, language FROM admin_users"
    " WHERE email_folded = ?1 AND is_active = 1 AND deleted_at IS NULL";
static const char sql_decide[] =
    "UPDATE password_resets SET decided_at = ?2, user_id = ?3,"
    " token_hash = ?4, expires_at = ?5 WHERE id = ?1";
static const char sql_token[] =
    "SELECT r.id, r.user_id, r.used_at IS NULL AND r.expires_at > ?2,"
    " u.email, u.email_folded FROM password_resets r"
    " JOIN admin_users u ON u.id = r.user_id"
    " WHERE r.token_hash = ?1 AND u.is_active = 1 AND u.deleted_at IS NULL";
static const char sql_use[] =
    "UPDATE password_resets SET used_at = ?2"
    " WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2";
static const char sql_set[] =
    "UPDATE admin_users SET hashed_password = ?2, failed_login_attempts = 0,"
    " locked_until = NULL, updated_at = ?3, revision = revision + 1"
    " WHERE id = ?1";
/* A used or newer link makes the older ones worthless. */
static const char sql_void[] =
    "UPDATE password_resets SET expires_at = ?2"
    " WHERE user_id = ?1 AND used_at IS NULL AND expires_at > ?2";

enum mag_status
reset_wish(struct mag_call *c, const char *kind, const char *email,
    int64_t user_id)
{

	return mag_db_run(c->db, sql_wish, "ssIt", kind, email,
	    user_id > 0 ? &user_id : NULL, c->now);
}

struct wish {
	struct mag_call	*c;
	const char	*email;
};

static enum mag_status
forgot(struct mag_db *db, void *arg)
{
	struct wish *w = arg;
	enum mag_status st;
	int64_t none;

	(void)db;
	if ((st = mag_once_seen(&none, w->c, "reset")) != MAG_NOT_FOUND)
		return st;
	st = reset_wish(w->c, "reset", w->email, 0);
	return st != MAG_OK ? st : mag_once_keep(w->c, "reset", 0);
}

enum mag_status
mag_account_forgot(struct mag_call *c, const char *email)
{
	struct wish w = { c, mag_fold_email(c->a, email) };

	if (!mag_email_valid(w.email, strlen(w.email))) {
		mag_wrong(c, "email", "must be an e-mail address", NULL);
		return mag_verdict(c);
	}
	return mag_db_write(c->db, forgot, &w);
}

/* One wish, and to whom its letter goes. */
struct open {
	int64_t		 id, asked_for;	/* by an admin for this user, or 0 */
	const char	*kind, *email_folded;
	int64_t		 user_id;	/* 0: nobody */
	const char	*email, *first_name, *language;
};

/* At most ${max} open wishes, copied; how many. */
static enum mag_status
read_open(struct open *out, size_t *n, size_t max, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	if ((st = mag_db_query(&row, c->db, sql_open, "i",
	    (int64_t)max)) != MAG_OK)
		return st;
	while (*n < max && (st = mag_row_next(row)) == MAG_OK) {
		struct open *o = &out[(*n)++];

		memset(o, 0, sizeof(*o));
		o->id = mag_row_int(row, 0);
		o->kind = mag_row_dup(row, 1, c->a);
		o->email_folded = mag_row_dup(row, 2, c->a);
		o->asked_for = mag_row_int(row, 3);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
read_recipient(struct open *o, struct mag_call *c)
{
	struct mag_row *row = NULL;
	bool full = false;
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_recipient, "s", o->email_folded);
	if (st == MAG_OK) {
		o->user_id = mag_row_int(row, 0);
		o->email = mag_row_dup(row, 1, c->a);
		o->first_name = mag_row_dup(row, 2, c->a);
		o->language = mag_row_dup(row, 3, c->a);
	}
	mag_row_done(row);
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	if (o->asked_for != 0)
		return MAG_OK;
	/* A link that comes an hour late is of no use to anybody. */
	st = mag_outbox_full(&full, c, o->email_folded);
	if (full)
		o->user_id = 0;
	return st;
}

static const char *
letter_data(const struct open *o, struct mag_call *c, const char *token)
{
	struct mag_buf b;

	mag_buf_init(&b, c->a, 256);
	mag_buf_adds(&b, "{\"url\":");
	mag_buf_jsons(&b, mag_printf(c->a, "%s/admin/%s?token=%s",
	    c->conf->site_url, strcmp(o->kind, "invitation") == 0 ?
	    "invitation" : "reset-password", token));
	mag_buf_adds(&b, ",\"first_name\":");
	mag_buf_jsons(&b, o->first_name);
	mag_buf_addf(&b, ",\"hours\":%d}", HOURS);
	return b.p;
}

static enum mag_status
write_letter(const struct open *o, struct mag_call *c, const char *token)
{
	struct mag_outbox_letter l = {
		.template = strcmp(o->kind, "invitation") == 0 ?
		    "invitation" : "password-reset",
		.recipient = o->email, .language = o->language,
		.data = letter_data(o, c, token),
		.stranger = o->asked_for == 0
	};

	return mag_outbox_add(c, &l);
}

static enum mag_status
decide_one(struct open *o, struct mag_call *c)
{
	const char *token = mag_rand_token(c->a, TOKEN_BYTES), *hash;
	int64_t expires = c->now + HOURS * 3600;
	enum mag_status st;

	if ((st = read_recipient(o, c)) != MAG_OK)
		return st;
	if (o->user_id == 0)
		return mag_db_run(c->db, sql_decide, "itnnn", o->id, c->now);
	hash = mag_sha256_hex(c->a, token, strlen(token));
	if ((st = mag_db_run(c->db, sql_void, "it", o->user_id,
	    c->now)) != MAG_OK ||
	    (st = mag_db_run(c->db, sql_decide, "itist", o->id, c->now,
	    o->user_id, hash, expires)) != MAG_OK)
		return st;
	return write_letter(o, c, token);
}

struct deciding {
	struct mag_call	*c;
	int64_t		 done;
};

static enum mag_status
decide(struct mag_db *db, void *arg)
{
	struct deciding *w = arg;
	struct open open[BATCH];
	enum mag_status st;
	size_t i, n;

	(void)db;
	w->done = 0;
	st = read_open(open, &n, BATCH, w->c);
	for (i = 0; st == MAG_OK && i < n; i++, w->done++)
		st = decide_one(&open[i], w->c);
	return st;
}

enum mag_status
mag_account_decide(int64_t *done, struct mag_call *c)
{
	struct deciding w = { c, 0 };
	enum mag_status st = MAG_OK;
	int64_t any;

	*done = 0;
	/* Mostly there is nothing, and looking takes no lock. */
	any = 0;
	st = mag_db_int(&any, c->db, sql_open, "i", (int64_t)1);
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	st = mag_db_write(c->db, decide, &w);
	*done = w.done;
	return st;
}

/* A token that somebody brought, and what it is good for. */
struct brought {
	struct mag_call	*c;
	int64_t		 id, user_id;
	bool		 good, used;
	const char	*email, *email_folded;
	char		 fresh[MAG_PASSWORD_HASH];
};

static enum mag_status
read_token(struct brought *w, const char *token)
{
	struct mag_call *c = w->c;
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_token, "st",
	    mag_sha256_hex(c->a, token, strlen(token)), c->now);
	if (st == MAG_OK) {
		w->id = mag_row_int(row, 0);
		w->user_id = mag_row_int(row, 1);
		w->good = mag_row_int(row, 2) != 0;
		w->email = mag_row_dup(row, 3, c->a);
		w->email_folded = mag_row_dup(row, 4, c->a);
	}
	mag_row_done(row);
	return st;
}

static enum mag_status
gone(struct mag_call *c)
{

	return mag_fail(c, MAG_GONE, "This link has been used or has expired.");
}

static enum mag_status
reset(struct mag_db *db, void *arg)
{
	struct brought *w = arg;
	struct mag_call *c = w->c;
	enum mag_status st;

	if ((st = mag_db_run(db, sql_use, "it", w->id, c->now)) != MAG_OK)
		return st;
	if ((w->used = mag_db_changes(db) == 0))
		return MAG_OK;
	c->who.user_id = w->user_id;
	if ((st = mag_db_run(db, sql_set, "ist", w->user_id, w->fresh,
	    c->now)) != MAG_OK ||
	    (st = mag_db_run(db, sql_void, "it", w->user_id,
	    c->now)) != MAG_OK ||
	    (st = session_end_all(c, w->user_id, 0)) != MAG_OK ||
	    (st = lockout_clear(c, w->email_folded)) != MAG_OK)
		return st;
	return mag_audit_json(c, "reset_password", "user", w->user_id, NULL,
	    NULL);
}

enum mag_status
mag_account_reset(struct mag_call *c, const char *token, const char *password,
    size_t n)
{
	struct brought w = { .c = c };
	enum mag_status st = MAG_NOT_FOUND;

	if (strlen(token) <= MAG_TOKEN_MAX)
		st = read_token(&w, token);
	if (st == MAG_NOT_FOUND)
		return mag_fail(c, st, "This link is not valid.");
	if (st != MAG_OK)
		return st;
	if (!w.good)
		return gone(c);
	mag_password_check(c, "new_password", password, n, w.email);
	if ((st = mag_verdict(c)) != MAG_OK ||
	    (st = mag_password_hash(w.fresh, password, n)) != MAG_OK)
		return st;
	st = mag_db_write(c->db, reset, &w);
	memset(&c->who, 0, sizeof(c->who));
	if (st != MAG_OK)
		return st;
	return w.used ? gone(c) : MAG_OK;
}
