/* SPDX-License-Identifier: MIT */
/* PNG, GIF and WebP: their headers; and which kind of image it is at all. */
#define _GNU_SOURCE		/* memmem */
#include "image.h"

static const uint8_t png_signature[8] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'
};

bool
png_next(struct chunk *c, const uint8_t *p, size_t n, size_t at)
{

	if (at > n || n - at < 12)
		return false;
	c->n = big32(p + at);
	c->name = p + at + 4;
	c->data = p + at + 8;
	c->all = c->n + 12;
	return c->n <= n - at - 12;
}

/* Width, height, depth, colour type, and three numbers that say little. */
static bool
png_read(struct mag_image *out, const uint8_t *p, size_t n)
{
	struct chunk c;
	size_t at = PNG_FIRST;

	if (!png_next(&c, p, n, at) || !chunk_is(&c, "IHDR") || c.n != 13)
		return false;
	out->type = "image/png";
	out->width = big32(c.data);
	out->height = big32(c.data + 4);
	if (out->width > INT32_MAX || out->height > INT32_MAX)
		return false;
	for (at += c.all; png_next(&c, p, n, at); at += c.all) {
		if (chunk_is(&c, "acTL"))
			out->animated = true;
		if (chunk_is(&c, "IDAT"))
			return out->width > 0 && out->height > 0;
		if (chunk_is(&c, "IEND"))
			break;
	}
	return false;
}

/* The logical screen; what repeats says so in an extension of Netscape's. */
static bool
gif_read(struct mag_image *out, const uint8_t *p, size_t n)
{

	if (n < 14)
		return false;
	out->type = "image/gif";
	out->width = little16(p + 6);
	out->height = little16(p + 8);
	out->animated = memmem(p, n, "NETSCAPE2.0", 11) != NULL;
	return out->width > 0 && out->height > 0;
}

bool
webp_next(struct chunk *c, const uint8_t *p, size_t n, size_t at)
{

	if (at > n || n - at < 8)
		return false;
	c->name = p + at;
	c->n = little32(p + at + 4);
	c->data = p + at + 8;
	if (c->n > n - at - 8)
		return false;
	c->all = 8 + c->n;
	/* A byte of padding, which some leave out at the very end. */
	if (c->n % 2 == 1 && n - at > c->all)
		c->all++;
	return true;
}

static bool
vp8_read(struct mag_image *out, const struct chunk *c)
{

	/* RFC 6386 9.1: three bytes of tag, the start code, 14 bits each. */
	if (c->n < 10 || memcmp(c->data + 3, "\x9d\x01\x2a", 3) != 0)
		return false;
	out->width = little16(c->data + 6) & 0x3fff;
	out->height = little16(c->data + 8) & 0x3fff;
	return out->width > 0 && out->height > 0;
}

static bool
vp8l_read(struct mag_image *out, const struct chunk *c)
{
	uint32_t bits;

	if (c->n < 5 || c->data[0] != 0x2f)
		return false;
	bits = little32(c->data + 1);
	out->width = (bits & 0x3fff) + 1;
	out->height = (bits >> 14 & 0x3fff) + 1;
	return true;
}

/* Behind its canvas a picture must come, or a film. */
static bool
vp8x_read(struct mag_image *out, const struct chunk *canvas, const uint8_t *p,
    size_t n)
{
	size_t at = WEBP_FIRST + canvas->all;
	struct chunk c;

	if (canvas->n < 10)
		return false;
	out->animated = canvas->data[0] & 0x02;
	out->width = little24(canvas->data + 4) + 1;
	out->height = little24(canvas->data + 7) + 1;
	for (; webp_next(&c, p, n, at); at += c.all)
		if (chunk_is(&c, "VP8 ") || chunk_is(&c, "VP8L") ||
		    chunk_is(&c, "ANMF"))
			return true;
	return false;
}

static bool
webp_read(struct mag_image *out, const uint8_t *p, size_t n)
{
	struct chunk c;

	if (!webp_next(&c, p, n, WEBP_FIRST))
		return false;
	out->type = "image/webp";
	if (chunk_is(&c, "VP8 "))
		return vp8_read(out, &c);
	if (chunk_is(&c, "VP8L"))
		return vp8l_read(out, &c);
	return chunk_is(&c, "VP8X") && vp8x_read(out, &c, p, n);
}

bool
mag_image_read(struct mag_image *out, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	bool good = false;

	*out = (struct mag_image){ .orientation = 1 };
	if (n >= 4 && memcmp(p, "\xff\xd8\xff", 3) == 0)
		good = jpeg_read(out, p, n);
	else if (n >= 8 && memcmp(p, png_signature, 8) == 0)
		good = png_read(out, p, n);
	else if (n >= 6 && (memcmp(p, "GIF87a", 6) == 0 ||
	    memcmp(p, "GIF89a", 6) == 0))
		good = gif_read(out, p, n);
	else if (n >= 12 && memcmp(p, "RIFF", 4) == 0 &&
	    memcmp(p + 8, "WEBP", 4) == 0)
		good = webp_read(out, p, n);
	if (!good)
		*out = (struct mag_image){ .orientation = 1 };
	return good;
}
