/* SPDX-License-Identifier: MIT */
/* Fuzzes Accept-Language: the answer is always one of our languages. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/i18n.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "en", "de", "de-CH", NULL };
	static const char preset[] = "en";
	struct mag_arena *a = mag_arena_new(1024 * 1024);
	const char *got;
	size_t i;

	if (size > 8192)
		size = 8192;
	got = mag_accept_language(mag_dup(a, data, size), languages, preset);
	for (i = 0; languages[i] != NULL && got != languages[i]; i++)
		continue;
	assert(languages[i] != NULL || got == preset);
	mag_arena_free(a);
	return 0;
}
