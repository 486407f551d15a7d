/* SPDX-License-Identifier: MIT */
/* Entity tags: making them, and what clients say of them. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/rand.h>

#include "http/etag.h"

#define HASH_BYTES	16	/* 128 bits are enough to never meet twice */
#define TAG_MAX		128

/* RFC 9110 8.8.3: any visible character but the quote, and bytes above 127. */
static bool
etagc(char c)
{

	return (unsigned char)c > ' ' && c != '"' && c != 0x7f;
}

char *
etag_of(struct mag_arena *a, const void *p, size_t n)
{
	uint8_t hash[MAG_SHA256];

	mag_sha256(hash, p, n);
	return mag_printf(a, "\"%s\"", mag_base64url(a, hash, HASH_BYTES));
}

char *
etag_print(struct mag_arena *a, const char *format, ...)
{
	char text[TAG_MAX];
	va_list ap;
	int i, n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	assert(n > 0 && n < TAG_MAX);
	for (i = 0; i < n; i++)
		assert(etagc(text[i]));
	return mag_printf(a, "\"%s\"", text);
}

static const char *
strong(const char *tag)
{

	return strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
}

/* The quoted tag at p: its length with both quotes, or 0. */
static size_t
tag(const char *p)
{
	size_t n = 1;

	if (p[0] != '"')
		return 0;
	while (etagc(p[n]))
		n++;
	return p[n] == '"' ? n + 1 : 0;
}

bool
etag_matches(const char *list, const char *etag)
{
	const char *p = list;
	size_t n;

	if (p == NULL)
		return false;
	p += strspn(p, " \t,");
	if (*p == '*')
		return p[1 + strspn(p + 1, " \t")] == '\0';
	etag = strong(etag);
	for (; *p != '\0'; p += strspn(p, " \t,")) {
		p = strong(p);
		if ((n = tag(p)) == 0)
			return false;
		if (n == strlen(etag) && memcmp(p, etag, n) == 0)
			return true;
		p += n + strspn(p + n, " \t");
		if (*p != '\0' && *p != ',')
			return false;
	}
	return false;
}
