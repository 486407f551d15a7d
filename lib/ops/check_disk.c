/* SPDX-License-Identifier: MIT */
/* Is there room, and what takes it: the disk, the database, the logs. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/disk.h>
#include <magnetiq/limits.h>

#include "checks.h"
#include "copies.h"

#define MB	(1024.0 * 1024.0)
#define DAY	(24 * 60 * 60)
#define LOG_OLD	(8 * DAY)	/* logrotate does it each day */

/* Of what strangers may use, as df(1) counts. */
static double
used(double taken, double left)
{

	return taken + left > 0 ? 100 * taken / (taken + left) : 0;
}

/* One disk may hold all three; then it is named once. */
static bool
seen_before(const dev_t *seen, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (seen[i] == seen[n])
			return true;
	return false;
}

static bool
on_one_disk(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev;
}

/* Only what is true of this disk: uploads go to that of the media, and the log
 * grows on that of the database. */
static const char *
what_of(const struct mag_disk *disk, const struct mag_conf *conf,
    const char *path)
{

	if (disk->full)
		return on_one_disk(path, conf->upload_dir) ?
		    "The disk is nearly full, and uploads are refused; free "
		    "at %s." : "The disk is nearly full; free at %s.";
	if (disk->tight)
		return on_one_disk(path, conf->database) ?
		    "The disk has hardly any room for the database's log; "
		    "free at %s." : "The disk has hardly any room; free at "
		    "%s.";
	return "The disk is filling up; free at %s.";
}

static void
look_at_disk(struct mag_checkup *k, const char *path)
{
	struct mag_disk disk;

	if (!mag_disk_look(&disk, path, 0) || (!disk.fills && !disk.tight))
		return;
	mag_found(k, (struct mag_finding){
	    .gravity = disk.full || disk.tight ? MAG_URGENT : MAG_MAJOR,
	    .id = path,
	    .what = what_of(&disk, k->c->conf, path),
	    .arg = mag_printf(k->c->a, "%s: %.0f MB, %.0f %%", path,
	    disk.left / MB, 100 - disk.percent),
	    .cure = "Make room: du -xh %s | sort -h; old backups, logs, "
	    "magnetiq maintain --vacuum",
	    .cure_arg = path });
}

/* Where the database, the media and the backups lie. */
static void
each_disk(struct mag_checkup *k, void (*look)(struct mag_checkup *,
    const char *))
{
	const struct mag_conf *conf = k->c->conf;
	const char *paths[] = { conf->database, conf->upload_dir,
	    conf->backup_dir };
	struct stat sb;
	dev_t seen[3];
	int i, n = 0;

	for (i = 0; i < 3; i++) {
		if (stat(paths[i], &sb) == -1)
			continue;
		seen[n] = sb.st_dev;
		if (seen_before(seen, n))
			continue;
		n++;
		look(k, paths[i]);
	}
}

void
check_disk(struct mag_checkup *k)
{

	each_disk(k, look_at_disk);
}

static void
look_at_files(struct mag_checkup *k, const char *path)
{
	struct statvfs fs;

	/* Some file systems have no such limit, and say 0. */
	if (statvfs(path, &fs) == -1 || fs.f_files == 0 ||
	    used((double)(fs.f_files - fs.f_ffree), (double)fs.f_favail) < 90)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR, .id = path,
	    .what = "The disk can hold hardly any more files, however small; "
	    "left at %s.", .arg = mag_printf(k->c->a, "%s: %llu", path,
	    (unsigned long long)fs.f_favail),
	    .cure = "Remove what makes many small files: du --inodes -x %s | "
	    "sort -n", .cure_arg = path });
}

void
check_files(struct mag_checkup *k)
{

	each_disk(k, look_at_files);
}

static const char sql_growth[] =
    "SELECT database_bytes + media_bytes, day FROM size_days"
    " WHERE day >= ?1 ORDER BY day LIMIT 1";

/* Bytes a day over the last month; 0 until a week is known. */
static double
growth(struct mag_call *c, double now)
{
	char since[MAG_TIME_TEXT];
	struct mag_row *row = NULL;
	double then = 0;
	int64_t day = 0;

	mag_time_db(since, c->now - 30 * DAY);
	since[10] = '\0';
	if (mag_db_row(&row, c->db, sql_growth, "s", since) == MAG_OK) {
		then = mag_row_real(row, 0);
		day = mag_row_time(row, 1);
	}
	mag_row_done(row);
	return day == 0 || c->now - day < 7 * DAY ? 0 :
	    (now - then) * DAY / (double)(c->now - day);
}

static const char sql_media[] =
    "SELECT coalesce(sum(file_size), 0) FROM media_files";

