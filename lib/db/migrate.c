/* SPDX-License-Identifier: MIT */
/* What has been applied to this file, whether it fits, applying the rest. */
#include <config.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/log.h>
#include <magnetiq/migrate.h>
#include <magnetiq/progress.h>
#include <magnetiq/rand.h>

#include "conn.h"

#define TURN_US		600000000	/* another process may migrate much */

static const char sql_has_history[] =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
    " AND name = 'schema_migrations'";
static const char sql_has_older[] =
    "SELECT count(*) = 2 FROM sqlite_schema WHERE type = 'table'"
    " AND name IN ('admin_users', 'pages')";
static const char sql_version[] =
    "SELECT coalesce(max(number), 0) FROM schema_migrations";
static const char sql_has_beside[] =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
    " AND name = 'schema_beside'";
static const char sql_recorded[] =
    "SELECT number, name, sha256, beside FROM schema_migrations"
    " LEFT JOIN schema_beside USING (number) ORDER BY number";
static const char sql_recorded_alone[] =
    "SELECT number, name, sha256, NULL FROM schema_migrations ORDER BY number";
static const char sql_is_recorded[] =
    "SELECT count(*) FROM schema_migrations WHERE number = ?1";
static const char sql_make_history[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)";
static const char sql_make_beside[] =
    "CREATE TABLE IF NOT EXISTS schema_beside ("
    "number INTEGER PRIMARY KEY, beside TEXT NOT NULL)";
static const char sql_record[] =
    "INSERT INTO schema_migrations (number, name, sha256, applied_at)"
    " VALUES (?1, ?2, ?3, ?4)";
static const char sql_record_beside[] =
    "INSERT OR REPLACE INTO schema_beside (number, beside) VALUES (?1, ?2)";
static const char sql_dangling[] =
    "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check"
    " WHERE \"table\" NOT LIKE 'legacy\\_%' ESCAPE '\\'";

/* One line for the operator; always MAG_CONFLICT. */
static enum mag_status refuse(char *, size_t, const char *, ...)
    MAG_PRINTF(3, 4);

static enum mag_status
refuse(char *error, size_t size, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error, size, format, ap);
	va_end(ap);
	return MAG_CONFLICT;
}

static enum mag_status
holds(bool *out, struct mag_db *db, const char *sql)
{
	enum mag_status st;
	int64_t n;

	st = mag_db_int(&n, db, sql, NULL);
	*out = n != 0;
	return st;
}

enum mag_status
mag_migrate_version(int *out, struct mag_db *db)
{
	enum mag_status st;
	int64_t n = 0;
	bool any;

	*out = 0;
	if ((st = holds(&any, db, sql_has_history)) == MAG_OK && any)
		st = mag_db_int(&n, db, sql_version, NULL);
	*out = (int)n;
	return st;
}

