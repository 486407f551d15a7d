/* SPDX-License-Identifier: MIT */
/* Would a backup serve?  Its database is brought forward as a restore does. */
#include <magnetiq/schema.h>

#include "backup.h"

static enum mag_status
come_forward(struct mag_call *c, const char *path)
{
	struct mag_db *db = NULL;
	enum mag_status st;

	if ((st = mag_db_open(&db, path, MAG_DB_SCRATCH, 0)) == MAG_OK)
		st = mag_migrate_apply(db, c->now, NULL, NULL);
	mag_db_close(db);
	return st;
}

/* As a worker looks at it, and then all of it. */
static enum mag_status
look_at(struct mag_call *c, const char *path)
{
	struct mag_db *db = NULL;
	struct mag_buf wrong;
	enum mag_status st;
	char why[256];

	mag_buf_init(&wrong, c->a, 256);
	if ((st = mag_db_open(&db, path, MAG_DB_READONLY, 0)) == MAG_OK &&
	    (st = mag_migrate_check(db, why, sizeof(why))) == MAG_OK &&
	    (st = mag_db_verify(db, &wrong)) == MAG_OK && wrong.len > 0)
		st = MAG_INVALID;
	mag_db_close(db);
	return st;
}

enum mag_status
backup_try(struct mag_call *c, const char *dir)
{
	const char *path = mag_printf(c->a, "%s/magnetiq.db", dir);

	if (come_forward(c, path) == MAG_OK && look_at(c, path) == MAG_OK)
		return MAG_OK;
	return mag_fail(c, MAG_INVALID, "The backup is whole, but its database "
	    "cannot be brought forward to this version.");
}
