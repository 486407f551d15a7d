/* SPDX-License-Identifier: MIT */
/* What e-mail addresses, links and names of languages may look like. */
#include <string.h>
#include <strings.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#define LOCAL_MAX	64	/* RFC 5321 4.5.3.1.1 */
#define LABEL_MAX	63	/* RFC 1035 2.3.4 */

char *
mag_fold_email(struct mag_arena *a, const char *s)
{
	size_t n;
	char *out, *p;

	s += strspn(s, " \t\r\n");
	for (n = strlen(s); n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL; n--)
		continue;
	out = mag_dup(a, s, n);
	for (p = out; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return out;
}

static bool
host_valid(const char *p, size_t n)
{
	size_t i, label = 0, labels = 1;

	for (i = 0; i < n; i++) {
		if (p[i] == '.') {
			if (label == 0 || p[i - 1] == '-')
				return false;
			label = 0;
			labels++;
			continue;
		}
		if (p[i] == '-' ? label == 0 :
		    !((p[i] >= 'a' && p[i] <= 'z') ||
		    (p[i] >= 'A' && p[i] <= 'Z') ||
		    (p[i] >= '0' && p[i] <= '9') || (unsigned char)p[i] >= 0x80))
			return false;
		if (++label > LABEL_MAX)
			return false;
	}
	return label > 0 && labels > 1 && p[n - 1] != '-';
}

static bool
local_valid(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || n > LOCAL_MAX || p[0] == '.' || p[n - 1] == '.')
		return false;
	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] <= ' ' || p[i] == 0x7f ||
		    strchr("\"(),:;<>@[\\]", p[i]) != NULL ||
		    (p[i] == '.' && i > 0 && p[i - 1] == '.'))
			return false;
	return true;
}

bool
mag_email_valid(const char *p, size_t n)
{
	const char *at = memchr(p, '@', n);

	if (n > MAG_EMAIL_MAX || at == NULL || !mag_utf8_valid(p, n))
		return false;
	return local_valid(p, (size_t)(at - p)) &&
	    host_valid(at + 1, n - (size_t)(at - p) - 1);
}

static bool
begins(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);

	return n > len && strncasecmp(p, word, len) == 0;
}

/* Bytes that stand in no address (RFC 3986 2), as they are. */
static bool
url_bytes(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] <= ' ' || p[i] == 0x7f ||
		    strchr("\"<>\\^`{|}", p[i]) != NULL)
			return false;
	return mag_utf8_valid(p, n);
}

/* Relative: a colon before the first slash would make a scheme; two slashes
 * would lead to another host. */
static bool
relative_valid(const char *p, size_t n)
{
	size_t i = 0;

	if (n > 1 && p[0] == '/' && p[1] == '/')
		return false;
	while (i < n && strchr(":/?#", p[i]) == NULL)
		i++;
	return i == n || p[i] != ':';
}

bool
mag_url_valid(const char *p, size_t n)
{

	if (n == 0 || n > MAG_URL_MAX || !url_bytes(p, n))
		return false;
	if (begins(p, n, "https://"))
		return strchr("/?#:@", p[8]) == NULL;
	if (begins(p, n, "http://"))
		return strchr("/?#:@", p[7]) == NULL;
	if (begins(p, n, "mailto:") || begins(p, n, "tel:"))
		return true;
	return relative_valid(p, n);
}

bool
mag_lang_valid(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= 'a' && p[i] <= 'z')
		i++;
	if (i < 2 || i > 3)
		return false;
	if (i == n)
		return true;
	if (p[i] != '-' || n - i != 3)
		return false;
	return p[i + 1] >= 'A' && p[i + 1] <= 'Z' && p[i + 2] >= 'A' &&
	    p[i + 2] <= 'Z';
}
