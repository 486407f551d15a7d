/* SPDX-License-Identifier: MIT */
/* Which backups there are: each was checked before it got its name, and the
 * newest is unpacked again in each drill. */
#include <string.h>
#include <sys/stat.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>

#include "backup.h"

static const char *
path_of(struct mag_call *c, const char *name)
{

	return mag_printf(c->a, "%s/%s", c->conf->backup_dir, name);
}

static const char sql_refuted[] =
    "SELECT name FROM backup_drills WHERE error IS NOT NULL";

/* All were whole once; the one of which the last drill says otherwise. */
static const char *
refuted(struct mag_call *c)
{
	const char *name = "";
	struct mag_row *row = NULL;

	if (mag_db_row(&row, c->db, sql_refuted, "") == MAG_OK)
		name = mag_row_dup(row, 0, c->a);
	mag_row_done(row);
	return name;
}

static bool
counts(const struct mag_call *c, const struct backup_name *name)
{

	return !name->snapshot && !backup_ahead(name->made, c->now);
}

static void
print(struct mag_buf *b, struct mag_call *c, size_t most, bool all)
{
	const char *bad = refuted(c);
	struct backup_name *names;
	char when[MAG_TIME_TEXT];
	struct stat sb;
	size_t i, n, told = 0;

	n = backup_names(&names, c->a, c->conf->backup_dir);
	mag_buf_addc(b, '[');
	for (i = 0; i < n && told < most; i++) {
		if ((!all && !counts(c, &names[i])) ||
		    stat(path_of(c, names[i].name), &sb) == -1)
			continue;
		mag_time_rfc3339(when, names[i].made);
		mag_buf_addf(b, "%s{\"name\":\"%s\",\"kind\":\"%s\","
		    "\"created_at\":\"%s\",\"size\":%lld,\"verified\":%s}",
		    told++ > 0 ? "," : "", names[i].name,
		    names[i].snapshot ? "snapshot" : "backup", when,
		    (long long)sb.st_size, sb.st_size > 0 &&
		    strcmp(names[i].name, bad) != 0 ? "true" : "false");
	}
	mag_buf_addc(b, ']');
}

void
mag_backups_print(struct mag_buf *b, struct mag_call *c, size_t most)
{

	print(b, c, most, false);
}

void
mag_copies_print(struct mag_buf *b, struct mag_call *c)
{

	print(b, c, BACKUPS_MAX, true);
}

const char *
mag_backup_newest(struct mag_call *c)
{
	struct backup_name *names;
	size_t i, n = backup_names(&names, c->a, c->conf->backup_dir);

	for (i = 0; i < n; i++)
		if (counts(c, &names[i]))
			return path_of(c, names[i].name);
	return NULL;
}

const char *
mag_copy_at(struct mag_call *c, int64_t at)
{
	struct backup_name *names;
	size_t i, n = backup_names(&names, c->a, c->conf->backup_dir);

	for (i = 0; i < n; i++)
		if (names[i].made <= at &&
		    !backup_ahead(names[i].made, c->now))
			return path_of(c, names[i].name);
	return NULL;
}
