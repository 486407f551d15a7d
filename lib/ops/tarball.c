/* SPDX-License-Identifier: MIT */
/* One tar file, compressed with zstd, through libarchive. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include <magnetiq/log.h>
#include <magnetiq/pace.h>
#include <magnetiq/progress.h>

#include "tarball.h"

#define PIECE	(64 * 1024)
#define MEGABYTE 1000000

struct archive_file {
	struct archive	*archive;
	struct archive_entry *entry;	/* of the member being read; borrowed */
	int64_t		 now;
	struct mag_pace	 pace;
	int64_t		 bytes;		/* read or written, unpacked */
	int		 fd;
	bool		 writing, failed;
};

static bool
good(struct archive_file *f, int rc)
{

	if (rc >= ARCHIVE_WARN)
		return true;
	if (!f->failed)
		mag_log(MAG_ERROR, "archive", "%s",
		    archive_error_string(f->archive));
	f->failed = true;
	return false;
}

static struct archive_file *
file_new(struct archive *archive)
{
	struct archive_file *f = calloc(1, sizeof(*f));

	if (f == NULL || archive == NULL)
		abort();
	f->archive = archive;
	f->fd = -1;
	return f;
}

struct archive_file *
archive_create(const char *path, int64_t now)
{
	struct archive_file *f = file_new(archive_write_new());

	f->writing = true;
	f->now = now;
	f->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f->failed = f->fd == -1;
	(void)(!f->failed &&
	    good(f, archive_write_add_filter_zstd(f->archive)) &&
	    good(f, archive_write_set_format_pax_restricted(f->archive)) &&
	    good(f, archive_write_open_fd(f->archive, f->fd)));
	return f;
}

static bool
begin_member(struct archive_file *f, const char *name, int64_t size)
{
	struct archive_entry *e = archive_entry_new();
	bool done;

	if (e == NULL)
		abort();
	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_mtime(e, f->now, 0);
	done = !f->failed && good(f, archive_write_header(f->archive, e));
	archive_entry_free(e);
	return done;
}

static bool
put(struct archive_file *f, const void *p, size_t n)
{

	if (archive_write_data(f->archive, p, n) != (la_ssize_t)n)
		return good(f, ARCHIVE_FATAL);
	mag_pace(&f->pace, f->fd, n);
	f->bytes += (int64_t)n;
	mag_progress("megabytes packed", f->bytes / MEGABYTE, 0);
	return true;
}

bool
archive_add(struct archive_file *f, const char *name, const void *p, size_t n)
{

	return begin_member(f, name, (int64_t)n) && put(f, p, n);
}

bool
archive_add_file(struct archive_file *f, const char *name, const char *path,
    int64_t size)
{
	char piece[PIECE];
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done = fd != -1 && begin_member(f, name, size);

	while (done && size > 0 && (n = read(fd, piece, sizeof(piece))) > 0) {
		done = n <= size && put(f, piece, (size_t)n);
		size -= n;
	}
	if (fd != -1)
		close(fd);
	f->failed |= !done || size != 0;
	return !f->failed;
}

struct archive_file *
archive_open(const char *path)
{
	struct archive_file *f = file_new(archive_read_new());

	(void)(good(f, archive_read_support_filter_zstd(f->archive)) &&
	    good(f, archive_read_support_format_tar(f->archive)) &&
	    good(f, archive_read_open_filename(f->archive, path, PIECE)));
	return f;
}

const char *
archive_next(struct archive_file *f, int64_t *size)
{
	int rc;

	if (f->failed)
		return NULL;
	rc = archive_read_next_header(f->archive, &f->entry);
	if (rc == ARCHIVE_EOF || !good(f, rc))
		return NULL;
	*size = archive_entry_size(f->entry);
	if (archive_entry_filetype(f->entry) != AE_IFREG ||
	    archive_entry_pathname(f->entry) == NULL) {
		f->failed = true;
		return NULL;
	}
	return archive_entry_pathname(f->entry);
}

ssize_t
archive_read(struct archive_file *f, void *p, size_t n)
{
	la_ssize_t got = f->failed ? -1 : archive_read_data(f->archive, p, n);

	if (got < 0)
		(void)good(f, ARCHIVE_FATAL);
	f->bytes += got > 0 ? got : 0;
	mag_progress("megabytes checked", f->bytes / MEGABYTE, 0);
	return got;
}

bool
archive_close(struct archive_file *f)
{
	bool done;

	if (f == NULL)
		return false;
	done = !f->failed && good(f, f->writing ?
	    archive_write_close(f->archive) : archive_read_close(f->archive));
	done = done && (!f->writing || fsync(f->fd) == 0);
	if (f->fd != -1)
		close(f->fd);
	(void)archive_free(f->archive);
	free(f);
	mag_progress_end();
	return done;
}

bool
archive_failed(const struct archive_file *f)
{

	return f->failed;
}
