/* SPDX-License-Identifier: MIT */
/* GIF89a without comments, and without what programs put beside the picture. */
#include "image.h"

#define SCREEN		13	/* signature and logical screen */
#define EXTENSION	0x21
#define IMAGE		0x2c
#define TRAILER		0x3b
#define COMMENT		0xfe
#define APPLICATION	0xff

/* Bytes of the colour table that a byte of flags announces. */
static size_t
table(uint8_t flags)
{

	return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* What follows `at`: pieces with their lengths, up to an empty one; 0: cut. */
static size_t
pieces(const uint8_t *p, size_t n, size_t at)
{
	size_t begin = at;

	while (at < n && p[at] != 0)
		at += (size_t)p[at] + 1;
	return at < n ? at + 1 - begin : 0;
}

/* The length of the block at `at`; 0: it is none, or not whole. */
static size_t
block(const uint8_t *p, size_t n, size_t at)
{
	size_t head, rest;

	if (p[at] == TRAILER)
		return 1;
	if (p[at] == EXTENSION)
		head = 2;
	else if (p[at] == IMAGE && n - at > 10)
		head = 11 + table(p[at + 9]);	/* and the size of its codes */
	else
		return 0;
	if (n - at <= head || (rest = pieces(p, n, at + head)) == 0)
		return 0;
	return head + rest;
}

/* Of programs only three say how the picture looks. */
static bool
tells(const uint8_t *p, size_t n)
{

	if (p[0] != EXTENSION)
		return false;
	if (p[1] == COMMENT)
		return true;
	return p[1] == APPLICATION && (n < 14 || p[2] != 11 ||
	    (memcmp(p + 3, "NETSCAPE2.0", 11) != 0 &&
	    memcmp(p + 3, "ANIMEXTS1.0", 11) != 0 &&
	    memcmp(p + 3, "ICCRGBG1012", 11) != 0));
}

/* Does a picture follow?  What has none is left as it is. */
static bool
shows(const uint8_t *p, size_t n, size_t at)
{
	size_t len;

	for (; at < n && (len = block(p, n, at)) > 0; at += len)
		if (p[at] == IMAGE)
			return true;
	return false;
}

enum mag_status
gif_strip(const uint8_t *p, size_t n, mag_image_put *put, void *arg)
{
	size_t at = SCREEN + table(p[10]), len = 0;
	enum mag_status st;

	if (at >= n || !shows(p, n, at))
		return put(arg, p, n);
	st = put(arg, p, at);
	for (; st == MAG_OK && at < n; at += len) {
		if ((len = block(p, n, at)) == 0)
			break;
		if (!tells(p + at, len))
			st = put(arg, p + at, len);
		if (p[at] == TRAILER) {
			at += len;
			break;
		}
	}
	if (st != MAG_OK)
		return st;
	return trailer_put(p + at, n - at, put, arg);
}
