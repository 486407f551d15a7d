/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/media.h -- files that staff upload: pictures and papers.
 *
 * Below UPLOAD_DIR lie two trees, public/ and private/, and tmp/.  A file in
 * a tree is named by the SHA-256 of its own bytes (`ab/ab12….jpg` in public/,
 * `ab/ab12…` in private/), so it never changes, and the same bytes lie there
 * once.  Public pictures are stored without what they tell of their maker;
 * `file_hash` and `file_size` speak of the bytes as they were sent.
 *
 * A file is written, synced and named before the row that speaks of it; it
 * goes after the last row has gone.  So a crash leaves at worst a file too
 * many, which mag_media_purge() removes, never a row without its file.
 */
#ifndef MAGNETIQ_MEDIA_H
#define MAGNETIQ_MEDIA_H

#include <magnetiq/image.h>
#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_media;

/*
 * Bytes on their way in: begin, add in pieces, end; then one of
 * mag_media_create() and mag_media_replace(); free in any case, which leaves
 * nothing behind.  The struct lives in the call's arena.
 */
struct mag_upload;

/**
 * mag_upload_begin(out, c, size): ${size} is what is expected at most, 0 if
 * nobody knows.  MAG_UNAVAILABLE if the disk is nearly full.
 */
MAG_API enum mag_status mag_upload_begin(struct mag_upload **out,
    struct mag_call *, int64_t size) MAG_CHECK;
/** MAG_TOO_LARGE beyond MAX_FILE_SIZE, MAG_UNAVAILABLE without room. */
MAG_API enum mag_status mag_upload_add(struct mag_upload *, const void *,
    size_t) MAG_CHECK;
/**
 * mag_upload_end(u): that was all: decide what it is.  MAG_UNSUPPORTED for a
 * type that is not allowed; what else is wrong is noted as field `file`.
 */
MAG_API enum mag_status mag_upload_end(struct mag_upload *) MAG_CHECK;
MAG_API void	mag_upload_free(struct mag_upload *);

/**
 * mag_media_create(out, c, u, name, fields): a new medium, from an upload
 * that has ended.  ${name} is what the client called it; folders before it
 * are cut off.  ${fields} is an object of the noun's fields.
 */
MAG_API enum mag_status mag_media_create(struct mag_record **out,
    struct mag_call *, struct mag_upload *, const char *name,
    const struct mag_json *fields) MAG_CHECK;
/** Other bytes for a medium: a picture for a picture, a paper for a paper. */
MAG_API enum mag_status mag_media_replace(struct mag_record **out,
    struct mag_call *, int64_t id, struct mag_upload *, const char *name)
    MAG_CHECK;
/**
 * mag_media_change(out, c, id, patch): JSON Merge Patch.  Another visibility
 * moves the file; MAG_CONFLICT if somebody uses it who could then not.
 */
MAG_API enum mag_status mag_media_change(struct mag_record **out,
    struct mag_call *, int64_t id, const struct mag_json *patch) MAG_CHECK;
/** For good.  MAG_CONFLICT, with `uses`, if something shows it. */
MAG_API enum mag_status mag_media_delete(struct mag_call *, int64_t id)
    MAG_CHECK;

/** mag_media_path(c, r): where its file lies below UPLOAD_DIR. */
MAG_API const char *mag_media_path(const struct mag_record *);

/** A public medium as a page shows it. */
struct mag_media_view {
	const char	*url;		/* absolute */
	const char	*mime_type;
	const char	*srcset;	/* "url 320w, url 640w", or NULL */
	int64_t		 width, height;	/* 0: not known */
	const char	*alt;		/* in the language asked for; may be "" */
	const char	*title;		/* the same */
};
/**
 * mag_media_public(out, c, id, lang): MAG_NOT_FOUND if there is no such
 * medium, or it is private.
 */
MAG_API enum mag_status mag_media_public(struct mag_media_view *out,
    struct mag_call *, int64_t id, const char *lang) MAG_CHECK;

/** mag_media_index(c, id): bring the search index up to date with one. */
MAG_API enum mag_status mag_media_index(struct mag_call *, int64_t id) MAG_CHECK;

/*
 * Renditions: smaller pictures for small screens.  Whoever makes them asks
 * what is wanted, and tells what came of it.
 */
struct mag_rendition_job {
	int64_t		 id;
	const char	*path;		/* of the original, below UPLOAD_DIR */
	const char	*type;
	int64_t		 width, height;
};
/** mag_rendition_next(out, c): MAG_NOT_FOUND if nothing is wanted. */
MAG_API enum mag_status mag_rendition_next(struct mag_rendition_job *out,
    struct mag_call *) MAG_CHECK;
/** One of them: an open file that nobody sees yet. */
struct mag_rendition {
	int64_t		 width, height;
	int		 fd;
	char		*name;		/* to unlink, or NULL */
};
#define MAG_RENDITIONS_MAX	4
/**
 * mag_rendition_widths(widths, width): which widths a picture gets: 320, 640,
 * 1280 and 1920 as far as they are smaller, or else its own.
 */
MAG_API size_t	mag_rendition_widths(int64_t widths[MAG_RENDITIONS_MAX],
    int64_t width);
/** mag_rendition_open(r, c): a fresh file; close it in any case. */
MAG_API enum mag_status mag_rendition_open(struct mag_rendition *,
    struct mag_call *) MAG_CHECK;
MAG_API void	mag_rendition_close(struct mag_rendition *);
/**
 * mag_rendition_done(c, job, made, n): store them and note them, unless the
 * medium has changed meanwhile.
 */
MAG_API enum mag_status mag_rendition_done(struct mag_call *,
    const struct mag_rendition_job *, const struct mag_rendition *, size_t n)
    MAG_CHECK;
/** It cannot be done; nobody tries again until the bytes are others. */
MAG_API enum mag_status mag_rendition_failed(struct mag_call *,
    const struct mag_rendition_job *) MAG_CHECK;

/**
 * mag_media_adopt(c, id): a row that an older program left: put the file at
 * its file_path (below UPLOAD_DIR, or anywhere) into the tree that its
 * visibility says, and note what it is.  The old file stays where it is.  What
 * is no picture becomes private.  MAG_NOT_FOUND, and nothing changes, if the
 * file is missing.  Doing it again does nothing.
 */
MAG_API enum mag_status mag_media_adopt(struct mag_call *, int64_t id)
    MAG_CHECK;
/**
 * mag_media_purge(done, c): remove what lies below UPLOAD_DIR for more than an
 * hour and belongs to no row: what crashes left.
 */
MAG_API enum mag_status mag_media_purge(int64_t *done, struct mag_call *)
    MAG_CHECK;
/**
 * mag_media_put_back(c, path, from): a copy of the file ${from} becomes the one
 * at ${path} below UPLOAD_DIR, whatever was there.  On disk when this returns.
 */
MAG_API enum mag_status mag_media_put_back(struct mag_call *, const char *path,
    const char *from) MAG_CHECK;
/** mag_media_verify(b, c): a line for each file missing, changed or orphaned. */
MAG_API enum mag_status mag_media_verify(struct mag_buf *, struct mag_call *)
    MAG_CHECK;

#endif
