/* SPDX-License-Identifier: MIT */
/* Time zones: the names that tzdata itself lists, read once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
