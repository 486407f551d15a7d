/* SPDX-License-Identifier: MIT */
/* tarball.h -- one tar file, compressed with zstd. */
#ifndef OPS_TARBALL_H
#define OPS_TARBALL_H

#include <magnetiq/call.h>

struct archive_file;

/* Each returns false once something failed; the log says what. */
struct archive_file *archive_create(const char *path, int64_t now);
bool	archive_add(struct archive_file *, const char *name, const void *,
	    size_t);
/** archive_add_file(f, name, path, size): exactly ${size} bytes of a file. */
bool	archive_add_file(struct archive_file *, const char *name,
	    const char *path, int64_t size);
struct archive_file *archive_open(const char *path);
/** archive_next(f, name, size): the next member; NULL at the end or failed. */
const char *archive_next(struct archive_file *, int64_t *size);
/** archive_read(f, p, n): bytes of it; 0 at its end, -1 failed. */
ssize_t	archive_read(struct archive_file *, void *, size_t);
/** archive_close(f): true if all went well, and is on the disk; frees. */
bool	archive_close(struct archive_file *);
bool	archive_failed(const struct archive_file *);

#endif
