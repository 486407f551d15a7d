/* SPDX-License-Identifier: MIT */
/*
 * Another file takes the database's name while processes have it open.
 *
 * The log and its index belong to a name, not to a file: a new file beside an
 * old log would be spoilt by it.  So first the whole log is moved into the old
 * file, and while nobody can write, log and index lose their names, and the
 * new file takes its own; a crash between two of these steps leaves the old
 * file or the new one, whole.  Whoever has the old one open goes on reading
 * it, cannot write to it (on_commit() in write.c asks each time), and, because logs
 * are kept on closing, never removes the log of the new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/log.h>
#include <magnetiq/pace.h>

#include "conn.h"

#define TRIES	50		/* readers come and go */
#define NAP_MS	100

void
db_remember_file(struct mag_db *db)
{
	struct stat sb;

	if (stat(db->path, &sb) == 0) {
		db->dev = sb.st_dev;
		db->ino = sb.st_ino;
	}
	if (stat(db->log_path, &sb) == 0)
		db->log_ino = sb.st_ino;
}

bool
mag_db_replaced(const struct mag_db *db)
{
	struct stat sb;

	if (db->ino == 0)
		return false;	/* not open yet */
	if (stat(db->path, &sb) == -1 || sb.st_ino != db->ino ||
	    sb.st_dev != db->dev)
		return true;
	return db->log_ino != 0 && (stat(db->log_path, &sb) == -1 ||
	    sb.st_ino != db->log_ino);
}

static enum mag_status
failed(const char *what, const char *path)
{

	mag_log(MAG_ERROR, "database", "%s %s: %s", what, path,
	    strerror(errno));
	return MAG_UNAVAILABLE;
}

static enum mag_status
forget_log(const char *path)
{
	static const char *const ends[] = { "-wal", "-shm" };
	char name[4096];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if ((size_t)snprintf(name, sizeof(name), "%s%s", path,
		    ends[i]) >= sizeof(name))
			return MAG_FAILED;
		if (unlink(name) == -1 && errno != ENOENT)
			return failed("removing", name);
	}
	return MAG_OK;
}

enum mag_status
mag_db_remove(const char *path)
{

	if (mag_pace_remove(path) == -1 && errno != ENOENT)
		return failed("removing", path);
	return forget_log(path);
}

static enum mag_status
sync_file(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	enum mag_status st = MAG_OK;

	if (fd == -1 || fsync(fd) == -1)
		st = failed("syncing", path);
	if (fd != -1)
		close(fd);
	return st;
}

static enum mag_status
sync_folder(const char *path)
{
	char *folder = strdup(path);
	enum mag_status st;

	if (folder == NULL)
		abort();
	st = sync_file(dirname(folder), O_RDONLY | O_DIRECTORY);
	free(folder);
	return st;
}

struct swapping {
	const char	*path, *fresh, *keep;
	enum mag_status	(*last)(void *);
	void		*arg;
};

/* A log that could not be read may still be of use to somebody. */
static void
keep_log(const struct swapping *w)
{
	char from[4096], to[4096];

	if ((size_t)snprintf(from, sizeof(from), "%s-wal", w->path) <
	    sizeof(from) && (size_t)snprintf(to, sizeof(to), "%s-wal",
	    w->keep) < sizeof(to))
		(void)!link(from, to);
}

static enum mag_status
swap(void *arg)
{
	struct swapping *w = arg;
	enum mag_status st;

	if (w->last != NULL && (st = w->last(w->arg)) != MAG_OK)
		return st;
	if (link(w->path, w->keep) == -1 && errno != ENOENT)
		return failed("keeping", w->path);
	if ((st = sync_file(w->fresh, O_RDONLY)) != MAG_OK ||
	    (st = forget_log(w->fresh)) != MAG_OK ||
	    (st = forget_log(w->path)) != MAG_OK)
		return st;
	if (rename(w->fresh, w->path) == -1)
		return failed("renaming", w->fresh);
	return sync_folder(w->path);
}

enum mag_status
mag_db_swap(struct mag_db *db, const char *fresh, const char *keep,
    enum mag_status (*last)(void *), void *arg)
{
	struct swapping w = { db->path, fresh, keep, last, arg };
	enum mag_status st;
	int i;

	for (i = 0; i < TRIES; i++) {
		st = db_checkpoint_hold(db, swap, &w);
		if (st != MAG_UNAVAILABLE || mag_db_replaced(db))
			break;
		(void)unlink(keep);
		mag_clock_sleep_ms(NAP_MS);
	}
	return st;
}

enum mag_status
mag_db_swap_broken(const char *path, const char *fresh, const char *keep)
{
	struct swapping w = { .path = path, .fresh = fresh, .keep = keep };

	keep_log(&w);
	return swap(&w);
}
