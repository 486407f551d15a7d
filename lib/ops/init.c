/* SPDX-License-Identifier: MIT */
/* Making a database. */
#include "ops.h"

static void
applied(const struct mag_migration *m, void *arg)
{

	mag_buf_addf(arg, "applied %s\n", m->name);
}

enum mag_status
mag_op_init(const struct mag_conf *conf, int64_t now, struct mag_buf *report)
{
	struct mag_db *db = NULL;
	enum mag_status st;
	char why[512];

	if ((st = mag_db_open(&db, conf->database, MAG_DB_CREATE,
	    conf->sqlite_cache_kib)) != MAG_OK)
		goto done;
	if ((st = mag_migrate_apply(db, now, applied, report)) != MAG_OK)
		goto done;
	if ((st = mag_migrate_check(db, why, sizeof(why))) != MAG_OK)
		mag_buf_addf(report, "%s\n", why);
done:
	mag_db_close(db);
	return st;
}
