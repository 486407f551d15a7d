/* SPDX-License-Identifier: MIT */
/* Opening, setting up and closing a connection; waiting for other writers. */
#define _GNU_SOURCE		/* asprintf */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/log.h>
#include <magnetiq/rand.h>

#include "conn.h"

#define NAP_MIN_US	100	/* SQLite's own steps of up to 100 ms make */
#define NAP_MAX_US	500	/* the worst wait seven times as long */
#define LENGTH_MAX	(32 * 1024 * 1024)	/* of a value or a row */
#define SQL_LENGTH_MAX	(4 * 1024 * 1024)	/* a migration with data */

static const char pragmas[] =
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA secure_delete = ON;"
    DB_LOG_LIMIT
    "PRAGMA wal_autocheckpoint = 0;";

/* Settings of the whole process, before SQLite is used for the first time. */
static void
process_setup(void)
{
	static bool done;

	if (done)
		return;
	(void)sqlite3_config(SQLITE_CONFIG_LOG, db_log_hook, NULL);
	/* Debian reads a path that begins with "file:" as a URI: never. */
	(void)sqlite3_config(SQLITE_CONFIG_URI, 0);
	/* Counting memory takes a lock for every piece of it. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	done = true;
}

/* A writer's patience with another ends; with a migration it lasts longer. */
static bool
a_second_more(struct mag_db *db)
{

	if (!db->patient || db->more_time >= DB_MIGRATION_S ||
	    !db_is_migrating(db))
		return false;
	db->more_time++;
	db->waiting_since += 1000000;
	return true;
}

/* Another process writes: nap a little, and look again. */
static int
on_busy(void *arg, int count)
{
	struct mag_db *db = arg;

	if (count == 0) {
		db->waiting_since = mag_clock_us();
		db->more_time = 0;
	}
	if (mag_clock_us() - db->waiting_since >= db->wait_us &&
	    !a_second_more(db))
		return 0;
	if (count == 0)
		db->waits++;
	mag_clock_sleep_us(NAP_MIN_US +
	    mag_rand_below(NAP_MAX_US - NAP_MIN_US + 1));
	return 1;
}

/* What SQLite should not do for us, whoever wrote the schema.  Trusted schema
 * stays on: without it CHECK (json_valid(x)) and FTS triggers fail. */
static void
harden(sqlite3 *s)
{

	(void)sqlite3_db_config(s, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(s, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(s, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
	    NULL);
	(void)sqlite3_limit(s, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
	(void)sqlite3_limit(s, SQLITE_LIMIT_SQL_LENGTH, SQL_LENGTH_MAX);
}

int
db_connect(sqlite3 **out, const char *path, unsigned flags, struct mag_db *db)
{
	int mode = flags & MAG_DB_READONLY ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE;
	int rc;

	rc = sqlite3_open_v2(path, out, mode | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK)
		return rc;
	(void)sqlite3_busy_handler(*out, on_busy, db);
	harden(*out);
	/* Who closes last would else remove the log by its name, which may
	 * be that of another file by then: see swap.c. */
	(void)sqlite3_file_control(*out, "main", SQLITE_FCNTL_PERSIST_WAL,
	    &(int){ 1 });
	if ((rc = db_add_finds(*out)) != SQLITE_OK)
		return rc;
	return sqlite3_exec(*out, pragmas, NULL, NULL, NULL);
}

/* The file's mode becomes that of the log beside it.  An existing file is
 * not opened: closing it again would drop this process's locks on it. */
static enum mag_status
create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd != -1) {
		close(fd);
		return MAG_OK;
	}
	if (errno == EEXIST)
		return MAG_OK;
	mag_log(MAG_ERROR, "database", "%s cannot be made: %s", path,
	    strerror(errno));
	return MAG_FAILED;
}

static int
ask_for_log(sqlite3 *s)
{
	sqlite3_stmt *stmt;
	int rc;

	rc = sqlite3_prepare_v2(s, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
	if (rc != SQLITE_OK)
		return rc;
	if ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = strcmp((const char *)sqlite3_column_text(stmt, 0),
		    "wal") == 0 ? SQLITE_OK : SQLITE_CANTOPEN;
	(void)sqlite3_finalize(stmt);
	return rc;
}

/*
 * The log is what lets readers go on while one writes; without it (a file
 * system that has no shared memory) we do not start.  Of two that open a new
 * file at once SQLite turns one away without asking the busy handler.
 */
static int
use_log(struct mag_db *db)
{
	int rc, tries = 0;

	do
		rc = ask_for_log(db->sql);
	while ((rc & 0xff) == SQLITE_BUSY && on_busy(db, tries++));
	return rc;
}

static int
set_up(struct mag_db *db, int64_t cache_kib)
{
	char pragma[64];
	int rc = SQLITE_OK;

	if (db->flags & MAG_DB_SCRATCH)
		rc = sqlite3_exec(db->sql, "PRAGMA journal_mode = OFF;"
		    "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	else if (!(db->flags & MAG_DB_READONLY))
		rc = use_log(db);
	if (rc != SQLITE_OK)
		return rc;
	snprintf(pragma, sizeof(pragma), "PRAGMA cache_size = -%lld",
	    (long long)(cache_kib > 0 ? cache_kib : 2000));
	if ((rc = sqlite3_exec(db->sql, pragma, NULL, NULL, NULL)) != SQLITE_OK)
		return rc;
	db_watch_commits(db);
	db_watch_log(db);
	return sqlite3_prepare_v3(db->sql, "PRAGMA data_version", -1,
	    SQLITE_PREPARE_PERSISTENT, &db->version, NULL);
}

/* Busy beyond the limit is no fault of the file. */
static enum mag_status
open_failed(const struct mag_db *db, int rc)
{

	mag_log(MAG_ERROR, "database", "%s cannot be opened: %s (%d)",
	    db->path, sqlite3_errstr(rc), rc);
	return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_FULL ?
	    MAG_UNAVAILABLE : MAG_FAILED;
}

enum mag_status
mag_db_open(struct mag_db **out, const char *path, unsigned flags,
    int64_t cache_kib)
{
	enum mag_status st = MAG_OK;
	struct mag_db *db;
	int rc;

	*out = NULL;
	process_setup();
	if (flags & MAG_DB_CREATE)
		st = create(path);
	else if (access(path, F_OK) == -1 && errno == ENOENT)
		st = MAG_NOT_FOUND;
	if (st != MAG_OK)
		return st;
	db = calloc(1, sizeof(*db));
	if (db == NULL || (db->path = strdup(path)) == NULL ||
	    asprintf(&db->log_path, "%s-wal", path) == -1)
		abort();
	db->flags = flags;
	db->pid = getpid();
	db->wait_us = DB_WAIT_US;
	if ((rc = db_connect(&db->sql, path, flags, db)) != SQLITE_OK ||
	    (rc = set_up(db, cache_kib)) != SQLITE_OK) {
		st = open_failed(db, rc);
		mag_db_close(db);
		return st;
	}
	db_remember_file(db);
	*out = db;
	return MAG_OK;
}

void
mag_db_close(struct mag_db *db)
{

	if (db == NULL)
		return;
	/* A child that closes what its parent opened would drop its locks. */
	assert(db->pid == getpid());
	db_forget(db);
	(void)sqlite3_finalize(db->version);
	(void)sqlite3_close_v2(db->guard);
	(void)sqlite3_close_v2(db->sql);
	free(db->path);
	free(db->log_path);
	free(db);
}

const char *
mag_db_path(const struct mag_db *db)
{

	return db->path;
}

int64_t
mag_db_busy_waits(const struct mag_db *db)
{

	return db->waits;
}

const char *
mag_db_engine(void)
{

	return "sqlite " SQLITE_VERSION;
}
