/* SPDX-License-Identifier: MIT */
/* What the readers of http/ share: %XX, letters' case. */
#include <string.h>
#include <strings.h>

#include "http/bytes.h"

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

	if (n < 3)
		return -1;
	high = bytes_hex(p[1]);
	low = bytes_hex(p[2]);
	if (high < 0 || low < 0)
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
