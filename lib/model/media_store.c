/* SPDX-License-Identifier: MIT */
/*
 * Files below UPLOAD_DIR.  A file gets its name only when all its bytes are
 * on disk, and the name says what they are, so that none is ever half there.
 */
#define _GNU_SOURCE		/* O_TMPFILE, mkostemp */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>
#include <magnetiq/log.h>

#include "media.h"

const char *
media_full(struct mag_call *c, const char *path)
{

	return mag_printf(c->a, "%s/%s", c->conf->upload_dir, path);
}

/* What the disk refused: no room is an answer, the rest is our trouble. */
static enum mag_status
refused(struct mag_call *c, const char *what)
{

	if (errno == ENOSPC || errno == EDQUOT)
		return mag_fail(c, MAG_UNAVAILABLE,
		    "There is no room left on the disk.");
	mag_log(MAG_ERROR, "media", "%s: %s", what, strerror(errno));
	return MAG_FAILED;
}

static enum mag_status
sync_folder(struct mag_call *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good ? MAG_OK : refused(c, path);
}

/* The folder that holds it. */
static char *
parent(struct mag_call *c, const char *path)
{

	return mag_dup(c->a, path, (size_t)(strrchr(path, '/') - path));
}

/* Others, nginx for one, must be able to enter, whatever our umask is. */
static enum mag_status
make_folder(struct mag_call *c, const char *path)
{

	if (mkdir(path, 0755) != 0)
		return errno == EEXIST ? MAG_OK : refused(c, path);
	if (chmod(path, 0755) != 0)
		return refused(c, path);
	return sync_folder(c, parent(c, path));
}

/* ---- files on their way ---- */

/* One without a name vanishes with its process, however that ends. */
int
media_temp(struct mag_call *c, char **name)
{
	const char *folder = media_full(c, "tmp");
	int fd;

	*name = NULL;
	if (make_folder(c, folder) != MAG_OK)
		return -1;
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR ||
	    errno == EINVAL)) {
		*name = mag_printf(c->a, "%s/XXXXXX", folder);
		fd = mkostemp(*name, O_CLOEXEC);
	}
	if (fd < 0) {
		(void)refused(c, folder);
		return -1;
	}
	(void)fchmod(fd, 0644);
	return fd;
}

void
media_temp_close(int fd, char *name)
{

	if (fd < 0)
		return;
	if (name != NULL)
		(void)unlink(name);
	close(fd);
}

enum mag_status
media_write(struct mag_call *c, int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	ssize_t put;

	for (; n > 0; p += put, n -= (size_t)put) {
		put = write(fd, p, n);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put < 0)
			return refused(c, "write");
	}
	return MAG_OK;
}

/* ---- reading a file as a whole ---- */

struct mapped {
	void		*p;
	size_t		 n;
};

static bool
map(struct mapped *m, int fd)
{
	struct stat sb;

	m->p = NULL;
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode) || sb.st_size <= 0)
		return false;
	m->n = (size_t)sb.st_size;
	m->p = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m->p == MAP_FAILED)
		m->p = NULL;
	return m->p != NULL;
}

static void
unmap(struct mapped *m)
{

	if (m->p != NULL)
		munmap(m->p, m->n);
}

char *
media_hash_of(struct mag_arena *a, int fd)
{
	struct mapped m;
	char *hash;

	if (!map(&m, fd))
		return NULL;
	hash = mag_sha256_hex(a, m.p, m.n);
	unmap(&m);
	return hash;
}

/* ---- pictures without what they tell ---- */

/* Do all bytes come out as they went in? */
struct watching {
	const char	*next;
	bool		 altered;
};

static enum mag_status
watch(void *arg, const void *p, size_t n)
{
	struct watching *w = arg;

	if (p != w->next)
		w->altered = true;
	w->next = (const char *)p + n;
	return MAG_OK;
}

struct copying {
	struct mag_call	*c;
	int		 fd;
	struct mag_sha	 sha;
};

static enum mag_status
copy(void *arg, const void *p, size_t n)
{
	struct copying *w = arg;

	mag_sha_add(&w->sha, p, n);
	return media_write(w->c, w->fd, p, n);
}

/* ---- into the trees ---- */

/* The one name that the file's bytes give it. */
static const char *
path_of(struct mag_call *c, const char *hash, const char *type, bool is_public)
{

	if (!is_public)
		return mag_printf(c->a, "private/%.2s/%s", hash, hash);
	return mag_printf(c->a, "public/%.2s/%s.%s", hash, hash,
	    mag_file_ending(type));
}

static int
link_file(int fd, const char *path)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static enum mag_status
replace(struct mag_call *c, int fd, const char *full)
{
	const char *name = mag_printf(c->a, "%s/%s", media_full(c, "tmp"),
	    mag_rand_token(c->a, 12));

	if (link_file(fd, name) != 0 || rename(name, full) != 0)
		return refused(c, full);
	return MAG_OK;
}

/* The same name stands for the same bytes; a damaged file is put right. */
static enum mag_status
meet(struct mag_call *c, int fd, const char *full)
{
	struct stat ours, theirs;

	if (fstat(fd, &ours) != 0 || stat(full, &theirs) != 0)
		return refused(c, full);
	if (ours.st_size == theirs.st_size) {
		/* Young again: nobody purges what is about to be used. */
		(void)utimensat(AT_FDCWD, full, NULL, 0);
		return MAG_OK;
	}
	return replace(c, fd, full);
}

/* The bytes are on the disk, and their folder is there. */
static enum mag_status
settle(struct mag_call *c, int fd, const char *folder)
{
	enum mag_status st;

	if (fsync(fd) != 0)
		return refused(c, "fsync");
	st = make_folder(c, parent(c, folder));
	return st == MAG_OK ? make_folder(c, folder) : st;
}

