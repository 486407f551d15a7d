/* SPDX-License-Identifier: MIT */
/*
 * copies.h -- whole copies of the database beside it: what a migration makes
 * first (before-migrate), what a restore has put aside (before-restore), and
 * what was undone (failed-restore).  Nothing of the program reads them again
 * once the migration or the restore has ended; people may.
 */
#ifndef OPS_COPIES_H
#define OPS_COPIES_H

#include <magnetiq/call.h>

struct copy {
	const char	*path;
	int64_t		 made;		/* as its name says */
	int64_t		 size;		/* with its log */
	bool		 migration;
};
/** copies_find(out, a, database): all of them, newest first. */
size_t	copies_find(struct copy **, struct mag_arena *, const char *database);
/** copies_over(list, n, now): those that are too old come last; how many stay?
 * The newest of a migration does not count as too old. */
size_t	copies_over(struct copy *, size_t n, int64_t now);
/**
 * copy_whole(c, path): copy the call's database to ${path}: sound, and in each
 * table as many rows as there were, no fewer than before and no more than
 * after where others write.  Where that does not say enough, it is tried
 * again; MAG_CONFLICT, and no file, if it never does.  Nothing is left where
 * it fails.
 */
enum mag_status	copy_whole(struct mag_call *, const char *path) MAG_CHECK;
/** copies_remove(a, copy): with its log; false if it is still there. */
bool	copies_remove(struct mag_arena *, const struct copy *);

#endif
