/* SPDX-License-Identifier: MIT */
/* Sessions: their tokens, their rotation, their end. */
#include <string.h>

#include <magnetiq/apikey.h>
#include <magnetiq/jwt.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>
#include <magnetiq/rand.h>
#include <magnetiq/role.h>

#include "account.h"
#include "noun.h"

#define TOKEN_BYTES	32
#define AGENT_MAX	300	/* bytes of a User-Agent that are kept */

static const char sql_start[] =
    "INSERT INTO user_sessions (user_id, session_token, expires_at,"
    " user_agent, ip_address, last_seen_at, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) RETURNING id";
static const char sql_add_token[] =
    "INSERT INTO refresh_tokens (session_id, token_hash, expires_at,"
    " created_at) VALUES (?1, ?2, ?3, ?4)";
static const char sql_find_token[] =
    "SELECT r.id, r.session_id, s.user_id, r.spent_at, r.expires_at > ?2,"
    " s.revoked_at IS NULL AND s.expires_at > ?2"
    " AND u.is_active = 1 AND u.deleted_at IS NULL"
    " FROM refresh_tokens r JOIN user_sessions s ON s.id = r.session_id"
    " JOIN admin_users u ON u.id = s.user_id WHERE r.token_hash = ?1";
static const char sql_spend[] =
    "UPDATE refresh_tokens SET spent_at = ?2 WHERE id = ?1";
static const char sql_seen[] =
    "UPDATE user_sessions SET last_seen_at = ?2, expires_at = ?3"
    " WHERE id = ?1";
static const char sql_end[] =
    "UPDATE user_sessions SET revoked_at = ?2"
    " WHERE id = ?1 AND revoked_at IS NULL";
static const char sql_end_all[] =
    "UPDATE user_sessions SET revoked_at = ?2"
    " WHERE user_id = ?1 AND revoked_at IS NULL AND id <> ?3";
static const char sql_own[] =
    "SELECT 1 FROM user_sessions WHERE id = ?1 AND user_id = ?2"
    " AND revoked_at IS NULL AND expires_at > ?3";
static const char sql_actor[] =
    "SELECT u.role FROM user_sessions s JOIN admin_users u ON u.id = s.user_id"
    " WHERE s.id = ?1 AND s.user_id = ?2 AND s.revoked_at IS NULL"
    " AND s.expires_at > ?3 AND u.is_active = 1 AND u.deleted_at IS NULL";

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "user_id", MAG_REF, .values = "user", .flags = MAG_HIDDEN },
	{ "session_token", MAG_TEXT, .flags = MAG_HIDDEN | MAG_SECRET },
	{ "user_agent", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "ip_address", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "last_seen_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "expires_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "revoked_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "current", MAG_BOOL, .flags = MAG_READONLY | MAG_LIST | MAG_VIRTUAL,
	  .what = "is it the one that asks?" },
	{ .name = NULL }
};

static void
extra(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    enum mag_view view)
{

	(void)view;
	mag_buf_addf(b, ",\"current\":%s",
	    mag_record_id(r) == c->who.session_id ? "true" : "false");
}

struct mag_noun mag_session = {
	.name = "session",
	.plural = "sessions",
	.table = "user_sessions",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.label = "There is no such session.",
	.extra = extra,
};

static enum mag_status
no_entry(struct mag_call *c)
{

	return mag_fail(c, MAG_UNAUTHENTICATED, "Please sign in.");
}

/* How a refresh token stands in the database. */
static const char *
hashed(struct mag_call *c, const char *token)
{

	return mag_sha256_hex(c->a, token, strlen(token));
}

/* A fresh pair of tokens for a session that stands. */
static enum mag_status
issue(struct mag_tokens *out, struct mag_call *c, int64_t session_id,
    struct mag_record *user)
{
	struct mag_claims k = {
		.user_id = mag_record_id(user),
		.session_id = session_id,
		.role = mag_role_parse(mag_text(user, "role")),
		.issued = c->now,
		.expires = c->now + MAG_JWT_SECONDS,
	};

