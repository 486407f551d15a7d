/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/db.h -- the database: one connection a process, prepared
 * statements that are kept, transactions that are retried as a whole.
 *
 * Model code uses only what stands here; nothing in it names SQLite.
 * A connection is opened after fork and is used by one thread.
 */
#ifndef MAGNETIQ_DB_H
#define MAGNETIQ_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_db;
struct mag_row;

#define MAG_DB_CREATE	1	/* make the file if it is missing */
#define MAG_DB_READONLY	2
/* A file that is nobody's yet: no log, nothing synced; whoever is killed, or
 * fails, throws it away. */
#define MAG_DB_SCRATCH	4

/**
 * mag_db_open(out, path, flags, cache_kib): open and set up (WAL,
 * synchronous=FULL, foreign keys, a jittered busy handler of 5 s, no automatic
 * checkpoint).  MAG_NOT_FOUND if there is no such file; MAG_FAILED logs why.
 * Close with mag_db_close(); NULL is allowed.
 */
MAG_API enum mag_status mag_db_open(struct mag_db **out, const char *path,
    unsigned flags, int64_t cache_kib) MAG_CHECK;
MAG_API void	mag_db_close(struct mag_db *);
MAG_API const char *mag_db_path(const struct mag_db *);

/*
 * Arguments of a statement.  `types` has a letter for each ?N in order:
 *	i  int64_t
 *	I  const int64_t *        NULL: SQL NULL
 *	s  const char *           NULL: SQL NULL
 *	b  const void *, size_t   text of that length (bytes must outlive the call)
 *	t  int64_t                a time, stored as the text of clock.h
 *	T  const int64_t *        the same; NULL: SQL NULL
 *	d  double
 *	n                         SQL NULL
 * Statements are prepared once a connection and text, so pass constants or
 * text made from field tables, never text that holds a value.
 */

/**
 * mag_db_run(db, sql, types, ...): a statement without rows.  A constraint
 * that it breaks comes back as the status that lib/db/constraint.c gives it
 * (MAG_SLUG_TAKEN, MAG_EMAIL_TAKEN, MAG_CONFLICT ...).
 */
MAG_API enum mag_status mag_db_run(struct mag_db *, const char *sql,
    const char *types, ...) MAG_CHECK;
/** mag_db_changes(db): rows that the last mag_db_run() changed. */
MAG_API int64_t	mag_db_changes(struct mag_db *);
/** mag_db_total_changes(db): rows that this connection has ever changed, those
 * of triggers and of the search index's own tables included. */
MAG_API int64_t	mag_db_total_changes(struct mag_db *);
/**
 * mag_db_int(out, db, sql, types, ...): the first column of the first row.
 * MAG_NOT_FOUND without a row (then *out is 0).
 */
MAG_API enum mag_status mag_db_int(int64_t *out, struct mag_db *,
    const char *sql, const char *types, ...) MAG_CHECK;
/** mag_db_text(out, a, db, sql, types, ...): the same for text; NULL stays NULL. */
MAG_API enum mag_status mag_db_text(const char **out, struct mag_arena *,
    struct mag_db *, const char *sql, const char *types, ...) MAG_CHECK;

/**
 * mag_db_query(row, db, sql, types, ...): start reading rows; then
 * `while ((st = mag_row_next(row)) == MAG_OK)`, which ends with
 * MAG_NOT_FOUND; then mag_row_done(row), always (NULL is allowed).  What
 * writes and returns rows (RETURNING) needs a mag_db_write() around it here;
 * mag_db_int() and mag_db_text() run such a statement to its end by themselves.
 */
MAG_API enum mag_status mag_db_query(struct mag_row **out, struct mag_db *,
    const char *sql, const char *types, ...) MAG_CHECK;
MAG_API enum mag_status mag_row_next(struct mag_row *) MAG_CHECK;
MAG_API void	mag_row_done(struct mag_row *);
/** One row only: mag_db_query and mag_row_next in one; MAG_NOT_FOUND if none. */
MAG_API enum mag_status mag_db_row(struct mag_row **out, struct mag_db *,
    const char *sql, const char *types, ...) MAG_CHECK;

/* Columns from 0.  Text is borrowed until the next step: copy what stays. */
MAG_API bool	mag_row_null(struct mag_row *, int i);
MAG_API int64_t	mag_row_int(struct mag_row *, int i);
MAG_API double	mag_row_real(struct mag_row *, int i);
MAG_API struct mag_str mag_row_str(struct mag_row *, int i);	/* NULL: {NULL,0} */
MAG_API char	*mag_row_dup(struct mag_row *, int i, struct mag_arena *);
/** A time column in any of the forms older programs wrote; 0 if NULL. */
MAG_API int64_t	mag_row_time(struct mag_row *, int i);

/** Values bound one by one, for statements made from field tables. */
struct mag_bind {
	enum { MAG_BIND_NULL, MAG_BIND_INT, MAG_BIND_TEXT, MAG_BIND_TIME } kind;
	int64_t		 i;
	const char	*s;
	size_t		 n;
};
MAG_API enum mag_status mag_db_queryv(struct mag_row **out, struct mag_db *,
    const char *sql, const struct mag_bind *, size_t n) MAG_CHECK;
