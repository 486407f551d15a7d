/* SPDX-License-Identifier: MIT */
/* Headers of letters: encoded words, quoted names, folded lines. */
#include <string.h>

#include <magnetiq/utf8.h>

#include "mime.h"

#define LINE_MAX_CHARS	76	/* RFC 2047 2; RFC 5322 2.1.1 would allow 78 */
#define WORD_BYTES	36	/* of text in an encoded word: 60 characters */

/* Control characters become blanks, so that no line can be ended early. */
static char *
one_line(struct mag_buf *b, const char *s)
{
	char *text = mag_strdup(b->a, s), *p;

	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return text;
}

/* ASCII whose words fit on a line each, and that nobody takes for encoded. */
static bool
plain(const char *s)
{
	size_t word = 0;

	if (strstr(s, "=?") != NULL || *s == ' ' ||
	    (*s != '\0' && s[strlen(s) - 1] == ' ') || strstr(s, "  ") != NULL)
		return false;
	for (; *s != '\0'; s++) {
		word = *s == ' ' ? 0 : word + 1;
		if (*s < ' ' || *s > '~' || word > LINE_MAX_CHARS - 20)
			return false;
	}
	return true;
}

/* Lines are parted before a blank, which is what unfolding leaves. */
static void
add_folded(struct mag_buf *b, size_t column, const char *s)
{
	size_t n;

	while (*s != '\0') {
		n = 1 + strcspn(s + 1, " ");
		if (*s == ' ' && column + n > LINE_MAX_CHARS) {
			mag_buf_adds(b, "\r\n");
			column = 0;
		}
		mag_buf_add(b, s, n);
		column += n;
		s += n;
	}
}

/* As much of the text as one encoded word holds, cut between characters. */
static size_t
piece(const char *p, size_t n)
{
	const char *at = p, *end = p + n, *last = p;
	uint32_t code;

	while (at < end) {
		if (!mag_utf8_next(&at, end, &code))
			at++;
		if ((size_t)(at - p) > WORD_BYTES)
			break;
		last = at;
	}
	return (size_t)(last - p);
}

static void
add_encoded(struct mag_buf *b, const char *s)
{
	size_t n = strlen(s), take;
	const char *p;

	for (p = s; n > 0; p += take, n -= take) {
		take = piece(p, n);
		mag_buf_adds(b, p == s ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		mime_base64(b, p, take);
		mag_buf_adds(b, "?=");
	}
}

void
mime_text(struct mag_buf *b, const char *name, const char *s)
{
	const char *text = one_line(b, s);

	mag_buf_addf(b, "%s: ", name);
	if (plain(text))
		add_folded(b, strlen(name) + 2, text);
	else
		add_encoded(b, text);
	mag_buf_adds(b, "\r\n");
}

/* A phrase (RFC 5322 3.2.5): atoms as they are, else within quotes. */
static void
add_phrase(struct mag_buf *b, const char *s)
{
	bool quotes = strpbrk(s, "()<>[]:;@\\,.\"") != NULL;

	if (!plain(s) || strlen(s) > LINE_MAX_CHARS - 20) {
		add_encoded(b, s);
		return;
	}
	if (quotes)
		mag_buf_addc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			mag_buf_addc(b, '\\');
		mag_buf_addc(b, *s);
	}
	if (quotes)
		mag_buf_addc(b, '"');
}

/* It has been checked when it came in; this is the second lock. */
void
mime_token(struct mag_buf *b, const char *s)
{

	for (; *s != '\0'; s++)
		if ((unsigned char)*s > ' ' && *s != 0x7f && *s != '<' &&
		    *s != '>' && *s != ',')
			mag_buf_addc(b, *s);
}

void
mime_mailbox(struct mag_buf *b, const char *name, const char *words,
    const char *address)
{

	mag_buf_addf(b, "%s: ", name);
	if (words == NULL || *words == '\0') {
		mime_token(b, address);
		mag_buf_adds(b, "\r\n");
		return;
	}
	add_phrase(b, one_line(b, words));
	mag_buf_adds(b, "\r\n <");
	mime_token(b, address);
	mag_buf_adds(b, ">\r\n");
}
