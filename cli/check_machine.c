/* SPDX-License-Identifier: MIT */
/* What the machine itself must have: a clock, zones, memory, a long queue. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"

#define QUEUE_LEAST	1024		/* what the pools ask for */
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
