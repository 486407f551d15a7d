/* SPDX-License-Identifier: MIT */
/*
 * Whether a snapshot is due: the database alone, every quarter of an hour, as
 * long as that stays cheap.  Any commit of anybody counts, so that nothing is
 * missed: what the site writes of itself each minute must not be written while
 * it is the same.  See doc/decisions/0023-point-in-time.md.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/limits.h>

#include "backup.h"
#include "ops.h"

static const char *
path_of(struct mag_call *c, const char *name)
{

	return mag_printf(c->a, "%s/%s", c->conf->backup_dir, name);
}

/* One of the future would seem to be made too soon before, until its day. */
static const struct backup_name *
newest(const struct mag_call *c, const struct backup_name *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (names[i].snapshot && !backup_ahead(names[i].made, c->now))
			return &names[i];
	return NULL;
}

static int64_t
size_of(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? sb.st_size : 0;
}

/* How long it took: from the time in its name to that of the file. */
static int64_t
took(struct mag_call *c, const struct backup_name *last)
{
	struct stat sb;

	if (stat(path_of(c, last->name), &sb) == -1 ||
	    sb.st_mtime < last->made)
		return 0;
	return sb.st_mtime - last->made;
}

/* A copy, and an archive of at most the same size; nobody knows a folder that
 * is not there yet. */
static bool
has_room(struct mag_call *c)
{
	struct statvfs v;
	double free_bytes, all, need;

	if (statvfs(c->conf->backup_dir, &v) == -1)
		return true;
	free_bytes = (double)v.f_bavail * (double)v.f_frsize;
	all = (double)v.f_blocks * (double)v.f_frsize;
	need = 2.0 * (double)(size_of(c->conf->database) +
	    size_of(mag_printf(c->a, "%s-wal", c->conf->database)));
	return free_bytes - need >= all * MAG_SNAPSHOT_FREE / 100;
}

/* Old ones go before a new one is left out; the newest stays. */
static bool
make_room(struct mag_call *c, const struct backup_name *names, size_t n)
{
	const struct backup_name *last = newest(c, names, n);
	size_t i;

	for (i = n; i > 0 && !has_room(c); i--)
		if (names[i - 1].snapshot && &names[i - 1] != last)
			(void)unlink(path_of(c, names[i - 1].name));
	return has_room(c);
}

/* Not more than a part of the time goes into them. */
static bool
is_too_soon(struct mag_call *c, struct mag_buf *report,
    const struct backup_name *last)
{
	int64_t seconds = took(c, last);

	if (c->now - last->made >= seconds * MAG_SNAPSHOT_SHARE)
		return false;
	mag_buf_addf(report, "left out: the last one took %lld seconds, so "
	    "the next comes %lld seconds after it", (long long)seconds,
	    (long long)(seconds * MAG_SNAPSHOT_SHARE));
	return true;
}

enum mag_status
op_snapshot(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static int64_t written, began;	/* when the last one was begun */
	static pid_t pid;
	struct backup_name *names;
	int64_t now = op_written(c);
	const struct backup_name *last;
	enum mag_status st;
	pid_t before = pid;
	size_t n;

	n = backup_names(&names, c->a, c->conf->backup_dir);
	last = newest(c, names, n);
	if (last != NULL && began > 0 && last->made >= began &&
	    now == written) {
		mag_buf_adds(report, "nothing has changed since the last one");
		return MAG_OK;
	}
	*done = 1;
	if (last != NULL && is_too_soon(c, report, last))
		return MAG_OK;
	if (!make_room(c, names, n))
		return mag_fail(c, MAG_UNAVAILABLE, "There is no room for "
		    "another snapshot in BACKUP_DIR.");
	st = op_background(report, &pid, "--snapshot");
	if (pid != before) {
		written = now;
		began = c->now;
	}
	return st;
}
