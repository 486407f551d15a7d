/* SPDX-License-Identifier: MIT */
/* Is somebody bringing the file forward?  See conn.h. */
#define _GNU_SOURCE		/* asprintf */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "conn.h"

static char *
beside(const struct mag_db *db)
{
	char *path;

	if (asprintf(&path, "%s.migrating", db->path) == -1)
		abort();
	return path;
}

/* Without it writers are told sooner that the database is busy, no more. */
int
db_migrating_begin(const struct mag_db *db)
{
	char *path = beside(db);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd != -1)
		(void)flock(fd, LOCK_EX | LOCK_NB);
	free(path);
	return fd;
}

void
db_migrating_end(const struct mag_db *db, int fd)
{
	char *path = beside(db);

	if (fd != -1) {
		(void)unlink(path);
		close(fd);
	}
	free(path);
}

bool
db_is_migrating(const struct mag_db *db)
{
	char *path = beside(db);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool held;

	free(path);
	if (fd == -1)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) == -1;
	close(fd);
	return held;
}
