/* SPDX-License-Identifier: MIT */
/* Values with parameters: Content-Type, Content-Disposition, Accept. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/utf8.h>

#include "http/bytes.h"
#include "http/header.h"
#include "http/mime.h"
#include "http/path.h"

#define FULL	1000	/* the quality 1.0 */

/* ---- reading ---- */

/* What is left to read. */
struct text {
	const char	*p, *end;
};

static void
blanks(struct text *t)
{

	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
}

static bool
sign(struct text *t, char c)
{

	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

/* The token at t, in lower case if it is a name; NULL if there is none. */
static char *
word(struct text *t, struct mag_arena *a, bool name)
{
	const char *from = t->p;
	char *to;

	while (t->p < t->end && header_token(t->p, 1))
		t->p++;
	if (t->p == from)
		return NULL;
	to = mag_dup(a, from, (size_t)(t->p - from));
	if (name)
		bytes_lower(to, (size_t)(t->p - from));
	return to;
}

/* The rest of a quoted string; NULL without its end, or if it is not text. */
static char *
quoted(struct text *t, struct mag_arena *a)
{
	char *text = mag_alloc(a, (size_t)(t->end - t->p) + 1), *to = text;

	for (; t->p < t->end && *t->p != '"'; t->p++) {
		if (*t->p == '\\' && t->end - t->p > 1 &&
		    (t->p[1] == '"' || t->p[1] == '\\'))
			t->p++;
		*to++ = *t->p;
	}
	if (!sign(t, '"') || !header_safe(text, (size_t)(to - text)) ||
	    !mag_utf8_valid(text, (size_t)(to - text)))
		return NULL;
	return text;
}

static bool
parameter(struct mime *out, struct mag_arena *a, struct text *t)
{
	struct mime_param *to = &out->param[out->count];

	if (out->count == MIME_PARAMS)
		return false;
	if ((to->name = word(t, a, true)) == NULL || !sign(t, '=') ||
	    mime_get(out, to->name) != NULL)
		return false;
	to->value = sign(t, '"') ? quoted(t, a) : word(t, a, false);
	out->count++;
	return to->value != NULL;
}

/* `name`, or `type/subtype`. */
static bool
type(struct mime *out, struct mag_arena *a, struct text *t)
{
	const char *sub;

	if ((out->type = word(t, a, true)) == NULL)
		return false;
	if (!sign(t, '/'))
		return true;
	if ((sub = word(t, a, true)) == NULL)
		return false;
	out->type = mag_printf(a, "%s/%s", out->type, sub);
	return true;
}

enum mag_status
mime_read(struct mime *out, struct mag_arena *a, const char *p, size_t n)
{
	struct text t = { p, p + n };

	out->count = 0;
	blanks(&t);
	if (!type(out, a, &t))
		return MAG_MALFORMED;
	for (blanks(&t); t.p < t.end; blanks(&t)) {
		if (!sign(&t, ';'))
			return MAG_MALFORMED;
		/* RFC 9110 5.6.6 lets a semicolon stand with nothing after. */
		blanks(&t);
		if (t.p == t.end || *t.p == ';')
			continue;
		if (!parameter(out, a, &t))
			return MAG_MALFORMED;
	}
	return MAG_OK;
}

const char *
mime_get(const struct mime *m, const char *name)
{
	unsigned i;

	for (i = 0; i < m->count; i++)
		if (strcmp(m->param[i].name, name) == 0)
			return m->param[i].value;
	return NULL;
}

bool
mime_is_utf8(const struct mime *m)
{
	const char *charset = mime_get(m, "charset");

	return charset == NULL || strcasecmp(charset, "utf-8") == 0;
}

const char *
mime_extended(struct mag_arena *a, const char *value)
{
	static const char charset[] = "UTF-8'";
	const char *p;
	char *to;
	long n;

	if (strncasecmp(value, charset, strlen(charset)) != 0 ||
	    (p = strchr(value + strlen(charset), '\'')) == NULL)
		return NULL;
	to = mag_alloc(a, strlen(p));
	n = bytes_unescape(to, p + 1, strlen(p + 1), false);
	if (n < 0 || !header_safe(to, (size_t)n) ||
	    !mag_utf8_valid(to, (size_t)n))
		return NULL;
	return to;
}

/* ---- Accept ---- */

/* A qvalue, `0.5`, in thousandths; -1 if it is none. */
static int
qvalue(const char *p, size_t n)
{
	int q, unit = 100;
	size_t i;

	if (n == 0 || n > 5 || (p[0] != '0' && p[0] != '1') ||
	    (n > 1 && p[1] != '.'))
		return -1;
	q = (p[0] - '0') * FULL;
	for (i = 2; i < n; i++, unit /= 10) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		q += (p[i] - '0') * unit;
	}
	return q > FULL ? -1 : q;
}

