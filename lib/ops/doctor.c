/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with this site, and what to type: the things that go wrong on
 * real machines, each looked at by itself, so that one finding hides no other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <magnetiq/booking.h>
#include <magnetiq/clock.h>
#include <magnetiq/conf.h>

#include "backup.h"
#include "ops.h"

#define LOG_MUCH	(64 * 1024 * 1024)	/* bytes of write-ahead log */
#define FREE_LEAST	(256.0 * 1024 * 1024)	/* bytes of disk */
#define JOBS_SLEEP	600			/* seconds without any job */
#define BACKUP_OLD	(36 * 60 * 60)
#define LETTER_LATE	(60 * 60)

/* A line for people: what was found, and after a dash the cure. */
static void
found(struct mag_buf *b, const char *what, const char *cure)
{

	mag_buf_addf(b, "%s -- %s\n", what, cure);
}

static void
look_at_modes(struct mag_buf *b, struct mag_call *c)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	const char *path;
	struct stat sb;
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		path = mag_printf(c->a, "%s%s", c->conf->database, ends[i]);
		if (stat(path, &sb) == -1)
			continue;
		if (access(path, W_OK) == -1)
			found(b, mag_printf(c->a, "%s cannot be written by this "
			    "user", path), mag_printf(c->a, "chown it to the "
			    "user of the workers: chown USER %s", path));
		if (sb.st_mode & 007)
			found(b, mag_printf(c->a, "%s is open to everybody on "
			    "this machine", path),
			    mag_printf(c->a, "chmod o= %s", path));
	}
	if (access(c->conf->upload_dir, W_OK) == -1)
		found(b, mag_printf(c->a, "UPLOAD_DIR %s cannot be written",
		    c->conf->upload_dir), "make it, and chown it to the user "
		    "of the workers");
}

static void
look_at_disk(struct mag_buf *b, struct mag_call *c, const char *path)
{
	struct statvfs fs;
	double left, all;

	if (statvfs(path, &fs) == -1)
		return;
	left = (double)fs.f_bavail * (double)fs.f_frsize;
	all = (double)fs.f_blocks * (double)fs.f_frsize;
	if (left < FREE_LEAST || left < all / 20)
		found(b, mag_printf(c->a, "only %.0f MB are free where %s lies",
		    left / (1024 * 1024), path), "make room: old backups, logs, "
		    "magnetiq maintain --vacuum");
}

static void
look_at_log(struct mag_buf *b, struct mag_call *c)
{
	struct stat sb;

	if (stat(mag_printf(c->a, "%s-wal", c->conf->database), &sb) == 0 &&
	    sb.st_size > LOG_MUCH)
		found(b, mag_printf(c->a, "the write-ahead log has %lld MB",
		    (long long)sb.st_size / (1024 * 1024)), "somebody reads for "
		    "hours: end what has the database open (fuser), then "
		    "magnetiq maintain");
}

static void
look_at_settings(struct mag_buf *b, struct mag_call *c)
{
	const char *file = mag_conf_file();
	struct stat sb;

	/* Root's may be read by a group: that of the workers. */
	if (file != NULL && stat(file, &sb) == 0 &&
	    (sb.st_mode & (sb.st_uid == 0 ? 037 : 077)))
		found(b, mag_printf(c->a, "others may read the settings in %s",
		    file), mag_printf(c->a, "chmod 600 %s", file));
	if (c->conf->environment != MAG_PRODUCTION)
		return;
	if (strncmp(c->conf->site_url, "https://", 8) != 0)
		found(b, "SITE_URL is not https", "get a certificate, and write "
		    "SITE_URL=https://... : links and cookies need it");
	if (!c->conf->rate_limits)
		found(b, "RATE_LIMITS is off in production", "remove the line: "
		    "passwords can be tried as fast as the machine goes");
	if (c->conf->smtp_host == NULL)
		found(b, "SMTP_HOST is not set", "letters wait in the outbox "
		    "until it is");
}

static const char sql_users[] = "SELECT count(*) FROM admin_users";
static const char sql_job[] = "SELECT max(last_run) FROM jobs";
static const char sql_failed[] =
    "SELECT name, last_error FROM jobs WHERE last_error IS NOT NULL";
static const char sql_late[] =
    "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"
    " AND due_at < ?1";

