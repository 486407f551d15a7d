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

#define HEAD_BYTES	32	/* of the log */
#define FRAME_HEAD	24	/* of each page in it */

/*
 * A log that has begun anew holds the pages of our commit and no more.  While
 * somebody reads the old one, our commit stands behind it instead; and if
 * another process was the one to begin anew, the file was not cut.
 */
static bool
is_anew(struct mag_db *db, int pages_before, int64_t page_bytes)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", db->path);
	if (stat(path, &st) == -1)
		return true;
	return (pages_before == 0 || db->log_pages <= pages_before) &&
	    st.st_size <= HEAD_BYTES +
	    (off_t)db->log_pages * (FRAME_HEAD + page_bytes);
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
	enum mag_status st;
	int64_t page_bytes;
	int i, before;

	if ((st = mag_db_int(&page_bytes, db, "PRAGMA page_size", "")) !=
	    MAG_OK)
		return st;
	/* A reader of the old log keeps it for as long as it reads. */
	for (i = 0; i < TRIES; i++) {
		st = db_checkpoint_hold(db, nothing, NULL);
		before = db->log_pages;
		if (st == MAG_OK)
			st = begin_anew(db);
		if (st != MAG_OK && st != MAG_UNAVAILABLE)
			return st;
		if (st == MAG_OK && is_anew(db, before, page_bytes))
			return MAG_OK;
		mag_clock_sleep_ms(NAP_MS);
	}
	return MAG_UNAVAILABLE;
}
