/* SPDX-License-Identifier: MIT */
/* The tables of an earlier Magnetiq: set aside, read, let go. */
#include <assert.h>
#include <string.h>

#include <magnetiq/legacy.h>
#include <magnetiq/log.h>
#include <magnetiq/migrate.h>

#include "conn.h"

static const char sql_found[] =
    "SELECT (SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
    " AND name IN ('admin_users', 'pages')) = 2"
    " AND NOT EXISTS (SELECT 1 FROM sqlite_schema"
    " WHERE name = 'schema_migrations')";
static const char sql_columns[] =
    "SELECT name, type, dflt_value, \"notnull\", pk"
    " FROM pragma_table_info(?1)";
/* Virtual tables first: their own tables go with them. */
static const char sql_things[] =
    "SELECT type, name, tbl_name, sql IS NULL FROM sqlite_schema"
    " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY"
    " sql LIKE 'CREATE VIRTUAL%' DESC, type <> 'trigger', type <> 'view',"
    " type <> 'index', name";
static const char sql_there[] =
    "SELECT count(*) FROM sqlite_schema WHERE type = ?1 AND name = ?2";

enum mag_status
mag_legacy_found(bool *out, struct mag_db *db)
{
	enum mag_status st;
	int64_t n;

	st = mag_db_int(&n, db, sql_found, NULL);
	*out = st == MAG_OK && n != 0;
	return st;
}

enum mag_status
mag_legacy_columns(struct mag_column **out, size_t *n, struct mag_arena *a,
    struct mag_db *db, const char *table)
{
	struct mag_column *all = NULL, *more;
	struct mag_row *row = NULL;
	enum mag_status st;
	size_t room = 0;

	*n = 0;
	st = mag_db_query(&row, db, sql_columns, "s", table);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (*n == room) {
			room = room == 0 ? 32 : 2 * room;
			more = mag_alloc(a, room * sizeof(*all));
			if (*n > 0)
				memcpy(more, all, *n * sizeof(*all));
			all = more;
		}
		all[*n] = (struct mag_column){ mag_row_dup(row, 0, a),
		    mag_row_dup(row, 1, a), mag_row_null(row, 2) ? NULL :
		    mag_row_dup(row, 2, a), mag_row_int(row, 3) != 0 ||
		    mag_row_int(row, 4) != 0, false };
		all[*n].number = strstr(all[*n].type, "INT") != NULL;
		(*n)++;
	}
	mag_row_done(row);
	*out = all;
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* ---- which names are ours ---- */

/* An empty database of this program's schema, to ask for names. */
static enum mag_status
open_model(sqlite3 **out)
{
	const struct mag_migration *m;
	size_t i, n;
	int rc;

	m = mag_migrations(&n);
	if ((rc = sqlite3_open(":memory:", out)) != SQLITE_OK)
		goto done;
	for (i = 0; i < n && rc == SQLITE_OK; i++)
		rc = sqlite3_exec(*out, m[i].sql, NULL, NULL, NULL);
done:
	if (rc == SQLITE_OK)
		return MAG_OK;
	mag_log(MAG_ERROR, "adoption", "no model of the schema: %s",
	    sqlite3_errmsg(*out));
	return MAG_FAILED;
}

static bool
is_ours(sqlite3 *model, const char *name)
{
	sqlite3_stmt *s = NULL;
	bool ours;

	if (strcmp(name, "schema_migrations") == 0 ||
	    strcmp(name, "schema_beside") == 0)
		return true;
	if (sqlite3_prepare_v2(model, "SELECT 1 FROM sqlite_schema"
	    " WHERE name = ?1 COLLATE NOCASE", -1, &s, NULL) != SQLITE_OK)
		return true;
	(void)sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	ours = sqlite3_step(s) == SQLITE_ROW;
	(void)sqlite3_finalize(s);
	return ours;
}

/* ---- setting aside ---- */

