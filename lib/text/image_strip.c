/* SPDX-License-Identifier: MIT */
/* Images without what they tell of whoever made them. */
#define _GNU_SOURCE		/* memmem */
#include "image.h"

static bool
tells(const uint8_t *p, size_t n)
{

	return memmem(p, n, "Exif\0", 6) != NULL ||
	    memmem(p, n, "ftyp", 4) != NULL ||
	    memmem(p, n, "ns.adobe.com/xap", 16) != NULL;
}

enum mag_status
trailer_put(const uint8_t *p, size_t n, mag_image_put *put, void *arg)
{

	return n == 0 || tells(p, n) ? MAG_OK : put(arg, p, n);
}

static bool
png_tells(const struct chunk *c)
{
	static const char *const names[] = {
		"eXIf", "tEXt", "zTXt", "iTXt", "tIME"
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (chunk_is(c, names[i]))
			return true;
	return false;
}

static enum mag_status
png_strip(const uint8_t *p, size_t n, mag_image_put *put, void *arg)
{
	size_t at = PNG_FIRST;
	enum mag_status st = put(arg, p, at);
	struct chunk c;

	for (; st == MAG_OK && png_next(&c, p, n, at); at += c.all) {
		if (!png_tells(&c))
			st = put(arg, p + at, c.all);
		if (chunk_is(&c, "IEND")) {
			at += c.all;
			break;
		}
	}
	if (st != MAG_OK)
		return st;
	return trailer_put(p + at, n - at, put, arg);
}

static bool
webp_tells(const struct chunk *c)
{

	return chunk_is(c, "EXIF") || chunk_is(c, "XMP ");
}

/* Bytes of the chunks that tell something. */
static size_t
webp_told(const uint8_t *p, size_t n)
{
	size_t at, told = 0;
	struct chunk c;

	for (at = WEBP_FIRST; webp_next(&c, p, n, at); at += c.all)
		if (webp_tells(&c))
			told += c.all;
	return told;
}

/* VP8X announces EXIF and XMP in two bits. */
static enum mag_status
webp_put(const struct chunk *c, const uint8_t *at, mag_image_put *put,
    void *arg)
{
	uint8_t head[9];
	enum mag_status st;

	if (!chunk_is(c, "VP8X") || c->n < 1 || !(c->data[0] & 0x0c))
		return put(arg, at, c->all);
	memcpy(head, at, sizeof(head));
	head[8] &= (uint8_t)~0x0c;
	if ((st = put(arg, head, sizeof(head))) != MAG_OK)
		return st;
	return put(arg, at + sizeof(head), c->all - sizeof(head));
}

static enum mag_status
webp_strip(const uint8_t *p, size_t n, mag_image_put *put, void *arg)
{
	size_t told = webp_told(p, n), size, at = WEBP_FIRST;
	uint8_t head[WEBP_FIRST];
	enum mag_status st;
	struct chunk c;

	size = little32(p + 4);
	size = size > told ? size - told : 0;
	memcpy(head, p, sizeof(head));
	head[4] = (uint8_t)size;
	head[5] = (uint8_t)(size >> 8);
	head[6] = (uint8_t)(size >> 16);
	head[7] = (uint8_t)(size >> 24);
	st = put(arg, told > 0 ? head : p, sizeof(head));
	for (; st == MAG_OK && webp_next(&c, p, n, at); at += c.all)
		if (!webp_tells(&c))
			st = webp_put(&c, p + at, put, arg);
	if (st != MAG_OK || at >= n)
		return st;
	return trailer_put(p + at, n - at, put, arg);
}

enum mag_status
mag_image_strip(const void *p, size_t n, mag_image_put *put, void *arg)
{
	struct mag_image image;

	if (!mag_image_read(&image, p, n))
		return put(arg, p, n);
	if (strcmp(image.type, "image/jpeg") == 0)
		return jpeg_strip(p, n, put, arg);
	if (strcmp(image.type, "image/png") == 0)
		return png_strip(p, n, put, arg);
	if (strcmp(image.type, "image/webp") == 0)
		return webp_strip(p, n, put, arg);
	return gif_strip(p, n, put, arg);
}
