/* SPDX-License-Identifier: MIT */
/* Small things that the files about imports need. */
#include <string.h>

#include <magnetiq/html.h>
#include <magnetiq/noun.h>
#include <magnetiq/utf8.h>

#include "import.h"

const char *
import_plain(struct mag_arena *a, const char *html)
{
	struct mag_buf b;
	size_t i, n = 0;

	mag_buf_init(&b, a, strlen(html) + 1);
	mag_html_text(&b, html, strlen(html));
	/* Blanks of all kinds become one. */
	for (i = 0; i < b.len; i++)
		if ((unsigned char)b.p[i] > ' ')
			b.p[n++] = b.p[i];
		else if (n > 0 && b.p[n - 1] != ' ')
			b.p[n++] = ' ';
	if (n > 0 && b.p[n - 1] == ' ')
		n--;
	b.p[n] = '\0';
	return b.p;
}

bool
import_number(int64_t *out, const char *s)
{
	size_t i, n = strspn(s, "0123456789");
	int64_t v = 0;

	if (n == 0 || n > 15 || s[n] != '\0')
		return false;
	for (i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	*out = v;
	return true;
}

const char *
import_cut(struct mag_arena *a, const char *text, size_t max)
{
	const char *p = text, *end = text + strlen(text);
	uint32_t code;

	while (p < end && max-- > 0)
		if (!mag_utf8_next(&p, end, &code))
			break;
	return mag_dup(a, text, (size_t)(p - text));
}

/* The default language must say something wherever another one does. */
void
import_map(struct mag_buf *b, struct importing *w, const char *name,
    const char *text, size_t max)
{
	const char *first = mag_site(&w->one)->language;
	const char *part = import_cut(w->one.a, text, max);

	if (*text == '\0')
		return;
	if (strcmp(part, text) != 0)
		import_note(w, "has a title or description that is too long: "
		    "it was cut");
	mag_buf_addf(b, ",\"%s\":{\"%s\":", name, w->lang);
	mag_buf_jsons(b, part);
	if (import_stands_in(w, name)) {
		mag_buf_addf(b, ",\"%s\":", first);
		mag_buf_jsons(b, part);
	}
	mag_buf_addc(b, '}');
}
