/* SPDX-License-Identifier: MIT */
/* Fuzzes the reading of tables: cells lie within the text or are copies. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/csv.h>
#include <magnetiq/utf8.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
read_table(struct mag_arena *a, const struct mag_str *text, char separator)
{
	struct mag_csv t = { text->p, text->p + text->n, separator };
	const char *before = t.p;
	struct mag_str *cells;
	size_t i, n, bytes = 0;

	while (mag_csv_row(&t, a, &cells, &n)) {
		assert(t.p > before && t.p <= t.end && n >= 1 && n <= 200);
		for (i = 0; i < n; i++) {
			assert(mag_utf8_valid(cells[i].p, cells[i].n));
			bytes += cells[i].n;
		}
		before = t.p;
	}
	assert(t.p == t.end && bytes <= text->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	struct mag_str text;

	if (mag_csv_text(&text, a, (const char *)data, size) == MAG_OK) {
		read_table(a, &text, ',');
		read_table(a, &text, '\t');
	}
	mag_arena_free(a);
	return 0;
}
