/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/migrate.h -- the schema's history: which migrations there are,
 * which have been applied, and applying the rest.
 */
#ifndef MAGNETIQ_MIGRATE_H
#define MAGNETIQ_MIGRATE_H

#include <magnetiq/db.h>

struct mag_migration {
	int		 number;
	const char	*name;		/* "0002-pages" */
	const char	*sql;
	const char	*beside;	/* oldest program that may run beside it */
};

/** mag_migrations(n): all that this program knows, in order. */
MAG_API const struct mag_migration *mag_migrations(size_t *n);
/** mag_version_compare(x, y): of two like "2.10.0": below, 0, or above zero. */
MAG_API int	mag_version_compare(const char *x, const char *y);
/** mag_migrate_version(out, db): the highest applied number; 0: none. */
MAG_API enum mag_status mag_migrate_version(int *out, struct mag_db *) MAG_CHECK;
/**
 * mag_migrate_check(db, error, size): may this program run on this schema?
 * MAG_CONFLICT with one line in ${error}: newer than the program, older than
 * the program (run `magnetiq migrate`), an edited migration, or a database of
 * an earlier Magnetiq that wants adoption.  A schema that is newer is good if
 * each migration that we do not know says that we may run beside it.
 */
MAG_API enum mag_status mag_migrate_check(struct mag_db *, char *error,
    size_t size) MAG_CHECK;
/**
 * mag_migrate_from(db, error, size): may this program bring this schema
 * forward?  As mag_migrate_check(), but an older one is good, too.
 */
MAG_API enum mag_status mag_migrate_from(struct mag_db *, char *error,
    size_t size) MAG_CHECK;
/**
 * mag_migrate_apply(db, now, each, arg): apply what is missing, each in one
 * transaction; ${each} (or NULL) is called after each with its name.
 */
MAG_API enum mag_status mag_migrate_apply(struct mag_db *, int64_t now,
    void (*each)(const struct mag_migration *, void *), void *arg) MAG_CHECK;
/**
 * mag_migrate_adopt(db, now, before, after, arg): the schema for an earlier
 * Magnetiq's rows, in one transaction: ${before} sets the old tables aside,
 * every migration is applied, ${after} takes the rows over.  Foreign keys are
 * not looked at meanwhile: ${after} sees to it that nothing dangles.
 */
MAG_API enum mag_status mag_migrate_adopt(struct mag_db *, int64_t now,
    mag_db_fn *before, mag_db_fn *after, void *arg) MAG_CHECK;

#endif
