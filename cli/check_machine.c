/* SPDX-License-Identifier: MIT */
/* What the machine itself must have: a clock, repairs, zones, memory, a long
 * queue. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "checks.h"

#define QUEUE_LEAST	1024		/* what the pools ask for */
#define DAY		(24 * 60 * 60)
#define UPDATES_OLD	(14 * DAY)	/* Debian has some each week */
#define MEMORY_LEAST	(96 * 1024)	/* KiB */

static const char sql_future[] =
    "SELECT max(created_at) FROM audit_log";

/* What was written later than now is written by a clock that was wrong, or is
 * read by one. */
void
check_clock(struct mag_checkup *k)
{
	const char *const paths[] = { k->c->conf->database,
	    mag_printf(k->c->a, "%s-wal", k->c->conf->database) };
	struct mag_row *row = NULL;
	int64_t last = 0;
	struct stat sb;
	size_t i;

	for (i = 0; i < 2; i++)
		if (stat(paths[i], &sb) == 0 && (int64_t)sb.st_mtime > last)
			last = (int64_t)sb.st_mtime;
	/* Tests move the clock of the program, not that of the files. */
	if (k->c->conf->clock_offset_file != NULL)
		last = 0;
	if (k->c->db != NULL && mag_db_row(&row, k->c->db, sql_future, "") ==
	    MAG_OK && mag_row_time(row, 0) > last)
		last = mag_row_time(row, 0);
	mag_row_done(row);
	if (last <= k->c->now + 120)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
	    .what = "The clock is wrong, or was: the last write is %s minutes "
	    "in the future", .arg = mag_printf(k->c->a, "%lld",
	    (long long)(last - k->c->now) / 60),
	    .cure = "timedatectl set-ntp true (apt-get install "
	    "systemd-timesyncd), then timedatectl shows the time" });
}

/* The kernel knows whether anybody sets its clock.  A container has that of its
 * host, and is not told who does: then it may not say. */
void
check_sync(struct mag_checkup *k)
{
	struct timex t = { .modes = 0 };
	static const char *const signs[] = { "/run/systemd/container",
	    "/run/.containerenv", "/.dockerenv" };
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (access(signs[i], F_OK) == 0)
			return;
	if (adjtimex(&t) == -1 || !(t.status & STA_UNSYNC))
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
	    .what = "Nobody sets the clock: appointments and tokens drift",
	    .cure = "apt-get install systemd-timesyncd, timedatectl set-ntp "
	    "true; timedatectl then says: synchronized" });
}

/* The last day of free repairs, of those that we know. */
static const struct release {
	const char	*id, *version, *ends;
} releases[] = {
	{ "debian", "10", "2024-06-30" }, { "debian", "11", "2026-08-31" },
	{ "debian", "12", "2028-06-30" }, { "debian", "13", "2030-06-30" },
	{ "ubuntu", "18.04", "2023-05-31" }, { "ubuntu", "20.04", "2025-05-31" },
	{ "ubuntu", "22.04", "2027-05-31" }, { "ubuntu", "24.04", "2029-05-31" },
};

/* NAME=value or NAME="value" of os-release(5). */
static const char *
value_of(struct mag_arena *a, const char *text, const char *name)
{
	const char *p = strstr(mag_printf(a, "\n%s", text),
	    mag_printf(a, "\n%s=", name));

	if (p == NULL)
		return "";
	p += strlen(name) + 2;
	p += *p == '"';
	return mag_dup(a, p, strcspn(p, "\"\n"));
}

void
check_release(struct mag_checkup *k)
{
	struct mag_arena *a = k->c->a;
	const char *text = text_of(a, "/etc/os-release"), *id, *version;
	char today[MAG_TIME_TEXT];
	size_t i;

	if (text == NULL)
		return;
	id = value_of(a, text, "ID");
	version = value_of(a, text, "VERSION_ID");
	mag_time_db(today, k->c->now);
	for (i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		if (strcmp(id, releases[i].id) == 0 &&
		    strcmp(version, releases[i].version) == 0 &&
		    strcmp(today, releases[i].ends) > 0)
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_MAJOR,
			    .what = "This system gets no more repairs: %s",
			    .arg = mag_printf(a, "%s %s, since %s", id,
			    version, releases[i].ends),
			    .cure = "Move to the next release: do-release-"
			    "upgrade, or the release notes of Debian" });
}

/* Each of these is touched by apt-get update; that of an image is as old as
 * the image. */
void
check_updates(struct mag_checkup *k)
{
	static const char *const paths[] = { "/var/lib/apt/lists",
	    "/var/lib/apt/lists/partial", "/var/cache/apt/pkgcache.bin",
	    "/var/lib/apt/periodic/update-success-stamp" };
	int64_t last = 0;
	struct stat sb;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (stat(paths[i], &sb) == 0 && (int64_t)sb.st_mtime > last)
			last = (int64_t)sb.st_mtime;
	if (last == 0 || k->c->now - last <= UPDATES_OLD)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "Nobody has asked for repairs of the system for %s days",
	    .arg = mag_printf(k->c->a, "%lld",
	    (long long)(k->c->now - last) / DAY),
	    .cure = "apt-get update && apt-get upgrade, and apt-get install "
	    "unattended-upgrades; an image: build it anew" });
}

void
check_zones(struct mag_checkup *k)
{
	static const char file[] = "/usr/share/zoneinfo/Europe/Berlin";

	if (access(file, R_OK) == 0)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
	    .what = "There are no time zones: %s", .arg = file,
	    .cure = "apt-get install tzdata" });
}

void
check_memory(struct mag_checkup *k)
{
	const char *text = text_of(k->c->a, "/proc/meminfo"), *line;
	long kib;

	if (text == NULL || (line = strstr(text, "MemAvailable:")) == NULL ||
	    sscanf(line, "MemAvailable: %ld", &kib) != 1 || kib >= MEMORY_LEAST)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "Only %s MB of memory are left", .arg = mag_printf(
	    k->c->a, "%ld", kib / 1024), .cure = "systemd-cgtop shows who has "
	    "it; fewer WORKERS, a smaller SQLITE_CACHE_SIZE, or more memory" });
}

void
check_queue(struct mag_checkup *k)
{
	const char *text = text_of(k->c->a, "/proc/sys/net/core/somaxconn");
	int n;

	if (text == NULL || sscanf(text, "%d", &n) != 1 || n >= QUEUE_LEAST)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
	    .what = "Sockets have a short queue: %s", .arg = mag_printf(
	    k->c->a, "%d", n), .cure = "sysctl -p "
	    "/usr/lib/sysctl.d/50-magnetiq.conf, or net.core.somaxconn=4096 "
	    "in /etc/sysctl.d" });
}
