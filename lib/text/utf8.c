/* SPDX-License-Identifier: MIT */
/* UTF-8, strictly: shortest forms only, no surrogates. */
#include <magnetiq/utf8.h>

#define REPLACEMENT	"\xef\xbf\xbd"	/* U+FFFD */

bool
mag_utf8_next(const char **p, const char *end, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)*p;
	size_t left = (size_t)(end - *p), more, i;
	uint32_t c;

	if (left == 0)
		return false;
	c = s[0];
	if (c < 0x80) {
		*code = c;
		*p += 1;
		return true;
	}
	more = c >= 0xf0 && c < 0xf5 ? 3 : c >= 0xe0 && c < 0xf0 ? 2 :
	    c >= 0xc2 && c < 0xe0 ? 1 : 0;
	if (more == 0 || left <= more)
		return false;
	c &= 0x3fu >> more;
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	*code = c;
	*p += more + 1;
	return true;
}

bool
mag_utf8_valid(const char *p, size_t n)
{
	const char *end = p + n;
	uint32_t code;

	while (p < end) {
		if ((unsigned char)*p < 0x80)
			p++;
		else if (!mag_utf8_next(&p, end, &code))
			return false;
	}
	return true;
}

size_t
mag_utf8_count(const char *p, size_t n)
{
	const char *end = p + n;
	size_t count = 0;
	uint32_t code;

	for (; p < end; count++)
		if (!mag_utf8_next(&p, end, &code))
			p++;
	return count;
}

size_t
mag_utf8_put(char out[4], uint32_t c)
{

	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void
mag_utf8_repair(struct mag_buf *b, const char *p, size_t n)
{
	const char *end = p + n, *at;
	uint32_t code;

	while (p < end) {
		at = p;
		if (mag_utf8_next(&p, end, &code) && code != 0) {
			mag_buf_add(b, at, (size_t)(p - at));
		} else {
			mag_buf_adds(b, REPLACEMENT);
			p = at + 1;
		}
	}
}
