/* SPDX-License-Identifier: MIT */
/* Bringing a database forward: a verified copy first, then the schema. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/legacy.h>

#include "copies.h"
#include "ops.h"

/* `magnetiq.db.before-migrate-20261123T100000Z` beside the database. */
static const char *
copy_path(struct mag_arena *a, const char *database, int64_t now)
{
	char when[MAG_TIME_TEXT], plain[MAG_TIME_TEXT], *to = plain;
	const char *from;

	mag_time_rfc3339(when, now);
	for (from = when; *from != '\0'; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
	return mag_printf(a, "%s.before-migrate-%s", database, plain);
}

static enum mag_status
back_up(struct mag_call *c, struct mag_buf *report)
{
	const char *path = copy_path(c->a, mag_db_path(c->db), c->now);
	enum mag_status st;

	if ((st = copy_whole(c, path)) != MAG_OK)
		return st;
	mag_buf_addf(report, "the database as it was: %s\n", path);
	return MAG_OK;
}

static void
applied(const struct mag_migration *m, void *arg)
{

	mag_buf_addf(arg, "applied %s\n", m->name);
}

/* What the file needs: nothing, our own migrations, or adoption. */
struct need {
	bool		 adoption;
	int		 version, newest;
};

static enum mag_status
look(struct need *out, struct mag_db *db)
{
	const struct mag_migration *m;
	enum mag_status st;
	size_t n;

	m = mag_migrations(&n);
	out->newest = m[n - 1].number;
	if ((st = mag_legacy_found(&out->adoption, db)) != MAG_OK)
		return st;
	return mag_migrate_version(&out->version, db);
}

static enum mag_status
forward(struct mag_call *c, const struct need *need, struct mag_buf *report)
{
	struct mag_buf rows;
	enum mag_status st;

	if (!need->adoption)
		return mag_migrate_apply(c->db, c->now, applied, report);
	mag_buf_init(&rows, c->a, 1024);
	if ((st = op_adopt(c, &rows)) != MAG_OK)
		return st;
	mag_buf_adds(report, "this was a database of an earlier Magnetiq\n");
	mag_buf_add(report, rows.p, rows.len);
	return MAG_OK;
}

static enum mag_status
fits(struct mag_db *db, struct mag_buf *report)
{
	enum mag_status st;
	char why[512];

	if ((st = mag_migrate_check(db, why, sizeof(why))) != MAG_OK)
		mag_buf_addf(report, "%s\n", why);
	return st;
}

enum mag_status
mag_op_migrate(struct mag_call *c, struct mag_buf *report)
{
	struct mag_call inner = *c;
	struct need need;
	enum mag_status st;

	if ((st = mag_db_open(&inner.db, c->conf->database, MAG_DB_CREATE,
	    c->conf->sqlite_cache_kib)) != MAG_OK ||
	    (st = look(&need, inner.db)) != MAG_OK)
		goto done;
	if ((need.adoption || (need.version > 0 &&
	    need.version < need.newest)) &&
	    (st = back_up(&inner, report)) != MAG_OK)
		goto done;
	if ((st = forward(&inner, &need, report)) != MAG_OK ||
	    (st = fits(inner.db, report)) != MAG_OK)
		goto done;
	/* What an adoption leaves to do is done again if it was cut short. */
	st = op_adopt_follow(&inner, report);
done:
	c->problem = inner.problem;
	mag_db_close(inner.db);
	return st;
}

/* The real thing, on a copy. */
enum mag_status
mag_op_migrate_try(struct mag_call *c, const char *keep,
    struct mag_buf *report)
{
	const char *path = keep != NULL ? keep : mag_printf(c->a, "%s.try-%d",
	    c->conf->database, (int)getpid());
	struct mag_call inner = *c;
	struct mag_db *db = NULL;
	struct need need;
	enum mag_status st;

	inner.db = NULL;
	if ((st = mag_db_open(&db, c->conf->database, MAG_DB_READONLY, 0)) !=
	    MAG_OK || (st = look(&need, db)) != MAG_OK ||
	    (st = mag_db_copy(db, path)) != MAG_OK)
		goto done;
	if ((st = mag_db_open(&inner.db, path, 0, 0)) == MAG_OK &&
	    (st = forward(&inner, &need, report)) == MAG_OK)
		st = fits(inner.db, report);
done:
	mag_db_close(inner.db);
	mag_db_close(db);
	if (keep == NULL || st != MAG_OK)
		(void)mag_db_remove(path);
	return st;
}

/* Lines for people, or one JSON object for scripts. */
enum mag_status
mag_op_migrate_status(struct mag_call *c, bool json, struct mag_buf *b)
{
	const struct mag_migration *m;
	struct mag_db *db = NULL;
	struct need need;
	enum mag_status st;
	size_t i, n, pending = 0;

	if ((st = mag_db_open(&db, c->conf->database, MAG_DB_READONLY, 0)) !=
	    MAG_OK || (st = look(&need, db)) != MAG_OK)
		goto done;
	m = mag_migrations(&n);
	mag_buf_addf(b, json ? "{\"version\":%d,\"newest\":%d,\"adoption\":%s,"
	    "\"pending\":[" : "schema %d, this program's is %d%s\n",
	    need.version, need.newest, json ?
	    (need.adoption ? "true" : "false") : need.adoption ?
	    "; a database of an earlier Magnetiq, to be adopted" : "");
	for (i = 0; i < n; i++)
		if (m[i].number > need.version)
			mag_buf_addf(b, json ? "%s\"%s\"" : "%spending %s\n",
			    json && pending++ > 0 ? "," : "", m[i].name);
	mag_buf_adds(b, json ? "]}\n" : "");
done:
	mag_db_close(db);
	return st;
}
