/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/schema.h -- the tables as they really stand, whoever made them:
 * for what takes the whole database elsewhere.
 */
#ifndef MAGNETIQ_SCHEMA_H
#define MAGNETIQ_SCHEMA_H

#include <magnetiq/db.h>

/** A column as its table declares it. */
struct mag_schema_column {
	const char	*name;
	const char	*type;		/* in capitals: INTEGER, TEXT, ... */
	int		 key;		/* its place in the primary key, from 1; or 0 */
	bool		 required;	/* NOT NULL */
	bool		 json;		/* a rule of the table says so */
	bool		 flag;		/* a rule says that it is 0 or 1 */
};
/** A foreign key of one column. */
struct mag_schema_link {
	const char	*column, *table, *to;
	const char	*on_delete;	/* CASCADE, SET NULL, NO ACTION ... */
};
struct mag_schema_table {
	const char	*name;
	struct mag_schema_column *columns;
	struct mag_schema_link *links;
	size_t		 ncolumns, nlinks;
	int64_t		 next_id;	/* that no row has had; 0: it has no such */
};

/**
 * mag_schema_tables(out, n, a, db): all tables by name, without the engine's
 * own and those inside a search index.
 */
MAG_API enum mag_status mag_schema_tables(struct mag_schema_table **out,
    size_t *n, struct mag_arena *, struct mag_db *) MAG_CHECK;
/** mag_schema_rows(row, db, a, table): its rows, by their key. */
MAG_API enum mag_status mag_schema_rows(struct mag_row **out, struct mag_db *,
    struct mag_arena *, const struct mag_schema_table *) MAG_CHECK;
/**
 * mag_schema_pass(db, table): the rows that come get no number that one of
 * ${table}, which may be of another database, has had.
 */
MAG_API enum mag_status mag_schema_pass(struct mag_db *,
    const struct mag_schema_table *) MAG_CHECK;
/** mag_schema_count(out, db, a, name): how many rows that table has. */
MAG_API enum mag_status mag_schema_count(int64_t *, struct mag_db *,
    struct mag_arena *, const char *name) MAG_CHECK;
/** mag_schema_name(a, name): a name as SQL, quoted. */
MAG_API const char *mag_schema_name(struct mag_arena *, const char *name);

#endif
