/* SPDX-License-Identifier: MIT */
/* Cursors of lists: `list id key` in base64url. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/rand.h>
#include <magnetiq/utf8.h>

#include "cursor.h"

#define TEXT_MAX	128	/* bytes; keys are numbers and times */

char *
cursor_print(struct mag_arena *a, const struct cursor *c)
{
	char *text = mag_printf(a, "%s %lld %s", c->list, (long long)c->id,
	    c->key);

	return mag_base64url(a, text, strlen(text));
}

bool
cursor_whole(int64_t *out, const char *text)
{
	const char *digits = *text == '-' ? text + 1 : text;

	if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	errno = 0;
	*out = strtoll(text, NULL, 10);
	return errno == 0;
}

bool
cursor_read(struct cursor *out, struct mag_arena *a, const char *text)
{
	char bytes[TEXT_MAX + 1], *id, *key;
	size_t n;

	if (!mag_base64url_read(bytes, TEXT_MAX, &n, text, strlen(text)) ||
	    n <= CURSOR_LIST || memchr(bytes, '\0', n) != NULL ||
	    !mag_utf8_valid(bytes, n))
		return false;
	bytes[n] = '\0';
	if (strspn(bytes, "0123456789abcdef") != CURSOR_LIST ||
	    bytes[CURSOR_LIST] != ' ')
		return false;
	id = bytes + CURSOR_LIST + 1;
	if ((key = strchr(id, ' ')) == NULL)
		return false;
	*key++ = '\0';
	memcpy(out->list, bytes, CURSOR_LIST);
	out->list[CURSOR_LIST] = '\0';
	out->key = mag_strdup(a, key);
	return cursor_whole(&out->id, id);
}
