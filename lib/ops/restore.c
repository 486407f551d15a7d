/* SPDX-License-Identifier: MIT */
/*
 * A backup becomes the site.  All that can fail is done beside the running
 * site; then the file changes at one moment (mag_db_swap).  Workers and jobs
 * see that another file has the name, and open it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/media.h>
#include <magnetiq/privacy.h>

#include "backup.h"

struct restoring {
	struct mag_call	*c;
	struct mag_db	*old;		/* NULL: it cannot be opened */
	struct mag_db	*past;		/* what is known of since: that, or a
					 * newer copy, or NULL */
	struct mag_db	*fresh;
	const char	*scratch;
	struct mag_buf	*report;
	const struct restore_wish *wish;
	struct backup_facts facts;
	int64_t		 placed, missing;
};

static enum mag_status
keep(struct mag_db *fresh, void *arg)
{
	struct restoring *w = arg;

	return w->past == NULL ? MAG_OK : restore_keep(w->c, fresh, w->past);
}

/* Whom the ledger names, the backup still knows. */
static enum mag_status
forget_again(struct restoring *w)
{
	struct mag_call c = *w->c;
	enum mag_status st;
	int64_t n;

	c.db = w->fresh;
	c.site = NULL;
	if ((st = mag_privacy_replay(&n, &c)) != MAG_OK || n == 0)
		return st;
	mag_buf_addf(w->report, "%lld people were forgotten again\n",
	    (long long)n);
	return mag_db_scrub(w->fresh);
}

/*
 * All rows change, in a file that is nobody's yet: with a log each would be
 * written twice.  Whoever is killed meanwhile begins anew, from the backup.
 */
static enum mag_status
bring_forward(struct restoring *w, const char *path)
{
	enum mag_status st;

	if ((st = mag_db_open(&w->fresh, path, MAG_DB_SCRATCH, 0)) == MAG_OK &&
	    (st = mag_migrate_apply(w->fresh, w->c->now, NULL, NULL)) ==
	    MAG_OK)
		st = mag_db_write(w->fresh, keep, w);
	mag_db_close(w->fresh);
	w->fresh = NULL;
	if (st == MAG_OK && (st = mag_db_open(&w->fresh, path, 0, 0)) == MAG_OK)
		st = forget_again(w);
	return st;
}

