/* SPDX-License-Identifier: MIT */
/* multipart/form-data, pushed in pieces of any size; see multipart.h. */
#define _GNU_SOURCE		/* memmem */
#include <string.h>
#include <strings.h>

#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#include "http/bytes.h"
#include "http/header.h"
#include "http/mime.h"
#include "http/multipart.h"

#define DELIMITER_MAX	(4 + MAG_BOUNDARY_MAX)	/* CRLF, two dashes */

struct multipart {
	struct mag_arena *a;
	const struct multipart_handler *handler;
	void		*arg;
	enum {
		PREAMBLE,	/* before the first delimiter: ignored */
		AFTER,		/* a delimiter's CRLF, or its two dashes */
		HEADERS,
		DATA,
		EPILOGUE	/* after the last delimiter: ignored */
	} state;
	enum mag_status	 failed;	/* what every further call returns */
	unsigned	 parts;
	char		 delimiter[DELIMITER_MAX];
	size_t		 dlen;
	char		 hold[2 * DELIMITER_MAX]; /* may begin a delimiter */
	size_t		 held;
	char		 after[2];
	size_t		 after_len;
	char		*headers;	/* made for the first part */
	size_t		 headers_len;
};

/* ---- the headers of a part ---- */

struct found {
	struct multipart_part part;
	bool		 disposition;	/* it has been seen */
};

/* RFC 7578 4.2; filename* is not for forms, but some send it. */
static bool
disposition(struct multipart *m, struct found *f, const char *p, size_t n)
{
	const char *extended;
	struct mime d;

	if (f->disposition || mime_read(&d, m->a, p, n) != MAG_OK ||
	    strcmp(d.type, "form-data") != 0)
		return false;
	f->disposition = true;
	f->part.name = mime_get(&d, "name");
	f->part.filename = mime_get(&d, "filename");
	if ((extended = mime_get(&d, "filename*")) != NULL &&
	    (f->part.filename = mime_extended(m->a, extended)) == NULL)
		return false;
	return f->part.name != NULL && f->part.name[0] != '\0';
}

/* RFC 7578 4.7: encodings are deprecated; these three change nothing. */
static bool
encoding(const char *p, size_t n)
{

	return bytes_same(p, n, "binary") || bytes_same(p, n, "8bit") ||
	    bytes_same(p, n, "7bit");
}

static bool
blank(char c)
{

	return c == ' ' || c == '\t';
}

/* One line, `name: value`, without its CRLF. */
static bool
header(struct multipart *m, struct found *f, const char *p, size_t n)
{
	const char *value = memchr(p, ':', n);
	size_t len;

	if (value == NULL || !header_token(p, (size_t)(value - p)))
		return false;
	len = (size_t)(value - p);
	for (value++; value < p + n && blank(*value); value++)
		continue;
	for (n -= (size_t)(value - p); n > 0 && blank(value[n - 1]); n--)
		continue;
	if (!header_safe(value, n) || !mag_utf8_valid(value, n))
		return false;
	if (bytes_same(p, len, "content-disposition"))
		return disposition(m, f, value, n);
	if (bytes_same(p, len, "content-type"))
		f->part.type = mag_dup(m->a, value, n);
	if (bytes_same(p, len, "content-transfer-encoding"))
		return encoding(value, n);
	return true;
}

/* All header lines are here, each with its CRLF, and an empty one. */
static enum mag_status
begin(struct multipart *m)
{
	const char *p = m->headers, *end = p + m->headers_len - 2, *stop;
	struct found f;

	memset(&f, 0, sizeof(f));
	f.part.type = "text/plain";	/* RFC 7578 4.4 */
	for (; p < end; p = stop + 2) {
		stop = memmem(p, (size_t)(end - p), "\r\n", 2);
		if (stop == NULL || !header(m, &f, p, (size_t)(stop - p)))
			return MAG_MALFORMED;
	}
	if (!f.disposition || ++m->parts > MAG_PARTS_MAX)
		return MAG_MALFORMED;
	m->state = DATA;
	return m->handler->begin(m->arg, &f.part);
}

/* ---- the states ---- */

/* A piece of the input that is left to read. */
struct rest {
	const char	*p;
	size_t		 n;
};

static void
skip(struct rest *r, size_t n)
{

	r->p += n;
	r->n -= n;
}

static enum mag_status
give(struct multipart *m, const char *p, size_t n)
{

	if (n == 0 || m->state == PREAMBLE)
		return MAG_OK;
	return m->handler->data(m->arg, p, n);
}

/* The bytes up to a delimiter are given out, and this was it. */
static enum mag_status
delimited(struct multipart *m, const char *p, size_t n)
{
	enum mag_status st;

	if ((st = give(m, p, n)) != MAG_OK)
		return st;
	if (m->state == DATA && (st = m->handler->end(m->arg)) != MAG_OK)
		return st;
	m->state = AFTER;
	m->held = m->after_len = 0;
	return MAG_OK;
}

