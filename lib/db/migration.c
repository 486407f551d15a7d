/* SPDX-License-Identifier: MIT */
/* Which migrations there are: the files sqlite/NNNN-name.sql, compiled in. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/embed.h>
#include <magnetiq/migrate.h>

#define KNOWN_MAX	256

/* `sqlite/0002-pages.sql` gives 2; 0 if it is no migration. */
static int
number_of(const char *file)
{
	int n = 0, i;

	if (strncmp(file, "sqlite/", 7) != 0)
		return 0;
	for (i = 7; i < 11; i++) {
		if (file[i] < '0' || file[i] > '9')
			return 0;
		n = n * 10 + file[i] - '0';
	}
	return file[i] == '-' ? n : 0;
}

static char *
copy(const char *p, size_t n)
{
	char *s = strndup(p, n);

	if (s == NULL)
		abort();
	return s;
}

static char *
name_of(const char *file)
{
	size_t n = strlen(file);

	assert(n > 11 && strcmp(file + n - 4, ".sql") == 0);
	return copy(file + 7, n - 11);
}

/* From the head's line `-- Beside:  program 2.0.0 and later may run ...`. */
static char *
beside_of(const char *sql)
{
	static const char label[] = "-- Beside:  program ";
	const char *p = strstr(sql, label);

	if (p == NULL)
		return copy("", 0);
	p += sizeof(label) - 1;
	return copy(p, strspn(p, "0123456789."));
}

int
mag_version_compare(const char *x, const char *y)
{
	long a, b;
	char *end;

	do {
		a = strtol(x, &end, 10);
		x = end + (*end == '.');
		b = strtol(y, &end, 10);
		y = end + (*end == '.');
	} while (a == b && (*x != '\0' || *y != '\0') &&
	    ((*x >= '0' && *x <= '9') || (*y >= '0' && *y <= '9')));
	return (a > b) - (a < b);
}

const struct mag_migration *
mag_migrations(size_t *n)
{
	static struct mag_migration known[KNOWN_MAX];
	static size_t count;
	const struct mag_file *f;
	int number;

	if (count > 0)
		goto done;
	for (f = mag_files_sql; f->name != NULL; f++) {
		if ((number = number_of(f->name)) == 0)
			continue;
		assert(count < KNOWN_MAX);
		assert(count == 0 || number > known[count - 1].number);
		known[count].number = number;
		known[count].name = name_of(f->name);
		known[count].sql = f->text;
		known[count++].beside = beside_of(f->text);
	}
done:
	*n = count;
	return known;
}
