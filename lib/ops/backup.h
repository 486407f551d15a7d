/* SPDX-License-Identifier: MIT */
/*
 * backup.h -- backups and what comes back from them.  Linked into the command
 * and the jobs process only: a worker does not carry libarchive.
 *
 * A backup is one tar file, compressed: manifest.json, SHA256SUMS (of all that
 * follows, in its order), magnetiq.db, settings.env, media/...
 */
#ifndef OPS_BACKUP_H
#define OPS_BACKUP_H

#include <magnetiq/ops.h>

#define BACKUPS_MAX	1000	/* that are looked at in a folder */

/** What a backup is made with; NULL and 0: as the settings say. */
struct backup_wish {
	const char	*dir;
	const char	*keep;		/* "7,4,12" */
	bool		 secrets;	/* passwords and keys of the settings, too */
	bool		 snapshot;	/* the database alone */
};
/**
 * backup_make(path, c, wish, report): write a backup, check it, give it its
 * name, remove old ones.  ${path} is in the arena.
 */
enum mag_status	backup_make(const char **path, struct mag_call *,
		    const struct backup_wish *, struct mag_buf *report)
		    MAG_CHECK;

/** What stands in a manifest. */
struct backup_facts {
	int64_t		 created, schema, files, database_size;
	int64_t		 tables, rows;	/* that are those of the manifest */
	const char	*version;
	bool		 snapshot;
};
enum backup_unpack {
	BACKUP_IN_PLACE,	/* nothing: its database lies in ${dir} already */
	BACKUP_DATABASE,
	BACKUP_ALL		/* media, too, into ${dir}/media */
};
/**
 * backup_check(out, c, path, dir, what): read all of it and compare it with
 * its manifest; its database lies in ${dir}/magnetiq.db afterwards, sound,
 * byte for byte that of the backup.  MAG_INVALID if it is no whole backup,
 * with the reason as the call's message.
 */
enum mag_status	backup_check(struct backup_facts *, struct mag_call *,
		    const char *path, const char *dir, enum backup_unpack)
		    MAG_CHECK;

/**
 * backup_try(c, dir): what backup_check() left in ${dir} comes forward to the
 * schema of this program, and is sound then.  MAG_INVALID if not.
 */
enum mag_status	backup_try(struct mag_call *, const char *dir) MAG_CHECK;

/**
 * backup_restore(kept, c, wish, report): the site becomes what it was.  Checks
 * first; the database of before is kept beside it; ${kept} is its name.
 * MAG_CONFLICT if media that a snapshot speaks of are gone.
 */
struct restore_wish {
	const char	*path;
	bool		 without_media;	/* even if some are gone */
};
enum mag_status	backup_restore(const char **kept, struct mag_call *,
		    const struct restore_wish *, struct mag_buf *report)
		    MAG_CHECK;
/** backup_readable(c, db): is it a database, with tables in it? */
bool	backup_readable(struct mag_call *, struct mag_db *);
/**
 * backup_past(out, c, made, but, dir, report): the newest database of
 * BACKUP_DIR that was made after ${made}, is not of the archive ${but} and can
 * be read, unpacked into ${dir}; or NULL.  The report says until when it knows
 * what happened.
 */
void	backup_past(struct mag_db **out, struct mag_call *, int64_t made,
	    const char *but, const char *dir, struct mag_buf *report);
/** restore_keep(c, fresh, past): in the open transaction of the database that
 * comes back, what is known since and is not taken back. */
enum mag_status	restore_keep(struct mag_call *, struct mag_db *fresh,
		    struct mag_db *past) MAG_CHECK;
/**
 * restore_keep_last(c, fresh, past): once more, what people have said and what
 * was numbered since; letters had to wait, and rows that many write were given
 * room.  MAG_CONFLICT if somebody was erased since.
 */
enum mag_status	restore_keep_last(struct mag_call *, struct mag_db *fresh,
		    struct mag_db *past) MAG_CHECK;
/** backup_undo(failed, c, kept): what backup_restore() kept takes its place
 * again; what it takes the place of is kept as ${failed}. */
enum mag_status	backup_undo(const char **failed, struct mag_call *,
		    const char *kept) MAG_CHECK;

/**
 * backup_kept(keep, times, n, daily, weekly, monthly): which of ${n} backups
 * stay, by when they were made, newest first: those of the last 24 hours, and
 * the newest of each of the last ${daily} days that have one, of weeks, of
 * months.
 */
void	backup_kept(bool *keep, const int64_t *times, size_t n, int daily,
	    int weekly, int monthly);
/** snapshots_kept(keep, times, n): the same of snapshots: those of the last 24
 * hours, and the newest of each of the last 48 hours that have one. */
void	snapshots_kept(bool *keep, const int64_t *times, size_t n);
/** backup_rule(out, text): `7,4,12`; false if it is none. */
bool	backup_rule(int out[3], const char *text);
/** backup_time(out, name): when a backup with this name was made. */
bool	backup_time(int64_t *, const char *name);

/** backup_ahead(made, now): is it dated in the future?  A clock was wrong then,
 * and the date says nothing: such a one counts as no backup, pushes none out,
 * and is left to people.  Clocks that differ by less than an hour do not. */
bool	backup_ahead(int64_t made, int64_t now);

struct backup_name {
	const char	*name;
	int64_t		 made;
	bool		 snapshot;
};
/** backup_names(out, a, dir): those in a folder, newest first. */
size_t	backup_names(struct backup_name **, struct mag_arena *,
	    const char *dir);

/* backup_name.c: names in the folder of backups. */

/** backup_give_name(path, c, wish, archive, dir): a name that no other has, on
 * disk when this returns. */
enum mag_status	backup_give_name(const char **path, struct mag_call *,
		    const struct backup_wish *, const char *archive,
		    const char *dir) MAG_CHECK;
/** backup_remove_old(c, wish, dir, report): those that do not stay; the report
 * names those, and those that backup_ahead() says are none to count. */
void	backup_remove_old(struct mag_call *, const struct backup_wish *,
	    const char *dir, struct mag_buf *report);
/** backup_sweep(c, dir): what one that was cut short has left. */
void	backup_sweep(struct mag_call *, const char *dir);

/* folder.c: what backups need of the file system. */

/** folder_make(c, path, mode): MAG_OK if it is there afterwards. */
enum mag_status	folder_make(struct mag_call *, const char *path, int mode)
		    MAG_CHECK;
void	folder_remove(const char *path);
/** folder_above(path): make the folders above a path; false if not. */
bool	folder_above(const char *path);
enum mag_status	folder_failed(struct mag_call *, const char *path);

#endif
