/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes what makes text comparable: slugs are slugs, folding a second time
 * changes nothing, and what is checked never reads past its end.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
checks(const char *p, size_t n)
{

	(void)!mag_slug_valid(p, n);
	(void)!mag_email_valid(p, n);
	(void)!mag_url_valid(p, n);
	(void)!mag_lang_valid(p, n);
}

static void
slug(struct mag_arena *a, const char *p, size_t n)
{
	const char *s = mag_slugify(a, p, n);

	assert(*s == '\0' || mag_slug_valid(s, strlen(s)));
	assert(strcmp(mag_slugify(a, s, strlen(s)), s) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	const char *p = (const char *)data, *s, *folded;

	if (size > 16 * 1024)
		size = 16 * 1024;
	checks(p, size);
	slug(a, p, size);
	s = mag_dup(a, p, size);
	folded = mag_fold_search(a, s);
	assert(mag_utf8_valid(folded, strlen(folded)));
	folded = mag_fold_email(a, s);
	assert(strcmp(mag_fold_email(a, folded), folded) == 0);
	mag_arena_free(a);
	return 0;
}
