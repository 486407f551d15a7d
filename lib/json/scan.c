/* SPDX-License-Identifier: MIT */
/*
 * The strict look at a document before cJSON sees it.  cJSON takes a NUL for
 * a blank, ends a string at \u0000, reads [01] and [1.], and minds neither
 * UTF-8 nor control characters; what passes here, it reads as it was meant.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/utf8.h>

#include "path.h"
#include "scan.h"

#define NUMBER_MAX	63	/* cJSON reads no more characters of one */

struct scan {
	const char	*p, *end;
	struct mag_call	*c;
	const struct scan_limits *limits;
	unsigned	 depth, members;
};

static const char no_nul[] = "must not hold the character U+0000";

static bool	value(struct scan *, const struct path *);

static bool
malformed(struct scan *s, const char *message)
{

	(void)mag_fail(s->c, MAG_MALFORMED, message);
	return false;
}

static bool
not_json(struct scan *s)
{

	return malformed(s, "The request is not JSON.");
}

static bool
at(const struct scan *s, char c)
{

	return s->p < s->end && *s->p == c;
}

static bool
take(struct scan *s, char c)
{

	if (!at(s, c))
		return false;
	s->p++;
	return true;
}

static void
blanks(struct scan *s)
{

	while (at(s, ' ') || at(s, '\t') || at(s, '\n') || at(s, '\r'))
		s->p++;
}

/* At least one digit. */
static bool
digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from;
}

static bool
fits(const char *p, size_t n)
{
	char text[NUMBER_MAX + 1];

	if (n > NUMBER_MAX)
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	return isfinite(strtod(text, NULL));
}

static bool
number(struct scan *s, const struct path *where)
{
	const char *from = s->p;

	(void)take(s, '-');
	if (!take(s, '0') && !digits(s))
		return not_json(s);
	if (take(s, '.') && !digits(s))
		return not_json(s);
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			(void)take(s, '-');
		if (!digits(s))
			return not_json(s);
	}
	if (!fits(from, (size_t)(s->p - from)))
		path_wrong(s->c, where, "is too large a number");
	return true;
}

/* Four hexadecimal digits; -1 if they are not. */
static int
unit(struct scan *s)
{
	int v = 0, i;
	char c;

	if (s->end - s->p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		c = *s->p++;
		if (c >= '0' && c <= '9')
			v = v * 16 + c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v * 16 + (c | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/* What follows a backslash.  Two surrogates make one character; one alone
 * is none. */
static bool
escape(struct scan *s, bool *zero)
{
	int u;

	if (s->p == s->end)
		return false;
	if (*s->p != 'u')
		return *s->p != '\0' && strchr("\"\\/bfnrt", *s->p++) != NULL;
	s->p++;
	if ((u = unit(s)) < 0 || (u >= 0xdc00 && u <= 0xdfff))
		return false;
	if (u == 0)
		*zero = true;
	if (u < 0xd800 || u > 0xdbff)
		return true;
	if (!take(s, '\\') || !take(s, 'u'))
		return false;
	u = unit(s);
	return u >= 0xdc00 && u <= 0xdfff;
}

/* After the opening quote, up to and over the closing one. */
static bool
string(struct scan *s, bool *zero)
{

	for (*zero = false; s->p < s->end; ) {
		if (*s->p == '"') {
			s->p++;
			return true;
		}
		if ((unsigned char)*s->p < 0x20)
			break;
		if (*s->p++ == '\\' && !escape(s, zero))
			break;
	}
	return not_json(s);
}

static bool
text(struct scan *s, const struct path *where)
{
	bool zero;

	if (!string(s, &zero))
		return false;
	if (zero)
		path_wrong(s->c, where, no_nul);
	return true;
}

static bool
counted(struct scan *s)
{

	return ++s->members <= s->limits->members;
}

/* The limit is passed: what stands behind it is not even looked at. */
static bool
too_many(struct scan *s)
{

	path_wrong(s->c, NULL, "has too many members");
	return false;
}

static bool
member(struct scan *s, const struct path *up)
{
	struct path here = { .up = up };
	bool zero;

	blanks(s);
	if (!take(s, '"'))
		return not_json(s);
	here.key = s->p;
	if (!string(s, &zero))
		return false;
	if (zero)
		path_wrong(s->c, up, no_nul);
	here.n = (size_t)(s->p - here.key) - 1;
	blanks(s);
	if (!take(s, ':'))
		return not_json(s);
	return counted(s) ? value(s, &here) : too_many(s);
}

static bool
object(struct scan *s, const struct path *up)
{

	blanks(s);
	if (take(s, '}'))
		return true;
	do {
		if (!member(s, up))
			return false;
		blanks(s);
		if (take(s, '}'))
			return true;
		if (!take(s, ','))
			return not_json(s);
	} while (counted(s));
	return too_many(s);
}

static bool
array(struct scan *s, const struct path *up)
{
	struct path here = { .up = up };

	blanks(s);
	if (take(s, ']'))
		return true;
	for (;; here.index++) {
		if (!value(s, &here))
			return false;
		blanks(s);
		if (take(s, ']'))
			return true;
		if (!take(s, ','))
			return not_json(s);
		if (!counted(s))
			return too_many(s);
	}
}

static bool
word(struct scan *s, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0)
		return not_json(s);
	s->p += n;
	return true;
}

/* One level down and up again. */
static bool
nested(struct scan *s, const struct path *where,
    bool (*inside)(struct scan *, const struct path *))
{
	bool ok;

	s->p++;
	if (++s->depth > s->limits->depth)
		return malformed(s, "The request is nested too deeply.");
	ok = inside(s, where);
	s->depth--;
	return ok;
}

static bool
value(struct scan *s, const struct path *where)
{

	blanks(s);
	if (s->p == s->end)
		return not_json(s);
	switch (*s->p) {
	case '{':
		return nested(s, where, object);
	case '[':
		return nested(s, where, array);
	case '"':
		s->p++;
		return text(s, where);
	case 't':
		return word(s, "true");
	case 'f':
		return word(s, "false");
	case 'n':
		return word(s, "null");
	default:
		return number(s, where);
	}
}

static bool
document(struct scan *s)
{

	if (!mag_utf8_valid(s->p, (size_t)(s->end - s->p)))
		return malformed(s, "The request is not UTF-8.");
	if (!value(s, NULL))
		return false;
	blanks(s);
	return s->p == s->end || not_json(s);
}

enum mag_status
json_scan(struct mag_call *c, const char *p, size_t n,
    const struct scan_limits *limits)
{
	struct scan s = { .p = p, .end = p + n, .c = c, .limits = limits };
	struct mag_problem before = c->problem;

	bool whole = document(&s);

	if (s.members > limits->members)
		return MAG_TOO_LARGE;
	if (!whole) {
		/* Fields of a document that is none are not worth naming. */
		before.message = c->problem.message;
		before.arg = NULL;
		c->problem = before;
		if (before.last != NULL)
			before.last->next = NULL;
		return MAG_MALFORMED;
	}
	return c->problem.count > before.count ? MAG_INVALID : MAG_OK;
}
