/* SPDX-License-Identifier: MIT */
/* The tables as they stand: columns, keys, rows. */
#include <string.h>

#include <magnetiq/schema.h>

#include "conn.h"

static const char sql_tables[] =
    "SELECT t.name, s.sql FROM pragma_table_list t"
    " JOIN sqlite_schema s ON s.name = t.name"
    " WHERE t.schema = 'main' AND t.type = 'table'"
    " AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name";
static const char sql_columns[] =
    "SELECT name, upper(type), pk, \"notnull\" FROM pragma_table_info(?1)";
static const char sql_links[] =
    "SELECT f.\"from\", f.\"table\", coalesce(f.\"to\", 'id'), f.on_delete"
    " FROM pragma_foreign_key_list(?1) f WHERE f.id NOT IN"
    " (SELECT id FROM pragma_foreign_key_list(?1) WHERE seq > 0) ORDER BY 1";
static const char sql_counts[] =
    "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'";
static const char sql_last[] =
    "SELECT seq FROM sqlite_sequence WHERE name = ?1";

void
db_name_add(struct mag_buf *b, const char *prefix, const char *name)
{

	mag_buf_addc(b, '"');
	mag_buf_adds(b, prefix);
	for (; *name != '\0'; name++) {
		if (*name == '"')
			mag_buf_addc(b, '"');
		mag_buf_addc(b, *name);
	}
	mag_buf_addc(b, '"');
}

const char *
db_name(struct mag_arena *a, const char *prefix, const char *name)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 64);
	db_name_add(&b, prefix, name);
	return b.p;
}

const char *
mag_schema_name(struct mag_arena *a, const char *name)
{

	return db_name(a, "", name);
}

/* Room for one more in an array that grows by doubling. */
static void *
one_more(struct mag_arena *a, void *all, size_t n, size_t size)
{
	void *more;

	if (n < 8 ? n != 0 : (n & (n - 1)) != 0)
		return all;
	more = mag_alloc(a, (n < 8 ? 8 : 2 * n) * size);
	if (n > 0)
		memcpy(more, all, n * size);
	return more;
}

/* Does a rule of the table say this of the column? */
static bool
says(struct mag_arena *a, const char *sql, const char *before,
    const char *column, const char *after)
{

	return strstr(sql, mag_printf(a, "%s%s%s", before, column, after)) !=
	    NULL;
}

static enum mag_status
read_columns(struct mag_schema_table *t, struct mag_arena *a,
    struct mag_db *db, const char *sql)
{
	struct mag_schema_column *c;
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, db, sql_columns, "s", t->name);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		t->columns = one_more(a, t->columns, t->ncolumns,
		    sizeof(*t->columns));
		c = &t->columns[t->ncolumns++];
		c->name = mag_row_dup(row, 0, a);
		c->type = mag_row_dup(row, 1, a);
		c->key = (int)mag_row_int(row, 2);
		c->required = mag_row_int(row, 3) != 0;
		c->json = says(a, sql, "json_valid(", c->name, ")");
		c->flag = says(a, sql, "CHECK (", c->name, " IN (0, 1))");
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
read_links(struct mag_schema_table *t, struct mag_arena *a, struct mag_db *db)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, db, sql_links, "s", t->name);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		t->links = one_more(a, t->links, t->nlinks, sizeof(*t->links));
		t->links[t->nlinks++] = (struct mag_schema_link){
		    mag_row_dup(row, 0, a), mag_row_dup(row, 1, a),
		    mag_row_dup(row, 2, a), mag_row_dup(row, 3, a) };
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* The highest that was ever given; the engine's table of them is not there
 * before a table wants it, as none of an earlier Magnetiq does. */
static enum mag_status
read_last_id(int64_t *last, struct mag_db *db, const char *table)
{
	enum mag_status st;
	int64_t n;

	*last = 0;
	if ((st = mag_db_int(&n, db, sql_counts, "")) != MAG_OK || n == 0)
		return st;
	st = mag_db_int(last, db, sql_last, "s", table);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
read_next_id(struct mag_schema_table *t, struct mag_arena *a,
    struct mag_db *db)
{
	enum mag_status st;
	int64_t last, highest;

	if (t->ncolumns == 0 || t->columns[0].key != 1 ||
	    strcmp(t->columns[0].type, "INTEGER") != 0 ||
	    (t->ncolumns > 1 && t->columns[1].key == 2))
		return MAG_OK;
	if ((st = read_last_id(&last, db, t->name)) != MAG_OK)
		return st;
	st = mag_db_int(&highest, db, mag_printf(a,
	    "SELECT coalesce(max(%s), 0) FROM %s",
	    db_name(a, "", t->columns[0].name), db_name(a, "", t->name)), "");
	t->next_id = (last > highest ? last : highest) + 1;
	return st;
}

enum mag_status
mag_schema_pass(struct mag_db *db, const struct mag_schema_table *t)
{
	static const char sql_begin[] =
	    "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, 0"
	    " WHERE ?1 NOT IN (SELECT name FROM sqlite_sequence)"
	    " AND ?1 IN (SELECT name FROM sqlite_schema)";
	static const char sql_pass[] = "UPDATE sqlite_sequence"
	    " SET seq = max(seq, ?2) WHERE name = ?1";
	enum mag_status st = mag_db_run(db, sql_begin, "s", t->name);

	return st != MAG_OK ? st : mag_db_run(db, sql_pass, "si", t->name,
	    t->next_id - 1);
}

enum mag_status
mag_schema_tables(struct mag_schema_table **out, size_t *n,
    struct mag_arena *a, struct mag_db *db)
{
	struct mag_schema_table *all = NULL, *t;
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	st = mag_db_query(&row, db, sql_tables, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		all = one_more(a, all, *n, sizeof(*all));
		t = &all[(*n)++];
		t->name = mag_row_dup(row, 0, a);
		if ((st = read_columns(t, a, db, mag_row_dup(row, 1, a))) !=
		    MAG_OK || (st = read_links(t, a, db)) != MAG_OK ||
		    (st = read_next_id(t, a, db)) != MAG_OK)
			break;
	}
	mag_row_done(row);
	*out = all;
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_schema_count(int64_t *out, struct mag_db *db, struct mag_arena *a,
    const char *name)
{

	return mag_db_int(out, db, mag_printf(a, "SELECT count(*) FROM %s",
	    db_name(a, "", name)), "");
}

enum mag_status
mag_schema_rows(struct mag_row **out, struct mag_db *db, struct mag_arena *a,
    const struct mag_schema_table *t)
{
	struct mag_buf b;
	size_t i;
	int key;
	bool found = true;

	mag_buf_init(&b, a, 512);
	for (i = 0; i < t->ncolumns; i++) {
		mag_buf_adds(&b, i == 0 ? "SELECT " : ", ");
		db_name_add(&b, "", t->columns[i].name);
	}
	mag_buf_addf(&b, " FROM %s", db_name(a, "", t->name));
	for (key = 1; found; key++) {
		found = false;
		for (i = 0; i < t->ncolumns && !found; i++)
			if ((found = t->columns[i].key == key))
				mag_buf_addf(&b, "%s%zu", key == 1 ?
				    " ORDER BY " : ", ", i + 1);
	}
	return mag_db_query(out, db, b.p, "");
}