static enum mag_status
name_it(struct mag_call *c, int fd, const char *path)
{
	const char *full = media_full(c, path), *folder = parent(c, full);
	enum mag_status st;

	if ((st = settle(c, fd, folder)) != MAG_OK)
		return st;
	if (link_file(fd, full) != 0) {
		if (errno != EEXIST)
			return refused(c, full);
		if ((st = meet(c, fd, full)) != MAG_OK)
			return st;
	}
	return sync_folder(c, folder);
}

/* A second file, without what the first one tells. */
static enum mag_status
place_stripped(const char **path, struct mag_call *c, const struct mapped *m,
    const char *type)
{
	struct copying w = { .c = c };
	uint8_t hash[MAG_SHA256];
	enum mag_status st;
	char *name;

	mag_sha_init(&w.sha);
	if ((w.fd = media_temp(c, &name)) < 0)
		return MAG_FAILED;
	if ((st = mag_image_strip(m->p, m->n, copy, &w)) != MAG_OK)
		goto done;
	mag_sha_end(&w.sha, hash);
	*path = path_of(c, mag_hex(c->a, hash, sizeof(hash)), type, true);
	st = name_it(c, w.fd, *path);
done:
	media_temp_close(w.fd, name);
	return st;
}

enum mag_status
media_place(const char **path, struct mag_call *c, int fd, const char *hash,
    const char *type, bool is_public)
{
	struct watching w = { NULL, false };
	struct mapped m;
	enum mag_status st;

	if (!map(&m, fd))
		return refused(c, "mmap");
	w.next = m.p;
	if (is_public)
		(void)!mag_image_strip(m.p, m.n, watch, &w);
	if (w.altered || (is_public && w.next != (char *)m.p + m.n)) {
		st = place_stripped(path, c, &m, type);
		goto done;
	}
	if (hash == NULL)
		hash = mag_sha256_hex(c->a, m.p, m.n);
	*path = path_of(c, hash, type, is_public);
	st = name_it(c, fd, *path);
done:
	unmap(&m);
	return st;
}

static enum mag_status
copy_all(struct mag_call *c, int to, const char *from)
{
	char piece[64 * 1024];
	enum mag_status st = MAG_OK;
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	while (st == MAG_OK && fd >= 0 &&
	    (n = read(fd, piece, sizeof(piece))) > 0)
		st = media_write(c, to, piece, (size_t)n);
	if (n < 0)
		st = refused(c, from);
	if (fd >= 0)
		close(fd);
	return st;
}

enum mag_status
mag_media_put_back(struct mag_call *c, const char *path, const char *from)
{
	const char *full = media_full(c, path), *folder = parent(c, full);
	enum mag_status st;
	char *name;
	int fd = media_temp(c, &name);

	if (fd < 0)
		return MAG_UNAVAILABLE;
	if ((st = copy_all(c, fd, from)) == MAG_OK &&
	    (st = settle(c, fd, folder)) == MAG_OK &&
	    (st = replace(c, fd, full)) == MAG_OK)
		st = sync_folder(c, folder);
	media_temp_close(fd, name);
	return st;
}

bool
media_there(struct mag_call *c, const char *path)
{

	return access(media_full(c, path), F_OK) == 0;
}

/* ---- out of them ---- */

static const char sql_spoken_of[] =
    "SELECT 1 FROM media_files WHERE file_path = ?1"
    " UNION ALL SELECT 1 FROM media_renditions WHERE file_path = ?1";

struct dropping {
	struct mag_call	*c;
	const char	*path;
};

/*
 * Removed while nobody else may write: whoever is about to store a row that
 * speaks of this file looks for it in a transaction of its own.
 */
static enum mag_status
drop(struct mag_db *db, void *arg)
{
	struct dropping *w = arg;
	enum mag_status st;
	int64_t found;

	st = mag_db_int(&found, db, sql_spoken_of, "s", w->path);
	if (st != MAG_NOT_FOUND)
		return st;
	if (unlink(media_full(w->c, w->path)) != 0 && errno != ENOENT)
		return refused(w->c, w->path);
	return MAG_OK;
}

enum mag_status
media_drop(struct mag_call *c, const char *path)
{
	struct dropping w = { c, path };

	return mag_db_write(c->db, drop, &w);
}

bool
media_is_ours(const char *name)
{
	size_t n = strspn(name, "0123456789abcdef");

	return n == 2 * MAG_SHA256 && (name[n] == '\0' || name[n] == '.');
}

/* ---- walking through them ---- */

struct walk {
	struct mag_call	*c;
	media_each	*each;
	void		*arg;
};

static enum mag_status
walk_folder(struct walk *w, const char *path, int depth)
{
	char name[PATH_MAX];	/* not in the arena: there may be very many */
	struct dirent *e;
	struct stat sb;
	enum mag_status st = MAG_OK;
	DIR *d = opendir(media_full(w->c, path));

	if (d == NULL)
		return errno == ENOENT ? MAG_OK : refused(w->c, path);
	while (st == MAG_OK && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (fstatat(dirfd(d), e->d_name, &sb, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(sb.st_mode) && depth > 0)
			st = walk_folder(w, name, depth - 1);
		else if (S_ISREG(sb.st_mode))
			st = w->each(w->arg, name, sb.st_mtime);
	}
	closedir(d);
	return st;
}

enum mag_status
media_walk(struct mag_call *c, media_each *each, void *arg)
{
	struct walk w = { c, each, arg };
	enum mag_status st;

	if ((st = walk_folder(&w, "public", 1)) != MAG_OK ||
	    (st = walk_folder(&w, "private", 1)) != MAG_OK)
		return st;
	return walk_folder(&w, "tmp", 0);
}
