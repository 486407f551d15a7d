/* SPDX-License-Identifier: MIT */
/* Fuzzes CommonMark: no raw HTML and no dangerous link comes out. */
#define _GNU_SOURCE	/* strcasestr */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/markdown.h>
#include <magnetiq/utf8.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_link(const char *p)
{
	static const char *const banned[] = {
		"javascript:", "vbscript:", "file:", "data:"
	};
	size_t i;

	for (i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		assert(strncasecmp(p, banned[i], strlen(banned[i])) != 0);
}

static void
check(const char *html)
{
	const char *p;

	assert(strcasestr(html, "<script") == NULL);
	for (p = html; (p = strstr(p, " href=\"")) != NULL;)
		check_link(p += 7);
	for (p = html; (p = strstr(p, " src=\"")) != NULL;)
		check_link(p += 6);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(256 * 1024 * 1024);
	struct mag_buf b;

	if (size > 64 * 1024)
		size = 64 * 1024;
	mag_buf_init(&b, a, size);
	mag_markdown_html(&b, (const char *)data, size);
	check(b.p);
	assert(mag_utf8_valid(b.p, b.len));
	mag_buf_init(&b, a, size);
	mag_markdown_text(&b, (const char *)data, size);
	assert(mag_utf8_valid(b.p, b.len));
	mag_arena_free(a);
	return 0;
}