static void
look_at_jobs(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;
	int64_t last = 0;

	if (mag_db_row(&row, c->db, sql_job, "") == MAG_OK)
		last = mag_row_time(row, 0);
	mag_row_done(row);
	if (c->now - last > JOBS_SLEEP)
		found(b, "magnetiq-jobs does not run", "start it: nothing is "
		    "published, sent, backed up or tidied without it");
	row = NULL;
	if (mag_db_query(&row, c->db, sql_failed, "") == MAG_OK)
		while (mag_row_next(row) == MAG_OK)
			found(b, mag_printf(c->a, "the job %s failed: %s",
			    mag_row_dup(row, 0, c->a),
			    mag_row_dup(row, 1, c->a)), "mend what it says; it "
			    "is tried again by itself");
	mag_row_done(row);
}

static void
look_at_rows(struct mag_buf *b, struct mag_call *c)
{
	int64_t n;

	if (mag_db_int(&n, c->db, sql_users, "") == MAG_OK && n == 0)
		found(b, "there is no user yet",
		    "magnetiq create-admin --email YOU");
	if (mag_db_int(&n, c->db, sql_late, "t", c->now - LETTER_LATE) ==
	    MAG_OK && n > 0)
		found(b, mag_printf(c->a, "%lld letters wait for more than an "
		    "hour", (long long)n), "see what the outbox says of them, "
		    "and whether SMTP_HOST answers");
}

static const char sql_calendars[] =
    "SELECT first_name, last_name, busy_error FROM consultants"
    " WHERE busy_url IS NOT NULL AND busy_url <> '' AND is_active = 1"
    " AND deleted_at IS NULL AND created_at < ?1"
    " AND (busy_fetched_at IS NULL OR busy_fetched_at < ?1)";

static void
look_at_calendars(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;

	if (mag_db_query(&row, c->db, sql_calendars, "t",
	    c->now - MAG_BUSY_STALE) == MAG_OK)
		while (mag_row_next(row) == MAG_OK)
			found(b, mag_printf(c->a, "the calendar of %s %s was "
			    "not read for an hour (%s), so nobody can book",
			    mag_row_dup(row, 0, c->a),
			    mag_row_dup(row, 1, c->a), mag_row_null(row, 2) ?
			    "no error is known" : mag_row_dup(row, 2, c->a)),
			    "see that its address is right and answers, or "
			    "remove busy_url");
	mag_row_done(row);
}

static void
look_at_backups(struct mag_buf *b, struct mag_call *c)
{
	const char *path = mag_backup_newest(c);
	int64_t made = 0;

	if (path != NULL)
		(void)backup_time(&made, strrchr(path, '/') + 1);
	if (made == 0)
		found(b, "there is no backup", "magnetiq backup");
	else if (c->now - made > BACKUP_OLD)
		found(b, "the newest backup is older than a day and a half",
		    "magnetiq backup, and look why jobs made none");
}

/* What to do about a line of verify. */
static const char *
cure(const char *line)
{
	static const struct {
		const char	*word, *cure;
	} cures[] = {
		{ "users:", "magnetiq create-admin --email YOU" },
		{ "missing", "magnetiq restore of a backup that has it brings "
		  "it back" },
		{ "search", "magnetiq maintain --reindex" },
		{ "find", "magnetiq maintain --reindex" },
	};
	size_t i;

	for (i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
		if (strstr(line, cures[i].word) != NULL)
			return cures[i].cure;
	return "mend the row, or magnetiq restore a backup";
}

enum mag_status
mag_op_doctor(struct mag_call *c, struct mag_buf *b)
{
	struct mag_buf wrong;
	char *line, *end, why[512];
	enum mag_status st;

	look_at_settings(b, c);
	look_at_modes(b, c);
	look_at_disk(b, c, c->conf->upload_dir);
	look_at_log(b, c);
	look_at_backups(b, c);
	if (c->db == NULL)
		return MAG_OK;
	if (mag_migrate_check(c->db, why, sizeof(why)) != MAG_OK) {
		found(b, why, "magnetiq migrate");
		return MAG_OK;
	}
	look_at_rows(b, c);
	look_at_jobs(b, c);
	look_at_calendars(b, c);
	mag_buf_init(&wrong, c->a, 256);
	if ((st = mag_op_verify(c, &wrong)) != MAG_OK)
		return st;
	for (line = wrong.p; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		found(b, line, cure(line));
	}
	return MAG_OK;
}