static bool
same_bytes(const char *x, const char *y)
{
	char a[8192], b[8192];
	int one = open(x, O_RDONLY | O_CLOEXEC);
	int two = open(y, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1, m = -1;
	bool same = one != -1 && two != -1;

	while (same && n != 0) {
		n = read(one, a, sizeof(a));
		m = read(two, b, sizeof(b));
		same = n >= 0 && n == m && memcmp(a, b, (size_t)n) == 0;
	}
	if (one != -1)
		close(one);
	if (two != -1)
		close(two);
	return same;
}

/*
 * One that is there already is as it was, or damaged.  A snapshot has none: it
 * trusts the store, where a file is named by its bytes.
 */
static enum mag_status
place(struct restoring *w, struct mag_call *c, const char *path)
{
	const char *from = mag_printf(c->a, "%s/media/%s", w->scratch, path);
	const char *to = mag_printf(c->a, "%s/%s", c->conf->upload_dir, path);

	if (access(from, F_OK) == -1) {
		if (access(to, F_OK) == 0)
			return MAG_OK;
		mag_buf_addf(w->report, "missing: %s\n", path);
		w->missing++;
		return MAG_OK;
	}
	if (same_bytes(from, to))
		return MAG_OK;
	w->placed++;
	return mag_media_put_back(c, path, from);
}

static const char sql_stored[] =
    "SELECT file_path FROM media_files UNION"
    " SELECT file_path FROM media_renditions";

static enum mag_status
place_media(struct restoring *w)
{
	struct mag_call one = *w->c;
	struct mag_row *row = NULL;
	enum mag_status st;

	if (!folder_above(w->c->conf->upload_dir) ||
	    (st = folder_make(w->c, w->c->conf->upload_dir, 0750)) != MAG_OK)
		return folder_failed(w->c, w->c->conf->upload_dir);
	one.a = mag_arena_new(1024 * 1024);
	st = mag_db_query(&row, w->fresh, sql_stored, "");
	for (; st == MAG_OK && (st = mag_row_next(row)) == MAG_OK;
	    mag_arena_reset(one.a))
		st = place(w, &one, mag_row_dup(row, 0, one.a));
	mag_row_done(row);
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		w->c->problem.message = "The media cannot be written.";
	mag_arena_free(one.a);
	if (st != MAG_NOT_FOUND)
		return st;
	/* A backup said so when it was made; nobody can say more now. */
	return w->missing == 0 || !w->facts.snapshot ||
	    w->wish->without_media ? MAG_OK : mag_fail(w->c, MAG_CONFLICT,
	    "Media of this snapshot are gone; a backup has them, or restore "
	    "--without-media.");
}

static const char *
beside(struct mag_call *c, const char *what)
{
	char when[MAG_TIME_TEXT], plain[MAG_TIME_TEXT], *to = plain;
	const char *from;

	mag_time_rfc3339(when, c->now);
	for (from = when; *from != '\0'; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
	return mag_printf(c->a, "%s.%s-%s-%d", c->conf->database, what, plain,
	    (int)getpid());
}

/* What was said while the new file was made; nobody writes any more. */
static enum mag_status
keep_last(struct mag_db *fresh, void *arg)
{
	struct restoring *w = arg;

	return restore_keep_last(w->c, fresh, w->old);
}

static enum mag_status
look_again(void *arg)
{
	struct restoring *w = arg;
	struct mag_db *fresh = NULL;
	enum mag_status st;

	if ((st = mag_db_open(&fresh, mag_printf(w->c->a, "%s/magnetiq.db",
	    w->scratch), MAG_DB_SCRATCH, 0)) == MAG_OK)
		st = mag_db_write(fresh, keep_last, w);
	mag_db_close(fresh);
	return st;
}

static enum mag_status
swap_in(const char **kept, struct restoring *w, const char *fresh)
{
	struct mag_call *c = w->c;
	enum mag_status st;

	mag_db_close(w->fresh);
	w->fresh = NULL;
	*kept = beside(c, "before-restore");
	st = w->old != NULL ? mag_db_swap(w->old, fresh, *kept, look_again, w) :
	    mag_db_swap_broken(c->conf->database, fresh, *kept);
	return st != MAG_UNAVAILABLE ? st : mag_fail(c, st,
	    "The database is in use all the time; nothing was changed.");
}

/* Its database and media, checked, lie in the scratch folder. */
static enum mag_status
unpack(struct restoring *w)
{

	mag_db_close(w->fresh);
	w->fresh = NULL;
	folder_remove(w->scratch);
	return backup_check(&w->facts, w->c, w->wish->path, w->scratch,
	    BACKUP_ALL);
}

/* One that is wrecked is no reason not to go back. */
static void
know_past(struct restoring *w)
{
	const char *dir = mag_printf(w->c->a, "%s-past", w->scratch);

	if (w->old != NULL && backup_readable(w->c, w->old)) {
		w->past = w->old;
		return;
	}
	mag_db_close(w->old);
	w->old = NULL;
	backup_past(&w->past, w->c, w->facts.created, w->wish->path, dir,
	    w->report);
}

/* It may look whole until it is read. */
static enum mag_status
without_old(struct restoring *w, const char *fresh)
{
	enum mag_status st;

	mag_db_close(w->old);
	w->old = w->past = NULL;
	know_past(w);
	if ((st = unpack(w)) != MAG_OK)
		return st;
	return bring_forward(w, fresh);
}

static enum mag_status
restore(const char **kept, struct restoring *w)
{
	const char *fresh = mag_printf(w->c->a, "%s/magnetiq.db", w->scratch);
	enum mag_status st;

	if ((st = unpack(w)) != MAG_OK)
		return st;
	if (mag_db_open(&w->old, w->c->conf->database, 0, 0) != MAG_OK)
		w->old = NULL;
	know_past(w);
	if ((st = bring_forward(w, fresh)) != MAG_OK && w->old != NULL)
		st = without_old(w, fresh);
	if (st != MAG_OK || (st = place_media(w)) != MAG_OK)
		return st;
	mag_buf_addf(w->report, "%lld media files were missing or damaged and are back\n",
	    (long long)w->placed);
	return swap_in(kept, w, fresh);
}

enum mag_status
backup_restore(const char **kept, struct mag_call *c,
    const struct restore_wish *wish, struct mag_buf *report)
{
	struct restoring w = { .c = c, .wish = wish, .report = report };
	const char *dir = mag_printf(c->a, "%s.restoring", c->conf->database);
	enum mag_status st;
	int lock;

	*kept = NULL;
	if ((st = folder_make(c, dir, 0700)) != MAG_OK)
		return st;
	lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock == -1 || flock(lock, LOCK_EX | LOCK_NB) == -1) {
		if (lock != -1)
			close(lock);
		return mag_fail(c, MAG_CONFLICT,
		    "Another restore is at work.");
	}
	w.scratch = mag_printf(c->a, "%s/new", dir);
	st = restore(kept, &w);
	mag_db_close(w.fresh);
	if (w.past != w.old)
		mag_db_close(w.past);
	mag_db_close(w.old);
	folder_remove(dir);
	close(lock);
	return st;
}

enum mag_status
backup_undo(const char **failed, struct mag_call *c, const char *kept)
{
	struct mag_db *db = NULL;
	enum mag_status st;

	*failed = beside(c, "failed-restore");
	if (mag_db_open(&db, c->conf->database, 0, 0) != MAG_OK)
		return mag_db_swap_broken(c->conf->database, kept, *failed);
	st = mag_db_swap(db, kept, *failed, NULL, NULL);
	mag_db_close(db);
	return st;
}
