/* SPDX-License-Identifier: MIT */
/* The files of an export: written whole and synced, or said to be not. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/limits.h>

#include "export.h"

#define PIECE	(64 * 1024)

static enum mag_status
failed(struct mag_call *c, const char *name)
{

	return mag_fail_arg(c, MAG_UNAVAILABLE, "A file cannot be written: %s",
	    mag_printf(c->a, "%s: %s", name, strerror(errno)));
}

enum mag_status
export_open(struct export_file *e, struct mag_call *c, const char *dir,
    const char *name)
{
	int fd;

	*e = (struct export_file){ .name = name };
	mag_sha_init(&e->sha);
	fd = open(mag_printf(c->a, "%s/%s", dir, name),
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 || (e->f = fdopen(fd, "w")) == NULL) {
		if (fd != -1)
			(void)close(fd);
		return failed(c, name);
	}
	return MAG_OK;
}

void
export_put(struct export_file *e, struct mag_buf *b)
{

	/* What could not be written is told at the end. */
	(void)!fwrite(b->p, 1, b->len, e->f);
	mag_sha_add(&e->sha, b->p, b->len);
	b->len = 0;
}

enum mag_status
export_close(struct export_file *e, const char **hex, struct mag_call *c)
{
	uint8_t sum[MAG_SHA256];
	bool good;

	good = fflush(e->f) == 0 && !ferror(e->f) && fsync(fileno(e->f)) == 0;
	good &= fclose(e->f) == 0;
	mag_sha_end(&e->sha, sum);
	*hex = mag_hex(c->a, sum, sizeof(sum));
	return good ? MAG_OK : failed(c, e->name);
}

/* ---- media ---- */

static const char sql_stored[] =
    "SELECT file_path FROM media_files WHERE file_path <> ''"
    " UNION SELECT file_path FROM media_renditions";

/* The folders above a path, each made if it is missing. */
static bool
make_above(char *path, size_t from)
{
	char *p;
	bool good = true;

	for (p = path + from; good && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		good = mkdir(path, 0700) == 0 || errno == EEXIST;
		*p = '/';
	}
	return good;
}

static bool
copy(int from, int to)
{
	char piece[PIECE];
	ssize_t n, put, done;

	while ((n = read(from, piece, sizeof(piece))) > 0)
		for (done = 0; done < n; done += put)
			if ((put = write(to, piece + done,
			    (size_t)(n - done))) <= 0)
				return false;
	return n == 0 && fsync(to) == 0;
}

static enum mag_status
copy_file(struct mag_call *c, const char *dir, const char *path,
    struct mag_buf *report, int64_t *files)
{
	char *to = mag_printf(c->a, "%s/media/%s", dir, path);
	enum mag_status st = MAG_OK;
	int in = -1, out = -1;

	if (strstr(path, "..") != NULL || (in = open(mag_printf(c->a, "%s/%s",
	    c->conf->upload_dir, path), O_RDONLY | O_CLOEXEC)) == -1) {
		mag_buf_addf(report, "%s is missing\n", path);
		return MAG_OK;
	}
	if (!make_above(to, strlen(dir) + 1) || (out = open(to, O_WRONLY |
	    O_CREAT | O_EXCL | O_CLOEXEC, 0600)) == -1 || !copy(in, out))
		st = failed(c, path);
	if (out != -1)
		(void)close(out);
	(void)close(in);
	++*files;
	return st;
}

enum mag_status
export_media(struct mag_call *c, const char *dir, int64_t *files,
    struct mag_buf *report)
{
	struct mag_call one = *c;
	struct mag_row *row = NULL;
	enum mag_status st;

	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_query(&row, c->db, sql_stored, "");
	for (; st == MAG_OK && (st = mag_row_next(row)) == MAG_OK;
	    mag_arena_reset(one.a))
		st = copy_file(&one, dir, mag_row_dup(row, 0, one.a), report,
		    files);
	if (st == MAG_UNAVAILABLE)
		c->problem.message = "The media cannot be copied.";
	mag_row_done(row);
	mag_arena_free(one.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
