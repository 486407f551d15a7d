/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes ics_busy_read: a stranger's calendar.  What comes out is sorted,
 * parted, and within the window; what is refused has a reason.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ics_busy.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FROM	1767225600	/* 2026 */
#define UNTIL	1798761600

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	struct ics_busy busy;
	enum mag_status st;
	size_t i;

	if (size > 64 * 1024)
		size = 64 * 1024;
	st = ics_busy_read(&busy, a, (const char *)data, size,
	    mag_zone_find("Europe/Berlin"), FROM, UNTIL);
	assert(st == MAG_OK || (st == MAG_INVALID && busy.why != NULL &&
	    busy.n == 0));
	for (i = 0; i < busy.n; i++) {
		assert(busy.spans[i].starts >= FROM);
		assert(busy.spans[i].ends <= UNTIL);
		assert(busy.spans[i].starts < busy.spans[i].ends);
		assert(i == 0 ||
		    busy.spans[i - 1].ends < busy.spans[i].starts);
	}
	mag_arena_free(a);
	return 0;
}