	out->session_id = session_id;
	out->user = user;
	out->expires_in = MAG_JWT_SECONDS;
	out->access = mag_jwt_sign(c->a, c->conf, &k);
	out->refresh = mag_rand_token(c->a, TOKEN_BYTES);
	return mag_db_run(c->db, sql_add_token, "istt", session_id,
	    hashed(c, out->refresh), c->now + MAG_REFRESH_SECONDS, c->now);
}

enum mag_status
session_start(struct mag_tokens *out, struct mag_call *c,
    struct mag_record *user)
{
	enum mag_status st;
	int64_t id;

	st = mag_db_int(&id, c->db, sql_start, "istsst", mag_record_id(user),
	    mag_rand_token(c->a, TOKEN_BYTES), c->now + MAG_REFRESH_SECONDS,
	    mag_dup(c->a, c->user_agent, strnlen(c->user_agent, AGENT_MAX)),
	    c->address, c->now);
	return st == MAG_OK ? issue(out, c, id, user) : st;
}

enum mag_status
session_end_all(struct mag_call *c, int64_t user_id, int64_t but)
{

	return mag_db_run(c->db, sql_end_all, "iti", user_id, c->now, but);
}

/* A refresh token, as the database knows it. */
struct found {
	int64_t		 id, session_id, user_id;
	bool		 spent, fresh, live;
};

static enum mag_status
find(struct found *f, struct mag_call *c, const char *token)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_find_token, "st", hashed(c, token),
	    c->now);
	if (st == MAG_OK) {
		f->id = mag_row_int(row, 0);
		f->session_id = mag_row_int(row, 1);
		f->user_id = mag_row_int(row, 2);
		f->spent = !mag_row_null(row, 3);
		f->fresh = mag_row_int(row, 4) != 0;
		f->live = mag_row_int(row, 5) != 0;
	}
	mag_row_done(row);
	return st;
}

/* End one session and write down who did it and why. */
static enum mag_status
end(struct mag_call *c, int64_t session_id, int64_t user_id,
    const char *action)
{
	struct mag_actor was = c->who;
	enum mag_status st;

	st = mag_db_run(c->db, sql_end, "it", session_id, c->now);
	if (st != MAG_OK || mag_db_changes(c->db) == 0)
		return st;
	/* Whoever holds the token is its user, as far as we know. */
	if (c->who.user_id == 0)
		c->who.user_id = user_id;
	st = mag_audit_json(c, action, "session", session_id, NULL, NULL);
	c->who = was;
	return st;
}

struct refreshing {
	struct mag_call	*c;
	const char	*token;
	struct mag_tokens *out;
	bool		 reused, done;
};