/* The `q` among the parameters of a range; FULL without one. */
static int
range_quality(const struct mag_str *item)
{
	const char *p, *end = item->p + item->n, *stop;

	for (p = memchr(item->p, ';', item->n); p != NULL; p = stop) {
		for (p++; p < end && (*p == ' ' || *p == '\t'); p++)
			continue;
		if ((stop = memchr(p, ';', (size_t)(end - p))) == NULL)
			stop = end;
		if (stop - p > 2 && (*p == 'q' || *p == 'Q') && p[1] == '=') {
			for (p += 2; stop > p && stop[-1] == ' '; stop--)
				continue;
			return qvalue(p, (size_t)(stop - p));
		}
		if (stop == end)
			break;
	}
	return FULL;
}

/*
 * How exactly a range names a type: 3 as it is, 2 as `text/` and a star, 1 as
 * two stars, 0 not at all; -1 if it is no range.
 */
static int
exactness(const struct mag_str *item, const char *wanted)
{
	const char *semicolon = memchr(item->p, ';', item->n);
	size_t major = strcspn(wanted, "/");
	size_t n = semicolon == NULL ? item->n : (size_t)(semicolon - item->p);

	while (n > 0 && (item->p[n - 1] == ' ' || item->p[n - 1] == '\t'))
		n--;
	if (memchr(item->p, '/', n) == NULL)
		return -1;
	if (bytes_same(item->p, n, wanted))
		return 3;
	if (n == 3 && memcmp(item->p, "*/*", 3) == 0)
		return 1;
	if (n == major + 2 && memcmp(item->p + major, "/*", 2) == 0 &&
	    strncasecmp(item->p, wanted, major) == 0)
		return 2;
	return 0;
}

int
mime_quality(const char *accept, const char *wanted)
{
	const char *list = accept;
	struct mag_str item;
	int best = 0, exact, found = 0, q;
	bool any = false;

	while (header_next(&item, &list)) {
		exact = exactness(&item, wanted);
		q = range_quality(&item);
		if (exact < 0 || q < 0)
			return FULL;
		any = true;
		if (exact > best) {
			best = exact;
			found = q;
		}
	}
	return any ? found : FULL;
}

bool
mime_prefers(const char *accept, const char *wanted, const char *other)
{

	return mime_quality(accept, wanted) > mime_quality(accept, other);
}

/* ---- writing ---- */

/*
 * A byte as it may stand in `filename` for clients that read nothing else.
 * No percent sign either: some would decode it (RFC 6266 appendix D).
 */
static char
simple(char c)
{

	if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f ||
	    strchr("\"\\%/:*?<>|", c) != NULL)
		return '_';
	return c;
}

char *
mime_disposition(struct mag_arena *a, const char *kind, const char *filename)
{
	struct mag_buf b;
	const char *p;
	bool same = true;

	assert(header_token(kind, strlen(kind)));
	mag_buf_init(&b, a, strlen(filename) * 2 + 64);
	mag_buf_addf(&b, "%s; filename=\"", kind);
	for (p = filename; *p != '\0'; p++) {
		/* One stand-in for a character, not one for each byte. */
		if (((unsigned char)*p & 0xc0) != 0x80)
			mag_buf_addc(&b, simple(*p));
		same = same && simple(*p) == *p;
	}
	mag_buf_addc(&b, '"');
	if (!same) {
		mag_buf_adds(&b, "; filename*=UTF-8''");
		path_escape(&b, filename, strlen(filename));
	}
	return b.p;
}
