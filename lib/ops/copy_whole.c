/* SPDX-License-Identifier: MIT */
/*
 * A copy that may take the place of the database: sound, and in each table as
 * many rows as there were.
 */
#include <magnetiq/schema.h>

#include "copies.h"

#define TRIES	3

struct copying {
	struct mag_call	*c;
	const char	*path;
	const char	*differs;	/* which table, and by how much; or NULL */
};

/*
 * It was made after the one count and before the other.  A table that loses
 * rows and gets some in that time may have had any number, so that nothing is
 * known; one that only grows may not have had fewer.
 */
static bool
between(int64_t n, int64_t before, int64_t after)
{

	return before <= after ? n >= before && n <= after :
	    n >= after && n <= before;
}

/* Table by table; what is inside a search index is of no table's rows. */
static enum mag_status
compare(struct copying *w, struct mag_db *held, struct mag_db *copy)
{
	struct mag_arena *a = w->c->a;
	struct mag_schema_table *t;
	int64_t before, there, after;
	enum mag_status st;
	size_t i, n;

	if ((st = mag_schema_tables(&t, &n, a, held)) != MAG_OK)
		return st;
	for (i = 0; i < n && w->differs == NULL; i++) {
		if ((st = mag_schema_count(&before, held, a, t[i].name)) !=
		    MAG_OK ||
		    (st = mag_schema_count(&there, copy, a, t[i].name)) !=
		    MAG_OK)
			return st;
		if (before == there)
			continue;
		if ((st = mag_schema_count(&after, w->c->db, a, t[i].name)) !=
		    MAG_OK)
			return st;
		if (!between(there, before, after))
			w->differs = mag_printf(a, "%s, %lld / %lld",
			    t[i].name, (long long)there, (long long)before);
	}
	return MAG_OK;
}

static enum mag_status
look_at_copy(struct copying *w, struct mag_db *held)
{
	struct mag_db *copy = NULL;
	struct mag_buf wrong;
	enum mag_status st;

	mag_buf_init(&wrong, w->c->a, 256);
	if ((st = mag_db_open(&copy, w->path, MAG_DB_READONLY, 0)) == MAG_OK &&
	    (st = mag_db_integrity(copy, &wrong)) == MAG_OK)
		st = wrong.len == 0 ? compare(w, held, copy) :
		    mag_fail(w->c, MAG_FAILED, "A copy of the database is not "
		    "sound; nothing was changed. See magnetiq verify.");
	mag_db_close(copy);
	return st;
}

/* VACUUM INTO wants a connection without a transaction, and so cannot read the
 * very moment that another holds; but one that is just after it. */
static enum mag_status
copy_beside(struct mag_db *held, void *arg)
{
	struct copying *w = arg;
	enum mag_status st;

	(void)mag_db_moved(held);	/* any read: the moment is that of it */
	if ((st = mag_db_copy(w->c->db, w->path)) != MAG_OK)
		return st;
	return look_at_copy(w, held);
}

enum mag_status
copy_whole(struct mag_call *c, const char *path)
{
	struct copying w = { .c = c, .path = path, .differs = "" };
	struct mag_db *held = NULL;
	enum mag_status st;
	int i;

	st = mag_db_open(&held, mag_db_path(c->db), MAG_DB_READONLY, 0);
	for (i = 0; i < TRIES && st == MAG_OK && w.differs != NULL; i++) {
		w.differs = NULL;
		st = mag_db_read(held, copy_beside, &w);
	}
	mag_db_close(held);
	if (st == MAG_OK && w.differs != NULL)
		st = mag_fail_arg(c, MAG_CONFLICT, "The database is written to "
		    "all the time, so that no copy is known to be whole (%s); "
		    "nothing was changed. Stop the site, and try again.",
		    w.differs);
	if (st != MAG_OK)
		(void)mag_db_remove(path);
	return st;
}