struct thing {
	const char	*type, *name, *table;
	bool		 automatic;	/* the index of a UNIQUE */
};

static enum mag_status
things(struct thing **out, size_t *n, struct mag_db *db, struct mag_arena *a)
{
	struct mag_row *row = NULL;
	struct thing *all = NULL, *more;
	enum mag_status st;
	size_t room = 0;

	*n = 0;
	st = mag_db_query(&row, db, sql_things, NULL);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (*n == room) {
			room = room == 0 ? 64 : 2 * room;
			more = mag_alloc(a, room * sizeof(*all));
			if (*n > 0)
				memcpy(more, all, *n * sizeof(*all));
			all = more;
		}
		all[(*n)++] = (struct thing){ mag_row_dup(row, 0, a),
		    mag_row_dup(row, 1, a), mag_row_dup(row, 2, a),
		    mag_row_int(row, 3) != 0 };
	}
	mag_row_done(row);
	*out = all;
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
drop(struct mag_db *db, struct mag_arena *a, const struct thing *t)
{

	return mag_db_script(db, mag_printf(a, "DROP %s IF EXISTS %s", t->type,
	    db_name(a, "", t->name)));
}

static enum mag_status
rename_away(struct mag_db *db, struct mag_arena *a, const char *name)
{

	return mag_db_script(db, mag_printf(a, "ALTER TABLE %s RENAME TO %s",
	    db_name(a, "", name), db_name(a, "legacy_", name)));
}

/* The old index and its triggers are known; what else goes is named. */
static enum mag_status
give_way(struct mag_db *db, struct mag_buf *report, struct mag_arena *a,
    const struct thing *t, bool name_is_ours, bool table_is_ours)
{
	bool search = strncmp(t->name, "pages_fts", 9) == 0 ||
	    (strlen(t->name) == 8 && strncmp(t->name, "pages_a", 7) == 0);

	if (strcmp(t->type, "table") == 0) {
		if (strcmp(t->name, "pages_fts") == 0)
			return drop(db, a, t);
		if (name_is_ours)
			return rename_away(db, a, t->name);
		mag_buf_addf(report, "table %s is not known here; it stays\n",
		    t->name);
		return MAG_OK;
	}
	if (t->automatic)
		return MAG_OK;
	if (!name_is_ours && (!table_is_ours || strcmp(t->type, "view") == 0)) {
		mag_buf_addf(report, "%s %s is not known here; it stays\n",
		    t->type, t->name);
		return MAG_OK;
	}
	if (!search && strcmp(t->type, "index") != 0)
		mag_buf_addf(report, "%s %s is not known here and was in the "
		    "way; it is only in the backup\n", t->type, t->name);
	return drop(db, a, t);
}

enum mag_status
mag_legacy_set_aside(struct mag_db *db, struct mag_buf *report,
    struct mag_arena *a)
{
	struct thing *all;
	sqlite3 *model = NULL;
	enum mag_status st;
	int64_t there;
	size_t i, n;

	assert(mag_db_in_write(db));
	/* References of other tables keep the name, so they find ours. */
	if ((st = open_model(&model)) != MAG_OK || (st = mag_db_script(db,
	    "PRAGMA legacy_alter_table = ON")) != MAG_OK ||
	    (st = things(&all, &n, db, a)) != MAG_OK)
		goto done;
	for (i = 0; i < n && st == MAG_OK; i++) {
		st = mag_db_int(&there, db, sql_there, "ss", all[i].type,
		    all[i].name);
		if (st == MAG_OK && there)
			st = give_way(db, report, a, &all[i],
			    is_ours(model, all[i].name),
			    is_ours(model, all[i].table));
	}
	if (st == MAG_OK)
		st = mag_db_script(db, "PRAGMA legacy_alter_table = OFF");
done:
	(void)sqlite3_close(model);
	return st;
}

static const char sql_trigger[] =
    "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1";

