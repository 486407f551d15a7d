/* SPDX-License-Identifier: MIT */
/*
 * A registration as its own person sees and changes it, through the link of a
 * letter.  Its fields are those of the registration, so their rules stand
 * once; only what may be done with them is another thing than for staff.
 */
#include <assert.h>
#include <string.h>

#include "noun.h"
#include "webinar.h"

/* What the person may change, and what they may only read. */
static const char own[] = "first_name last_name company job_title phone "
    "language timezone send_reminder send_recording";
static const char seen[] = "reference email status updated_at";

static struct mag_field fields[MAG_FIELDS_MAX];
static struct mag_noun noun;

static unsigned
flags_of(const struct mag_field *f)
{

	if (mag_listed(own, f->name))
		return f->flags & ~(unsigned)MAG_CREATE;
	return mag_listed(seen, f->name) ? f->flags | MAG_READONLY :
	    f->flags | MAG_HIDDEN;
}

/* Whoever is cancelled has nothing left to change. */
static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	(void)r;
	if (c->problem.count > 0)
		return mag_verdict(c);
	if (mag_is(old, "status", "cancelled"))
		return mag_fail(c, MAG_CONFLICT,
		    "This registration is cancelled.");
	return MAG_OK;
}

static struct mag_noun *
own_noun(void)
{
	int i;

	if (noun.fields != NULL)
		return &noun;
	for (i = 0; mag_registration.fields[i].name != NULL; i++) {
		assert(i + 1 < MAG_FIELDS_MAX);
		fields[i] = mag_registration.fields[i];
		fields[i].flags = flags_of(&fields[i]);
	}
	noun = mag_registration;
	noun.sql = NULL;
	noun.extra = NULL;
	noun.check = check;
	noun.fields = fields;
	return &noun;
}

void
mag_registration_own_print(struct mag_buf *b, struct mag_call *c,
    const struct mag_record *r)
{
	struct mag_record mine = *r;

	mine.noun = own_noun();
	mag_record_print(b, c, &mine, MAG_VIEW_STAFF, NULL);
}

enum mag_status
mag_registration_own_change(struct mag_record **out, struct mag_call *c,
    int64_t id, const struct mag_json *body)
{
	enum mag_status st;

	st = mag_noun_change(out, c, own_noun(), id, body, MAG_PATCH);
	if (st == MAG_OK)
		(*out)->noun = &mag_registration;
	return st;
}
