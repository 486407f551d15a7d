/* SPDX-License-Identifier: MIT */
/* Which backups there are: each was checked before it got its name. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>

#include "backup.h"

#define LIST_MAX	1000

static int
newest_first(const void *x, const void *y)
{

	return strcmp(*(const char *const *)y, *(const char *const *)x);
}

static size_t
read_names(const char **names, struct mag_call *c)
{
	DIR *dir = opendir(c->conf->backup_dir);
	const struct dirent *e;
	int64_t made;
	size_t n = 0;

	while (dir != NULL && n < LIST_MAX && (e = readdir(dir)) != NULL)
		if (backup_time(&made, e->d_name))
			names[n++] = mag_strdup(c->a, e->d_name);
	if (dir != NULL)
		closedir(dir);
	qsort(names, n, sizeof(names[0]), newest_first);
	return n;
}

void
mag_backups_print(struct mag_buf *b, struct mag_call *c, size_t most)
{
	const char **names = mag_alloc(c->a, LIST_MAX * sizeof(*names));
	char when[MAG_TIME_TEXT];
	struct stat sb;
	int64_t made;
	size_t i, n = read_names(names, c);

	mag_buf_addc(b, '[');
	for (i = 0; i < n && i < most; i++) {
		if (stat(mag_printf(c->a, "%s/%s", c->conf->backup_dir,
		    names[i]), &sb) == -1)
			continue;
		(void)backup_time(&made, names[i]);
		mag_time_rfc3339(when, made);
		mag_buf_addf(b, "%s{\"name\":\"%s\",\"created_at\":\"%s\","
		    "\"size\":%lld,\"verified\":true}", i > 0 ? "," : "",
		    names[i], when, (long long)sb.st_size);
	}
	mag_buf_addc(b, ']');
}

const char *
mag_backup_newest(struct mag_call *c)
{
	const char **names = mag_alloc(c->a, LIST_MAX * sizeof(*names));

	return read_names(names, c) == 0 ? NULL :
	    mag_printf(c->a, "%s/%s", c->conf->backup_dir, names[0]);
}
