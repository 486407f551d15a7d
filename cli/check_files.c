/* SPDX-License-Identifier: MIT */
/* Owners and modes: of the database, the folders, the settings. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"

static const char *
user_name(struct mag_arena *a, uid_t uid)
{
	const struct passwd *p = getpwuid(uid);

	return p != NULL ? mag_strdup(a, p->pw_name) :
	    mag_printf(a, "%ld", (long)uid);
}

static const char *
folder_of(struct mag_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? "." : slash == path ? "/" :
	    mag_dup(a, path, (size_t)(slash - path));
}

/* Whose the folder is, his are the files in it: else the workers cannot
 * write, or root has left something behind. */
static void
look_at_file(struct mag_checkup *k, const char *path, const struct stat *dir)
{
	struct mag_arena *a = k->c->a;
	struct stat sb;

	if (stat(path, &sb) == -1)
		return;
	if (sb.st_uid != dir->st_uid)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = path, .what = "A file belongs to another user than "
		    "its folder: %s", .arg = mag_printf(a, "%s (%s, not %s)",
		    path, user_name(a, sb.st_uid), user_name(a, dir->st_uid)),
		    .cure = "chown --reference=%s", .cure_arg = mag_printf(a,
		    "%s %s", folder_of(a, path), path) });
	else if (access(path, R_OK | W_OK) == -1)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = path, .what = "This user cannot write %s",
		    .arg = path, .cure = "Be its owner (sudo -u %s) or root",
		    .cure_arg = user_name(a, sb.st_uid) });
	if (!(sb.st_mode & S_IWUSR))
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = path, .what = "Its owner may not write %s",
		    .arg = path, .cure = "chmod u+rw %s", .cure_arg = path });
	if (sb.st_mode & 007)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = path, .what = "Everybody on this machine may open %s",
		    .arg = path, .cure = "chmod o= %s", .cure_arg = path });
}

void
check_data(struct mag_checkup *k)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	const char *path = k->c->conf->database;
	struct stat dir;
	size_t i;

	if (stat(folder_of(k->c->a, path), &dir) == -1)
		return;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		look_at_file(k, mag_printf(k->c->a, "%s%s", path, ends[i]),
		    &dir);
}

static void
look_at_folder(struct mag_checkup *k, const char *setting, const char *path,
    mode_t forbidden)
{
	struct mag_arena *a = k->c->a;
	struct stat sb;

	if (stat(path, &sb) == -1 || !S_ISDIR(sb.st_mode))
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = setting, .what = "There is no folder %s",
		    .arg = mag_printf(a, "%s (%s)", path, setting),
		    .cure = "magnetiq setup makes the usual ones; else mkdir "
		    "it, and chown it to the user of the workers" });
	else if ((sb.st_mode & 0700) != 0700 || access(path, R_OK | W_OK | X_OK)
	    == -1)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = setting, .what = "A folder cannot be read and "
		    "written: %s", .arg = mag_printf(a, "%s (%s)", path,
		    setting),
		    .cure = "chmod u+rwx %s, and chown it to the user of the "
		    "workers", .cure_arg = path });
	else if (sb.st_mode & forbidden)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = setting, .what = "Others may look into %s",
		    .arg = mag_printf(a, "%s (%s)", path, setting),
		    .cure = forbidden & 0070 ? "chmod 700 %s" : "chmod o= %s",
		    .cure_arg = path });
}

void
check_folders(struct mag_checkup *k)
{
	const struct mag_conf *conf = k->c->conf;
	bool strict = conf->environment == MAG_PRODUCTION;

	look_at_folder(k, "STATE_DIR", conf->state_dir, strict ? 0007 : 0002);
	look_at_folder(k, "UPLOAD_DIR", conf->upload_dir, strict ? 0007 : 0002);
	/* It is made with the first backup. */
	if (access(conf->backup_dir, F_OK) == 0)
		look_at_folder(k, "BACKUP_DIR", conf->backup_dir, 0077);
}

/* Root's may be read by a group: that of the workers. */
static void
look_at_secret(struct mag_checkup *k, const char *path)
{
	struct stat sb;

	if (stat(path, &sb) == -1 ||
	    !(sb.st_mode & (sb.st_uid == 0 ? 037 : 077)))
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR, .id = path,
	    .what = "Others may read the secrets in %s", .arg = path,
	    .cure = sb.st_gid != 0 && sb.st_uid == 0 ? "chmod 640 %s" :
	    "chmod 600 %s",
	    .cure_arg = path });
}

void
check_env_file(struct mag_checkup *k)
{
	const char *file = mag_conf_file();
	const char *key = mag_printf(k->c->a, "%s/secret.key",
	    k->c->conf->state_dir);

	if (file != NULL)
		look_at_secret(k, file);
	look_at_secret(k, key);
}
