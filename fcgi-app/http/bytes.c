/* SPDX-License-Identifier: MIT */
/* What the readers of http/ share: UTF-8, %XX, letters' case. */
#include <string.h>
#include <strings.h>

#include "http/bytes.h"

static bool
follows(const unsigned char *p, size_t n, unsigned char low,
    unsigned char high)
{
	size_t i;

	if (p[1] < low || p[1] > high)
		return false;
	for (i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/* The length of the character at p, or 0: the table of RFC 3629 4. */
static size_t
character(const unsigned char *p, size_t n)
{
	unsigned char c = p[0];

	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf && n >= 2)
		return follows(p, 2, 0x80, 0xbf) ? 2 : 0;
	if (c >= 0xe0 && c <= 0xef && n >= 3)
		return follows(p, 3, c == 0xe0 ? 0xa0 : 0x80,
		    c == 0xed ? 0x9f : 0xbf) ? 3 : 0;
	if (c >= 0xf0 && c <= 0xf4 && n >= 4)
		return follows(p, 4, c == 0xf0 ? 0x90 : 0x80,
		    c == 0xf4 ? 0x8f : 0xbf) ? 4 : 0;
	return 0;
}

bool
bytes_utf8(const char *p, size_t n)
{
	size_t len;

	for (; n > 0; p += len, n -= len)
		if ((len = character((const unsigned char *)p, n)) == 0)
			return false;
	return true;
}

int
bytes_hex(char c)
{

	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that `%XX` stands for, or -1; %00 counts as none. */
static int
escape(const char *p, size_t n)
{
	int high, low;

	if (n < 3 || (high = bytes_hex(p[1])) < 0 || (low = bytes_hex(p[2])) < 0)
		return -1;
	return high * 16 + low == 0 ? -1 : high * 16 + low;
}

long
bytes_unescape(char *out, const char *p, size_t n, bool plus)
{
	char *to = out;
	size_t i;
	int c;

	for (i = 0; i < n; i++) {
		c = (unsigned char)p[i];
		if (c == '%') {
			if ((c = escape(p + i, n - i)) < 0)
				return -1;
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		} else if (c == '\0') {
			return -1;
		}
		*to++ = (char)c;
	}
	*to = '\0';
	return to - out;
}

void
bytes_lower(char *p, size_t n)
{

	for (; n > 0; p++, n--)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
}

bool
bytes_same(const char *p, size_t n, const char *s)
{

	return strlen(s) == n && strncasecmp(p, s, n) == 0;
}
