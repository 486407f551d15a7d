/* SPDX-License-Identifier: MIT */
/*
 * What has happened since a backup was made stands in the database that a
 * restore replaces.  Where that is wrecked, the newest copy in the folder of
 * backups knows most of it: who was forgotten, what went out, which tags are
 * in people's hands.
 */
#include <string.h>
#include <sys/stat.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/schema.h>

#include "backup.h"

bool
backup_readable(struct mag_call *c, struct mag_db *db)
{
	struct mag_schema_table *t;
	size_t n;

	return mag_schema_tables(&t, &n, c->a, db) == MAG_OK && n > 0;
}

static bool
open_copy(struct mag_db **out, struct mag_call *c, const char *path,
    const char *dir)
{
	struct mag_call one = *c;	/* why it is none is nobody's answer */
	struct backup_facts facts;

	if (backup_check(&facts, &one, path, dir, BACKUP_DATABASE) == MAG_OK &&
	    mag_db_open(out, mag_printf(c->a, "%s/magnetiq.db", dir),
	    MAG_DB_READONLY, 0) == MAG_OK)
		return true;
	folder_remove(dir);
	return false;
}

static bool
same_file(const char *x, const char *y)
{
	struct stat a, b;

	return stat(x, &a) == 0 && stat(y, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int64_t
made_when(struct mag_call *c, const char *path, const char *dir)
{
	struct mag_call one = *c;	/* why it is none is nobody's answer */
	struct backup_facts facts;
	enum mag_status st;

	st = backup_check(&facts, &one, path, dir, BACKUP_DATABASE);
	folder_remove(dir);
	return st == MAG_OK ? facts.created : 0;
}

/*
 * The newest of the folder, made after the moment, that can be read; or NULL.
 * Of some that are made in one second, each is named after a later one, so a
 * name says only that it is no newer.  The one that comes back knows nothing
 * more.
 */
static const char *
newest(int64_t *made, struct mag_call *c, const char *but, const char *dir)
{
	struct backup_name *names;
	size_t i, n = backup_names(&names, c->a, c->conf->backup_dir);
	const char *path, *found = NULL;
	int64_t when;

	for (i = 0; i < n && names[i].made > *made; i++) {
		path = mag_printf(c->a, "%s/%s", c->conf->backup_dir,
		    names[i].name);
		if (backup_ahead(names[i].made, c->now) ||
		    same_file(path, but) ||
		    (when = made_when(c, path, dir)) <= *made)
			continue;
		*made = when;
		found = path;
	}
	return found;
}

void
backup_past(struct mag_db **out, struct mag_call *c, int64_t made,
    const char *but, const char *dir, struct mag_buf *report)
{
	char when[MAG_TIME_TEXT];
	const char *path = newest(&made, c, but, dir), *from;

	*out = NULL;
	if (path != NULL && !open_copy(out, c, path, dir))
		*out = NULL;
	from = *out == NULL ? "the backup itself" : "the newest copy of before";
	mag_time_rfc3339(when, made);
	mag_buf_addf(report, "the present database is not there, or cannot be "
	    "read: what was erased and sent is known from %s, until %s; who "
	    "was erased after that is not forgotten again\n", from, when);
}
