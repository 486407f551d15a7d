/* SPDX-License-Identifier: MIT */
/* Strings that grow in an arena, and the escapes of JSON and HTML. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/arena.h>

#define HINT_MIN	64

void
mag_buf_init(struct mag_buf *b, struct mag_arena *a, size_t hint)
{

	b->a = a;
	b->len = 0;
	b->cap = hint < HINT_MIN ? HINT_MIN : hint;
	b->p = mag_alloc(a, b->cap);
}

char *
mag_buf_room(struct mag_buf *b, size_t n)
{
	size_t cap = b->cap * 2;
	char *p;

	if (b->cap - b->len > n)
		return b->p + b->len;
	if (cap < b->len + n + 1)
		cap = b->len + n + 1;
	p = mag_alloc(b->a, cap);
	memcpy(p, b->p, b->len);
	b->p = p;
	b->cap = cap;
	return p + b->len;
}

void
mag_buf_add(struct mag_buf *b, const void *p, size_t n)
{
	char *to = mag_buf_room(b, n);

	if (n > 0)
		memcpy(to, p, n);
	to[n] = '\0';
	b->len += n;
}

void
mag_buf_adds(struct mag_buf *b, const char *s)
{

	mag_buf_add(b, s, strlen(s));
}

void
mag_buf_addc(struct mag_buf *b, char c)
{

	mag_buf_add(b, &c, 1);
}

void
mag_buf_addi(struct mag_buf *b, int64_t v)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--p = '-';
	mag_buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
mag_buf_addf(struct mag_buf *b, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	assert(n >= 0);
	(void)mag_buf_room(b, (size_t)n);
	va_start(ap, format);
	vsnprintf(b->p + b->len, (size_t)n + 1, format, ap);
	va_end(ap);
	b->len += (size_t)n;
}

/* What a byte becomes inside a JSON string; NULL: itself. */
static const char *
json_escape(unsigned char c, char code[8])
{

	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	}
	if (c >= 0x20)
		return NULL;
	snprintf(code, 8, "\\u%04x", c);
	return code;
}

void
mag_buf_json(struct mag_buf *b, const char *p, size_t n)
{
	const char *escape;
	char code[8];
	size_t from = 0, i;

	mag_buf_addc(b, '"');
	for (i = 0; i < n; i++) {
		if ((escape = json_escape((unsigned char)p[i], code)) == NULL)
			continue;
		mag_buf_add(b, p + from, i - from);
		mag_buf_adds(b, escape);
		from = i + 1;
	}
	mag_buf_add(b, p + from, n - from);
	mag_buf_addc(b, '"');
}

void
mag_buf_jsons(struct mag_buf *b, const char *s)
{

	if (s == NULL)
		mag_buf_add(b, "null", 4);
	else
		mag_buf_json(b, s, strlen(s));
}

static const char *
html_escape(char c)
{

	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

void
mag_buf_html(struct mag_buf *b, const char *p, size_t n)
{
	const char *escape;
	size_t from = 0, i;

	for (i = 0; i < n; i++) {
		if ((escape = html_escape(p[i])) == NULL)
			continue;
		mag_buf_add(b, p + from, i - from);
		mag_buf_adds(b, escape);
		from = i + 1;
	}
	mag_buf_add(b, p + from, n - from);
}

bool
mag_listed(const char *words, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	if (n == 0 || strchr(word, ' ') != NULL)
		return false;
	for (p = words; (p = strstr(p, word)) != NULL; p += n)
		if ((p == words || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}
