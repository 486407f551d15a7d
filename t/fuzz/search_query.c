/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes what becomes of a stranger's search: words that hold nothing that
 * FTS5 would read as its own language, once they stand in quotes.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(4 * 1024 * 1024);
	struct mag_word words[MAG_SEARCH_WORDS];
	struct mag_str s;
	size_t i, n;

	if (size > 4096)
		size = 4096;
	n = mag_fold_words(words, MAG_SEARCH_WORDS, a, mag_dup(a, data, size));
	assert(n <= MAG_SEARCH_WORDS);
	for (i = 0; i < 2 * n; i++) {
		s = words[i / 2].form[i % 2];
		assert(s.n > 0);
		assert(mag_utf8_valid(s.p, s.n));
		assert(memchr(s.p, '"', s.n) == NULL);
		assert(memchr(s.p, '\0', s.n) == NULL);
	}
	mag_arena_free(a);
	return 0;
}
