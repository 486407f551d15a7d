/* SPDX-License-Identifier: MIT */
/*
 * A `.env` file, read as a shell would, except that nothing is expanded:
 *
 *	NAME=bare words end at a blank and `#`	# like this
 *	export NAME='as it stands'
 *	NAME="with \" and \\ and \$"
 *	NAME='it'\''s'
 */
#include <stdio.h>
#include <string.h>

#include "settings.h"

struct line {
	char		*p, *end;
	char		*out;		/* the value, never ahead of p */
	size_t		 n;
	const char	*wrong;
};

static bool
blank(char c)
{

	return c == ' ' || c == '\t';
}

static void
skip(struct line *l)
{

	while (l->p < l->end && blank(*l->p))
		l->p++;
}

static bool
letter(char c)
{

	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* NAME=, perhaps after `export`; NULL if it is not that. */
static const char *
name(struct line *l)
{
	char *from;

	if (l->end - l->p > 7 && memcmp(l->p, "export", 6) == 0 &&
	    blank(l->p[6])) {
		l->p += 6;
		skip(l);
	}
	from = l->p;
	while (l->p < l->end && (letter(*l->p) ||
	    (l->p > from && *l->p >= '0' && *l->p <= '9')))
		l->p++;
	if (l->p == from || l->p == l->end || *l->p != '=') {
		l->wrong = "is not NAME=value";
		return NULL;
	}
	*l->p++ = '\0';
	return from;
}

/* '...': every byte stands for itself. */
static void
single(struct line *l)
{
	char *close = memchr(l->p, '\'', (size_t)(l->end - l->p));

	if (close == NULL) {
		l->wrong = "has a ' that is never closed";
		return;
	}
	memmove(l->out + l->n, l->p, (size_t)(close - l->p));
	l->n += (size_t)(close - l->p);
	l->p = close + 1;
}

/* "...": a backslash takes their meaning from " \ $ and `. */
static void
twofold(struct line *l)
{

	for (; l->p < l->end && *l->p != '"'; l->p++) {
		if (*l->p == '\\' && l->end - l->p > 1 &&
		    strchr("\"\\$`", l->p[1]) != NULL)
			l->p++;
		else if (*l->p == '$' && l->end - l->p > 1 && l->p[1] == '{')
			l->wrong = "has ${...}, which is not expanded here";
		l->out[l->n++] = *l->p;
	}
	if (l->p++ >= l->end)
		l->wrong = "has a \" that is never closed";
}

/* Quoted parts one after the other, as sh prints them: 'it'\''s'. */
static void
quoted(struct line *l)
{
	char c;

	while (l->wrong == NULL && l->p < l->end && !blank(*l->p)) {
		c = *l->p++;
		if (c == '\'')
			single(l);
		else if (c == '"')
			twofold(l);
		else if (c == '\\' && l->p < l->end)
			l->out[l->n++] = *l->p++;
		else
			l->wrong = "has text right after a quoted value";
	}
	skip(l);
	if (l->wrong == NULL && l->p < l->end && *l->p != '#')
		l->wrong = "has text after a quoted value";
}

/* Up to a blank with `#` behind it, or the end; blanks at the end go. */
static void
bare(struct line *l)
{
	const char *from = l->p;

	for (; l->p < l->end; l->p++) {
		if (*l->p == '#' && (l->p == from || blank(l->p[-1])))
			break;
		if (*l->p == '$' && l->end - l->p > 1 && l->p[1] == '{')
			l->wrong = "has ${...}, which is not expanded here";
		l->out[l->n++] = *l->p;
	}
	while (l->n > 0 && blank(l->out[l->n - 1]))
		l->n--;
}

/* One line; NULL if it holds no setting or is wrong. */
static struct mag_env *
line(struct line *l, struct mag_arena *a)
{
	struct mag_env *e;
	const char *c;

	for (c = l->p; c < l->end; c++)
		if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f)
			l->wrong = "holds a control character";
	skip(l);
	if (l->wrong != NULL || l->p == l->end || *l->p == '#')
		return NULL;
	e = mag_alloc(a, sizeof(*e));
	if ((e->name = name(l)) == NULL)
		return NULL;
	skip(l);
	/* A value is never longer than the text that stands for it. */
	e->value = l->out = l->p;
	if (l->p < l->end && (*l->p == '\'' || *l->p == '"'))
		quoted(l);
	else
		bare(l);
	l->out[l->n] = '\0';
	if (l->n > MAG_SETTING_MAX)
		l->wrong = "is too long";
	return l->wrong == NULL ? e : NULL;
}

enum mag_status
mag_env_parse(struct mag_env **out, struct mag_arena *a, char *error,
    size_t size, char *p, size_t n)
{
	char *end = p + n, *next;
	struct mag_env **last = out, *e;
	struct line l;
	int number;

	*out = NULL;
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;		/* the mark that some editors put first */
	for (number = 1; p < end; p = next, number++) {
		memset(&l, 0, sizeof(l));
		l.p = p;
		if ((l.end = memchr(p, '\n', (size_t)(end - p))) == NULL)
			l.end = next = end;
		else
			next = l.end + 1;
		if (l.end > l.p && l.end[-1] == '\r')
			l.end--;
		if ((e = line(&l, a)) != NULL) {
			e->line = number;
			*last = e;
			last = &e->next;
		} else if (l.wrong != NULL) {
			snprintf(error, size, "line %d %s", number, l.wrong);
			*out = NULL;
			return MAG_INVALID;
		}
	}
	return MAG_OK;
}
