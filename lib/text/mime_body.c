/* SPDX-License-Identifier: MIT */
/* Bodies of letters: quoted-printable and base64. */
#include <string.h>

#include "mime.h"

#define LINE_MAX_CHARS	76	/* RFC 2045 6.7 and 6.8 */
#define LINE_BYTES	57	/* of what becomes a line of base64 */

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
mime_base64(struct mag_buf *b, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
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

void
mime_base64_lines(struct mag_buf *b, const char *s)
{
	size_t n = strlen(s), take;

	for (; n > 0; s += take, n -= take) {
		take = n < LINE_BYTES ? n : LINE_BYTES;
		mime_base64(b, s, take);
		mag_buf_adds(b, "\r\n");
	}
}

/* May it stand as it is?  A full stop that begins a line may not: servers
 * double it, and some forget to take one off again. */
static bool
bare(const char *s, size_t column)
{
	unsigned char c = (unsigned char)*s;

	if (c == ' ' || c == '\t')
		return s[1] != '\0' && s[1] != '\n' && s[1] != '\r';
	return c >= '!' && c <= '~' && c != '=' && !(c == '.' && column == 0);
}

void
mime_quoted(struct mag_buf *b, const char *s)
{
	size_t column = 0, takes;

	for (; *s != '\0'; s++) {
		if (*s == '\n') {
			mag_buf_adds(b, "\r\n");
			column = 0;
			continue;
		}
		if (*s == '\r' && s[1] == '\n')
			continue;
		takes = bare(s, column) ? 1 : 3;
		/* The last place of a line is for the `=` that goes on. */
		if (column + takes >= LINE_MAX_CHARS) {
			mag_buf_adds(b, "=\r\n");
			column = 0;
			takes = bare(s, column) ? 1 : 3;
		}
		if (takes == 1)
			mag_buf_addc(b, *s);
		else
			mag_buf_addf(b, "=%02X", (unsigned char)*s);
		column += takes;
	}
	if (column > 0)
		mag_buf_adds(b, "\r\n");
}