static enum mag_status
refresh(struct mag_db *db, void *arg)
{
	struct refreshing *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *user;
	struct found f;
	enum mag_status st;

	w->reused = w->done = false;
	if ((st = find(&f, c, w->token)) != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	if (f.live && f.spent) {
		w->reused = true;
		return end(c, f.session_id, f.user_id, "refresh_reused");
	}
	if (!f.live || f.spent || !f.fresh)
		return MAG_OK;
	if ((st = mag_db_run(db, sql_spend, "it", f.id, c->now)) != MAG_OK ||
	    (st = mag_db_run(db, sql_seen, "itt", f.session_id, c->now,
	    c->now + MAG_REFRESH_SECONDS)) != MAG_OK ||
	    (st = mag_record_load(&user, c, &mag_user, f.user_id)) != MAG_OK)
		return st;
	w->done = true;
	return issue(w->out, c, f.session_id, user);
}

enum mag_status
mag_session_refresh(struct mag_tokens *out, struct mag_call *c,
    const char *token)
{
	struct refreshing w = { c, token, out, false, false };
	enum mag_status st;

	memset(out, 0, sizeof(*out));
	if (strlen(token) > MAG_TOKEN_MAX)
		return no_entry(c);
	if ((st = mag_db_write(c->db, refresh, &w)) != MAG_OK)
		return st;
	if (w.reused)
		mag_log(MAG_WARN, "refresh_reused",
		    "a spent refresh token came back; its session has ended");
	return w.done ? MAG_OK : no_entry(c);
}

struct leaving {
	struct mag_call	*c;
	const char	*token;
	bool		 found;
};

static enum mag_status
leave(struct mag_db *db, void *arg)
{
	struct leaving *w = arg;
	struct mag_call *c = w->c;
	struct found f = { .session_id = c->who.session_id,
	    .user_id = c->who.user_id };
	enum mag_status st;

	(void)db;
	w->found = f.session_id != 0;
	if (w->token != NULL) {
		st = find(&f, c, w->token);
		if (st != MAG_OK)
			return st == MAG_NOT_FOUND ? MAG_OK : st;
		w->found = true;
	}
	return w->found ? end(c, f.session_id, f.user_id, "logout") : MAG_OK;
}

enum mag_status
mag_session_leave(struct mag_call *c, const char *token)
{
	struct leaving w = { c, token, false };
	enum mag_status st;

	if (token != NULL && strlen(token) > MAG_TOKEN_MAX)
		return no_entry(c);
	if ((st = mag_db_write(c->db, leave, &w)) != MAG_OK)
		return st;
	return w.found ? MAG_OK : no_entry(c);
}

enum mag_status
mag_session_list(struct mag_buf *b, struct mag_call *c, struct mag_list *l)
{
	struct mag_filter *f = &l->filters[l->nfilters];

	f[0] = (struct mag_filter){ "user_id = ?",
	    { MAG_BIND_INT, c->who.user_id, NULL, 0 }, true };
	f[1] = (struct mag_filter){ .sql = "revoked_at IS NULL" };
	f[2] = (struct mag_filter){ "expires_at > ?",
	    { MAG_BIND_TIME, c->now, NULL, 0 }, true };
	l->nfilters += 3;
	l->view = MAG_VIEW_STAFF_LIST;
	return mag_noun_list(b, c, &mag_session, l);
}

struct ending {
	struct mag_call	*c;
	int64_t		 id;
};

static enum mag_status
end_own(struct mag_db *db, void *arg)
{
	struct ending *w = arg;
	enum mag_status st;
	int64_t one;

	st = mag_db_int(&one, db, sql_own, "iit", w->id, w->c->who.user_id,
	    w->c->now);
	if (st == MAG_NOT_FOUND)
		return no_such(w->c, &mag_session);
	if (st != MAG_OK)
		return st;
	return end(w->c, w->id, w->c->who.user_id, "revoke");
}

enum mag_status
mag_session_end(struct mag_call *c, int64_t id)
{
	struct ending w = { c, id };

	return mag_db_write(c->db, end_own, &w);
}

enum mag_status
mag_session_actor(struct mag_call *c, const char *token, size_t n)
{
	struct mag_row *row = NULL;
	struct mag_claims k;
	enum mag_status st;

	memset(&c->who, 0, sizeof(c->who));
	if (n > strlen(MAG_APIKEY_PREFIX) && memcmp(token, MAG_APIKEY_PREFIX,
	    strlen(MAG_APIKEY_PREFIX)) == 0)
		return apikey_actor(c, token, n);
	if (mag_jwt_verify(&k, c->a, c->conf, token, n, c->now) != MAG_OK)
		return no_entry(c);
	/* The token says who comes; the database says whether, and as what. */
	st = mag_db_row(&row, c->db, sql_actor, "iit", k.session_id, k.user_id,
	    c->now);
	if (st == MAG_OK) {
		c->who.user_id = k.user_id;
		c->who.session_id = k.session_id;
		c->who.role = mag_role_parse(mag_row_dup(row, 0, c->a));
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? no_entry(c) : st;
}
