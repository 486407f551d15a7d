/* SPDX-License-Identifier: MIT */
/* A template's text as a list of steps. */
#define _GNU_SOURCE	/* memmem */
#include <stdio.h>
#include <string.h>

#include "template.h"

struct parsing {
	struct mag_arena *a;
	const char	*begin, *end;
	const char	*at;		/* where reading goes on */
	struct op	*ops;
	size_t		 n, cap;
	size_t		 open[MAG_TEMPLATE_DEPTH];	/* sections */
	size_t		 nopen;
	char		*error;
	size_t		 size;
};

/* One tag: what stands between the braces, blanks taken off. */
struct tag {
	char		 sign;		/* # ^ / > _ ! { or 0 for a value */
	struct mag_str	 words;
	const char	*begin, *end;	/* with its braces */
};

static enum mag_status
broken(struct parsing *ps, const char *at, const char *why)
{
	const char *p;
	int line = 1;

	for (p = ps->begin; p < at; p++)
		line += *p == '\n';
	snprintf(ps->error, ps->size, "%d: %s", line, why);
	return MAG_INVALID;
}

static struct op *
op_add(struct parsing *ps, enum op_kind kind, struct mag_str s)
{
	struct op *grown, *op;

	if (ps->n == ps->cap) {
		ps->cap = ps->cap == 0 ? 32 : 2 * ps->cap;
		grown = mag_alloc(ps->a, ps->cap * sizeof(*grown));
		if (ps->n > 0)
			memcpy(grown, ps->ops, ps->n * sizeof(*grown));
		ps->ops = grown;
	}
	op = &ps->ops[ps->n++];
	*op = (struct op){ .kind = kind, .p = s.p, .n = s.n };
	return op;
}

static struct mag_str
trimmed(const char *p, const char *end)
{

	while (p < end && strchr(" \t\r\n", *p) != NULL && *p != '\0')
		p++;
	while (end > p && strchr(" \t\r\n", end[-1]) != NULL && end[-1] != '\0')
		end--;
	return (struct mag_str){ p, (size_t)(end - p) };
}

static const char *
find(const char *p, const char *end, const char *what)
{

	return memmem(p, (size_t)(end - p), what, strlen(what));
}

/* The next tag; MAG_NOT_FOUND where no more follows. */
static enum mag_status
tag_next(struct tag *t, struct parsing *ps)
{
	const char *p, *close;

	if ((t->begin = find(ps->at, ps->end, "{{")) == NULL)
		return MAG_NOT_FOUND;
	p = t->begin + 2;
	t->sign = '\0';
	if (p < ps->end && *p != '\0' && strchr("#^/>_!{", *p) != NULL)
		t->sign = *p++;
	close = find(p, ps->end, t->sign == '{' ? "}}}" : "}}");
	if (close == NULL)
		return broken(ps, t->begin, "a tag is not closed");
	t->words = trimmed(p, close);
	t->end = close + (t->sign == '{' ? 3 : 2);
	if (t->words.n == 0 && t->sign != '!')
		return broken(ps, t->begin, "a tag has no name");
	return MAG_OK;
}

/* Sections, partials and comments alone on a line take the line with them. */
static bool
stands_alone(const struct parsing *ps, const struct tag *t, const char **before,
    const char **after)
{
	const char *p;

	if (t->sign == '\0' || strchr("#^/!>", t->sign) == NULL)
		return false;
	for (p = t->begin; p > ps->begin && (p[-1] == ' ' || p[-1] == '\t');)
		p--;
	if (p > ps->begin && p[-1] != '\n')
		return false;
	*before = p;
	for (p = t->end; p < ps->end && (*p == ' ' || *p == '\t');)
		p++;
	if (p < ps->end && *p == '\r')
		p++;
	if (p < ps->end && *p != '\n')
		return false;
	*after = p < ps->end ? p + 1 : p;
	return true;
}

static bool
is_name(struct mag_str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9') &&
		    (s.p[i] == '\0' || strchr("._-/", s.p[i]) == NULL))
			return false;
	return s.n > 0;
}

