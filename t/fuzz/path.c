/* SPDX-License-Identifier: MIT */
/* Fuzzes http/path: a path that is read can neither climb nor hide. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/utf8.h>

#include "http/path.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(struct mag_arena *a, const struct path *p)
{
	struct path again;
	struct mag_buf b;
	unsigned i;

	assert(p->path.p[0] == '/' && strlen(p->path.p) == p->path.n);
	assert(mag_utf8_valid(p->path.p, p->path.n));
	mag_buf_init(&b, a, 0);
	for (i = 0; i < p->count && i < PATH_SEGMENTS; i++) {
		assert(memchr(p->segment[i].p, '/', p->segment[i].n) == NULL);
		assert(p->segment[i].n != 2 ||
		    memcmp(p->segment[i].p, "..", 2) != 0);
		mag_buf_addc(&b, '/');
		path_escape(&b, p->segment[i].p, p->segment[i].n);
	}
	/* Backslashes may be read, but not written and read again. */
	if (p->count > PATH_SEGMENTS || strchr(p->path.p, '\\') != NULL ||
	    b.len > 8192)
		return;
	assert(path_read(&again, a, b.p, b.len) == MAG_OK);
	assert(strcmp(again.path.p, p->path.p) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	struct path p;

	if (path_read(&p, a, (const char *)data, size) == MAG_OK)
		check(a, &p);
	mag_arena_free(a);
	return 0;
}
