/* SPDX-License-Identifier: MIT */
/* The target of a request: REQUEST_URI, strictly (RFC 3986 3.3). */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#include "http/bytes.h"
#include "http/path.h"

/*
 * An escaped slash would make one segment out of what looks like two, or the
 * other way round, depending on who looks: nginx has looked already.
 */
static bool
hides(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 2 < n; i++)
		if (p[i] == '%' && (strncasecmp(p + i, "%2f", 3) == 0 ||
		    strncasecmp(p + i, "%5c", 3) == 0))
			return true;
	return memchr(p, '#', n) != NULL;
}

static bool
plain(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			return false;
	return mag_utf8_valid(p, n);
}

static bool
dots(const struct mag_str *s)
{

	return (s->n == 1 && s->p[0] == '.') ||
	    (s->n == 2 && s->p[0] == '.' && s->p[1] == '.');
}

/* Cut at the slashes; false for a segment that would climb. */
static bool
cut(struct path *out)
{
	const char *p = out->path.p + 1, *end = out->path.p + out->path.n;
	struct mag_str s;

	for (;; p = s.p + s.n + 1) {
		s.p = p;
		if ((p = memchr(p, '/', (size_t)(end - p))) == NULL)
			p = end;
		s.n = (size_t)(p - s.p);
		if (dots(&s))
			return false;
		if (out->count < PATH_SEGMENTS)
			out->segment[out->count] = s;
		out->count++;
		if (p == end)
			return true;
	}
}

enum mag_status
path_read(struct path *out, struct mag_arena *a, const char *uri, size_t n)
{
	const char *mark;
	size_t len = n;
	char *to;
	long got;

	memset(out, 0, sizeof(*out));
	if (n == 0 || n > MAG_URI_MAX || uri[0] != '/')
		return MAG_MALFORMED;
	if ((mark = memchr(uri, '?', n)) != NULL)
		len = (size_t)(mark - uri);
	out->query.n = mark == NULL ? 0 : n - len - 1;
	out->query.p = mag_dup(a, uri + n - out->query.n, out->query.n);
	to = mag_alloc(a, len + 1);
	if (hides(uri, len) || (got = bytes_unescape(to, uri, len, false)) < 0)
		return MAG_MALFORMED;
	out->path.p = to;
	out->path.n = (size_t)got;
	return plain(to, out->path.n) && cut(out) ? MAG_OK : MAG_MALFORMED;
}

/* RFC 3986 2.3: what is never escaped. */
static bool
unreserved(char c)
{

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

void
path_escape(struct mag_buf *b, const char *p, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	char code[3] = { '%' };
	size_t i;

	for (i = 0; i < n; i++) {
		if (unreserved(p[i])) {
			mag_buf_addc(b, p[i]);
			continue;
		}
		code[1] = digits[(unsigned char)p[i] >> 4];
		code[2] = digits[(unsigned char)p[i] & 15];
		mag_buf_add(b, code, 3);
	}
}
