/* SPDX-License-Identifier: MIT */
/* JPEG: its segments, its size, which way is up, and what it tells. */
#include "image.h"

enum {
	SOI = 0xd8, EOI = 0xd9, SOS = 0xda, COM = 0xfe,
	APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP14 = 0xee, APP15 = 0xef
};

static bool
stands_alone(int marker)
{

	return marker == 0x01 || (marker >= 0xd0 && marker <= EOI);
}

/*
 * The end of coded data: the next marker that is no restart and no stuffing.
 * Fill bytes before a marker belong to it.
 */
static size_t
scan_end(const uint8_t *p, size_t n, size_t at)
{
	const uint8_t *q;
	size_t i;

	while (at < n && (q = memchr(p + at, 0xff, n - at)) != NULL) {
		at = i = (size_t)(q - p);
		while (i < n && p[i] == 0xff)
			i++;
		if (i < n && p[i] != 0x00 && (p[i] < 0xd0 || p[i] > 0xd7))
			return at;
		at = i + 1;
	}
	return n;
}

bool
jpeg_next(struct jpeg_part *part, const uint8_t *p, size_t n, size_t at)
{
	size_t from = at, len;

	if (at >= n || p[at] != 0xff)
		return false;
	/* Any number of fill bytes may stand before a marker. */
	while (at < n && p[at] == 0xff)
		at++;
	if (at == n || p[at] == 0x00)
		return false;
	part->marker = p[at++];
	part->at = from;
	part->n = at - from;
	if (stands_alone(part->marker))
		return true;
	if (n - at < 2 || (len = big16(p + at)) < 2 || len > n - at)
		return false;
	at += len;
	if (part->marker == SOS)
		at = scan_end(p, n, at);
	part->n = at - from;
	return true;
}

/* ---- EXIF: a TIFF directory with one entry that matters here ---- */

struct tiff {
	const uint8_t	*p;
	size_t		 n;
	bool		 big;
};

static uint32_t
tiff16(const struct tiff *t, size_t at)
{

	return t->big ? big16(t->p + at) : little16(t->p + at);
}

static uint32_t
tiff32(const struct tiff *t, size_t at)
{

	return t->big ? big32(t->p + at) : little32(t->p + at);
}

/* Tag 0x0112, a SHORT, in the first directory (EXIF 2.3, 4.6.4). */
static int
tiff_orientation(const struct tiff *t)
{
	size_t at, i, count;
	uint32_t v;

	if (t->n < 8 || tiff16(t, 2) != 42)
		return 0;
	at = tiff32(t, 4);
	if (at > t->n || t->n - at < 2)
		return 0;
	count = tiff16(t, at);
	for (at += 2, i = 0; i < count && t->n - at >= 12; i++, at += 12) {
		if (tiff16(t, at) != 0x0112 || tiff16(t, at + 2) != 3)
			continue;
		v = tiff16(t, at + 8);
		return v >= 1 && v <= 8 ? (int)v : 0;
	}
	return 0;
}

/* Does a segment, with its marker and length, begin with these bytes? */
static bool
says(const uint8_t *p, size_t n, const char *words, size_t len)
{

	while (n > 1 && p[0] == 0xff && p[1] == 0xff)
		p++, n--;
	return n >= 4 + len && memcmp(p + 4, words, len) == 0;
}

int
jpeg_orientation(const uint8_t *p, size_t n)
{
	struct tiff t;

	if (!says(p, n, "Exif\0", 6))
		return 0;
	while (p[1] == 0xff)
		p++, n--;
	t = (struct tiff){ p + 10, n - 10, n > 10 && p[10] == 'M' };
	if (t.n < 2 || t.p[0] != t.p[1] || (t.p[0] != 'M' && t.p[0] != 'I'))
		return 0;
	return tiff_orientation(&t);
}

/* ---- reading ---- */

static bool
is_frame(int marker)
{

	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	    marker != 0xc8 && marker != 0xcc;
}

/* Length, precision, height, width (B.2.2). */
static bool
read_frame(struct mag_image *out, const uint8_t *p, size_t n)
{

	while (n > 1 && p[1] == 0xff)
		p++, n--;
	if (n < 9)
		return false;
	out->height = big16(p + 5);
	out->width = big16(p + 7);
	return out->height > 0 && out->width > 0;
}

static void
turn(struct mag_image *out)
{
	int64_t width = out->width;

	if (out->orientation < 5)
		return;
	out->width = out->height;
	out->height = width;
}

bool
jpeg_read(struct mag_image *out, const uint8_t *p, size_t n)
{
	struct jpeg_part part;
	bool framed = false;
	size_t at;
	int turned = 0;

	for (at = 0; jpeg_next(&part, p, n, at); at += part.n) {
		if (at == 0 ? part.marker != SOI :
		    part.marker == SOI || part.marker == EOI)
			return false;
		if (part.marker == APP1 && turned == 0)
			turned = jpeg_orientation(p + at, part.n);
		if (is_frame(part.marker) &&
		    !(framed = read_frame(out, p + at, part.n)))
			return false;
		if (part.marker != SOS)
			continue;
		out->type = "image/jpeg";
		out->orientation = turned == 0 ? 1 : turned;
		turn(out);
		return framed;
	}
	return false;
}

/* ---- stripping ---- */

/* Of what applications add only what the picture needs to look right. */
static bool
stays(const struct jpeg_part *part, const uint8_t *p)
{

	if (part->marker == COM)
		return false;
	if (part->marker < APP0 || part->marker > APP15)
		return true;
	if (part->marker == APP0)
		return says(p, part->n, "JFIF", 5);
	if (part->marker == APP2)
		return says(p, part->n, "ICC_PROFILE", 12);
	return part->marker == APP14 && says(p, part->n, "Adobe", 5);
}

/* An EXIF segment that says which way is up, and nothing else. */
static enum mag_status
put_orientation(int orientation, mag_image_put *put, void *arg)
{
	uint8_t exif[36] = {
		0xff, APP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'M', 'M', 0, 42, 0, 0, 0, 8,	/* the directory follows */
		0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1,
		0, (uint8_t)orientation, 0, 0, 0, 0, 0, 0
	};

	return put(arg, exif, sizeof(exif));
}

/* After what is no part: the next marker; nothing if a segment is cut off. */
static size_t
resume(const uint8_t *p, size_t n, size_t at)
{

	if (p[at] == 0xff && (n - at < 2 || p[at + 1] != 0x00))
		return n;
	for (at++; at + 1 < n; at++)
		if (p[at] == 0xff && p[at + 1] != 0x00 && p[at + 1] != 0xff)
			return at;
	return n;
}

enum mag_status
jpeg_strip(const uint8_t *p, size_t n, mag_image_put *put, void *arg)
{
	struct jpeg_part part = { .marker = 0 };
	enum mag_status st = MAG_OK;
	bool turned = false;
	size_t at = 0;
	int up;

	while (st == MAG_OK && at < n && part.marker != EOI) {
		if (!jpeg_next(&part, p, n, at)) {
			at = resume(p, n, at);
			continue;
		}
		up = 0;
		if (stays(&part, p + at))
			st = put(arg, p + at, part.n);
		else if (!turned && part.marker == APP1)
			up = jpeg_orientation(p + at, part.n);
		if (up > 1)
			st = put_orientation(up, put, arg);
		/* The first one counts, and only before the picture. */
		turned = turned || up > 0 || part.marker == SOS;
		at += part.n;
	}
	if (st != MAG_OK)
		return st;
	return trailer_put(p + at, n - at, put, arg);
}
