/* SPDX-License-Identifier: MIT */
/*
 * What was deleted is gone from the disk, too.  secure_delete writes zeros
 * over it in the file; the log holds the pages as they were before, until it
 * begins anew and is cut.
 */
#include <stdio.h>
#include <sys/stat.h>

#include <magnetiq/clock.h>

#include "conn.h"

#define TRIES	50
#define NAP_MS	100

static enum mag_status
nothing(void *arg)
{

	(void)arg;
	return MAG_OK;
}

static bool
log_is_short(struct mag_db *db)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", db->path);
	return stat(path, &st) == -1 || st.st_size < 64 * 1024;
}

/* All of the log stands in the file; the next commit begins it anew and, with
 * this limit, cuts off what is behind.  (A row that stays as it is would be no
 * commit.) */
static enum mag_status
begin_anew(struct mag_db *db)
{
	static const char sql[] =
	    "PRAGMA journal_size_limit = 0;"
	    "BEGIN IMMEDIATE;"
	    "UPDATE generation SET n = n + 1 WHERE name = 'content';"
	    "COMMIT;";
	int rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);

	if (rc != SQLITE_OK && !sqlite3_get_autocommit(db->sql))
		(void)sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	(void)sqlite3_exec(db->sql, DB_LOG_LIMIT, NULL, NULL, NULL);
	return rc == SQLITE_OK ? MAG_OK : db_status(db, rc, "a new log");
}

enum mag_status
mag_db_scrub(struct mag_db *db)
{
	enum mag_status st = MAG_OK;
	int i;

	/* A reader of the old log keeps it for as long as it reads. */
	for (i = 0; i < TRIES; i++) {
		st = db_checkpoint_hold(db, nothing, NULL);
		if (st == MAG_OK)
			st = begin_anew(db);
		if (st != MAG_OK && st != MAG_UNAVAILABLE)
			return st;
		if (st == MAG_OK && log_is_short(db))
			return MAG_OK;
		mag_clock_sleep_ms(NAP_MS);
	}
	return MAG_UNAVAILABLE;
}
