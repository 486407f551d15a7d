/* SPDX-License-Identifier: MIT */
/* The same request twice makes one row. */
#include <string.h>

#include <magnetiq/db.h>
#include <magnetiq/once.h>
#include <magnetiq/token.h>

static const char sql_seen[] =
    "SELECT body_hash, object_id FROM idempotency WHERE key_hash = ?1"
    " AND noun = ?2 AND created_at > ?3";
static const char sql_keep[] =
    "INSERT INTO idempotency (key_hash, body_hash, noun, object_id, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key_hash) DO UPDATE SET"
    " body_hash = excluded.body_hash, noun = excluded.noun,"
    " object_id = excluded.object_id, created_at = excluded.created_at";

static const char *
key_hash(struct mag_call *c)
{

	return mag_token_hash(c->a, c->conf, MAG_FOR_ONCE, mag_printf(c->a,
	    "%s\n%s", c->once->scope, c->once->key));
}

static const char *
body_hash(struct mag_call *c)
{

	return mag_token_hash(c->a, c->conf, MAG_FOR_ONCE,
	    mag_dup(c->a, c->once->body, c->once->n));
}

enum mag_status
mag_once_seen(int64_t *id, struct mag_call *c, const char *noun)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	if (c->once == NULL)
		return MAG_NOT_FOUND;
	st = mag_db_row(&row, c->db, sql_seen, "sst", key_hash(c), noun,
	    c->now - MAG_ONCE_SECONDS);
	if (st == MAG_OK &&
	    strcmp(mag_row_dup(row, 0, c->a), body_hash(c)) != 0) {
		mag_wrong(c, "Idempotency-Key",
		    "has been used with another body", NULL);
		st = mag_verdict(c);
	}
	if (st == MAG_OK)
		*id = mag_row_int(row, 1);
	mag_row_done(row);
	return st;
}

enum mag_status
mag_once_keep(struct mag_call *c, const char *noun, int64_t id)
{

	if (c->once == NULL)
		return MAG_OK;
	return mag_db_run(c->db, sql_keep, "sssit", key_hash(c), body_hash(c),
	    noun, id, c->now);
}
