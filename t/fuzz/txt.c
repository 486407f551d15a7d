/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of TXT records, with answers of a name service. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "txt.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	const char **list = txt_read(a, data, size), *p;
	int n = 0;

	for (; list != NULL && list[n] != NULL; n++)
		for (p = list[n]; *p != '\0'; p++)
			assert(*p >= ' ' && *p < 0x7f);
	assert(n <= TXT_MAX);
	mag_arena_free(a);
	return 0;
}
