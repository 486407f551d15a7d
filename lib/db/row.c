/* SPDX-License-Identifier: MIT */
/* Running statements and reading rows. */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>

#include "conn.h"

/* One step: MAG_OK with a row, MAG_NOT_FOUND at the end. */
static enum mag_status
step(struct mag_row *r)
{
	struct mag_db *db = r->db;
	int rc = db_step(r);

	if (rc == SQLITE_ROW)
		return MAG_OK;
	r->ended = true;
	if (rc != SQLITE_DONE)
		return db_status(db, rc, r->sql);
	if (r->writes)
		db->changes = sqlite3_changes64(db->sql);
	return MAG_NOT_FOUND;
}

/*
 * The rest of a statement that was stepped once.  One that writes is stepped
 * to its end: only then it gives the write lock back, and only there an
 * error of its commit is seen.
 */
static enum mag_status
finish(struct mag_row *r, enum mag_status first)
{
	enum mag_status st = first;

	while (st == MAG_OK && r->writes)
		st = step(r);
	return st == MAG_NOT_FOUND ? first : st;
}

static enum mag_status
run(struct mag_row *r)
{
	enum mag_status st = finish(r, step(r));

	db_give_back(r);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_db_run(struct mag_db *db, const char *sql, const char *types, ...)
{
	enum mag_status st;
	struct mag_row *r;
	va_list ap;

	if ((st = db_take(&r, db, sql)) != MAG_OK)
		return st;
	va_start(ap, types);
	db_bind(r, types, ap, false);
	va_end(ap);
	return run(r);
}

enum mag_status
mag_db_runv(struct mag_db *db, const char *sql, const struct mag_bind *v,
    size_t n)
{
	enum mag_status st;
	struct mag_row *r;

	if ((st = db_take(&r, db, sql)) != MAG_OK)
		return st;
	db_bindv(r, v, n);
	return run(r);
}

int64_t
mag_db_changes(struct mag_db *db)
{

	return db->changes;
}

int64_t
mag_db_total_changes(struct mag_db *db)
{

	return sqlite3_total_changes64(db->sql);
}

/* The first value of the first row: as text if ${a} is given, else ${number}. */
static enum mag_status
first_value(const char **text, int64_t *number, struct mag_arena *a,
    struct mag_db *db, const char *sql, const char *types, va_list ap)
{
	enum mag_status st;
	struct mag_row *r;

	if ((st = db_take(&r, db, sql)) != MAG_OK)
		return st;
	db_bind(r, types, ap, false);
	if ((st = step(r)) == MAG_OK && a != NULL)
		*text = mag_row_dup(r, 0, a);
	else if (st == MAG_OK)
		*number = sqlite3_column_int64(r->stmt, 0);
	st = finish(r, st);
	db_give_back(r);
	return st;
}

enum mag_status
mag_db_int(int64_t *out, struct mag_db *db, const char *sql,
    const char *types, ...)
{
	enum mag_status st;
	int64_t found = 0;
	va_list ap;

	va_start(ap, types);
	st = first_value(NULL, &found, NULL, db, sql, types, ap);
	va_end(ap);
	*out = st == MAG_OK ? found : 0;
	return st;
}

enum mag_status
mag_db_text(const char **out, struct mag_arena *a, struct mag_db *db,
    const char *sql, const char *types, ...)
{
	const char *found = NULL;
	enum mag_status st;
	va_list ap;

	va_start(ap, types);
	st = first_value(&found, NULL, a, db, sql, types, ap);
	va_end(ap);
	*out = st == MAG_OK ? found : NULL;
	return st;
}

/* A row that is still open cannot report that its commit failed; so what
 * writes and returns rows belongs into a transaction. */
static enum mag_status
begin(struct mag_row **out, struct mag_db *db, const char *sql)
{
	enum mag_status st;

	if ((st = db_take(out, db, sql)) != MAG_OK)
		return st;
	assert(!(*out)->writes || db->writing);
	return MAG_OK;
}

enum mag_status
mag_db_query(struct mag_row **out, struct mag_db *db, const char *sql,
    const char *types, ...)
{
	enum mag_status st;
	va_list ap;

	if ((st = begin(out, db, sql)) != MAG_OK)
		return st;
	va_start(ap, types);
	db_bind(*out, types, ap, true);
	va_end(ap);
	return MAG_OK;
}

enum mag_status
mag_db_queryv(struct mag_row **out, struct mag_db *db, const char *sql,
    const struct mag_bind *v, size_t n)
{
	enum mag_status st;

	if ((st = begin(out, db, sql)) != MAG_OK)
		return st;
	db_bindv(*out, v, n);
	return MAG_OK;
}

enum mag_status
mag_db_row(struct mag_row **out, struct mag_db *db, const char *sql,
    const char *types, ...)
{
	enum mag_status st;
	va_list ap;

	if ((st = begin(out, db, sql)) != MAG_OK)
		return st;
	va_start(ap, types);
	db_bind(*out, types, ap, true);
	va_end(ap);
	if ((st = step(*out)) != MAG_OK) {
		db_give_back(*out);
		*out = NULL;
	}
	return st;
}

enum mag_status
mag_row_next(struct mag_row *r)
{

	return r->ended ? MAG_NOT_FOUND : step(r);
}

void
mag_row_done(struct mag_row *r)
{

	if (r != NULL)
		db_give_back(r);
}

bool
mag_row_null(struct mag_row *r, int i)
{

	return sqlite3_column_type(r->stmt, i) == SQLITE_NULL;
}

int64_t
mag_row_int(struct mag_row *r, int i)
{

	return sqlite3_column_int64(r->stmt, i);
}

double
mag_row_real(struct mag_row *r, int i)
{

	return sqlite3_column_double(r->stmt, i);
}

struct mag_str
mag_row_str(struct mag_row *r, int i)
{
	struct mag_str s;

	s.p = (const char *)sqlite3_column_text(r->stmt, i);
	s.n = s.p == NULL ? 0 : (size_t)sqlite3_column_bytes(r->stmt, i);
	return s;
}

char *
mag_row_dup(struct mag_row *r, int i, struct mag_arena *a)
{
	struct mag_str s = mag_row_str(r, i);

	return s.p == NULL ? NULL : mag_dup(a, s.p, s.n);
}

int64_t
mag_row_time(struct mag_row *r, int i)
{
	struct mag_str s = mag_row_str(r, i);
	int64_t t;

	if (s.p == NULL || !mag_time_parse(&t, s.p, s.n, true))
		return 0;
	return t;
}
