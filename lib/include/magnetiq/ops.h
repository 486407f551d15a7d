/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/ops.h -- what is done to a whole site, one function each.
 *
 * They stand in one table with their default schedule: the command calls
 * them by name, the jobs process by the clock, the panel by request.
 */
#ifndef MAGNETIQ_OPS_H
#define MAGNETIQ_OPS_H

#include <signal.h>

#include <magnetiq/call.h>
#include <magnetiq/conf.h>
#include <magnetiq/migrate.h>

struct mag_op {
	const char	*name;
	/* "every N" seconds, "daily HH:MM" in UTC, or "" for by hand only. */
	const char	*schedule;
	const char	*what;		/* one line, for help and the panel */
	/* ${report} takes one line for people; *done counts what was done. */
	enum mag_status	(*run)(struct mag_call *, struct mag_buf *report,
	    int64_t *done);
};

/** mag_ops(): all of them; ends with a name that is NULL. */
MAG_API const struct mag_op *mag_ops(void);
MAG_API const struct mag_op *mag_op_find(const char *name);

/**
 * mag_op_next(op, last): when it is due after it ran at ${last}; 0: never.
 */
MAG_API int64_t	mag_op_next(const struct mag_op *, int64_t last);

/**
 * mag_ops_enter(c): make the table of jobs agree with this program.
 * mag_ops_begin(out, c, op): when it should run next: what was missed while
 * the process was down is due at once.
 * mag_ops_last(out, c, op): when it ran last, if that was well; else
 * MAG_NOT_FOUND and 0.
 * mag_ops_asked(out, times, c): an op that somebody asked for, or NULL, and
 * how often by now.
 * mag_ops_note(c, op, ms, error, answered): write down that it ran, and how,
 * and how many of the times it was asked for that answers: what was asked
 * while it ran is still to be done.
 */
MAG_API enum mag_status mag_ops_enter(struct mag_call *) MAG_CHECK;
MAG_API enum mag_status mag_ops_begin(int64_t *out, struct mag_call *,
    const struct mag_op *) MAG_CHECK;
MAG_API enum mag_status mag_ops_last(int64_t *out, struct mag_call *,
    const struct mag_op *) MAG_CHECK;
MAG_API enum mag_status mag_ops_asked(const struct mag_op **out,
    int64_t *times, struct mag_call *) MAG_CHECK;
MAG_API enum mag_status mag_ops_note(struct mag_call *, const struct mag_op *,
    int64_t milliseconds, const char *error, int64_t answered) MAG_CHECK;
/** mag_ops_ask(c, name): run it soon; MAG_NOT_FOUND for an unknown one. */
MAG_API enum mag_status mag_ops_ask(struct mag_call *, const char *name) MAG_CHECK;
/** mag_ops_list(b, c): the jobs as a JSON array. */
MAG_API enum mag_status mag_ops_list(struct mag_buf *, struct mag_call *) MAG_CHECK;

/**
 * mag_op_program(path): which program does what takes long, or what must be
 * done with less power: it is called as `--image` (see jobs/image.h), and as
 * `--backup`, `--snapshot`, `--drill`, `--letters`, `--calendars`,
 * `--webhooks` or `--watch`.  Without one nobody does that.
 */
MAG_API void	mag_op_program(const char *path);

/**
 * Gives one letter away; ${answer} is what the server said, or why not.
 * LATER is about this letter, NOWHERE about all of them: nobody listens, or
 * the server does not let us in.  NEVER is a no to the letter, BOUNCED one to
 * its address.
 */
enum mag_sent {
	MAG_SENT, MAG_SENT_LATER, MAG_SENT_NOWHERE, MAG_SENT_NEVER,
	MAG_SENT_BOUNCED
};
struct mag_parcel {
	int64_t		 id;		/* of its row */
	const char	*from, *to;
	const char	*message;
	size_t		 n;
};
typedef enum mag_sent mag_letter_sender(void *arg, const struct mag_parcel *,
    char *answer, size_t size);
/**
 * mag_letters_send(n, c, sender, arg, stop): the next few letters that are due:
 * claimed together, given away one by one outside of any transaction, and
 * written down one by one.  Ends early, with all in order, once *${stop} is
 * not 0 (NULL: never).  MAG_NOT_FOUND if none is due, or another process or a
 * restore is at it; MAG_UNAVAILABLE if they lead nowhere; *${n} is how many were in hand.
 */
MAG_API enum mag_status mag_letters_send(int *n, struct mag_call *,
    mag_letter_sender *, void *arg, const volatile sig_atomic_t *stop) MAG_CHECK;

/**
 * mag_letters_turn(fd, c, wait_us): letters leave, or a restore is at work: one
 * of the two at a time.  False if the other is at it, and has not ended within
 * ${wait_us}; else until mag_letters_turn_end(fd), or the process ends.
 */
