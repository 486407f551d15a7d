/* SPDX-License-Identifier: MIT */
/* Whole copies of the database beside it; see copies.h. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>

#include "copies.h"

#define COPIES_MAX	1000	/* that are looked at */
#define DAY		(24 * 60 * 60)

static const char *const kinds[] = {
	"before-migrate-", "before-restore-", "failed-restore-"
};
#define NKINDS	(sizeof(kinds) / sizeof(kinds[0]))

/* `20261123T100000Z`, and for restores `-` and a number. */
static bool
read_time(int64_t *out, const char *text)
{
	int y, mo, d, h, mi, s, end = 0;
	char plain[40];

	if (sscanf(text, "%4d%2d%2dT%2d%2d%2dZ%n", &y, &mo, &d, &h, &mi, &s,
	    &end) != 6 || end == 0)
		return false;
	text += end;
	if (*text == '-')
		text += 1 + strspn(text + 1, "0123456789");
	snprintf(plain, sizeof(plain), "%04d-%02d-%02dT%02d:%02d:%02dZ", y, mo,
	    d, h, mi, s);
	return *text == '\0' &&
	    mag_time_parse(out, plain, strlen(plain), false);
}

/* What stands behind `magnetiq.db.`, if it is one of ours. */
static bool
read_name(struct copy *out, const char *rest)
{
	size_t i, n;

	for (i = 0; i < NKINDS; i++) {
		n = strlen(kinds[i]);
		if (strncmp(rest, kinds[i], n) != 0)
			continue;
		out->migration = i == 0;
		return read_time(&out->made, rest + n);
	}
	return false;
}

static int64_t
size_of(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? sb.st_size : 0;
}

static int
newest_first(const void *x, const void *y)
{
	const struct copy *a = x, *b = y;

	return (a->made < b->made) - (a->made > b->made);
}

size_t
copies_find(struct copy **out, struct mag_arena *a, const char *database)
{
	struct copy *list = mag_alloc(a, COPIES_MAX * sizeof(*list));
	const char *name = strrchr(database, '/');
	const struct dirent *e;
	size_t length, n = 0;
	DIR *dir;

	*out = list;
	if (name == NULL || (dir = opendir(mag_dup(a, database,
	    (size_t)(name - database) + 1))) == NULL)
		return 0;
	length = strlen(++name);
	while (n < COPIES_MAX && (e = readdir(dir)) != NULL) {
		if (strncmp(e->d_name, name, length) != 0 ||
		    e->d_name[length] != '.' ||
		    !read_name(&list[n], e->d_name + length + 1))
			continue;
		list[n].path = mag_printf(a, "%s%s", database,
		    e->d_name + length);
		list[n].size = size_of(list[n].path) +
		    size_of(mag_printf(a, "%s-wal", list[n].path));
		n++;
	}
	closedir(dir);
	qsort(list, n, sizeof(*list), newest_first);
	return n;
}

/* The way back of the last migration is worth its room however old it is. */
size_t
copies_over(struct copy *list, size_t n, int64_t now)
{
	bool newest = true;
	struct copy one;
	size_t i, stay = 0;

	for (i = 0; i < n; i++) {
		if (now - list[i].made > MAG_COPY_DAYS * DAY &&
		    !(list[i].migration && newest))
			continue;
		newest = newest && !list[i].migration;
		one = list[i];
		memmove(&list[stay + 1], &list[stay],
		    (i - stay) * sizeof(*list));
		list[stay++] = one;
	}
	return stay;
}

bool
copies_remove(struct mag_arena *a, const struct copy *copy)
{

	(void)unlink(mag_printf(a, "%s-wal", copy->path));
	(void)unlink(mag_printf(a, "%s-shm", copy->path));
	return unlink(copy->path) == 0;
}
