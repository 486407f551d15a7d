/* SPDX-License-Identifier: MIT */
/* conn.h -- the inside of a connection; used only inside lib/db. */
#ifndef DB_CONN_H
#define DB_CONN_H

#include <stdarg.h>
#include <sys/types.h>

#include <sqlite3.h>

#include <magnetiq/db.h>

#define DB_WAIT_US	5000000	/* how long a writer waits for another */
#define DB_MIGRATION_S	40	/* and more for a migration; nginx waits 60 s */
#define DB_STATEMENTS	128	/* kept prepared; about 5 KiB each */
#define DB_BUCKETS	256	/* a power of two */

/** A prepared statement.  While it is read from it is also the mag_row. */
struct mag_row {
	struct mag_db	*db;
	sqlite3_stmt	*stmt;
	const char	*sql;		/* a copy of our own, behind the struct */
	struct mag_row	*chain;		/* same bucket */
	struct mag_row	*newer, *older;	/* order of last use */
	unsigned	 hash;
	bool		 busy;		/* between start and mag_row_done() */
	bool		 ended;		/* no further row */
	bool		 writes;
	int64_t		 us;		/* spent in it since it was taken */
};

struct mag_db {
	sqlite3		*sql;
	char		*path, *log_path;
	unsigned	 flags;
	pid_t		 pid;		/* of the process that opened it */
	dev_t		 dev;		/* the file that was opened; */
	ino_t		 ino;		/* another may have its name by now */
	ino_t		 log_ino;	/* the same of its log; 0: there was none */

	/* Statements: by address of their text, by text, by last use. */
	struct mag_row	*by_address[DB_BUCKETS];
	struct mag_row	*by_text[DB_BUCKETS];
	struct mag_row	*newest, *oldest;
	unsigned	 kept, busy, busy_writing;
	sqlite3_stmt	*version;	/* PRAGMA data_version */

	bool		 writing, reading;	/* in which transaction we are */
	bool		 again;		/* a statement met another writer */
	int64_t		 changes, commits;

	int64_t		 wait_us;	/* limit of one wait */
	int64_t		 waiting_since, waits;
	bool		 patient;	/* a migration may take longer: */
	int		 more_time;	/* seconds that it was given */

	/* The log: see checkpoint.c. */
	sqlite3		*guard;
	int		 log_pages;	/* after our last commit */
	int		 log_copied;	/* of them in the file already */
	bool		 log_grew;	/* since we last thought about it */
	int64_t		 log_held_until;	/* see mag_db_idle() */
};

/* open.c */
int	db_connect(sqlite3 **, const char *path, unsigned flags, struct mag_db *);

/*
 * migrating.c: whoever brings the file forward says so by a lock on a file
 * beside it, which ends with its process; it may take longer than writers wait
 * for each other, so they ask.
 */
int	db_migrating_begin(const struct mag_db *);
void	db_migrating_end(const struct mag_db *, int);
bool	db_is_migrating(const struct mag_db *);

/* cache.c */
enum mag_status	db_take(struct mag_row **, struct mag_db *, const char *sql)
    MAG_CHECK;
void	db_give_back(struct mag_row *);
void	db_forget(struct mag_db *);

/* slow.c: one step, timed; and a line in the log if all of them took long */
int	db_step(struct mag_row *);
void	db_slow_tell(const struct mag_row *);

/* bind.c; ${copy}: the caller's text may go before the last step */
void	db_bind(struct mag_row *, const char *types, va_list, bool copy);
void	db_bindv(struct mag_row *, const struct mag_bind *, size_t);

/* error.c */
void	db_log_hook(void *, int rc, const char *message);
enum mag_status	db_status(struct mag_db *, int rc, const char *what);

/* finds.c */
/** db_add_finds(s): the SQL function finds(text, query); a code of SQLite. */
int	db_add_finds(sqlite3 *);

/* constraint.c */
enum mag_status	db_constraint(int rc, const char *message);

/* schema.c: a name as SQL, in quotes, those in it doubled */
void	db_name_add(struct mag_buf *, const char *prefix, const char *name);
const char *db_name(struct mag_arena *, const char *prefix, const char *name);

/* swap.c */
void	db_remember_file(struct mag_db *);

/* write.c */
void	db_watch_commits(struct mag_db *);

/* The log is cut to this when it begins anew: 4 MiB. */
#define DB_LOG_LIMIT	"PRAGMA journal_size_limit = " "4194304" ";"
/*
 * checkpoint.c
 *
 * db_checkpoint_beside(db): while others write, as much of the log as can be;
 * true if little is left.  A reader of an old moment, a backup for one, may
 * keep most of it where it is.
 * db_checkpoint_hold(db, fn, arg): ${fn} while the whole log is in the file
 * and nobody writes.
 */
bool	db_checkpoint_beside(struct mag_db *);
enum mag_status	db_checkpoint_hold(struct mag_db *, enum mag_status (*fn)(void *),
		    void *arg) MAG_CHECK;
void	db_watch_log(struct mag_db *);

#endif
