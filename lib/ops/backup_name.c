/* SPDX-License-Identifier: MIT */
/* Names in the folder of backups: given, and taken from those too old. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>

#include "backup.h"

/* The archive's time is when it was found whole: how long that took is told
 * by its name and its time (snapshot.c). */
static bool
set_time(const char *archive)
{
	const struct timespec times[2] = { { .tv_sec = mag_clock_now() },
	    { .tv_sec = mag_clock_now() } };

	return utimensat(AT_FDCWD, archive, times, 0) == 0;
}

static bool
sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd != -1 && fsync(fd) == 0;

	if (fd != -1)
		close(fd);
	return good;
}

enum mag_status
backup_give_name(const char **path, struct mag_call *c,
    const struct backup_wish *wish, const char *archive, const char *dir)
{
	char when[MAG_TIME_TEXT], plain[MAG_TIME_TEXT], *to;
	const char *from;
	int64_t t;

	if (!set_time(archive))
		return folder_failed(c, archive);
	for (t = c->now;; t++) {
		mag_time_rfc3339(when, t);
		for (from = when, to = plain; *from != '\0'; from++)
			if (*from != '-' && *from != ':')
				*to++ = *from;
		*to = '\0';
		*path = mag_printf(c->a, "%s/%s-%s.tar.zst", dir,
		    wish->snapshot ? "snapshot" : "magnetiq", plain);
		if (link(archive, *path) == 0)
			break;
		if (errno != EEXIST)
			return folder_failed(c, *path);
	}
	return sync_folder(dir) ? MAG_OK : folder_failed(c, dir);
}

/* Snapshots have a rule of their own, and each kind sees only its own.  Those
 * of the future would be the newest of all, and push the true ones out. */
static size_t
that_count(struct backup_name *names, size_t n, struct mag_call *c,
    bool snapshots, struct mag_buf *report)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (names[i].snapshot != snapshots)
			continue;
		if (backup_ahead(names[i].made, c->now))
			mag_buf_addf(report, "%s is dated in the future, and "
			    "does not count\n", names[i].name);
		else
			names[k++] = names[i];
	}
	return k;
}

void
backup_remove_old(struct mag_call *c, const struct backup_wish *wish,
    const char *dir, struct mag_buf *report)
{
	struct backup_name *names;
	int64_t times[BACKUPS_MAX];
	bool keep[BACKUPS_MAX];
	int most[3] = { 7, 4, 12 };
	size_t i, n = backup_names(&names, c->a, dir);

	n = that_count(names, n, c, wish->snapshot, report);
	for (i = 0; i < n; i++)
		times[i] = names[i].made;
	(void)!backup_rule(most, wish->keep != NULL ? wish->keep :
	    c->conf->backup_keep);
	if (wish->snapshot)
		snapshots_kept(keep, times, n);
	else
		backup_kept(keep, times, n, most[0], most[1], most[2]);
	for (i = 0; i < n; i++)
		if (!keep[i] && unlink(mag_printf(c->a, "%s/%s", dir,
		    names[i].name)) == 0)
			mag_buf_addf(report, "removed %s\n", names[i].name);
}

void
backup_sweep(struct mag_call *c, const char *dir)
{
	const struct dirent *e;
	DIR *d = opendir(dir);

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, ".new-", 5) == 0)
			folder_remove(mag_printf(c->a, "%s/%s", dir,
			    e->d_name));
	if (d != NULL)
		closedir(d);
}
