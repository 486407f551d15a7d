/* SPDX-License-Identifier: MIT */
/* Roles by name, and what the scopes of an API key cover. */
#include <string.h>

#include <magnetiq/role.h>

static const char *const names[MAG_ROLE__MAX] = {
	"", "viewer", "editor", "admin"
};

enum mag_role
mag_role_parse(const char *text)
{
	int i;

	for (i = MAG_VIEWER; i < MAG_ROLE__MAX; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum mag_role)i;
	return MAG_NOBODY;
}

const char *
mag_role_name(enum mag_role role)
{

	return names[role];
}

/* A scope in its two halves: what it names, and `read`, `write` or nothing. */
static void
halves(const char *p, size_t n, size_t *name, const char **verb, size_t *len)
{
	const char *colon = memchr(p, ':', n);

	*name = colon == NULL ? n : (size_t)(colon - p);
	*verb = colon == NULL ? "" : colon + 1;
	*len = colon == NULL ? 0 : n - *name - 1;
}

static bool
same(const char *p, size_t n, const char *word)
{

	return n == strlen(word) && memcmp(p, word, n) == 0;
}

bool
mag_scope_valid(const char *p, size_t n)
{
	const char *verb;
	size_t name, len, i;

	if (n > MAG_SCOPE_MAX)
		return false;
	halves(p, n, &name, &verb, &len);
	if (name == 0 || (name < n && !same(verb, len, "read") &&
	    !same(verb, len, "write")))
		return false;
	if (same(p, name, "*"))
		return true;
	for (i = 0; i < name; i++)
		if (!((p[i] >= 'a' && p[i] <= 'z') || p[i] == '-' ||
		    p[i] == '_'))
			return false;
	return true;
}

static bool
covers(const char *p, size_t n, const char *part, const char *noun, bool write)
{
	const char *verb;
	size_t name, len;

	halves(p, n, &name, &verb, &len);
	if (!same(p, name, "*") && !same(p, name, part) &&
	    (noun == NULL || !same(p, name, noun)))
		return false;
	return !write || !same(verb, len, "read");
}

bool
mag_scope_allows(const char *scopes, const char *part, const char *noun,
    bool write)
{
	size_t n;

	if (scopes == NULL)
		return true;
	for (; *scopes != '\0'; scopes += n) {
		scopes += strspn(scopes, " ");
		n = strcspn(scopes, " ");
		if (n > 0 && mag_scope_valid(scopes, n) &&
		    covers(scopes, n, part, noun, write))
			return true;
	}
	return false;
}
