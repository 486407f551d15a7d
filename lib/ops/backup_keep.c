/* SPDX-License-Identifier: MIT */
/* What names backups have, and which stay: by day, by week, by month. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>

#include "backup.h"

#define HOUR	(60 * 60)
#define DAY	(24 * HOUR)

static bool
time_of(int64_t *out, const char *kind, const char *name)
{
	int y, mo, d, h, mi, s, end = 0;
	size_t n = strlen(kind);
	char text[40];

	if (strncmp(name, kind, n) != 0 ||
	    sscanf(name + n, "-%4d%2d%2dT%2d%2d%2dZ.tar.zst%n", &y, &mo, &d,
	    &h, &mi, &s, &end) != 6 || end == 0 || name[n + (size_t)end] != '\0')
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", y, mo, d,
	    h, mi, s);
	return mag_time_parse(out, text, strlen(text), false);
}

bool
backup_time(int64_t *out, const char *name)
{

	return time_of(out, "magnetiq", name);
}

static bool
read_name(struct backup_name *out, const char *name)
{

	out->name = name;
	out->snapshot = time_of(&out->made, "snapshot", name);
	return out->snapshot || backup_time(&out->made, name);
}

static int
newest_first(const void *x, const void *y)
{
	const struct backup_name *a = x, *b = y;

	return a->made != b->made ? (a->made < b->made) - (a->made > b->made) :
	    strcmp(a->name, b->name);
}

bool
backup_ahead(int64_t made, int64_t now)
{

	return made - now > HOUR;
}

size_t
backup_names(struct backup_name **out, struct mag_arena *a, const char *dir)
{
	struct backup_name *names = mag_alloc(a, BACKUPS_MAX * sizeof(*names));
	DIR *d = opendir(dir);
	const struct dirent *e;
	size_t n = 0;

	while (d != NULL && n < BACKUPS_MAX && (e = readdir(d)) != NULL)
		if (read_name(&names[n], e->d_name))
			names[n++].name = mag_strdup(a, e->d_name);
	if (d != NULL)
		closedir(d);
	qsort(names, n, sizeof(names[0]), newest_first);
	*out = names;
	return n;
}

bool
backup_rule(int out[3], const char *text)
{
	int end = 0;

	return sscanf(text, "%3d,%3d,%3d%n", &out[0], &out[1], &out[2], &end) ==
	    3 && text[end] == '\0' && out[0] >= 0 && out[1] >= 0 && out[2] >= 0;
}

/* Hours, days, weeks from Monday on, months: numbers that grow with time. */
static int64_t
hour_of(int64_t t)
{

	return t / HOUR;
}

static int64_t
day_of(int64_t t)
{

	return t / DAY;
}

static int64_t
week_of(int64_t t)
{

	return (t / DAY + 3) / 7;	/* 1970 began on a Thursday */
}

static int64_t
month_of(int64_t t)
{
	char text[MAG_TIME_TEXT];
	int y = 0, m = 0;

	mag_time_rfc3339(text, t);
	(void)!sscanf(text, "%d-%d", &y, &m);
	return (int64_t)y * 12 + m;
}

static void
newest_of_each(bool *keep, const int64_t *times, size_t n, int most,
    int64_t (*of)(int64_t))
{
	int64_t last = -1;
	size_t i;

	for (i = 0; i < n && most > 0; i++) {
		if (i > 0 && of(times[i]) == last)
			continue;
		last = of(times[i]);
		keep[i] = true;
		most--;
	}
}

void
backup_kept(bool *keep, const int64_t *times, size_t n, int daily, int weekly,
    int monthly)
{
	size_t i;

	/* The last good ones, whatever is said. */
	for (i = 0; i < n; i++)
		keep[i] = times[0] - times[i] < DAY;
	newest_of_each(keep, times, n, daily, day_of);
	newest_of_each(keep, times, n, weekly, week_of);
	newest_of_each(keep, times, n, monthly, month_of);
}

void
snapshots_kept(bool *keep, const int64_t *times, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		keep[i] = times[0] - times[i] < DAY;
	newest_of_each(keep, times, n, MAG_SNAPSHOT_HOURS, hour_of);
}
