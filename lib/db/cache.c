/* SPDX-License-Identifier: MIT */
/*
 * Prepared statements that are kept.  A constant is found again by its
 * address, other text by its hash; both are compared in full, since text in
 * an arena may change at the same address.  A statement that is just being
 * read from gets a twin.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"

/* FNV-1a. */
static unsigned
hash_text(const char *s)
{
	unsigned h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static unsigned
address_bucket(const char *sql)
{
	uintptr_t n = (uintptr_t)sql;

	return (unsigned)((n >> 4 ^ n >> 12) & (DB_BUCKETS - 1));
}

static void
unlink_use(struct mag_row *r)
{
	struct mag_db *db = r->db;

	if (r->newer != NULL)
		r->newer->older = r->older;
	else
		db->newest = r->older;
	if (r->older != NULL)
		r->older->newer = r->newer;
	else
		db->oldest = r->newer;
}

static void
link_newest(struct mag_row *r)
{
	struct mag_db *db = r->db;

	r->newer = NULL;
	r->older = db->newest;
	if (db->newest != NULL)
		db->newest->newer = r;
	else
		db->oldest = r;
	db->newest = r;
}

static void
unlink_text(struct mag_row *r)
{
	struct mag_row **p = &r->db->by_text[r->hash & (DB_BUCKETS - 1)];

	while (*p != r)
		p = &(*p)->chain;
	*p = r->chain;
}

static void
drop(struct mag_row *r)
{
	struct mag_db *db = r->db;
	size_t i;

	for (i = 0; i < DB_BUCKETS; i++)
		if (db->by_address[i] == r)
			db->by_address[i] = NULL;
	unlink_text(r);
	unlink_use(r);
	db->kept--;
	(void)sqlite3_finalize(r->stmt);
	free(r);
}

/* Make room for one: the one that was not used for the longest time goes. */
static void
make_room(struct mag_db *db)
{
	struct mag_row *r, *next;

	for (r = db->oldest; r != NULL && db->kept >= DB_STATEMENTS; r = next) {
		next = r->newer;
		if (!r->busy)
			drop(r);
	}
}

static enum mag_status
prepare(struct mag_row **out, struct mag_db *db, const char *sql, unsigned hash)
{
	size_t n = strlen(sql) + 1;
	struct mag_row *r, **bucket = &db->by_text[hash & (DB_BUCKETS - 1)];
	const char *tail;
	int rc;

	make_room(db);
	if ((r = calloc(1, sizeof(*r) + n)) == NULL)
		abort();
	rc = sqlite3_prepare_v3(db->sql, sql, (int)n,
	    SQLITE_PREPARE_PERSISTENT, &r->stmt, &tail);
	if (rc != SQLITE_OK) {
		free(r);
		return db_status(db, rc, sql);
	}
	assert(r->stmt != NULL && *tail == '\0');	/* exactly one statement */
	r->db = db;
	r->sql = memcpy(r + 1, sql, n);
	r->hash = hash;
	r->writes = !sqlite3_stmt_readonly(r->stmt);
	r->chain = *bucket;
	*bucket = r;
	link_newest(r);
	db->kept++;
	*out = r;
	return MAG_OK;
}

static struct mag_row *
find(struct mag_db *db, const char *sql, unsigned hash)
{
	struct mag_row *r = db->by_text[hash & (DB_BUCKETS - 1)];

	for (; r != NULL; r = r->chain)
		if (!r->busy && r->hash == hash && strcmp(r->sql, sql) == 0)
			return r;
	return NULL;
}

enum mag_status
db_take(struct mag_row **out, struct mag_db *db, const char *sql)
{
	struct mag_row **hint = &db->by_address[address_bucket(sql)], *r = *hint;
	enum mag_status st;
	unsigned hash;

	*out = NULL;
	/* After a failure that ended the transaction nothing may go on as if
	 * it were still open: each statement would commit by itself. */
	if (db->writing && sqlite3_get_autocommit(db->sql))
		return MAG_UNAVAILABLE;
	if (r == NULL || r->busy || strcmp(r->sql, sql) != 0) {
		hash = hash_text(sql);
		if ((r = find(db, sql, hash)) == NULL &&
		    (st = prepare(&r, db, sql, hash)) != MAG_OK)
			return st;
		*hint = r;
	}
	if (r != db->newest) {
		unlink_use(r);
		link_newest(r);
	}
	r->busy = true;
	r->ended = false;
	r->us = 0;
	db->busy++;
	if (r->writes)
		db->busy_writing++;
	*out = r;
	return MAG_OK;
}

void
db_give_back(struct mag_row *r)
{

	db_slow_tell(r);
	(void)sqlite3_reset(r->stmt);
	(void)sqlite3_clear_bindings(r->stmt);
	r->busy = false;
	r->db->busy--;
	if (r->writes)
		r->db->busy_writing--;
}

void
db_forget(struct mag_db *db)
{

	while (db->newest != NULL)
		drop(db->newest);
}
