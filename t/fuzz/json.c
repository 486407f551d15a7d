/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes lib/json: what passes the scan is read by cJSON too, printed, and
 * read back as the same; what does not pass says why.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/json.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#include "../../lib/json/scan.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
reasons(const struct mag_call *c, enum mag_status st)
{
	const struct mag_detail *d;

	assert(c->problem.message != NULL);
	assert((st == MAG_INVALID) == (c->problem.count > 0));
	for (d = c->problem.first; d != NULL; d = d->next) {
		assert(d->message != NULL);
		assert(mag_utf8_valid(d->field, strlen(d->field)));
	}
}

static void
there_and_back(struct mag_arena *a, const struct mag_json *v)
{
	const struct mag_json *again;
	struct mag_buf once, twice;

	mag_buf_init(&once, a, 0);
	mag_json_print(&once, v);
	assert((again = mag_json_own(a, once.p, once.len)) != NULL);
	assert(mag_json_equal(v, again) && mag_json_equal(again, v));
	mag_buf_init(&twice, a, 0);
	mag_json_print(&twice, again);
	assert(strcmp(once.p, twice.p) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct scan_limits limits = {
		MAG_JSON_DEPTH, MAG_JSON_MEMBERS
	};
	struct mag_arena *a = mag_arena_new(MAG_REQUEST_ARENA);
	struct mag_call c = { .a = a }, scanned = { .a = a };
	const char *p = (const char *)data;
	enum mag_status st, scan;
	const struct mag_json *v;

	if (size > MAG_BODY_MAX)
		size = MAG_BODY_MAX;
	scan = json_scan(&scanned, p, size, &limits);
	st = mag_json_parse(&v, &c, p, size);
	assert(st == MAG_INVALID || (st == MAG_OK) == (v != NULL));
	assert(st == scan || (scan == MAG_OK && st == MAG_INVALID) ||
	    (scan == MAG_TOO_LARGE && st == MAG_INVALID && v == NULL));
	if (st == MAG_OK)
		there_and_back(a, v);
	else
		reasons(&c, st);
	mag_arena_free(a);
	return 0;
}
