/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/legacy.h -- what the adoption of an earlier Magnetiq's database
 * asks of the engine: whose tables these are, setting them aside, reading
 * them whatever columns they have, and letting go of what was taken over.
 *
 * A table that is set aside is called legacy_<name>.  Whatever cannot be
 * taken over stays there.
 */
#ifndef MAGNETIQ_LEGACY_H
#define MAGNETIQ_LEGACY_H

#include <magnetiq/db.h>

/** A column as a schema declares it. */
struct mag_column {
	const char	*name, *type;
	const char	*fallback;	/* its DEFAULT as SQL text, or NULL */
	bool		 required;	/* NOT NULL */
	bool		 number;	/* of an integer type */
};

/** mag_legacy_found(out, db): is this a database of an earlier Magnetiq? */
MAG_API enum mag_status mag_legacy_found(bool *out, struct mag_db *) MAG_CHECK;
/** mag_legacy_columns(out, n, a, db, table): n = 0: there is no such table. */
MAG_API enum mag_status mag_legacy_columns(struct mag_column **out, size_t *n,
    struct mag_arena *, struct mag_db *, const char *table) MAG_CHECK;
/**
 * mag_legacy_set_aside(db, report, a): give way to our own schema: every table
 * that has a name of ours is renamed, indexes, views and triggers in the way
 * and the old search index go.  ${report} gets a line for each thing that is
 * not of an earlier Magnetiq as we know it.  Only inside mag_db_write().
 */
MAG_API enum mag_status mag_legacy_set_aside(struct mag_db *,
    struct mag_buf *report, struct mag_arena *) MAG_CHECK;
/**
 * mag_legacy_lift(out, db, a, trigger): a rule of ours that rows of before may
 * break is not there until mag_db_script() runs ${out}.  Only inside
 * mag_db_write(), which undoes both if anything fails.
 */
MAG_API enum mag_status mag_legacy_lift(const char **out, struct mag_db *,
    struct mag_arena *, const char *trigger) MAG_CHECK;
/** mag_legacy_rows(row, db, a, table, columns, n): its rows, by id. */
MAG_API enum mag_status mag_legacy_rows(struct mag_row **out, struct mag_db *,
    struct mag_arena *, const char *table, const struct mag_column *,
    size_t n) MAG_CHECK;
/** mag_legacy_insert(a, table, columns, n): the text of an INSERT of them. */
MAG_API const char *mag_legacy_insert(struct mag_arena *, const char *table,
    const struct mag_column *, size_t n) MAG_CHECK;
/** mag_legacy_has(out, db, a, table, id): is there such a row? */
MAG_API enum mag_status mag_legacy_has(bool *out, struct mag_db *,
    struct mag_arena *, const char *table, int64_t id) MAG_CHECK;
/**
 * mag_legacy_keep(db, a, table, column): a column that our schema does not
 * have moves into our table as it is, with all its values.
 */
MAG_API enum mag_status mag_legacy_keep(struct mag_db *, struct mag_arena *,
    const char *table, const struct mag_column *) MAG_CHECK;
/**
 * mag_legacy_release(left, db, a, table, key): forget the rows of
 * legacy_<table> that our table has, told by ${key}; without a row left, the
 * table goes.
 */
MAG_API enum mag_status mag_legacy_release(int64_t *left, struct mag_db *,
    struct mag_arena *, const char *table, const char *key) MAG_CHECK;

#endif
