/* SPDX-License-Identifier: MIT */
/*
 * Reading tables that other programs wrote as text: RFC 4180, and what
 * spreadsheets and meeting programs do beside it.
 */
#include <string.h>

#include <magnetiq/csv.h>
#include <magnetiq/utf8.h>

#define CELLS_MAX	200

static uint32_t
unit16(const unsigned char *p, bool big)
{

	return (uint32_t)(p[big ? 1 : 0] | p[big ? 0 : 1] << 8);
}

/* Text of two bytes each, as Teams and Excel write it. */
static enum mag_status
from_utf16(struct mag_str *out, struct mag_arena *a, const unsigned char *p,
    size_t n, bool big)
{
	struct mag_buf b;
	char bytes[4];
	uint32_t code, low;
	size_t i;

	if (n % 2 != 0)
		return MAG_MALFORMED;
	mag_buf_init(&b, a, n);
	for (i = 0; i < n; i += 2) {
		code = unit16(p + i, big);
		if (code >= 0xdc00 && code < 0xe000)
			return MAG_MALFORMED;
		if (code >= 0xd800 && code < 0xdc00) {
			if ((i += 2) >= n)
				return MAG_MALFORMED;
			low = unit16(p + i, big);
			if (low < 0xdc00 || low >= 0xe000)
				return MAG_MALFORMED;
			code = 0x10000 + ((code - 0xd800) << 10) +
			    (low - 0xdc00);
		}
		mag_buf_add(&b, bytes, mag_utf8_put(bytes, code));
	}
	*out = (struct mag_str){ b.p, b.len };
	return MAG_OK;
}

enum mag_status
mag_csv_text(struct mag_str *out, struct mag_arena *a, const char *p, size_t n)
{
	enum mag_status st = MAG_OK;

	*out = (struct mag_str){ p, n };
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		*out = (struct mag_str){ p + 3, n - 3 };
	else if (n >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 ||
	    memcmp(p, "\xfe\xff", 2) == 0))
		st = from_utf16(out, a, (const unsigned char *)p + 2, n - 2,
		    p[0] == '\xfe');
	if (st == MAG_OK && (memchr(out->p, '\0', out->n) != NULL ||
	    !mag_utf8_valid(out->p, out->n)))
		st = MAG_MALFORMED;
	return st;
}

static bool
ends_line(char c)
{

	return c == '\n' || c == '\r';
}

/* Between quotes a separator is text, and two quotes are one. */
static struct mag_str
quoted_cell(struct mag_csv *t, struct mag_arena *a)
{
	const char *from = t->p + 1, *p;
	char *out;
	size_t n = 0;

	for (p = from; p < t->end; p++)
		if (*p == '"' && (++p == t->end || *p != '"'))
			break;
	out = mag_alloc(a, (size_t)(p - from) + 1);
	for (t->p = p, p = from; p < t->p; p++)
		if (*p != '"' || (++p < t->p && *p == '"'))
			out[n++] = *p;
	return (struct mag_str){ out, n };
}

static struct mag_str
cell(struct mag_csv *t, struct mag_arena *a)
{
	struct mag_str s;
	const char *from;

	if (t->p < t->end && *t->p == '"')
		s = quoted_cell(t, a);
	else
		s = (struct mag_str){ t->p, 0 };
	/* What follows a closing quote belongs to no cell. */
	for (from = t->p; t->p < t->end && *t->p != t->separator &&
	    !ends_line(*t->p); t->p++)
		;
	if (s.p == from)
		s.n = (size_t)(t->p - from);
	for (; s.n > 0 && (*s.p == ' ' || *s.p == '\t'); s.p++)
		s.n--;
	for (; s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'); )
		s.n--;
	return s;
}

bool
mag_csv_row(struct mag_csv *t, struct mag_arena *a, struct mag_str **cells,
    size_t *n)
{
	struct mag_str some[CELLS_MAX], s;

	*n = 0;
	if (t->p >= t->end)
		return false;
	for (;;) {
		s = cell(t, a);
		if (*n < CELLS_MAX)
			some[(*n)++] = s;
		if (t->p >= t->end || *t->p != t->separator)
			break;
		t->p++;
	}
	if (t->p < t->end && *t->p++ == '\r' && t->p < t->end && *t->p == '\n')
		t->p++;
	*cells = mag_alloc(a, *n * sizeof(some[0]));
	memcpy(*cells, some, *n * sizeof(some[0]));
	return true;
}
