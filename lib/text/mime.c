/* SPDX-License-Identifier: MIT */
/* Letters as bytes: encoded words, quoted-printable, two parts. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <magnetiq/mime.h>
#include <magnetiq/utf8.h>

#define LINE_MAX_CHARS	76	/* RFC 2045 6.7, RFC 2047 2 */
#define WORD_BYTES	42	/* of text in one encoded word: 56 of base64 */

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
add_base64(struct mag_buf *b, const unsigned char *p, size_t n)
{
	unsigned v;
	size_t i;

	for (i = 0; i < n; i += 3) {
		v = (unsigned)p[i] << 16;
		v |= i + 1 < n ? (unsigned)p[i + 1] << 8 : 0;
		v |= i + 2 < n ? p[i + 2] : 0;
		mag_buf_addc(b, base64[v >> 18]);
		mag_buf_addc(b, base64[v >> 12 & 63]);
		mag_buf_addc(b, i + 1 < n ? base64[v >> 6 & 63] : '=');
		mag_buf_addc(b, i + 2 < n ? base64[v & 63] : '=');
	}
}

/* Text that may stand in a header as it is: printable and short. */
static bool
plain(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		if (*p < ' ' || *p > '~' || *p == '=' || *p == '"' ||
		    *p == '\\' || *p == '<' || *p == '>' || *p == ',')
			return false;
	return p - s < 60;
}

/* As much of the text as one encoded word holds, cut between characters. */
static size_t
piece(const char *p, size_t n)
{
	const char *at = p, *end = p + n, *last = p;
	uint32_t code;

	while (at < end && (size_t)(at - p) <= WORD_BYTES) {
		last = at;
		if (!mag_utf8_next(&at, end, &code))
			at++;
	}
	if (at == end && (size_t)(at - p) <= WORD_BYTES)
		last = at;
	return (size_t)(last - p);
}

/* Control characters become blanks, so that no line can be ended early. */
static void
add_words(struct mag_buf *b, const char *s)
{
	size_t n = strlen(s), take;
	char *text, *p;

	text = mag_dup(b->a, s, n);
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	if (plain(text)) {
		mag_buf_adds(b, text);
		return;
	}
	for (p = text; n > 0; p += take, n -= take) {
		take = piece(p, n);
		mag_buf_adds(b, p == text ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		add_base64(b, (const unsigned char *)p, take);
		mag_buf_adds(b, "?=");
	}
}

/* An address has been checked when it came in; this is the second lock. */
static void
add_address(struct mag_buf *b, const char *s)
{

	for (; *s != '\0'; s++)
		if ((unsigned char)*s > ' ' && *s != 0x7f && *s != '<' &&
		    *s != '>' && *s != ',')
			mag_buf_addc(b, *s);
}

static void
add_quoted(struct mag_buf *b, const char *s)
{
	size_t column = 0;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		bool bare = (c >= '!' && c <= '~' && c != '=' &&
		    !(c == '.' && column == 0)) ||
		    ((c == ' ' || c == '\t') && s[1] != '\n' && s[1] != '\0');

		if (c == '\r')
			continue;
		if (c == '\n') {
			mag_buf_adds(b, "\r\n");
			column = 0;
			continue;
		}
		if (column + (bare ? 1 : 3) >= LINE_MAX_CHARS) {
			mag_buf_adds(b, "=\r\n");
			column = 0;
			bare = bare && c != '.';
		}
		if (bare)
			mag_buf_addc(b, (char)c);
		else
			mag_buf_addf(b, "=%02X", c);
		column += bare ? 1 : 3;
	}
	mag_buf_adds(b, "\r\n");
}

static void
add_part(struct mag_buf *b, const char *type, const char *text)
{

	mag_buf_addf(b, "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n", type);
	add_quoted(b, text);
}

static void
add_head(struct mag_buf *b, const struct mag_letter *l)
{
	time_t date = (time_t)l->date;
	char when[64];
	struct tm tm;

	gmtime_r(&date, &tm);
	strftime(when, sizeof(when), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	mag_buf_addf(b, "Date: %s\r\nFrom: ", when);
	if (l->from_name != NULL && *l->from_name != '\0')
		add_words(b, l->from_name);
	mag_buf_adds(b, " <");
	add_address(b, l->from_email);
	mag_buf_adds(b, ">\r\nTo: ");
	add_address(b, l->to);
	mag_buf_adds(b, "\r\nSubject: ");
	add_words(b, l->subject);
	mag_buf_adds(b, "\r\nMessage-ID: <");
	add_address(b, l->message_id);
	mag_buf_adds(b, ">\r\nContent-Language: ");
	add_address(b, l->language);
	mag_buf_adds(b, "\r\nMIME-Version: 1.0\r\n"
	    "Auto-Submitted: auto-generated\r\n");
}

void
mag_letter_print(struct mag_buf *b, const struct mag_letter *l)
{
	static const char boundary[] = "=_magnetiq_part_of_a_letter";

	add_head(b, l);
	if (l->html == NULL) {
		add_part(b, "text/plain", l->text);
		return;
	}
	/* A quoted-printable line never begins with `--=_`: `=` is escaped. */
	mag_buf_addf(b, "Content-Type: multipart/alternative; boundary=\"%s\""
	    "\r\n\r\n--%s\r\n", boundary, boundary);
	add_part(b, "text/plain", l->text);
	mag_buf_addf(b, "\r\n--%s\r\n", boundary);
	add_part(b, "text/html", l->html);
	mag_buf_addf(b, "\r\n--%s--\r\n", boundary);
}