static enum mag_status
section_begin(struct parsing *ps, const struct tag *t)
{

	if (ps->nopen == MAG_TEMPLATE_DEPTH)
		return broken(ps, t->begin, "sections nest too deeply");
	ps->open[ps->nopen++] = ps->n;
	op_add(ps, t->sign == '#' ? OP_IF : OP_UNLESS, t->words);
	return MAG_OK;
}

static enum mag_status
section_end(struct parsing *ps, const struct tag *t)
{
	struct op *op;

	if (ps->nopen == 0)
		return broken(ps, t->begin, "no section is open here");
	op = &ps->ops[ps->open[--ps->nopen]];
	if (op->n != t->words.n || memcmp(op->p, t->words.p, op->n) != 0)
		return broken(ps, t->begin, "another section is open here");
	op->end = ps->n;
	op_add(ps, OP_END, t->words);
	return MAG_OK;
}

/* `words` or `words with %s|name`. */
static enum mag_status
sentence(struct parsing *ps, const struct tag *t)
{
	const char *end = t->words.p + t->words.n;
	const char *bar = memchr(t->words.p, '|', t->words.n);
	struct mag_str words = trimmed(t->words.p, bar == NULL ? end : bar);
	struct mag_str fill = { NULL, 0 };
	struct op *op;

	if (bar != NULL && !is_name(fill = trimmed(bar + 1, end)))
		return broken(ps, t->begin, "a tag has no name");
	op = op_add(ps, OP_SENTENCE, words);
	op->p = mag_dup(ps->a, words.p, words.n);
	op->fill = fill.p;
	op->fill_len = fill.n;
	return MAG_OK;
}

static enum mag_status
tag_add(struct parsing *ps, const struct tag *t)
{

	if (t->sign == '!')
		return MAG_OK;
	if (t->sign == '_')
		return sentence(ps, t);
	if (!is_name(t->words))
		return broken(ps, t->begin, "this is no name");
	switch (t->sign) {
	case '#':
	case '^':
		return section_begin(ps, t);
	case '/':
		return section_end(ps, t);
	case '>':
		op_add(ps, OP_PARTIAL, t->words)->p =
		    mag_dup(ps->a, t->words.p, t->words.n);
		return MAG_OK;
	default:
		op_add(ps, t->sign == '{' ? OP_RAW : OP_VALUE, t->words);
		return MAG_OK;
	}
}

static void
text_add(struct parsing *ps, const char *end)
{

	if (end > ps->at)
		op_add(ps, OP_TEXT, (struct mag_str){ ps->at,
		    (size_t)(end - ps->at) });
}

static enum mag_status
parse(struct parsing *ps)
{
	const char *before, *after;
	struct tag t = { .sign = '\0' };
	enum mag_status st;

	while ((st = tag_next(&t, ps)) == MAG_OK) {
		if (!stands_alone(ps, &t, &before, &after)) {
			before = t.begin;
			after = t.end;
		}
		text_add(ps, before);
		ps->at = after;
		if ((st = tag_add(ps, &t)) != MAG_OK)
			return st;
	}
	if (st != MAG_NOT_FOUND)
		return st;
	if (ps->nopen > 0)
		return broken(ps, ps->ops[ps->open[ps->nopen - 1]].p,
		    "this section is not closed");
	text_add(ps, ps->end);
	return MAG_OK;
}

enum mag_status
mag_template_parse(struct mag_template **out, struct mag_arena *a, char *error,
    size_t size, const char *p, size_t n)
{
	struct parsing ps = { .a = a, .begin = p, .at = p, .end = p + n,
	    .error = error, .size = size };
	enum mag_status st;

	*out = NULL;
	if (n > MAG_TEMPLATE_MAX)
		return broken(&ps, p, "the template is too long");
	if ((st = parse(&ps)) != MAG_OK)
		return st;
	*out = mag_alloc(a, sizeof(**out));
	(*out)->ops = ps.ops;
	(*out)->n = ps.n;
	return MAG_OK;
}
