/* SPDX-License-Identifier: MIT */
/* Transactions, which are retried as a whole; and whether anything moved. */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include <magnetiq/log.h>

#include "conn.h"

#define TRIES_MAX	5	/* after which we say that it is busy */

static const char sql_begin_write[] = "BEGIN IMMEDIATE";
static const char sql_begin_read[] = "BEGIN";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";

/*
 * Called before each commit; counting one that fails does no harm.  What
 * would go to a file or a log without a name is lost: it is rolled back.
 */
static int
on_commit(void *arg)
{
	struct mag_db *db = arg;

	db->commits++;
	return mag_db_replaced(db);
}

void
db_watch_commits(struct mag_db *db)
{

	(void)sqlite3_commit_hook(db->sql, on_commit, db);
}

/* Whatever ended the transaction (a full disk does), it is over after this. */
static void
rollback(struct mag_db *db)
{

	db->writing = db->reading = false;
	if (sqlite3_get_autocommit(db->sql))
		return;
	if (mag_db_run(db, sql_rollback, NULL) != MAG_OK)
		abort();	/* a connection that we know nothing about */
}

static enum mag_status
commit(struct mag_db *db)
{

	/* A statement that still returns rows would keep it open. */
	assert(db->busy_writing == 0);
	return mag_db_run(db, sql_commit, NULL);
}

/* One attempt.  db->again says whether another may fare better. */
static enum mag_status
attempt(struct mag_db *db, mag_db_fn *fn, void *arg)
{
	enum mag_status st;

	db->again = false;
	db->patient = true;
	st = mag_db_run(db, sql_begin_write, NULL);
	db->patient = false;
	if (st != MAG_OK) {
		if (db->again)
			mag_log(MAG_WARN, "database_busy",
			    "no turn to write within %lld ms",
			    (long long)(db->wait_us / 1000));
		db->again = false;	/* it has waited long enough */
		return st;
	}
	db->writing = true;
	if ((st = fn(db, arg)) == MAG_OK)
		st = commit(db);
	db->writing = false;
	if (st != MAG_OK)
		rollback(db);
	else
		db->again = false;
	return st;
}

enum mag_status
mag_db_write(struct mag_db *db, mag_db_fn *fn, void *arg)
{
	enum mag_status st;
	int tries = 0;

	if (db->writing)
		return fn(db, arg);
	/* A snapshot cannot become a writer once others have written. */
	assert(!db->reading);
	assert(db->pid == getpid());
	do
		st = attempt(db, fn, arg);
	while (st != MAG_OK && db->again && ++tries < TRIES_MAX);
	return st;
}

enum mag_status
mag_db_read(struct mag_db *db, mag_db_fn *fn, void *arg)
{
	enum mag_status st;

	if (db->writing || db->reading)
		return fn(db, arg);
	if ((st = mag_db_run(db, sql_begin_read, NULL)) != MAG_OK)
		return st;
	db->reading = true;
	st = fn(db, arg);
	db->reading = false;
	if (mag_db_run(db, sql_commit, NULL) != MAG_OK)
		rollback(db);
	return st;
}

bool
mag_db_in_write(const struct mag_db *db)
{

	return db->writing;
}

/* What others have committed. */
static int64_t
others(struct mag_db *db)
{
	int64_t n;

	if (sqlite3_step(db->version) == SQLITE_ROW)
		n = sqlite3_column_int64(db->version, 0);
	else
		n = ++db->commits;	/* not known: count it as moved */
	(void)sqlite3_reset(db->version);
	return n;
}

int64_t
mag_db_moved(struct mag_db *db)
{

	return others(db) + db->commits;
}

int64_t
mag_db_written(struct mag_db *db)
{

	return others(db) + sqlite3_total_changes64(db->sql);
}