MAG_API bool	mag_letters_turn(int *fd, struct mag_call *, int64_t wait_us)
    MAG_CHECK;
MAG_API void	mag_letters_turn_end(int fd);

/**
 * Where there is no mail server, letters are files.
 * mag_letter_files(out, most, conf): the numbers of the newest, which come
 * first; how many there are of the ${most} that ${out} holds.
 * mag_letter_file(out, c, number, most): one as it was written, or its first
 * ${most} bytes; MAG_NOT_FOUND if there is none.
 */
MAG_API int	mag_letter_files(int64_t *out, int most,
    const struct mag_conf *);
MAG_API enum mag_status mag_letter_file(struct mag_str *out,
    struct mag_call *, int64_t number, size_t most) MAG_CHECK;

/** mag_backups_print(b, c, most): those in BACKUP_DIR, newest first, as JSON;
 * none that is dated in the future, as a wrong clock does. */
MAG_API void	mag_backups_print(struct mag_buf *, struct mag_call *,
    size_t most);
/** mag_copies_print(b, c): all backups and snapshots together, newest first. */
MAG_API void	mag_copies_print(struct mag_buf *, struct mag_call *);
/** mag_backup_newest(c): the path of the newest that is not dated in the
 * future, or NULL. */
MAG_API const char *mag_backup_newest(struct mag_call *);
/** mag_copy_at(c, at): the newest backup or snapshot made by then, or NULL. */
MAG_API const char *mag_copy_at(struct mag_call *, int64_t at);
/**
 * mag_drill_print(b, c): what became of the last drill, as JSON; null before
 * the first: {"ran_at", "name", "passed", "error", "took_ms", "files",
 * "tables", "rows"}, the last three compared with the manifest.
 */
MAG_API enum mag_status mag_drill_print(struct mag_buf *, struct mag_call *)
    MAG_CHECK;

/**
 * mag_op_init(c, path): make the database if it is missing and bring it to
 * this program's schema.  Not in the table: it needs no database to begin.
 */
MAG_API enum mag_status mag_op_init(const struct mag_conf *, int64_t now,
    struct mag_buf *report) MAG_CHECK;
/**
 * mag_op_migrate(c, report): bring the database of the settings forward, one
 * of an earlier Magnetiq included; before it changes, a verified copy stands
 * beside it.  Needs no c->db.
 * mag_op_migrate_try(c, keep, report): the same on a copy; changes nothing.
 * The copy remains as ${keep}, unless that is NULL.
 * mag_op_migrate_status(c, json, b): what stands, and what is pending.
 */
MAG_API enum mag_status mag_op_migrate(struct mag_call *,
    struct mag_buf *report) MAG_CHECK;
MAG_API enum mag_status mag_op_migrate_try(struct mag_call *,
    const char *keep, struct mag_buf *report) MAG_CHECK;
MAG_API enum mag_status mag_op_migrate_status(struct mag_call *, bool json,
    struct mag_buf *) MAG_CHECK;
/**
 * mag_op_verify(c, b): is the site what it says of itself?  A line for each
 * thing that is not: the file, references, search, addresses, totals, media.
 * Works beside a running site.
 */
MAG_API enum mag_status mag_op_verify(struct mag_call *, struct mag_buf *)
    MAG_CHECK;
/**
 * mag_op_export(c, dir, passwords, report): all tables and media, for another
 * system: JSON, SQL for PostgreSQL, a manifest.  ${dir} is made, or is empty.
 * Hashes of passwords and API keys stay here unless ${passwords}.
 */
MAG_API enum mag_status mag_op_export(struct mag_call *, const char *dir,
    bool passwords, struct mag_buf *report) MAG_CHECK;
/**
 * mag_op_privacy_export(c, email, b): all that is known of a person, as JSON.
 * mag_op_privacy_erase(c, email, b): forgotten in every table and file, freed
 * pages, the log and copies beside the database included; ${b} takes an
 * object that counts what was.
 */
MAG_API enum mag_status mag_op_privacy_export(struct mag_call *,
    const char *email, struct mag_buf *) MAG_CHECK;
MAG_API enum mag_status mag_op_privacy_erase(struct mag_call *,
    const char *email, struct mag_buf *) MAG_CHECK;
/** mag_op_privacy_own(c, email, b): what a person may see of it alone. */
MAG_API enum mag_status mag_op_privacy_own(struct mag_call *,
    const char *email, struct mag_buf *) MAG_CHECK;
/**
 * mag_op_retention(c, dry_run, b, rows): forget what is over, or count it:
 * ${b} takes an object that says so by class, and what is left over.
 */
MAG_API enum mag_status mag_op_retention(struct mag_call *, bool dry_run,
    struct mag_buf *, int64_t *rows) MAG_CHECK;
/** mag_op_demo(c, report): a small believable site, once. */
MAG_API enum mag_status mag_op_demo(struct mag_call *, struct mag_buf *report)
    MAG_CHECK;

#endif
