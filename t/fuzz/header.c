/* SPDX-License-Identifier: MIT */
/* Fuzzes the readers of request headers; all get the same bytes. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/utf8.h>

#include "http/etag.h"
#include "http/header.h"
#include "http/mime.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
lists(const char *s)
{
	struct mag_str item, token;
	const char *list = s;

	while (header_next(&item, &list))
		assert(item.n > 0 && item.p >= s &&
		    item.p + item.n <= s + strlen(s));
	if (header_bearer(&token, s) == MAG_OK)
		assert(token.n > 0 && token.p + token.n <= s + strlen(s));
	if (header_cookie(&token, s, "a"))
		assert(token.p + token.n <= s + strlen(s));
	(void)!header_has(s, "a");
	(void)!etag_matches(s, "\"a\"");
}

static void
types(struct mag_arena *a, const char *s)
{
	struct header_site site;
	struct mime m;
	unsigned i;
	int q;

	q = mime_quality(s, "text/csv");
	assert(q >= 0 && q <= 1000);
	if (mime_read(&m, a, s, strlen(s)) == MAG_OK)
		for (i = 0; i < m.count; i++) {
			assert(mag_utf8_valid(m.param[i].value,
			    strlen(m.param[i].value)));
			(void)!mime_extended(a, m.param[i].value);
		}
	if (header_origin(&site, s))
		assert(site.host.n > 0 && site.port > 0 && site.port < 65536);
	if (header_host(&site, s))
		assert(site.host.n > 0 && site.port >= 0 && site.port < 65536);
}

/* Whatever a file is called, the header that names it is one line of ASCII. */
static void
named(struct mag_arena *a, const char *s)
{
	const char *p = mime_disposition(a, "attachment", s);
	struct mime m;

	assert(header_safe(p, strlen(p)));
	assert(mime_read(&m, a, p, strlen(p)) == MAG_OK);
	assert(strcmp(m.type, "attachment") == 0);
	for (; *p != '\0'; p++)
		assert((unsigned char)*p < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	const char *s = mag_dup(a, data, size);

	lists(s);
	types(a, s);
	named(a, s);
	mag_arena_free(a);
	return 0;
}
