/* SPDX-License-Identifier: MIT */
/* The file as a whole: is it sound, a copy of it, several statements. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/log.h>
#include <magnetiq/pace.h>
#include <magnetiq/progress.h>

#include "conn.h"

static const char sql_integrity[] = "PRAGMA integrity_check";
/* What an adoption could not take over dangles by its nature. */
static const char sql_foreign_keys[] =
    "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check"
    " WHERE \"table\" NOT LIKE 'legacy\\_%' ESCAPE '\\'";
static const char sql_copy[] = "VACUUM INTO ?1";

enum mag_status
mag_db_integrity(struct mag_db *db, struct mag_buf *b)
{
	struct mag_row *row = NULL;
	struct mag_str s;
	enum mag_status st;

	if ((st = mag_db_query(&row, db, sql_integrity, NULL)) != MAG_OK)
		return st;
	while ((st = mag_row_next(row)) == MAG_OK) {
		s = mag_row_str(row, 0);
		if (s.n == 2 && memcmp(s.p, "ok", 2) == 0)
			continue;
		mag_buf_add(b, s.p, s.n);
		mag_buf_addc(b, '\n');
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
foreign_keys(struct mag_db *db, struct mag_buf *b)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	if ((st = mag_db_query(&row, db, sql_foreign_keys, NULL)) != MAG_OK)
		return st;
	while ((st = mag_row_next(row)) == MAG_OK)
		mag_buf_addf(b, "%s %lld refers to a row of %s that is not "
		    "there\n", mag_row_str(row, 0).p,
		    (long long)mag_row_int(row, 1), mag_row_str(row, 2).p);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

#define OPS_A_REST	10000	/* of SQLite's machine: about a millisecond */

static int
on_verifying(void *pace)
{

	mag_pace_rest(pace);
	return 0;
}

enum mag_status
mag_db_verify(struct mag_db *db, struct mag_buf *b)
{
	struct mag_pace pace = { 0 };
	enum mag_status st;

	sqlite3_progress_handler(db->sql, OPS_A_REST, on_verifying, &pace);
	if ((st = mag_db_integrity(db, b)) == MAG_OK)
		st = foreign_keys(db, b);
	sqlite3_progress_handler(db->sql, 0, NULL, NULL);
	return st;
}

static enum mag_status
system_failed(const char *what, const char *path)
{
	enum mag_status st = errno == ENOSPC || errno == EDQUOT || errno == EIO ?
	    MAG_UNAVAILABLE : MAG_FAILED;

	mag_log(MAG_ERROR, "database", "%s of %s failed: %s", what, path,
	    strerror(errno));
	return st;
}

static enum mag_status
sync_path(const char *path, int flags)
{
	enum mag_status st = MAG_OK;
	int fd;

	if ((fd = open(path, flags | O_CLOEXEC)) == -1)
		return system_failed("opening", path);
	if (fsync(fd) == -1)
		st = system_failed("syncing", path);
	close(fd);
	return st;
}

/* The new name stands for good once its folder is on disk. */
static enum mag_status
settle(const char *temporary, const char *path)
{
	enum mag_status st;
	char *folder;

	if ((st = sync_path(temporary, O_RDONLY)) != MAG_OK)
		return st;
	if (rename(temporary, path) == -1)
		return system_failed("renaming", path);
	if ((folder = strdup(path)) == NULL)
		abort();
	st = sync_path(dirname(folder), O_RDONLY | O_DIRECTORY);
	free(folder);
	return st;
}

/* An empty file of ours, so that the copy has the mode that we want. */
static enum mag_status
touch(const char *path)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return system_failed("making", path);
	close(fd);
	return MAG_OK;
}

#define OPS_A_LOOK	400	/* of SQLite's machine: about a hundred rows */

struct copying {
	int		 fd;
	off_t		 size, whole;
	struct mag_pace	 pace;
};

/* SQLite leaves a copy to the kernel, which would send all of it to the disk
 * at the end; writers of the same disk would wait for that. */
static int
on_copying(void *arg)
{
	struct copying *w = arg;
	struct stat sb;

	if (fstat(w->fd, &sb) == 0 && sb.st_size > w->size) {
		mag_pace(&w->pace, w->fd, (size_t)(sb.st_size - w->size));
		w->size = sb.st_size;
		mag_progress("copying the database", w->size, w->whole);
	}
	return 0;
}

static enum mag_status
copy_paced(struct mag_db *db, const char *temporary)
{
	struct copying w = { .fd = open(temporary, O_WRONLY | O_CLOEXEC) };
	enum mag_status st;
	struct stat sb;

	if (w.fd == -1)
		return system_failed("opening", temporary);
	if (stat(db->path, &sb) == 0)
		w.whole = sb.st_size;
	mag_progress("copying the database", 0, w.whole);
	sqlite3_progress_handler(db->sql, OPS_A_LOOK, on_copying, &w);
	st = mag_db_run(db, sql_copy, "s", temporary);
	sqlite3_progress_handler(db->sql, 0, NULL, NULL);
	mag_progress_end();
	close(w.fd);
	return st;
}

enum mag_status
mag_db_copy(struct mag_db *db, const char *path)
{
	char temporary[PATH_MAX];
	enum mag_status st;

	assert(!db->writing && !db->reading);
	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.%d.new", path,
	    (int)getpid()) >= sizeof(temporary))
		return MAG_FAILED;
	if ((st = touch(temporary)) != MAG_OK)
		goto done;
	if ((st = copy_paced(db, temporary)) != MAG_OK)
		goto done;
	st = settle(temporary, path);
done:
	if (st != MAG_OK)
		(void)mag_pace_remove(temporary);
	return st;
}

enum mag_status
mag_db_script(struct mag_db *db, const char *sql)
{

	return db_status(db, sqlite3_exec(db->sql, sql, NULL, NULL, NULL),
	    "a script");
}

static enum mag_status
optimize(struct mag_db *db, void *arg)
{

	(void)arg;
	return mag_db_script(db, "PRAGMA optimize");
}

/* It looks first and writes then, which fails if somebody wrote in between:
 * so it begins as one who writes, and looks at a few hundred rows only. */
enum mag_status
mag_db_optimize(struct mag_db *db)
{
	enum mag_status st = mag_db_script(db, "PRAGMA analysis_limit = 400");

	return st != MAG_OK ? st : mag_db_write(db, optimize, NULL);
}
