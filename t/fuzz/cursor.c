/* SPDX-License-Identifier: MIT */
/* Fuzzes cursors of lists: what is read is printed and read as the same. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/rand.h>

#include "../../lib/model/cursor.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(1024 * 1024);
	struct cursor c, again;
	int64_t i;

	if (size > 8192)
		size = 8192;
	if (cursor_read(&c, a, mag_dup(a, data, size))) {
		assert(strlen(c.list) == CURSOR_LIST);
		assert(strlen(c.key) < 128);
		(void)!cursor_whole(&i, c.key);
		assert(cursor_read(&again, a, cursor_print(a, &c)));
		assert(again.id == c.id && strcmp(again.key, c.key) == 0);
		assert(strcmp(again.list, c.list) == 0);
	}
	/* Without its disguise too: more of it comes through. */
	data = (const uint8_t *)mag_base64url(a, data, size > 128 ? 128 : size);
	if (cursor_read(&c, a, (const char *)data))
		assert(cursor_read(&again, a, cursor_print(a, &c)));
	mag_arena_free(a);
	return 0;
}
