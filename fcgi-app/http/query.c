/* SPDX-License-Identifier: MIT */
/* Names and values of a query or of a plain HTML form. */
#include <string.h>

#include <magnetiq/utf8.h>

#include "http/bytes.h"
#include "http/query.h"

/* A decoded name or value; NULL if it is not fit to be one. */
static const char *
decode(struct mag_arena *a, const char *p, size_t n)
{
	char *to = mag_alloc(a, n + 1);
	long got = bytes_unescape(to, p, n, true);

	return got < 0 || !mag_utf8_valid(to, (size_t)got) ? NULL : to;
}

static enum mag_status
pair(struct query *out, struct mag_arena *a, const char *p, size_t n)
{
	const char *equals = memchr(p, '=', n);
	size_t len = equals == NULL ? n : (size_t)(equals - p);
	struct query_param *to;
	const char *name, *value = "";

	if (out->count == MAG_QUERY_PARAMS ||
	    (name = decode(a, p, len)) == NULL)
		return MAG_MALFORMED;
	if (equals != NULL &&
	    (value = decode(a, equals + 1, n - len - 1)) == NULL)
		return MAG_MALFORMED;
	if (out->duplicate == NULL && query_get(out, name) != NULL)
		out->duplicate = name;
	to = &out->param[out->count++];
	to->name = name;
	to->value = value;
	return MAG_OK;
}

enum mag_status
query_read(struct query *out, struct mag_arena *a, const char *p, size_t n)
{
	const char *end = p + n, *stop;
	enum mag_status st;

	out->count = 0;
	out->duplicate = NULL;
	for (; p < end; p = stop + 1) {
		if ((stop = memchr(p, '&', (size_t)(end - p))) == NULL)
			stop = end;
		if (stop == p)
			continue;
		if ((st = pair(out, a, p, (size_t)(stop - p))) != MAG_OK)
			return st;
	}
	return out->duplicate == NULL ? MAG_OK : MAG_INVALID;
}

const char *
query_get(const struct query *q, const char *name)
{
	unsigned i;

	for (i = 0; i < q->count; i++)
		if (strcmp(q->param[i].name, name) == 0)
			return q->param[i].value;
	return NULL;
}

static bool
listed(const char *const *words, const char *word, unsigned *at)
{
	unsigned i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0) {
			*at = i;
			return true;
		}
	return false;
}

/* At most 18 digits, so that nothing can overflow; a number is written one
 * way only. */
static bool
number(int64_t *out, const char *s)
{
	bool minus = *s == '-';
	int64_t v = 0;
	size_t i;

	s += minus;
	if (*s == '0' && (minus || s[1] != '\0'))
		return false;
	for (i = 0; s[i] >= '0' && s[i] <= '9' && i < 18; i++)
		v = v * 10 + (s[i] - '0');
	*out = minus ? -v : v;
	return i > 0 && s[i] == '\0';
}

enum query_is
query_int(int64_t *out, const struct query *q, const char *name, int64_t low,
    int64_t high)
{
	const char *value = query_get(q, name);
	int64_t v;

	if (value == NULL)
		return QUERY_ABSENT;
	if (!number(&v, value) || v < low || v > high)
		return QUERY_WRONG;
	*out = v;
	return QUERY_OK;
}

enum query_is
query_choice(unsigned *out, const struct query *q, const char *name,
    const char *const *words)
{
	const char *value = query_get(q, name);

	if (value == NULL)
		return QUERY_ABSENT;
	return listed(words, value, out) ? QUERY_OK : QUERY_WRONG;
}

enum query_is
query_bool(bool *out, const struct query *q, const char *name)
{
	static const char *const words[] = { "false", "true", NULL };
	enum query_is is;
	unsigned at;

	if ((is = query_choice(&at, q, name, words)) == QUERY_OK)
		*out = at == 1;
	return is;
}
