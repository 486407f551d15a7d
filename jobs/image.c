/* SPDX-License-Identifier: MIT */
/* The child that decodes pictures.  The only file that knows libgd. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gd.h>

#include "image.h"

#define QUALITY		80	/* of WebP: half of what a JPEG takes */
#define FIRST_FD	3

enum { DONE = 0, UNREADABLE = 1, MISUSED = 2, UNWRITABLE = 3 };

static void
be_quiet(int level, const char *format, va_list ap)
{

	(void)level;
	(void)format;
	(void)ap;
}

static void *
read_all(int *n)
{
	struct stat sb;
	char *p;
	ssize_t got;
	size_t have = 0, size;

	if (fstat(STDIN_FILENO, &sb) != 0 || sb.st_size <= 0 ||
	    sb.st_size > INT32_MAX)
		return NULL;
	size = (size_t)sb.st_size;
	if ((p = malloc(size)) == NULL)
		return NULL;
	while (have < size && (got = read(STDIN_FILENO, p + have,
	    size - have)) > 0)
		have += (size_t)got;
	*n = (int)have;
	return p;
}

static gdImagePtr
decode(const char *type, void *p, int n)
{

	if (strcmp(type, "image/jpeg") == 0)
		return gdImageCreateFromJpegPtrEx(n, p, 1);
	if (strcmp(type, "image/png") == 0)
		return gdImageCreateFromPngPtr(n, p);
	if (strcmp(type, "image/webp") == 0)
		return gdImageCreateFromWebpPtr(n, p);
	if (strcmp(type, "image/gif") == 0)
		return gdImageCreateFromGifPtr(n, p);
	return NULL;
}

/* A new picture of that size; the old one is freed. */
static gdImagePtr
scale(gdImagePtr old, int width, int height)
{
	gdImagePtr new = gdImageCreateTrueColor(width, height);

	if (new != NULL) {
		gdImageAlphaBlending(new, 0);
		gdImageSaveAlpha(new, 1);
		gdImageCopyResampled(new, old, 0, 0, 0, 0, width, height,
		    gdImageSX(old), gdImageSY(old));
	}
	gdImageDestroy(old);
	return new;
}

static gdImagePtr
rotate(gdImagePtr old, float degrees)
{
	gdImagePtr new;

	new = gdImageRotateInterpolated(old, degrees, 0);
	gdImageDestroy(old);
	return new;
}

/* As EXIF counts (tag 0x0112); gd turns against the clock. */
static gdImagePtr
upright(gdImagePtr im, int orientation)
{

	if (orientation == 2 || orientation == 5 || orientation == 7)
		gdImageFlipHorizontal(im);
	if (orientation == 3)
		gdImageFlipBoth(im);
	if (orientation == 4)
		gdImageFlipVertical(im);
	if (orientation == 6 || orientation == 7)
		return rotate(im, 270);
	if (orientation == 5 || orientation == 8)
		return rotate(im, 90);
	return im;
}

static int
write_webp(gdImagePtr im, int fd)
{
	int size = 0;
	char *p = gdImageWebpPtrEx(im, &size, QUALITY), *at = p;
	ssize_t put = 0;

	if (p == NULL)
		return UNWRITABLE;
	for (; size > 0 && put >= 0; at += put, size -= (int)put)
		if ((put = write(fd, at, (size_t)size)) < 0)
			break;
	gdFree(p);
	return size == 0 ? DONE : UNWRITABLE;
}

/* From the largest to the smallest, each from the one before it. */
static int
make(gdImagePtr im, int orientation, char **sizes, int n)
{
	int width, height, i, status = DONE, turned = orientation >= 5;

	for (i = n - 1; i >= 0 && im != NULL && status == DONE; i--) {
		if (sscanf(sizes[i], "%dx%d", &width, &height) != 2 ||
		    width < 1 || height < 1 || width > 1920)
			return MISUSED;
		im = turned ? scale(im, height, width) :
		    scale(im, width, height);
		if (im == NULL || (im = upright(im, orientation)) == NULL)
			return UNREADABLE;
		orientation = 1;
		turned = 0;
		status = write_webp(im, FIRST_FD + i);
	}
	if (im != NULL)
		gdImageDestroy(im);
	return status;
}

int
image_main(int argc, char **argv)
{
	gdImagePtr im;
	int size = 0;
	void *p;

	if (argc < 5)
		return MISUSED;
	gdSetErrorMethod(be_quiet);
	if ((p = read_all(&size)) == NULL)
		return UNREADABLE;
	(void)jail();
	im = decode(argv[2], p, size);
	free(p);
	if (im == NULL)
		return UNREADABLE;
	if (!gdImageTrueColor(im) && !gdImagePaletteToTrueColor(im))
		return UNREADABLE;
	return make(im, (int)strtol(argv[3], NULL, 10), argv + 4,
	    argc - 4);
}
