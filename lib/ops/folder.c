/* SPDX-License-Identifier: MIT */
/* Folders: made, and removed with all that is in them. */
#define _GNU_SOURCE		/* FTW_PHYS, FTW_DEPTH */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/pace.h>

#include "backup.h"

enum mag_status
folder_failed(struct mag_call *c, const char *path)
{

	return mag_fail_arg(c, MAG_UNAVAILABLE, "A file cannot be written: %s",
	    mag_printf(c->a, "%s: %s", path, strerror(errno)));
}

enum mag_status
folder_make(struct mag_call *c, const char *path, int mode)
{
	struct stat sb;

	if (mkdir(path, (mode_t)mode) == 0 || (errno == EEXIST &&
	    stat(path, &sb) == 0 && S_ISDIR(sb.st_mode)))
		return MAG_OK;
	return folder_failed(c, path);
}

bool
folder_above(const char *path)
{
	char name[4096], *p;
	bool good = (size_t)snprintf(name, sizeof(name), "%s", path) <
	    sizeof(name);

	for (p = name + 1; good && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		good = mkdir(name, 0755) == 0 || errno == EEXIST;
		*p = '/';
	}
	return good;
}

static int
remove_one(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{

	(void)sb;
	(void)ftw;
	(void)(type == FTW_F ? mag_pace_remove(path) : remove(path));
	return 0;
}

void
folder_remove(const char *path)
{

	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
