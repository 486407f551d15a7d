/* SPDX-License-Identifier: MIT */
/* The letters that development has written as files, for who develops. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>

#include "ops.h"

/* The number that a file is called by; 0 if it is no letter. */
static int64_t
number_of(const char *name)
{
	char *end;
	long long n;

	if (*name < '0' || *name > '9')
		return 0;
	n = strtoll(name, &end, 10);
	return strcmp(end, ".eml") == 0 ? n : 0;
}

/* Into its place, the greatest first; the least may fall out. */
static void
insert(int64_t *out, int *n, int most, int64_t number)
{
	int i;

	if (*n == most && number <= out[most - 1])
		return;
	for (i = *n < most ? (*n)++ : most - 1;
	    i > 0 && out[i - 1] < number; i--)
		out[i] = out[i - 1];
	out[i] = number;
}

int
mag_letter_files(int64_t *out, int most, const struct mag_conf *conf)
{
	DIR *dir = opendir(conf->mail_dir);
	const struct dirent *e;
	int64_t number;
	int n = 0;

	/* Before the first letter there is no folder. */
	if (dir == NULL)
		return 0;
	while ((e = readdir(dir)) != NULL)
		if ((number = number_of(e->d_name)) > 0)
			insert(out, &n, most, number);
	closedir(dir);
	return n;
}

enum mag_status
mag_letter_file(struct mag_str *out, struct mag_call *c, int64_t number,
    size_t most)
{
	const char *path = mag_printf(c->a, LETTER_FILE, c->conf->mail_dir,
	    (long long)number);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat sb;
	size_t n = 0;
	ssize_t got = -1;
	char *p;

	if (fd != -1 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode)) {
		if ((int64_t)sb.st_size < (int64_t)most)
			most = (size_t)sb.st_size;
		p = mag_alloc(c->a, most + 1);
		while ((got = read(fd, p + n, most - n)) > 0)
			n += (size_t)got;
		*out = (struct mag_str){ p, n };
	}
	if (fd != -1)
		close(fd);
	return got == 0 ? MAG_OK : mag_fail(c, MAG_NOT_FOUND,
	    "There is nothing here.");
}
