/* SPDX-License-Identifier: MIT */
/*
 * Time zones: the names that tzdata itself lists, read once, and the clocks
 * of each, read when somebody asks.
 *
 * Not through localtime(), which knows one zone a process, and only by way of
 * its environment; and no library function says at which instant a clock
 * shows a time, and whether it does so once.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/day.h>
#include <magnetiq/log.h>

#include "zone.h"

#define FOLDER		"/usr/share/zoneinfo/"
#define LIST		FOLDER "tzdata.zi"
#define NAMES_MAX	2000	/* tzdata has about 600 */
#define FILE_MAX_BYTES	(64 * 1024)	/* the largest has 4 KiB */

static char *names[NAMES_MAX];
static struct mag_zone *zones[NAMES_MAX];	/* once they were asked for */
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

static size_t
find(const char *name)
{
	char **found;

	if (nnames == 0)
		read_list();
	found = bsearch(&name, names, nnames, sizeof(names[0]), by_name);
	return found == NULL ? NAMES_MAX : (size_t)(found - names);
}

bool
mag_zone_valid(const char *name)
{

	return find(name) < NAMES_MAX;
}

const char *
mag_zone_name(size_t i)
{

	if (nnames == 0)
		read_list();
	return i < nnames ? names[i] : NULL;
}

/* ---- the clocks of a zone ---- */

static struct mag_zone *
read_zone(const char *name)
{
	struct mag_zone *z = calloc(1, sizeof(*z));
	uint8_t *bytes = malloc(FILE_MAX_BYTES);
	char path[512];
	bool good;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), FOLDER "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 || bytes == NULL ? -1 : read(fd, bytes, FILE_MAX_BYTES);
	good = z != NULL && n > 0 && zone_file_parse(z, bytes, (size_t)n);
	if (fd >= 0)
		close(fd);
	free(bytes);
	if (good)
		return z;
	mag_log(MAG_ERROR, "zone", "cannot read %s", path);
	free(z);
	return NULL;
}

const struct mag_zone *
mag_zone_find(const char *name)
{
	size_t i = find(name);

	if (i == NAMES_MAX)
		return NULL;
	if (zones[i] == NULL)
		zones[i] = read_zone(names[i]);
	return zones[i];
}

/* How many changes were at or before an instant. */
static size_t
changes_until(const struct mag_zone *z, int64_t utc)
{
	size_t low = 0, high = z->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (z->at[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int32_t
mag_zone_offset(const struct mag_zone *z, int64_t utc)
{
	size_t i = changes_until(z, utc);

	if (i == z->n && z->ruled)
		return zone_rule_offset(&z->rule, utc);
	return i == 0 ? z->first : z->offset[i - 1];
}

/* "CET" */
static const char *
letters_at(const struct mag_zone *z, int64_t utc)
{
	size_t i = changes_until(z, utc);

	if (i == z->n && z->ruled)
		return z->rule.letters[zone_rule_daylight(&z->rule, utc)];
	return z->chars + (i == 0 ? z->first_name : z->name[i - 1]);
}

void
mag_zone_local(struct mag_local *out, const char *zone, int64_t t)
{
	const struct mag_zone *z = zone == NULL ? NULL : mag_zone_find(zone);
	int32_t offset = z == NULL ? 0 : mag_zone_offset(z, t);
	int64_t day = mag_day_of(t + offset), rest = t + offset - day * MAG_DAY;
	struct mag_date d;

	mag_day_date(&d, day);
	*out = (struct mag_local){ .year = d.year, .month = d.month,
	    .day = d.day, .hour = (int)(rest / 3600),
	    .minute = (int)(rest / 60 % 60), .second = (int)(rest % 60),
	    .weekday = (d.weekday + 1) % 7, .offset = offset };
	snprintf(out->letters, sizeof(out->letters), "%s",
	    z == NULL ? "UTC" : letters_at(z, t));
}

int64_t
mag_zone_wall(const struct mag_zone *z, int64_t utc)
{

	return utc + mag_zone_offset(z, utc);
}

/* The next instant at which a rule begins to count, or changes. */
static bool
next_change(int64_t *out, const struct mag_zone *z, int64_t utc)
{
	size_t i = changes_until(z, utc);

	if (i < z->n) {
		*out = z->at[i];
		return true;
	}
	return z->ruled && zone_rule_next(out, &z->rule, utc);
}

bool
mag_zone_next(int64_t *out, const struct mag_zone *z, int64_t utc)
{
	int32_t now = mag_zone_offset(z, utc);
	int i;

	/* Some changes only gave the same time another name. */
	for (i = 0; i < 1000 && next_change(&utc, z, utc); i++)
		if (mag_zone_offset(z, utc) != now) {
			*out = utc;
			return true;
		}
	return false;
}

#define AHEAD_MAX	(26 * 3600)	/* no clock is further from UTC */

enum mag_zone_fit
mag_zone_utc(int64_t *out, const struct mag_zone *z, int64_t wall)
{
	int64_t from = wall - AHEAD_MAX, until, first = 0;
	int32_t offset = mag_zone_offset(z, from), last = offset;
	int found = 0;

	/* One stretch after the other in which the clocks just run. */
	while (from <= wall + AHEAD_MAX) {
		if (!next_change(&until, z, from))
			until = INT64_MAX;
		if (wall - offset >= from && wall - offset < until &&
		    found++ == 0)
			first = wall - offset;
		/* They were put forward over it: as if not yet. */
		if (found == 0 && wall - offset >= until &&
		    wall - mag_zone_offset(z, until) < until)
			last = offset;
		if (until == INT64_MAX)
			break;
		from = until;
		offset = mag_zone_offset(z, from);
	}
	*out = found > 0 ? first : wall - last;
	return found == 0 ? MAG_ZONE_NEVER :
	    found == 1 ? MAG_ZONE_ONCE : MAG_ZONE_TWICE;
}
