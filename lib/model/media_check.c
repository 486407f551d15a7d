/* SPDX-License-Identifier: MIT */
/* Files and rows held against each other. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/log.h>

#include "media.h"

#define SCRATCH		(1024 * 1024)
#define ORPHAN_SECONDS	3600	/* what is younger may be about to be used */

static const char sql_spoken_of[] =
    "SELECT 1 FROM media_files WHERE file_path = ?1"
    " UNION ALL SELECT 1 FROM media_renditions WHERE file_path = ?1";

/* Does it lie there for long, and nobody speaks of it? */
static bool
is_orphan(struct mag_call *c, const char *path, int64_t mtime)
{
	int64_t found;

	return mtime < c->now - ORPHAN_SECONDS &&
	    mag_db_int(&found, c->db, sql_spoken_of, "s", path) ==
	    MAG_NOT_FOUND;
}

static bool
is_temp(const char *path)
{

	return strncmp(path, "tmp/", 4) == 0;
}

/* ---- purge ---- */

struct purging {
	struct mag_call	*c;
	int64_t		 done;
};

/* Files that somebody else put there are not ours to remove. */
static enum mag_status
purge(void *arg, const char *path, int64_t mtime)
{
	struct purging *w = arg;
	enum mag_status st = MAG_OK;

	if (!is_orphan(w->c, path, mtime))
		return MAG_OK;
	if (is_temp(path)) {
		if (unlink(media_full(w->c, path)) != 0 && errno != ENOENT)
			return MAG_OK;
	} else if (media_is_ours(strrchr(path, '/') + 1))
		st = media_drop(w->c, path);
	else
		return MAG_OK;
	w->done++;
	return st;
}

enum mag_status
mag_media_purge(int64_t *done, struct mag_call *c)
{
	struct purging w = { c, 0 };
	enum mag_status st = media_walk(c, purge, &w);

	*done = w.done;
	return st;
}

/* ---- verify ---- */

struct verifying {
	struct mag_call	*c;
	struct mag_buf	*b;
};

/* A file of ours is named by its bytes; an older one stands in its row. */
static bool
is_unchanged(struct mag_call *c, int fd, const char *path, const char *hash)
{
	const char *name = strrchr(path, '/'), *found;

	name = name == NULL ? path : name + 1;
	if ((found = media_hash_of(c->a, fd)) == NULL)
		return false;
	return strncmp(found, media_is_ours(name) ? name : hash, 64) == 0;
}

static void
verify_file(struct mag_buf *b, struct mag_call *c, int64_t id,
    const char *path, const char *hash)
{
	int fd = open(media_full(c, path), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		mag_buf_addf(b, "media %lld: the file %s is missing\n",
		    (long long)id, path);
	else if (!is_unchanged(c, fd, path, hash))
		mag_buf_addf(b, "media %lld: the file %s has changed\n",
		    (long long)id, path);
	if (fd >= 0)
		close(fd);
}

static const char sql_all[] =
    "SELECT id, file_path, file_hash FROM media_files WHERE deleted_at IS NULL"
    " UNION ALL SELECT media_id, file_path, '' FROM media_renditions";

static enum mag_status
orphan(void *arg, const char *path, int64_t mtime)
{
	struct verifying *w = arg;

	if (!is_temp(path) && is_orphan(w->c, path, mtime))
		mag_buf_addf(w->b, "media: the file %s belongs to nothing\n", path);
	return MAG_OK;
}

/* Each file is looked at in memory of its own: there may be very many. */
enum mag_status
mag_media_verify(struct mag_buf *b, struct mag_call *c)
{
	struct mag_call one = *c;
	struct verifying w = { &one, b };
	struct mag_row *row = NULL;
	enum mag_status st;

	one.a = mag_arena_new(SCRATCH);
	if ((st = mag_db_query(&row, c->db, sql_all, "")) != MAG_OK)
		goto done;
	for (; (st = mag_row_next(row)) == MAG_OK; mag_arena_reset(one.a))
		verify_file(b, &one, mag_row_int(row, 0),
		    mag_row_dup(row, 1, one.a), mag_row_dup(row, 2, one.a));
	if (st == MAG_NOT_FOUND)
		st = media_walk(&one, orphan, &w);
done:
	mag_row_done(row);
	mag_arena_free(one.a);
	return st;
}
