/* SPDX-License-Identifier: MIT */
/* Which new passwords are too easy. */
#include <string.h>

#include <magnetiq/embed.h>
#include <magnetiq/limits.h>
#include <magnetiq/password.h>
#include <magnetiq/rand.h>

/* Characters of UTF-8: bytes that begin one. */
static size_t
characters(const char *p, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xc0) != 0x80;
	return count;
}

/* Latin letters in lower case; the list has no others. */
static void
fold(char *to, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + 'a' - 'A') :
		    p[i];
	to[n] = '\0';
}

/* Is it a line of the list? */
static bool
listed(const char *folded, size_t n)
{
	const struct mag_file *f =
	    mag_file_find(mag_files_text, "passwords.txt");
	const char *line = f->text, *end = f->text + f->len, *next;

	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if ((size_t)(next - line) == n && memcmp(line, folded, n) == 0)
			return true;
	}
	return false;
}

/* Also with the marks and digits that people put behind a word. */
static bool
common(const char *folded, size_t n)
{

	if (listed(folded, n))
		return true;
	while (n > 0 && strchr("!?.,*#$%&+-_@", folded[n - 1]) != NULL)
		n--;
	return listed(folded, n);
}

static bool
is_email(const char *folded, size_t n, const char *email)
{
	char other[MAG_EMAIL_MAX + 1];
	size_t len = email == NULL ? 0 : strlen(email);
	const char *at;

	if (len == 0 || len > MAG_EMAIL_MAX)
		return false;
	fold(other, email, len);
	at = strrchr(other, '@');
	return (n == len && memcmp(folded, other, n) == 0) ||
	    (at != NULL && n == (size_t)(at - other) &&
	    memcmp(folded, other, n) == 0);
}

void
mag_password_check(struct mag_call *c, const char *field, const char *p,
    size_t n, const char *email)
{
	char folded[MAG_PASSWORD_MAX + 1];

	if (memchr(p, '\0', n) != NULL) {
		mag_wrong(c, field, "must not hold a NUL", NULL);
		return;
	}
	if (n > MAG_PASSWORD_MAX) {
		mag_wrong(c, field, "must have at most 1024 bytes", NULL);
		return;
	}
	fold(folded, p, n);
	if (characters(p, n) < MAG_PASSWORD_MIN)
		mag_wrong(c, field, "must have at least 10 characters", NULL);
	else if (is_email(folded, n, email))
		mag_wrong(c, field, "must not be the e-mail address", NULL);
	else if (common(folded, n))
		mag_wrong(c, field, "is among the most common passwords", NULL);
	mag_wipe(folded, sizeof(folded));
}
