/* SPDX-License-Identifier: MIT */
/* image.h -- what the files about images share: numbers in bytes. */
#ifndef TEXT_IMAGE_H
#define TEXT_IMAGE_H

#include <string.h>

#include <magnetiq/image.h>

static inline uint32_t
big16(const uint8_t *p)
{

	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
big32(const uint8_t *p)
{

	return big16(p) << 16 | big16(p + 2);
}

static inline uint32_t
little16(const uint8_t *p)
{

	return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t
little24(const uint8_t *p)
{

	return (uint32_t)p[2] << 16 | little16(p);
}

static inline uint32_t
little32(const uint8_t *p)
{

	return little16(p + 2) << 16 | little16(p);
}

/* ---- JPEG (ITU T.81 annex B) ---- */

/** A marker with its segment; of a scan also the coded data after it. */
struct jpeg_part {
	int		 marker;	/* 0xd8, 0xe1 ... */
	size_t		 at, n;		/* where it stands, and how long it is */
};
/** jpeg_next(part, p, n, at): the part at ${at}; false if there is none. */
bool	jpeg_next(struct jpeg_part *, const uint8_t *p, size_t n, size_t at);
/** jpeg_orientation(p, n): of a segment; 0 if it is no EXIF or says none. */
int	jpeg_orientation(const uint8_t *p, size_t n);
bool	jpeg_read(struct mag_image *, const uint8_t *, size_t);
enum mag_status	jpeg_strip(const uint8_t *, size_t, mag_image_put *, void *);

/**
 * trailer_put(p, n, put, arg): what hangs behind a picture, unless it is a
 * second one, or a film, with an EXIF of its own, as phones put there.
 */
enum mag_status	trailer_put(const uint8_t *, size_t, mag_image_put *, void *);
enum mag_status	gif_strip(const uint8_t *, size_t, mag_image_put *, void *);

/* ---- PNG (ISO 15948) and WebP (RFC 9649) ---- */

struct chunk {
	const uint8_t	*name;		/* four letters */
	const uint8_t	*data;
	size_t		 n;		/* of data */
	size_t		 all;		/* with its frame, from its beginning */
};
/** The chunk at ${at}; false if there is none, or it is not whole. */
bool	png_next(struct chunk *, const uint8_t *p, size_t n, size_t at);
bool	webp_next(struct chunk *, const uint8_t *p, size_t n, size_t at);

static inline bool
chunk_is(const struct chunk *c, const char *name)
{

	return memcmp(c->name, name, 4) == 0;
}

#define PNG_FIRST	8	/* after the signature */
#define WEBP_FIRST	12	/* after RIFF, size, WEBP */

#endif
