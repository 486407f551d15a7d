/* SPDX-License-Identifier: MIT */
/* media.h -- what the files about media share. */
#ifndef MODEL_MEDIA_H
#define MODEL_MEDIA_H

#include <sys/types.h>

#include <magnetiq/media.h>
#include <magnetiq/rand.h>

struct mag_upload {
	struct mag_call	*c;
	int		 fd;
	char		*name;		/* in tmp/; NULL: it has none */
	struct mag_sha	 sha;
	int64_t		 size;
	/* Known once it has ended. */
	const char	*hash;		/* in hexadecimal */
	const char	*type;
	bool		 is_image;
	struct mag_image image;
};

/* ---- media_store.c: files below UPLOAD_DIR ---- */

/** media_full(c, path): the whole path of one below UPLOAD_DIR. */
const char *media_full(struct mag_call *, const char *path);
/** media_temp(c, name): a fresh file; *name: what to unlink, or NULL. */
int	media_temp(struct mag_call *, char **name);
void	media_temp_close(int fd, char *name);
/** media_write(c, fd, p, n): all of it, or MAG_UNAVAILABLE without room. */
enum mag_status	media_write(struct mag_call *, int fd, const void *p, size_t n)
		    MAG_CHECK;
/**
 * media_place(path, c, fd, hash, type, is_public): put the file behind ${fd}
 * into its tree, synced; public pictures without what they tell.  ${hash} is
 * that of its bytes, or NULL.
 */
enum mag_status	media_place(const char **path, struct mag_call *, int fd,
		    const char *hash, const char *type, bool is_public)
		    MAG_CHECK;
/** media_there(c, path): does the file exist? */
bool	media_there(struct mag_call *, const char *path);
/** media_drop(c, path): remove a file, unless a row speaks of it. */
enum mag_status	media_drop(struct mag_call *, const char *path) MAG_CHECK;
/** media_is_ours(name): 64 hexadecimal digits, and perhaps an ending. */
bool	media_is_ours(const char *name);
/** media_hash_of(a, fd): the SHA-256 of a file, in hexadecimal; NULL: unreadable. */
char	*media_hash_of(struct mag_arena *, int fd);

/** media_walk(c, each, arg): every file in both trees and in tmp/. */
typedef enum mag_status media_each(void *arg, const char *path, int64_t mtime);
enum mag_status	media_walk(struct mag_call *, media_each *, void *arg)
		    MAG_CHECK;

/* ---- media.c ---- */

/** media_type_fill(r): the visibility that goes without saying. */
bool	media_is_public(const struct mag_record *);
bool	media_is_image(const char *type);
/** media_uses(c, id, noun): MAG_CONFLICT, saying by what, if it is in use;
 * ${except} names a noun whose use does not count, or NULL. */
enum mag_status	media_uses(struct mag_call *, int64_t id, const char *except)
		    MAG_CHECK;

#endif