/* Does a delimiter begin among the bytes that were held back? */
static enum mag_status
join(struct multipart *m, struct rest *r)
{
	size_t take = r->n < m->dlen - 1 ? r->n : m->dlen - 1;
	size_t all = m->held + take, sure, held = m->held;
	enum mag_status st;
	const char *at;

	memcpy(m->hold + m->held, r->p, take);
	at = memmem(m->hold, all, m->delimiter, m->dlen);
	if (at != NULL) {
		skip(r, (size_t)(at - m->hold) + m->dlen - m->held);
		return delimited(m, m->hold, (size_t)(at - m->hold));
	}
	if (take < r->n) {
		m->held = 0;
		return give(m, m->hold, held);
	}
	skip(r, take);
	sure = all < m->dlen ? 0 : all - (m->dlen - 1);
	st = give(m, m->hold, sure);
	m->held = all - sure;
	memmove(m->hold, m->hold + sure, m->held);
	return st;
}

/* Content, up to a delimiter; its possible beginning is held back. */
static enum mag_status
content(struct multipart *m, struct rest *r)
{
	const char *at, *p = r->p;
	size_t n = r->n, keep;

	if (m->held > 0)
		return join(m, r);
	if ((at = memmem(p, n, m->delimiter, m->dlen)) != NULL) {
		skip(r, (size_t)(at - p) + m->dlen);
		return delimited(m, p, (size_t)(at - p));
	}
	keep = n < m->dlen - 1 ? n : m->dlen - 1;
	memcpy(m->hold, p + n - keep, keep);
	m->held = keep;
	skip(r, n);
	return give(m, p, n - keep);
}

static enum mag_status
after(struct multipart *m, struct rest *r)
{

	m->after[m->after_len++] = *r->p;
	skip(r, 1);
	if (m->after_len < 2)
		return MAG_OK;
	if (memcmp(m->after, "--", 2) == 0)
		m->state = EPILOGUE;
	else if (memcmp(m->after, "\r\n", 2) == 0)
		m->state = HEADERS;
	else
		return MAG_MALFORMED;
	m->headers_len = 0;
	return MAG_OK;
}

static enum mag_status
headers(struct multipart *m, struct rest *r)
{
	size_t from = m->headers_len < 3 ? 0 : m->headers_len - 3, used;
	size_t take = MAG_PART_HEADER_MAX - m->headers_len;
	const char *at;

	if (m->headers == NULL)
		m->headers = mag_alloc(m->a, MAG_PART_HEADER_MAX);
	if (take > r->n)
		take = r->n;
	memcpy(m->headers + m->headers_len, r->p, take);
	at = memmem(m->headers + from, m->headers_len + take - from,
	    "\r\n\r\n", 4);
	if (at == NULL) {
		m->headers_len += take;
		skip(r, take);
		return m->headers_len < MAG_PART_HEADER_MAX ? MAG_OK :
		    MAG_MALFORMED;
	}
	used = (size_t)(at - m->headers) + 4;
	skip(r, used - m->headers_len);
	m->headers_len = used;
	return begin(m);
}

enum mag_status
multipart_push(struct multipart *m, const char *p, size_t n)
{
	struct rest r = { p, n };

	while (r.n > 0 && m->failed == MAG_OK && m->state != EPILOGUE) {
		if (m->state == AFTER)
			m->failed = after(m, &r);
		else if (m->state == HEADERS)
			m->failed = headers(m, &r);
		else
			m->failed = content(m, &r);
	}
	return m->failed;
}

enum mag_status
multipart_end(struct multipart *m)
{

	if (m->failed == MAG_OK && m->state != EPILOGUE)
		m->failed = MAG_MALFORMED;
	return m->failed;
}

/* ---- making one ---- */

/* RFC 2046 5.1.1: bchars, and no blank at the end. */
static bool
boundary(const char *p)
{
	size_t i, n = strlen(p);

	if (n == 0 || n > MAG_BOUNDARY_MAX || p[n - 1] == ' ')
		return false;
	for (i = 0; i < n; i++)
		if (!(p[i] >= '0' && p[i] <= '9') &&
		    !(p[i] >= 'A' && p[i] <= 'Z') &&
		    !(p[i] >= 'a' && p[i] <= 'z') &&
		    strchr("'()+_,-./:=? ", p[i]) == NULL)
			return false;
	return true;
}

enum mag_status
multipart_new(struct multipart **out, struct mag_arena *a,
    const char *content_type, const struct multipart_handler *handler,
    void *arg)
{
	struct multipart *m;
	struct mime type;
	const char *limit;

	*out = NULL;
	if (mime_read(&type, a, content_type, strlen(content_type)) != MAG_OK ||
	    strcmp(type.type, "multipart/form-data") != 0)
		return MAG_UNSUPPORTED;
	if ((limit = mime_get(&type, "boundary")) == NULL || !boundary(limit))
		return MAG_MALFORMED;
	m = mag_alloc(a, sizeof(*m));
	m->a = a;
	m->handler = handler;
	m->arg = arg;
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, limit, strlen(limit));
	m->dlen = 4 + strlen(limit);
	/* The first delimiter may stand at the very beginning. */
	memcpy(m->hold, "\r\n", 2);
	m->held = 2;
	*out = m;
	return MAG_OK;
}
