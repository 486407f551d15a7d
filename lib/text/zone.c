/* SPDX-License-Identifier: MIT */
/* Time zones: the names that tzdata itself lists, and what clocks there say. */
#define _DEFAULT_SOURCE	/* tm_gmtoff */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <magnetiq/log.h>
#include <magnetiq/zone.h>

#define LIST		"/usr/share/zoneinfo/tzdata.zi"
#define NAMES_MAX	2000	/* tzdata has about 600 */

static char *names[NAMES_MAX];
static size_t nnames;

static int
by_name(const void *x, const void *y)
{

	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void
add(const char *name)
{

	if (nnames < NAMES_MAX && (names[nnames] = strdup(name)) != NULL)
		nnames++;
}

/* `Z name ...` begins a zone, `L target name` is another name of one. */
static void
read_line(char *line)
{
	char *save, *word = strtok_r(line, " \t\n", &save);
	char *second, *third;

	if (word == NULL)
		return;
	second = strtok_r(NULL, " \t\n", &save);
	third = strtok_r(NULL, " \t\n", &save);
	if (strcmp(word, "Z") == 0 && second != NULL)
		add(second);
	else if (strcmp(word, "L") == 0 && third != NULL)
		add(third);
}

static void
read_list(void)
{
	char line[512];
	FILE *f;

	add("UTC");
	if ((f = fopen(LIST, "re")) == NULL) {
		mag_log(MAG_WARN, "no_tzdata", "cannot read %s", LIST);
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL)
		read_line(line);
	fclose(f);
	qsort(names, nnames, sizeof(names[0]), by_name);
}

bool
mag_zone_valid(const char *name)
{

	if (nnames == 0)
		read_list();
	return bsearch(&name, names, nnames, sizeof(names[0]), by_name) != NULL;
}

/* The C library keeps one zone at a time; changing it reads a file. */
static void
enter(const char *name)
{
	static char current[MAG_ZONE_MAX];

	if (strcmp(current, name) == 0)
		return;
	snprintf(current, sizeof(current), "%s", name);
	if (setenv("TZ", mag_zone_valid(name) ? current : "UTC", 1) == -1)
		abort();
	tzset();
}

void
mag_zone_local(struct mag_local *out, const char *zone, int64_t seconds)
{
	time_t at = (time_t)seconds;
	struct tm tm;

	memset(out, 0, sizeof(*out));
	enter(zone == NULL || strlen(zone) >= MAG_ZONE_MAX ? "UTC" : zone);
	if (localtime_r(&at, &tm) == NULL)
		return;
	out->year = tm.tm_year + 1900;
	out->month = tm.tm_mon + 1;
	out->day = tm.tm_mday;
	out->hour = tm.tm_hour;
	out->minute = tm.tm_min;
	out->second = tm.tm_sec;
	out->weekday = tm.tm_wday;
	out->offset = (int)tm.tm_gmtoff;
	snprintf(out->letters, sizeof(out->letters), "%s", tm.tm_zone);
}
