/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/image.h -- what the bytes of a file are, and what they tell.
 *
 * No picture is decoded here: only headers are read, with strict bounds, so
 * that a worker may look at what a stranger sent.  Decoding is left to a
 * child of the jobs process.
 */
#ifndef MAGNETIQ_IMAGE_H
#define MAGNETIQ_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_image {
	const char	*type;		/* "image/jpeg", a constant */
	int64_t		 width, height;	/* as seen: turned as orientation says */
	int		 orientation;	/* 1 to 8, as in EXIF; 1: upright */
	bool		 animated;
};

/**
 * mag_image_read(out, p, n): is this a JPEG, PNG, GIF or WebP with a sound
 * header?  False if not: then nothing is known of it.
 */
MAG_API bool	mag_image_read(struct mag_image *, const void *p, size_t n);

/** Takes a piece of what remains; borrowed for the call. */
typedef enum mag_status mag_image_put(void *arg, const void *p, size_t n);

/**
 * mag_image_strip(p, n, put, arg): hand out an image without what it tells of
 * its maker: EXIF with its place and camera, XMP, IPTC, comments, texts, and
 * pictures hidden behind the picture.  The pixels, their colour profile, the
 * pace of an animation and the orientation of a JPEG stay.  Bytes that stay
 * are given out where they stand, so whoever gets all of ${p} in order knows
 * that nothing was to be removed.  What mag_image_read() refuses comes out
 * whole.  Returns MAG_OK or what ${put} returned.
 */
MAG_API enum mag_status mag_image_strip(const void *p, size_t n,
    mag_image_put *put, void *arg) MAG_CHECK;

/**
 * mag_file_type(a, p, n): the MIME type of a file, decided from its bytes;
 * "application/octet-stream" if nobody knows.  A name of a picture is only
 * given to what mag_image_read() takes.
 */
MAG_API const char *mag_file_type(struct mag_arena *, const void *p, size_t n);
/** mag_file_ending(type): "jpg" for image/jpeg; "bin" for what we do not know. */
MAG_API const char *mag_file_ending(const char *type);
/** mag_file_active(type): may a browser run it?  Then it is never accepted. */
MAG_API bool	mag_file_active(const char *type);

#endif
