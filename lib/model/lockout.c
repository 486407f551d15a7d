/* SPDX-License-Identifier: MIT */
/*
 * Failed sign-ins: a row for each pair of e-mail and address, and one for
 * each e-mail (whose pair is its account).  Neither stands there in clear.
 */
#include <string.h>

#include <magnetiq/limit.h>
#include <magnetiq/token.h>

#include "account.h"

#define PAIR_MAX	5	/* failures */
#define ACCOUNT_MAX	50
#define LOCK_SECONDS	1800
#define PAIR_MEMORY	1800	/* without a failure for so long, all is well */
#define ACCOUNT_MEMORY	86400
#define KNOWN_SECONDS	(30 * 86400)	/* since an address signed in */

static const char sql_look[] =
    "SELECT locked_until FROM login_failures"
    " WHERE pair_hash = ?1 AND locked_until > ?2";
static const char sql_known[] =
    "SELECT 1 FROM login_addresses a JOIN admin_users u ON u.id = a.user_id"
    " WHERE u.email_folded = ?1 AND u.deleted_at IS NULL"
    " AND a.address_hash = ?2 AND a.last_at > ?3";
/* What is older than the memory, or led to a lock that is over, is gone. */
static const char sql_fail[] =
    "INSERT INTO login_failures (pair_hash, account_hash, n, last_at)"
    " VALUES (?1, ?2, 1, ?3)"
    " ON CONFLICT (pair_hash) DO UPDATE SET last_at = ?3,"
    " n = CASE WHEN last_at <= ?4 OR locked_until <= ?3 THEN 1 ELSE n + 1 END,"
    " locked_until = CASE WHEN locked_until <= ?3 THEN NULL"
    " ELSE locked_until END";
static const char sql_lock[] =
    "UPDATE login_failures SET locked_until = ?2"
    " WHERE pair_hash = ?1 AND n >= ?3 AND locked_until IS NULL";
/* For whoever looks at the user: how often, and until when. */
static const char sql_show[] =
    "UPDATE admin_users SET failed_login_attempts = failed_login_attempts + 1,"
    " locked_until = CASE WHEN ?2 THEN ?3 ELSE locked_until END"
    " WHERE email_folded = ?1 AND deleted_at IS NULL";
static const char sql_forget_pair[] =
    "DELETE FROM login_failures WHERE pair_hash = ?1";
static const char sql_forget_account[] =
    "DELETE FROM login_failures WHERE account_hash = ?1";
static const char sql_know[] =
    "INSERT INTO login_addresses (user_id, address_hash, last_at)"
    " VALUES (?1, ?2, ?3) ON CONFLICT (user_id, address_hash)"
    " DO UPDATE SET last_at = ?3";

struct lockout
lockout_of(struct mag_call *c, const char *email)
{
	unsigned char key[MAG_LIMIT_KEY];
	size_t n = mag_limit_key(key, c->address);
	const char *address = mag_hex(c->a, key, n);

	return (struct lockout){
		.pair = mag_token_hash(c->a, c->conf, MAG_FOR_LOCKOUT,
		    mag_printf(c->a, "pair %s %s", address, email)),
		.account = mag_token_hash(c->a, c->conf, MAG_FOR_LOCKOUT,
		    mag_printf(c->a, "account %s", email)),
		.address = mag_token_hash(c->a, c->conf, MAG_FOR_LOCKOUT,
		    mag_printf(c->a, "address %s", address)),
		.email = email,
	};
}

/* Until when a row is locked; 0: it is not. */
static enum mag_status
until(int64_t *out, struct mag_call *c, const char *hash)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = 0;
	st = mag_db_row(&row, c->db, sql_look, "st", hash, c->now);
	if (st == MAG_OK)
		*out = mag_row_time(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
lockout_look(struct mag_call *c, const struct lockout *l)
{
	int64_t pair, account, known;
	enum mag_status st;

	if ((st = until(&pair, c, l->pair)) != MAG_OK ||
	    (st = until(&account, c, l->account)) != MAG_OK)
		return st;
	if (account != 0) {
		st = mag_db_int(&known, c->db, sql_known, "sst", l->email,
		    l->address, c->now - KNOWN_SECONDS);
		if (st != MAG_OK && st != MAG_NOT_FOUND)
			return st;
		if (st == MAG_OK)
			account = 0;
	}
	if (account > pair)
		pair = account;
	if (pair == 0)
		return MAG_OK;
	c->problem.retry_after = (int)(pair - c->now);
	return mag_fail(c, MAG_LOCKED,
	    "Too many failed sign-ins. Please try again later.");
}

/* Count in one row; *locked says whether this failure locked it. */
static enum mag_status
count(bool *locked, struct mag_call *c, const char *hash, const char *account,
    int64_t memory, int64_t max)
{
	enum mag_status st;

	st = mag_db_run(c->db, sql_fail, "sstt", hash, account, c->now,
	    c->now - memory);
	if (st == MAG_OK)
		st = mag_db_run(c->db, sql_lock, "sti", hash,
		    c->now + LOCK_SECONDS, max);
	*locked = st == MAG_OK && mag_db_changes(c->db) > 0;
	return st;
}

enum mag_status
lockout_fail(struct mag_call *c, const struct lockout *l)
{
	bool pair, account;
	enum mag_status st;

	if ((st = count(&pair, c, l->pair, l->account, PAIR_MEMORY,
	    PAIR_MAX)) != MAG_OK ||
	    (st = count(&account, c, l->account, l->account, ACCOUNT_MEMORY,
	    ACCOUNT_MAX)) != MAG_OK)
		return st;
	return mag_db_run(c->db, sql_show, "sit", l->email,
	    (int64_t)(pair || account), c->now + LOCK_SECONDS);
}

enum mag_status
lockout_pass(struct mag_call *c, const struct lockout *l, int64_t user_id)
{
	enum mag_status st;

	if ((st = mag_db_run(c->db, sql_forget_pair, "s", l->pair)) != MAG_OK)
		return st;
	return mag_db_run(c->db, sql_know, "ist", user_id, l->address, c->now);
}

enum mag_status
lockout_clear(struct mag_call *c, const char *email)
{

	return mag_db_run(c->db, sql_forget_account, "s",
	    lockout_of(c, email).account);
}
