/* SPDX-License-Identifier: MIT */
/* Files that an older program left below UPLOAD_DIR, or elsewhere. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>

#include "media.h"

static const char sql_where[] =
    "SELECT file_path, visibility FROM media_files WHERE id = ?1";
static const char sql_here[] =
    "UPDATE media_files SET file_path = ?2, filename = ?3, mime_type = ?4,"
    " file_hash = ?5, file_size = ?6, width = ?7, height = ?8,"
    " visibility = ?9, renditions_state = ?10 WHERE id = ?1";

static const char sql_moved[] =
    "INSERT INTO redirects (from_path, to_url, status, created_at, updated_at)"
    " VALUES (?1, ?2, 301, ?3, ?3) ON CONFLICT DO NOTHING";

struct found {
	const char	*type, *hash;
	int64_t		 size;
	bool		 is_image;
	struct mag_image image;
};

static bool
look(struct found *f, struct mag_call *c, int fd)
{
	struct stat sb;
	void *p;

	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode) || sb.st_size <= 0)
		return false;
	f->size = sb.st_size;
	p = mmap(NULL, (size_t)f->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return false;
	f->type = mag_file_type(c->a, p, (size_t)f->size);
	f->hash = mag_sha256_hex(c->a, p, (size_t)f->size);
	f->is_image = mag_image_read(&f->image, p, (size_t)f->size);
	munmap(p, (size_t)f->size);
	return true;
}

static enum mag_status
note(struct mag_call *c, int64_t id, const struct found *f, const char *path,
    bool is_public)
{
	const char *base = strrchr(path, '/') + 1;
	const int64_t *width = f->is_image ? &f->image.width : NULL;
	const int64_t *height = f->is_image ? &f->image.height : NULL;

	if (strchr(base, '.') == NULL)
		base = mag_printf(c->a, "%s.%s", base, mag_file_ending(f->type));
	return mag_db_run(c->db, sql_here, "issssiIIss", id, path, base, f->type,
	    f->hash, f->size, width, height, is_public ? "public" : "private",
	    is_public ? "wanted" : "none");
}

/*
 * The older program's nginx showed the whole of UPLOAD_DIR as /media/, and
 * texts and other sites name files so.
 */
static enum mag_status
keep_address(struct mag_call *c, const char *old, const char *path)
{
	size_t n = strlen(c->conf->upload_dir);

	if (strncmp(old, c->conf->upload_dir, n) == 0 && old[n] == '/')
		old += n + 1;
	if (*old == '/')
		return MAG_OK;
	if (strncmp(old, "./", 2) == 0)
		old += 2;
	return mag_db_run(c->db, sql_moved, "sst",
	    mag_printf(c->a, "/media/%s", old),
	    mag_printf(c->a, "/media/%s", path + strlen("public/")), c->now);
}

static enum mag_status
take(struct mag_call *c, int64_t id, const char *old, int fd, bool is_public)
{
	struct found f;
	const char *path;
	enum mag_status st;

	if (!look(&f, c, fd))
		return MAG_NOT_FOUND;
	/* What we cannot read as a picture is nothing for strangers. */
	is_public = is_public && f.is_image;
	if ((st = media_place(&path, c, fd, f.hash, f.type, is_public)) !=
	    MAG_OK || (is_public &&
	    (st = keep_address(c, old, path)) != MAG_OK))
		return st;
	return note(c, id, &f, path, is_public);
}

enum mag_status
mag_media_adopt(struct mag_call *c, int64_t id)
{
	struct mag_row *row = NULL;
	const char *path;
	enum mag_status st;
	bool is_public;
	int fd;

	if ((st = mag_db_row(&row, c->db, sql_where, "i", id)) != MAG_OK)
		goto done;
	path = mag_row_dup(row, 0, c->a);
	is_public = strcmp(mag_row_dup(row, 1, c->a), "public") == 0;
	mag_row_done(row);
	row = NULL;
	if (strncmp(path, is_public ? "public/" : "private/",
	    is_public ? 7 : 8) == 0 && media_is_ours(strrchr(path, '/') + 1))
		goto done;
	fd = open(*path == '/' ? path : media_full(c, path),
	    O_RDONLY | O_CLOEXEC);
	st = fd < 0 ? MAG_NOT_FOUND : take(c, id, path, fd, is_public);
	if (fd >= 0)
		close(fd);
done:
	mag_row_done(row);
	return st;
}
