/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the readers of images: whatever comes, what is left of an image is
 * an image of the same size, tells nothing more when it is looked at again,
 * and a file has one type.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/image.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static enum mag_status
add(void *arg, const void *p, size_t n)
{

	mag_buf_add(arg, p, n);
	return MAG_OK;
}

static void
strip(struct mag_buf *out, struct mag_arena *a, const void *p, size_t n)
{

	mag_buf_init(out, a, n);
	assert(mag_image_strip(p, n, add, out) == MAG_OK);
	/* One minimal EXIF may stand for none that was larger. */
	assert(out->len <= n + 36);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	struct mag_image image, again;
	struct mag_buf once, twice;
	bool good = mag_image_read(&image, input, size);

	strip(&once, a, input, size);
	if (good) {
		assert(image.width > 0 && image.height > 0);
		assert(image.orientation >= 1 && image.orientation <= 8);
		assert(mag_image_read(&again, once.p, once.len));
		assert(again.type == image.type);
		assert(again.width == image.width &&
		    again.height == image.height);
		strip(&twice, a, once.p, once.len);
		assert(twice.len == once.len &&
		    memcmp(twice.p, once.p, once.len) == 0);
	} else
		assert(once.len == size && image.type == NULL);
	mag_arena_free(a);
	return 0;
}