void
check_size(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	double left, a_day;
	struct statvfs fs;
	struct stat sb;
	int64_t media;

	if (stat(c->conf->database, &sb) == -1 ||
	    statvfs(c->conf->database, &fs) == -1 ||
	    mag_db_int(&media, c->db, sql_media, "") != MAG_OK)
		return;
	if (sb.st_size > MAG_DATABASE_MUCH)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
		    .what = "The database has %s MB: backups take long.",
		    .arg = mag_printf(c->a, "%.0f", (double)sb.st_size / MB),
		    .cure = "magnetiq maintain --vacuum gives back what was "
		    "freed; else plan for more" });
	a_day = growth(c, (double)(sb.st_size + media));
	left = (double)fs.f_bavail * (double)fs.f_frsize;
	if (a_day > 0 && left / a_day < 30)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .what = "As the site grows, the disk is full in %s days.",
		    .arg = mag_printf(c->a, "%.0f", left / a_day),
		    .cure = "Make room, or get a larger disk; magnetiq status "
		    "shows what grows" });
}

void
check_wal(struct mag_checkup *k)
{
	const char *path = mag_printf(k->c->a, "%s-wal", k->c->conf->database);
	struct stat sb;

	if (stat(path, &sb) == -1 || sb.st_size <= MAG_WAL_MUCH)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "The write-ahead log has %s MB: somebody has been reading "
	    "for long.",
	    .arg = mag_printf(k->c->a, "%.0f", (double)sb.st_size / MB),
	    .cure = "magnetiq status --locks names who has the database open; "
	    "end that, then magnetiq maintain" });
}

/* The newest of a migration stays; so that it is not forgotten, it is told. */
void
check_copies(struct mag_checkup *k)
{
	const char *database = k->c->conf->database;
	struct copy *list;
	size_t i, n = copies_find(&list, k->c->a, database), old = 0;
	int64_t size = 0;

	for (i = 0; i < n; i++) {
		if (k->c->now - list[i].made <= MAG_COPY_DAYS * DAY)
			continue;
		size += list[i].size;
		old++;
	}
	if (old == 0)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
	    .what = "Old copies of the database lie beside it: %s.",
	    .arg = mag_printf(k->c->a, "%zu, %.1f MB", old, (double)size / MB),
	    .cure = "magnetiq maintain removes all but the newest of a "
	    "migration, and you may remove that: ls %s.*-*Z*",
	    .cure_arg = database });
}

/* A log that nobody takes away, in a folder of logs. */
/* When the first line of a log was written; 0 if that is not told.  All of
 * ours begin with it. */
static int64_t
first_line(const char *path)
{
	static const char key[] = "{\"time\":\"";
	char line[64] = "";
	const char *end;
	int64_t at = 0;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) == NULL ||
	    strncmp(line, key, sizeof(key) - 1) != 0 ||
	    (end = strchr(line + sizeof(key) - 1, '"')) == NULL ||
	    !mag_time_parse(&at, line + sizeof(key) - 1,
	    (size_t)(end - line) - (sizeof(key) - 1), false))
		at = 0;
	fclose(f);
	return at;
}

static void
tell_log(struct mag_checkup *k, enum mag_gravity gravity, const char *arg)
{

	mag_found(k, (struct mag_finding){ .gravity = gravity,
	    .id = mag_dup(k->c->a, arg, strcspn(arg, ",")),
	    .what = "A log is not rotated: %s.", .arg = arg,
	    .cure = "logrotate -f /etc/logrotate.d/magnetiq, and see "
	    "why its timer did not: systemctl status logrotate.timer" });
}

/* Nobody rotates what a developer looks at. */
static void
look_at_log(struct mag_checkup *k, const char *path)
{
	struct mag_arena *a = k->c->a;
	struct stat sb;
	int64_t first;

	if (stat(path, &sb) == -1 || !S_ISREG(sb.st_mode))
		return;
	first = first_line(path);
	if (sb.st_size > MAG_LOG_MUCH)
		tell_log(k, MAG_MAJOR, mag_printf(a, "%s, %.0f MB", path,
		    (double)sb.st_size / MB));
	else if (k->c->conf->environment == MAG_PRODUCTION && first != 0 &&
	    k->c->now - first > LOG_OLD)
		tell_log(k, MAG_MINOR, mag_printf(a, "%s, %lld d", path,
		    (long long)(k->c->now - first) / DAY));
}

static void
look_at_logs(struct mag_checkup *k, const char *dir)
{
	const struct dirent *e;
	DIR *d = opendir(dir);
	size_t n;

	while (d != NULL && (e = readdir(d)) != NULL) {
		n = strlen(e->d_name);
		if (n > 4 && strcmp(e->d_name + n - 4, ".log") == 0)
			look_at_log(k, mag_printf(k->c->a, "%s/%s", dir,
			    e->d_name));
	}
	if (d != NULL)
		closedir(d);
}

void
check_logs(struct mag_checkup *k)
{
	const struct mag_conf *conf = k->c->conf;
	const char *own = mag_printf(k->c->a, "%s/logs", conf->state_dir);

	look_at_logs(k, own);
	if (strcmp(own, conf->nginx_log_dir) != 0)
		look_at_logs(k, conf->nginx_log_dir);
}
