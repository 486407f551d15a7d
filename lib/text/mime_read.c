/* SPDX-License-Identifier: MIT */
/* A letter of ours taken apart again: what mime*.c write, and no more. */
#define _GNU_SOURCE		/* memmem, strptime, timegm */
#include <string.h>
#include <time.h>

#include <magnetiq/rand.h>

#include "mime.h"

#define WORD	"=?UTF-8?B?"
#define NESTED	2		/* alternatives within what is mixed */

/* ---- headers ---- */

/*
 * The headers as one text in which each stands on a line of its own, with a
 * line end before the first; and what follows them.
 */
static const char *
take_head(struct mag_str *body, struct mag_arena *a, struct mag_str s)
{
	const char *gap = memmem(s.p, s.n, "\r\n\r\n", 4), *p, *end;
	struct mag_buf b;

	end = gap == NULL ? s.p + s.n : gap;
	body->p = gap == NULL ? end : gap + 4;
	body->n = s.n - (size_t)(body->p - s.p);
	mag_buf_init(&b, a, (size_t)(end - s.p) + 8);
	mag_buf_adds(&b, "\r\n");
	for (p = s.p; p < end; p++)
		if (end - p > 2 && memcmp(p, "\r\n ", 3) == 0)
			p++;
		else
			mag_buf_addc(&b, *p);
	return b.p;
}

/* Its value as it stands there; empty if there is none. */
static const char *
header(struct mag_arena *a, const char *head, const char *name)
{
	const char *line = mag_printf(a, "\r\n%s: ", name);
	const char *p = strstr(head, line);

	if (p == NULL)
		return "";
	p += strlen(line);
	return mag_dup(a, p, strcspn(p, "\r\n"));
}

static void
add_base64(struct mag_buf *b, struct mag_str s)
{
	char *bare = mag_alloc(b->a, s.n + 1);
	size_t i, n = 0, got = 0;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != '\r' && s.p[i] != '\n')
			bare[n++] = s.p[i];
	if (mag_base64_read(mag_buf_room(b, n), n, &got, bare, n))
		b->len += got;
	b->p[b->len] = '\0';
}

/* A text is a row of encoded words, or has none (see plain()). */
static const char *
words(struct mag_arena *a, const char *s)
{
	struct mag_buf b;
	size_t n;

	if (strncmp(s, WORD, strlen(WORD)) != 0)
		return s;
	mag_buf_init(&b, a, strlen(s));
	while (strncmp(s, WORD, strlen(WORD)) == 0) {
		s += strlen(WORD);
		n = strcspn(s, "?");
		add_base64(&b, (struct mag_str){ s, n });
		s += n;
		s += strncmp(s, "?=", 2) == 0 ? 2 : 0;
		s += *s == ' ' ? 1 : 0;
	}
	return b.p;
}

/* NAME=VALUE of a header, with quotes or without; NULL if it has none. */
static const char *
parameter(struct mag_arena *a, const char *value, const char *name)
{
	const char *p = strstr(value, name);

	if (p == NULL)
		return NULL;
	p += strlen(name);
	return *p == '"' ? mag_dup(a, p + 1, strcspn(p + 1, "\"")) :
	    mag_dup(a, p, strcspn(p, "; "));
}

static int64_t
date(const char *s)
{
	struct tm tm = { 0 };

	return strptime(s, "%a, %d %b %Y %H:%M:%S +0000", &tm) == NULL ? 0 :
	    (int64_t)timegm(&tm);
}

/* ---- bodies ---- */

static int
digit(char c)
{
	const char *digits = "0123456789ABCDEF", *at = strchr(digits, c);

	return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

/* What `=` stands for; how many bytes of it are read. */
static size_t
unquote(struct mag_buf *b, const char *p, size_t n)
{

	if (n > 2 && p[1] == '\r' && p[2] == '\n')
		return 3;
	if (n > 2 && digit(p[1]) >= 0 && digit(p[2]) >= 0) {
		mag_buf_addc(b, (char)(digit(p[1]) << 4 | digit(p[2])));
		return 3;
	}
	mag_buf_addc(b, *p);
	return 1;
}

static void
add_quoted(struct mag_buf *b, struct mag_str s)
{
	size_t i = 0;

	while (i < s.n)
		if (s.p[i] == '=')
			i += unquote(b, s.p + i, s.n - i);
		else if (s.p[i] != '\r')
			mag_buf_addc(b, s.p[i++]);
		else
			i++;
}

static const char *
decode(struct mag_arena *a, const char *head, struct mag_str body)
{
	const char *how = header(a, head, "Content-Transfer-Encoding");
	struct mag_buf b;

	mag_buf_init(&b, a, body.n + 1);
	if (strcmp(how, "base64") == 0)
		add_base64(&b, body);
	else if (strcmp(how, "quoted-printable") == 0)
		add_quoted(&b, body);
	else
		mag_buf_add(&b, body.p, body.n);
	return b.p;
}

/* A calendar entry comes twice; both are the same. */
static void
keep(struct mag_letter *l, struct mag_arena *a, const char *type,
    const char *text)
{

	if (strncmp(type, "text/plain", 10) == 0)
		l->text = text;
	else if (strncmp(type, "text/html", 9) == 0)
		l->html = text;
	else if (strncmp(type, "text/calendar", 13) == 0) {
		l->calendar = text;
		l->calendar_method = parameter(a, type, "method=");
	}
}

/* ---- parts within parts ---- */

static void read_part(struct mag_letter *, struct mag_arena *, const char *head,
    struct mag_str body, int depth);

static void
read_parts(struct mag_letter *l, struct mag_arena *a, struct mag_str s,
    const char *boundary, int depth)
{
	const char *mark = mag_printf(a, "--%s", boundary), *head, *next;
	const char *end = s.p + s.n, *p;
	size_t n = strlen(mark);
	struct mag_str body;

	for (p = memmem(s.p, s.n, mark, n); p != NULL; p = next) {
		p += n;
		/* The last one has two hyphens more. */
		if (end - p < 2 || memcmp(p, "\r\n", 2) != 0)
			return;
		p += 2;
		next = memmem(p, (size_t)(end - p), mark, n);
		head = take_head(&body, a, (struct mag_str){ p,
		    (size_t)((next == NULL ? end : next) - p) });
		read_part(l, a, head, body, depth);
	}
}

static void
read_part(struct mag_letter *l, struct mag_arena *a, const char *head,
    struct mag_str body, int depth)
{
	const char *type = header(a, head, "Content-Type");
	const char *boundary = parameter(a, type, "boundary=");

	if (boundary == NULL)
		keep(l, a, type, decode(a, head, body));
	else if (depth < NESTED && *boundary != '\0')
		read_parts(l, a, body, boundary, depth + 1);
}

void
mag_letter_read(struct mag_letter *l, struct mag_arena *a, const char *p,
    size_t n)
{
	struct mag_str body;
	const char *head = take_head(&body, a, (struct mag_str){ p, n });

	memset(l, 0, sizeof(*l));
	l->to = header(a, head, "To");
	l->subject = words(a, header(a, head, "Subject"));
	l->language = header(a, head, "Content-Language");
	l->date = date(header(a, head, "Date"));
	read_part(l, a, head, body, 0);
}
