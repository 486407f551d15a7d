/* SPDX-License-Identifier: MIT */
/* Making a database, and filling one with a small believable site. */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/embed.h>

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

struct seeding {
	struct mag_call	*c;
	bool		 seeded;
};

static enum mag_status
seed(struct mag_db *db, void *arg)
{
	const struct mag_file *f = mag_file_find(mag_files_sql, "demo.sql");
	struct seeding *w = arg;
	enum mag_status st;
	int64_t n;

	if ((st = mag_db_int(&n, db, "SELECT count(*) FROM pages", "")) != MAG_OK)
		return st;
	assert(f != NULL);
	w->seeded = n == 0;
	return w->seeded ? mag_db_script(db, f->text) : MAG_OK;
}

enum mag_status
mag_op_demo(struct mag_call *c, struct mag_buf *report)
{
	struct seeding w = { c, false };
	const struct mag_op *op = mag_op_find("search");
	enum mag_status st;
	int64_t done;

	if ((st = mag_db_write(c->db, seed, &w)) != MAG_OK)
		return st;
	if (!w.seeded) {
		mag_buf_adds(report, "there are pages already; nothing done");
		return MAG_OK;
	}
	st = op->run(c, report, &done);
	report->len = 0;
	mag_buf_adds(report, "the demo site is there");
	return st;
}
