/* SPDX-License-Identifier: MIT */
/* Which backups stay: by day, by week, by month. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/clock.h>

#include "backup.h"

#define DAY	(24 * 60 * 60)

bool
backup_time(int64_t *out, const char *name)
{
	int y, mo, d, h, mi, s, end = 0;
	char text[40];

	if (sscanf(name, "magnetiq-%4d%2d%2dT%2d%2d%2dZ.tar.zst%n", &y, &mo, &d,
	    &h, &mi, &s, &end) != 6 || end == 0 || name[end] != '\0')
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", y, mo, d,
	    h, mi, s);
	return mag_time_parse(out, text, strlen(text), false);
}

bool
backup_rule(int out[3], const char *text)
{
	int end = 0;

	return sscanf(text, "%3d,%3d,%3d%n", &out[0], &out[1], &out[2], &end) ==
	    3 && text[end] == '\0' && out[0] >= 0 && out[1] >= 0 && out[2] >= 0;
}

/* Days, weeks from Monday on, months: numbers that grow with time. */
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
