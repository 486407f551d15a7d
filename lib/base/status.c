/* SPDX-License-Identifier: MIT */
/* What was wrong with a call: one sentence, and the fields it names. */
#include <string.h>

#include <magnetiq/call.h>

enum mag_status
mag_fail(struct mag_call *c, enum mag_status st, const char *message)
{

	return mag_fail_arg(c, st, message, NULL);
}

enum mag_status
mag_fail_arg(struct mag_call *c, enum mag_status st, const char *message,
    const char *arg)
{

	c->problem.message = message;
	c->problem.arg = mag_strdup(c->a, arg);
	return st;
}

/* A stranger's name may be as long as a body; a cut leaves no half letter. */
static size_t
shown(const char *name)
{
	size_t n = strnlen(name, MAG_DETAIL_NAME + 1);

	if (n <= MAG_DETAIL_NAME)
		return n;
	for (n--; n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80; n--)
		continue;
	return n;
}

static bool
is_noted(const struct mag_call *c, const char *field)
{
	const struct mag_detail *d;

	for (d = c->noted.first; d != NULL; d = d->next) {
		if (strcmp(d->field, field) == 0)
			return true;
		if (d == c->noted.last)
			break;
	}
	return false;
}

void
mag_wrong(struct mag_call *c, const char *field, const char *message,
    const char *arg)
{
	struct mag_problem *p = &c->problem;
	struct mag_detail *d;

	if (is_noted(c, field))
		return;
	if (p->count++ >= MAG_DETAILS_MAX)
		return;
	d = mag_alloc(c->a, sizeof(*d));
	d->field = mag_dup(c->a, field, shown(field));
	d->message = message;
	d->arg = mag_strdup(c->a, arg);
	if (p->last != NULL)
		p->last->next = d;
	else
		p->first = d;
	p->last = d;
}

void
mag_problem_keep(struct mag_call *c)
{

	c->noted = c->problem;
}

void
mag_problem_reset(struct mag_call *c)
{

	c->problem = c->noted;
	if (c->problem.last != NULL)
		c->problem.last->next = NULL;
}

enum mag_status
mag_verdict(struct mag_call *c)
{

	if (c->problem.count == 0)
		return MAG_OK;
	if (c->problem.message == NULL)
		c->problem.message = "Some fields are not right.";
	return MAG_INVALID;
}
