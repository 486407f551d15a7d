/* SPDX-License-Identifier: MIT */
/* From SQLite's result codes to our statuses; what is logged of them. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/log.h>

#include "conn.h"

/*
 * SQLite's own log.  Broken constraints and busy files are answers, which the
 * caller gets; a message of FTS5 repeats what somebody searched for.
 */
void
db_log_hook(void *arg, int rc, const char *message)
{
	const char *fts = strstr(message, "fts5:");
	enum mag_level level = MAG_WARN;

	(void)arg;
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_BUSY:
	case SQLITE_SCHEMA:
		return;
	case SQLITE_NOTICE:
	case SQLITE_WARNING:
		level = MAG_DEBUG;
		break;
	}
	mag_log(level, "sqlite", "(%d) %.*s", rc,
	    fts != NULL ? (int)(fts - message) : 1000, message);
}

static enum mag_status
tell(enum mag_status st, int rc, const char *why, const char *what)
{

	mag_log(MAG_ERROR, "database", "%s (%d): %.300s", why, rc, what);
	return st;
}

enum mag_status
db_status(struct mag_db *db, int rc, const char *what)
{
	const char *why = sqlite3_errstr(rc);
	enum mag_status st;

	switch (rc & 0xff) {
	case SQLITE_OK:
		return MAG_OK;
	case SQLITE_CONSTRAINT:
		/* Its message names the rule, never a value. */
		why = sqlite3_errmsg(db->sql);
		st = db_constraint(rc, why);
		return st == MAG_FAILED ? tell(st, rc, why, what) : st;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		db->again = true;
		return MAG_UNAVAILABLE;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return tell(MAG_UNAVAILABLE, rc, why, what);
	case SQLITE_NOMEM:
		abort();
	default:
		return tell(MAG_FAILED, rc, why, what);
	}
}
