/* SPDX-License-Identifier: MIT */
/* Fuzzes http/query: whatever is read has no surprises in it. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/utf8.h>

#include "http/query.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
typed(const struct query *q, const char *name)
{
	static const char *const words[] = { "asc", "desc", NULL };
	int64_t v = 0;
	unsigned at;
	bool yes;

	if (query_int(&v, q, name, -100, 100) == QUERY_OK)
		assert(v >= -100 && v <= 100);
	if (query_choice(&at, q, name, words) == QUERY_OK)
		assert(at < 2);
	(void)!query_bool(&yes, q, name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	enum mag_status st;
	struct query q;
	const char *s;
	unsigned i;

	st = query_read(&q, a, (const char *)data, size);
	assert(q.count <= MAG_QUERY_PARAMS);
	assert((st == MAG_INVALID) <= (q.duplicate != NULL));
	for (i = 0; i < q.count && st != MAG_MALFORMED; i++) {
		s = q.param[i].name;
		assert(mag_utf8_valid(s, strlen(s)));
		assert(query_get(&q, s) != NULL);
		s = q.param[i].value;
		assert(mag_utf8_valid(s, strlen(s)));
		typed(&q, q.param[i].name);
	}
	mag_arena_free(a);
	return 0;
}