enum mag_status
mag_legacy_lift(const char **out, struct mag_db *db, struct mag_arena *a,
    const char *trigger)
{
	enum mag_status st;

	assert(mag_db_in_write(db));
	st = mag_db_text(out, a, db, sql_trigger, "s", trigger);
	return st != MAG_OK ? st : mag_db_script(db, mag_printf(a,
	    "DROP TRIGGER %s", db_name(a, "", trigger)));
}

/* ---- reading and letting go ---- */

static const char *
names(struct mag_arena *a, const struct mag_column *columns, size_t n)
{
	struct mag_buf b;
	size_t i;

	mag_buf_init(&b, a, 512);
	for (i = 0; i < n; i++) {
		mag_buf_adds(&b, i > 0 ? ", " : "");
		db_name_add(&b, "", columns[i].name);
	}
	return b.p;
}

enum mag_status
mag_legacy_rows(struct mag_row **out, struct mag_db *db, struct mag_arena *a,
    const char *table, const struct mag_column *columns, size_t n)
{

	return mag_db_query(out, db, mag_printf(a,
	    "SELECT %s FROM %s ORDER BY id", names(a, columns, n),
	    db_name(a, "legacy_", table)), NULL);
}

const char *
mag_legacy_insert(struct mag_arena *a, const char *table,
    const struct mag_column *columns, size_t n)
{
	struct mag_buf b;
	size_t i;

	mag_buf_init(&b, a, 512);
	mag_buf_addf(&b, "INSERT INTO %s (%s) VALUES (", db_name(a, "", table),
	    names(a, columns, n));
	for (i = 0; i < n; i++)
		mag_buf_addf(&b, "%s?%d", i > 0 ? ", " : "", (int)i + 1);
	mag_buf_addc(&b, ')');
	return b.p;
}

enum mag_status
mag_legacy_has(bool *out, struct mag_db *db, struct mag_arena *a,
    const char *table, int64_t id)
{
	enum mag_status st;
	int64_t n;

	st = mag_db_int(&n, db, mag_printf(a,
	    "SELECT count(*) FROM %s WHERE id = ?1", db_name(a, "", table)),
	    "i", id);
	*out = n != 0;
	return st;
}

/* A type that is no plain word could be anything: then the column has none. */
static const char *
plain_type(const char *type)
{

	return strspn(type, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_(), ") == strlen(type) ?
	    type : "";
}

enum mag_status
mag_legacy_keep(struct mag_db *db, struct mag_arena *a, const char *table,
    const struct mag_column *column)
{
	const char *t = db_name(a, "", table);
	const char *c = db_name(a, "", column->name);
	const char *old = db_name(a, "legacy_", table);
	enum mag_status st;

	st = mag_db_script(db, mag_printf(a, "ALTER TABLE %s ADD COLUMN %s %s",
	    t, c, plain_type(column->type)));
	if (st != MAG_OK)
		return st;
	return mag_db_script(db, mag_printf(a, "UPDATE %s SET %s ="
	    " (SELECT o.%s FROM %s o WHERE o.id = %s.id) WHERE id IN"
	    " (SELECT id FROM %s WHERE %s IS NOT NULL)", t, c, c, old, t,
	    old, c));
}

enum mag_status
mag_legacy_release(int64_t *left, struct mag_db *db, struct mag_arena *a,
    const char *table, const char *key)
{
	const char *old = db_name(a, "legacy_", table);
	const char *k = db_name(a, "", key);
	enum mag_status st;

	*left = 0;
	st = mag_db_script(db, mag_printf(a, "DELETE FROM %s WHERE %s IN"
	    " (SELECT %s FROM %s)", old, k, k, db_name(a, "", table)));
	if (st != MAG_OK)
		return st;
	st = mag_db_int(left, db, mag_printf(a, "SELECT count(*) FROM %s", old),
	    NULL);
	if (st != MAG_OK || *left > 0)
		return st;
	return mag_db_script(db, mag_printf(a, "DROP TABLE %s", old));
}