static void
hash_of(char out[MAG_SHA256 * 2 + 1], const struct mag_migration *m)
{
	uint8_t hash[MAG_SHA256];
	size_t i;

	mag_sha256(hash, m->sql, strlen(m->sql));
	for (i = 0; i < MAG_SHA256; i++)
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

/*
 * One that came after us says which programs may still run beside it: so
 * whoever has been upgraded can go back, with all that was written since.
 */
static bool
lets_us_stay(struct mag_row *row)
{
	const char *beside = mag_row_str(row, 3).p;

	return beside != NULL && beside[0] != '\0' &&
	    mag_version_compare(beside, PACKAGE_VERSION) <= 0;
}

/* Is this row of the history one that we know, with the text that we know? */
static enum mag_status
recorded_fits(bool *ours, struct mag_row *row, char *error, size_t size)
{
	const struct mag_migration *all;
	int64_t number = mag_row_int(row, 0);
	const char *name = mag_row_str(row, 1).p;
	const char *recorded = mag_row_str(row, 2).p;
	char hash[MAG_SHA256 * 2 + 1];
	size_t i, n;

	all = mag_migrations(&n);
	for (i = 0; i < n && all[i].number != number; i++)
		continue;
	*ours = i < n;
	if (i == n && lets_us_stay(row))
		return MAG_OK;
	if (i == n)
		return refuse(error, size, "the database has migration %lld "
		    "(%s), which this program does not know: it is newer than "
		    "the program", (long long)number, name);
	hash_of(hash, &all[i]);
	if (recorded == NULL || strcmp(hash, recorded) != 0)
		return refuse(error, size, "migration %s is not the one that "
		    "was applied to the database: it has been edited since",
		    all[i].name);
	return MAG_OK;
}

/* How many of ours stand in the history; all that stands there must fit. */
static enum mag_status
history_fits(size_t *count, struct mag_db *db, char *error, size_t size)
{
	struct mag_row *row;
	enum mag_status st;
	bool beside, ours;

	*count = 0;
	if ((st = holds(&beside, db, sql_has_beside)) != MAG_OK ||
	    (st = mag_db_query(&row, db, beside ? sql_recorded :
	    sql_recorded_alone, NULL)) != MAG_OK)
		return st;
	while ((st = mag_row_next(row)) == MAG_OK) {
		if ((st = recorded_fits(&ours, row, error, size)) != MAG_OK)
			break;
		*count += ours;
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
has_no_history(struct mag_db *db, char *error, size_t size)
{
	enum mag_status st;
	bool older;

	if ((st = holds(&older, db, sql_has_older)) != MAG_OK)
		return st;
	if (older)
		return refuse(error, size, "this is a database of an earlier "
		    "Magnetiq: run `magnetiq migrate`, which backs it up and "
		    "brings it forward");
	return refuse(error, size, "the database is empty: run `magnetiq "
	    "init-db`");
}

enum mag_status
mag_migrate_check(struct mag_db *db, char *error, size_t size)
{
	enum mag_status st;
	size_t known, applied;
	bool any;

	snprintf(error, size, "the database cannot be read");
	if ((st = holds(&any, db, sql_has_history)) != MAG_OK)
		return st;
	if (!any)
		return has_no_history(db, error, size);
	if ((st = history_fits(&applied, db, error, size)) != MAG_OK)
		return st;
	(void)mag_migrations(&known);
	if (applied < known)
		return refuse(error, size, "the database is older than the "
		    "program: run `magnetiq migrate`");
	if (size > 0)
		error[0] = '\0';
	return MAG_OK;
}

struct step {
	const struct mag_migration *m;
	int64_t		 now;
	bool		 applied;	/* by us, not by another process */
	bool		 adopting;	/* what dangles is looked at later */
};

/* Foreign keys are not looked at while tables are rebuilt; so look now. */
static enum mag_status
nothing_dangles(struct mag_db *db, const struct mag_migration *m)
{
	struct mag_row *row;
	enum mag_status st;

	st = mag_db_row(&row, db, sql_dangling, NULL);
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	mag_log(MAG_ERROR, "migration", "%s would leave row %lld of %s without "
	    "its row of %s", m->name, (long long)mag_row_int(row, 1),
	    mag_row_str(row, 0).p, mag_row_str(row, 2).p);
	mag_row_done(row);
	return MAG_CONFLICT;
}

static enum mag_status
apply(struct mag_db *db, void *arg)
{
	struct step *s = arg;
	char hash[MAG_SHA256 * 2 + 1];
	enum mag_status st;
	int64_t done;

	s->applied = false;
	st = mag_db_int(&done, db, sql_is_recorded, "i",
	    (int64_t)s->m->number);
	if (st != MAG_OK || done > 0)
		return st;
	hash_of(hash, s->m);
	if ((st = mag_db_script(db, s->m->sql)) != MAG_OK ||
	    (st = mag_db_run(db, sql_record, "isst", (int64_t)s->m->number,
	    s->m->name, hash, s->now)) != MAG_OK ||
	    (st = mag_db_run(db, sql_record_beside, "is",
	    (int64_t)s->m->number, s->m->beside)) != MAG_OK)
		return st;
	if (!s->adopting && (st = nothing_dangles(db, s->m)) != MAG_OK)
		return st;
	s->applied = true;
	return MAG_OK;
}

enum mag_status
mag_migrate_from(struct mag_db *db, char *error, size_t size)
{
	enum mag_status st;
	size_t applied;
	bool any, older = false;

	if ((st = holds(&any, db, sql_has_history)) != MAG_OK)
		return st;
	if (any)
		return history_fits(&applied, db, error, size);
	if ((st = holds(&older, db, sql_has_older)) == MAG_OK && older)
		st = has_no_history(db, error, size);
	return st;
}

static enum mag_status
ready(struct mag_db *db)
{
	char error[256] = "";
	enum mag_status st = mag_migrate_from(db, error, sizeof(error));

	if (st == MAG_CONFLICT)
		mag_log(MAG_ERROR, "migration", "%s", error);
	return st;
}

#define MIGRATIONS_MAX	256

struct forward {
	int64_t		 now;
	bool		 adopting;
	bool		 did[MIGRATIONS_MAX];	/* by us */
	mag_db_fn	*before, *after;
	void		*arg;
};

static enum mag_status
make_history(struct mag_db *db)
{
	enum mag_status st;

	if ((st = mag_db_run(db, sql_make_history, NULL)) != MAG_OK)
		return st;
	return mag_db_run(db, sql_make_beside, NULL);
}

static enum mag_status
apply_all(struct mag_db *db, void *arg)
{
	struct forward *f = arg;
	struct step s = { .now = f->now, .adopting = f->adopting };
	enum mag_status st = make_history(db);
	size_t i, n;

	s.m = mag_migrations(&n);
	assert(n <= MIGRATIONS_MAX);
	for (i = 0; i < n && st == MAG_OK; i++, s.m++) {
		mag_progress("migrating", (int64_t)i, (int64_t)n);
		st = apply(db, &s);
		f->did[i] = s.applied;
	}
	mag_progress_end();
	return st;
}

/* Runs ${fn} while rows may refer to what is not there yet. */
static enum mag_status
without_keys(struct mag_db *db, mag_db_fn *fn, void *arg)
{
	enum mag_status st;
	int fd;

	/* A transaction would ignore the change of this pragma. */
	assert(!db->writing && !db->reading);
	st = mag_db_script(db, "PRAGMA foreign_keys = OFF");
	if (st != MAG_OK)
		return st;
	db->wait_us = TURN_US;
	fd = db_migrating_begin(db);
	st = fn(db, arg);
	db_migrating_end(db, fd);
	db->wait_us = DB_WAIT_US;
	if (mag_db_script(db, "PRAGMA foreign_keys = ON") != MAG_OK)
		st = MAG_FAILED;
	return st;
}

/*
 * All that is pending is one transaction: whatever goes wrong in the middle,
 * the file is as it was, and the program of before serves from it.
 */
static enum mag_status
go_forward(struct mag_db *db, void *arg)
{

	return mag_db_write(db, apply_all, arg);
}

enum mag_status
mag_migrate_apply(struct mag_db *db, int64_t now,
    void (*each)(const struct mag_migration *, void *), void *arg)
{
	struct forward f = { .now = now };
	const struct mag_migration *m;
	enum mag_status st;
	size_t i, n;

	if ((st = ready(db)) != MAG_OK ||
	    (st = without_keys(db, go_forward, &f)) != MAG_OK)
		return st;
	m = mag_migrations(&n);
	for (i = 0; i < n; i++)
		if (f.did[i] && each != NULL)
			each(&m[i], arg);
	return MAG_OK;
}

static enum mag_status
adopt(struct mag_db *db, void *arg)
{
	struct forward *f = arg;
	enum mag_status st;

	if ((st = f->before(db, f->arg)) != MAG_OK ||
	    (st = apply_all(db, f)) != MAG_OK)
		return st;
	return f->after(db, f->arg);
}

static enum mag_status
adopt_whole(struct mag_db *db, void *arg)
{

	return mag_db_write(db, adopt, arg);
}

enum mag_status
mag_migrate_adopt(struct mag_db *db, int64_t now, mag_db_fn *before,
    mag_db_fn *after, void *arg)
{
	struct forward f = { .now = now, .adopting = true,
	    .before = before, .after = after, .arg = arg };

	return without_keys(db, adopt_whole, &f);
}
