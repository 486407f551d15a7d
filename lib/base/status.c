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

void
mag_wrong(struct mag_call *c, const char *field, const char *message,
    const char *arg)
{
	struct mag_problem *p = &c->problem;
	struct mag_detail *d;

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

enum mag_status
mag_verdict(struct mag_call *c)
{

	if (c->problem.count == 0)
		return MAG_OK;
	if (c->problem.message == NULL)
		c->problem.message = "Some fields are not right.";
	return MAG_INVALID;
}