MAG_API enum mag_status mag_db_runv(struct mag_db *, const char *sql,
    const struct mag_bind *, size_t n) MAG_CHECK;

/**
 * mag_db_write(db, fn, arg): run ${fn} in one BEGIN IMMEDIATE transaction:
 * commit if it returns MAG_OK, else roll back and return its status.  Inside
 * another mag_db_write it simply joins.  Another writer is waited for (5 s,
 * then MAG_UNAVAILABLE).  ${fn} may be called again from its start, so it
 * must not act on the world: no network, no files, no hashing of passwords.
 * A full disk is MAG_UNAVAILABLE and leaves nothing half-written.
 */
typedef enum mag_status mag_db_fn(struct mag_db *, void *arg);
MAG_API enum mag_status mag_db_write(struct mag_db *, mag_db_fn *, void *arg)
    MAG_CHECK;
/** mag_db_read(db, fn, arg): several reads that see one moment. */
MAG_API enum mag_status mag_db_read(struct mag_db *, mag_db_fn *, void *arg)
    MAG_CHECK;
MAG_API bool	mag_db_in_write(const struct mag_db *);

/**
 * mag_db_moved(db): a number that changes whenever any connection, this one
 * included, has committed something.  Cheap (a microsecond).
 */
MAG_API int64_t	mag_db_moved(struct mag_db *);
/**
 * mag_db_written(db): the same of what was really written: commits of others,
 * and rows that this connection has changed.  A transaction that changed
 * nothing does not count.
 */
MAG_API int64_t	mag_db_written(struct mag_db *);

/**
 * mag_db_idle(db): between two requests: checks that no transaction and no
 * statement is open, and runs a guarded checkpoint if the log has grown
 * (magnetiq/db.h never lets SQLite checkpoint by itself: see
 * doc/decisions/0003).
 */
MAG_API void	mag_db_idle(struct mag_db *);
/** mag_db_checkpoint(db): the guarded checkpoint now, as far as others let us. */
MAG_API enum mag_status mag_db_checkpoint(struct mag_db *) MAG_CHECK;
/**
 * mag_db_scrub(db): what was deleted is gone from the disk, log included.
 * MAG_UNAVAILABLE if readers keep the old log for longer than five seconds.
 */
MAG_API enum mag_status mag_db_scrub(struct mag_db *) MAG_CHECK;
/** mag_db_busy_waits(db): how often this connection waited for a writer. */
MAG_API int64_t	mag_db_busy_waits(const struct mag_db *);

/**
 * mag_db_slow(ms): from now on, a statement that takes so long is logged, with
 * its text and never its values; 0 (as it begins): none is.
 */
MAG_API void	mag_db_slow(int ms);

/** What is wrong with the file: integrity, foreign keys; "" if nothing. */
MAG_API enum mag_status mag_db_verify(struct mag_db *, struct mag_buf *) MAG_CHECK;
/** The same of the file alone, whatever its rows refer to. */
MAG_API enum mag_status mag_db_integrity(struct mag_db *, struct mag_buf *)
    MAG_CHECK;
/**
 * mag_db_remove(path): a database that nobody has open, and what belongs to
 * it; well, too, if there is none.
 */
MAG_API enum mag_status mag_db_remove(const char *path);
/** mag_db_copy(db, path): a consistent copy (VACUUM INTO), synced to disk. */
MAG_API enum mag_status mag_db_copy(struct mag_db *, const char *path) MAG_CHECK;
/**
 * mag_db_replaced(db): has another file the name of ours now?  Then nothing
 * is written to ours any more; close it and open the other one.
 */
MAG_API bool	mag_db_replaced(const struct mag_db *);
/**
 * mag_db_swap(db, fresh, keep, last, arg): the file ${fresh} takes the name of
 * ${db}'s, at one moment at which nobody writes; the old one is whole and is
 * called ${keep} from then on.  ${fresh} must be closed, and in the same
 * folder.  ${last}(arg), if it is not NULL, runs at that moment, and reads the
 * old one or writes the new one; what it does not return as MAG_OK is returned.
 * MAG_UNAVAILABLE if readers or writers do not let us: nothing was changed.
 * mag_db_swap_broken(path, fresh, keep): the same for a file that cannot be
 * opened as a database.
 */
MAG_API enum mag_status mag_db_swap(struct mag_db *, const char *fresh,
    const char *keep, enum mag_status (*last)(void *), void *arg) MAG_CHECK;
MAG_API enum mag_status mag_db_swap_broken(const char *path, const char *fresh,
    const char *keep) MAG_CHECK;
/** mag_db_optimize(db): let the engine refresh its statistics. */
MAG_API enum mag_status mag_db_optimize(struct mag_db *) MAG_CHECK;
/** mag_db_script(db, sql): several statements, for migrations only. */
MAG_API enum mag_status mag_db_script(struct mag_db *, const char *sql) MAG_CHECK;
MAG_API const char *mag_db_engine(void);	/* "sqlite 3.40.1" */

#endif
