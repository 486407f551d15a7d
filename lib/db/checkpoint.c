/* SPDX-License-Identifier: MIT */
/*
 * The guarded checkpoint: moving the log into the database file while nobody
 * can begin the log anew.  SQLite before 3.51.3 may lose frames when another
 * process does that during a checkpoint; who holds the write lock forbids it,
 * and so does who reads from the log.  The first makes writers wait, and gets
 * to the end; the second does not, and leaves what they add meanwhile: so much
 * is moved beside them, and the rest while they wait.  See
 * doc/decisions/0003-guarded-checkpoint.md.
 */
#include <assert.h>
#include <stdlib.h>

#include <magnetiq/clock.h>
#include <magnetiq/log.h>

#include "conn.h"

#define LOG_PAGES	1000	/* that wait, before the work is worth it */
#define LOG_PAGES_MUCH	4096	/* 16 MiB: more than writers should wait for */
#define ROUNDS		8	/* each leaves a part of the last one */

/* Somebody reads an old moment, as a backup does, and nothing can be moved:
 * SQLite sorts all of a long log to find that out, so not at each commit. */
#define HELD_US		1000000

/* Nobody commits.  Or: who reads from the log keeps others from beginning it
 * anew; if all of it was in the file already we do not read from it, but then
 * SQLite copies nothing while we read. */
static const char write_guard[] = "BEGIN IMMEDIATE";
static const char read_guard[] =
    "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1";

/* SQLite tells the length of the log after each commit of ours. */
static int
on_log(void *arg, sqlite3 *sql, const char *name, int pages)
{
	struct mag_db *db = arg;

	(void)sql;
	(void)name;
	/* Shorter than before: it has begun anew. */
	if (pages < db->log_pages)
		db->log_copied = 0;
	db->log_pages = pages;
	db->log_grew = true;
	return SQLITE_OK;
}

/* After PRAGMA wal_autocheckpoint, which takes the hook away. */
void
db_watch_log(struct mag_db *db)
{

	(void)sqlite3_wal_hook(db->sql, on_log, db);
}

/* The guard is a second connection, since a checkpoint cannot run inside the
 * transaction of the connection that it runs on. */
static int
guard_open(struct mag_db *db)
{
	int rc;

	if (db->guard != NULL)
		return SQLITE_OK;
	rc = db_connect(&db->guard, db->path, 0, db);
	if (rc != SQLITE_OK) {
		(void)sqlite3_close_v2(db->guard);
		db->guard = NULL;
	}
	return rc;
}

static void
unguard(struct mag_db *db)
{

	if (!sqlite3_get_autocommit(db->guard) && sqlite3_exec(db->guard,
	    "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
		abort();	/* it would keep everybody from writing */
}

static enum mag_status
checkpoint(struct mag_db *db, const char *guard, int64_t wait_us,
    enum mag_status (*fn)(void *), void *arg)
{
	enum mag_status st = MAG_OK;
	int rc, pages, copied;

	if ((rc = guard_open(db)) != SQLITE_OK)
		return db_status(db, rc, "opening the guard");
	db->wait_us = wait_us;
	rc = sqlite3_exec(db->guard, guard, NULL, NULL, NULL);
	db->wait_us = DB_WAIT_US;
	if (rc != SQLITE_OK) {
		unguard(db);
		return db_status(db, rc, "guarding a checkpoint");
	}
	rc = sqlite3_wal_checkpoint_v2(db->sql, "main",
	    SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
	if (rc == SQLITE_OK && fn != NULL)
		st = pages == copied ? fn(arg) : MAG_UNAVAILABLE;
	unguard(db);
	if (rc != SQLITE_OK)
		return db_status(db, rc, "a checkpoint");
	db->log_pages = pages;
	db->log_copied = copied;
	return st;
}

bool
db_checkpoint_beside(struct mag_db *db)
{
	int i, before;

	for (i = 0; i < ROUNDS; i++) {
		before = db->log_copied;
		if (checkpoint(db, read_guard, 0, NULL, NULL) != MAG_OK)
			return false;
		if (db->log_pages - db->log_copied < LOG_PAGES_MUCH)
			return true;
		if (db->log_copied == before)
			return false;
	}
	return false;
}

enum mag_status
db_checkpoint_hold(struct mag_db *db, enum mag_status (*fn)(void *), void *arg)
{

	assert(!db->writing && !db->reading);
	(void)db_checkpoint_beside(db);
	return checkpoint(db, write_guard, DB_WAIT_US, fn, arg);
}

enum mag_status
mag_db_checkpoint(struct mag_db *db)
{
	enum mag_status st;

	assert(!db->writing && !db->reading);
	if (db->flags & MAG_DB_READONLY || !db_checkpoint_beside(db))
		return MAG_OK;
	st = checkpoint(db, write_guard, DB_WAIT_US, NULL, NULL);
	/* Somebody else is at it, or writes and will be. */
	return st == MAG_UNAVAILABLE ? MAG_OK : st;
}

void
mag_db_idle(struct mag_db *db)
{
	int waiting = db->log_pages - db->log_copied, copied;

	assert(db->busy == 0);
	assert(sqlite3_get_autocommit(db->sql));
	if (waiting < LOG_PAGES || !db->log_grew)
		return;
	/* Busy is no matter: whoever writes now comes by here next.  Nor is
	 * a full disk: we come again after our next commit, not before. */
	db->log_grew = false;
	if (mag_clock_us() < db->log_held_until)
		return;
	copied = db->log_copied;
	if (waiting < LOG_PAGES_MUCH)
		(void)checkpoint(db, write_guard, 0, NULL, NULL);
	else if (db_checkpoint_beside(db))
		/* For what is left we wait for our turn as any writer does:
		 * else steady writers would never let the log end. */
		(void)checkpoint(db, write_guard, DB_WAIT_US, NULL, NULL);
	if (db->log_copied == copied && waiting >= LOG_PAGES_MUCH)
		db->log_held_until = mag_clock_us() + HELD_US;
}
