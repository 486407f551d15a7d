/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes http/multipart: a body means the same whole and in pieces.  The
 * first byte of the input says how long the pieces are; the boundary is `b`.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#include "http/multipart.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static enum mag_status
begin(void *arg, const struct multipart_part *p)
{

	assert(p->name[0] != '\0' && mag_utf8_valid(p->name, strlen(p->name)));
	assert(p->filename == NULL ||
	    mag_utf8_valid(p->filename, strlen(p->filename)));
	mag_buf_addf(arg, "<%s|%s|%s>", p->name,
	    p->filename == NULL ? "" : p->filename, p->type);
	return MAG_OK;
}

static enum mag_status
data(void *arg, const char *p, size_t n)
{

	mag_buf_add(arg, p, n);
	return MAG_OK;
}

static enum mag_status
end(void *arg)
{

	mag_buf_addc(arg, '>');
	return MAG_OK;
}

static enum mag_status
feed(struct mag_arena *a, struct mag_buf *out, const char *p, size_t n,
    size_t step)
{
	static const struct multipart_handler handler = { begin, data, end };
	struct multipart *m;
	size_t i;

	mag_buf_init(out, a, 0);
	if (multipart_new(&m, a, "multipart/form-data; boundary=b", &handler,
	    out) != MAG_OK)
		return MAG_FAILED;
	for (i = 0; i < n; i += step)
		if (multipart_push(m, p + i, n - i < step ? n - i : step) !=
		    MAG_OK)
			break;
	return multipart_end(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	struct mag_buf whole, pieces;
	enum mag_status st;
	const char *p = (const char *)input + 1;

	if (size > 1) {
		st = feed(a, &whole, p, size - 1, size);
		assert(feed(a, &pieces, p, size - 1, input[0] % 64 + 1) == st);
		assert(st == MAG_OK || st == MAG_MALFORMED);
		assert(st != MAG_OK || (whole.len == pieces.len &&
		    memcmp(whole.p, pieces.p, whole.len) == 0));
	}
	mag_arena_free(a);
	return 0;
}
