/* SPDX-License-Identifier: MIT */
/* Bookings: their fields, and what staff change of them. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/letter.h>
#include <magnetiq/limits.h>
#include <magnetiq/token.h>

#include "booking.h"
#include "noun.h"
#include "person.h"

#define LINK_SECONDS	(180 * 24 * 60 * 60)	/* after the end */

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "reference", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FIND },
	{ "consultant_id", MAG_REF, .values = "consultant",
	  .flags = MAG_LIST | MAG_CREATE | MAG_FILTER,
	  .what = "null: whoever is free" },
	PERSON_FIELDS,
	{ "starts_at", MAG_TIME,
	  .flags = MAG_LIST | MAG_CREATE | MAG_REQUIRED | MAG_SORT },
	{ "ends_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "duration_minutes", MAG_INT, .min = 5, .max = 480,
	  .flags = MAG_LIST | MAG_CREATE,
	  .what = "the consultant's first one if left out" },
	{ "timezone", MAG_ZONE, .max = 64, .flags = MAG_LIST | MAG_CREATE,
	  .what = "the visitor's; the consultant's if left out" },
	{ "meeting_type", MAG_ENUM, .values = "video phone in_person",
	  .flags = MAG_LIST | MAG_CREATE | MAG_FILTER,
	  .what = "the consultant's first one if left out" },
	{ "subject", MAG_TEXT, .max = 300,
	  .flags = MAG_LIST | MAG_CREATE | MAG_PERSONAL | MAG_FIND },
	{ "message", MAG_TEXT, .max = MAG_MESSAGE_MAX,
	  .flags = MAG_CREATE | MAG_LONG | MAG_PERSONAL },
	{ "status", MAG_ENUM,
	  .values = "pending confirmed completed cancelled no_show",
	  .preset = "\"pending\"", .flags = MAG_LIST | MAG_FILTER | MAG_KEEP },
	{ "meeting_url", MAG_URL, .max = MAG_URL_MAX, .flags = MAG_LIST },
	{ "meeting_notes", MAG_TEXT, .max = 20000,
	  .flags = MAG_LONG | MAG_PERSONAL },
	{ "assigned_to", MAG_REF, .values = "user",
	  .flags = MAG_LIST | MAG_FILTER },
	{ "follow_up_required", MAG_BOOL, .preset = "false",
	  .flags = MAG_LIST },
	{ "letters", MAG_JSON, .flags = MAG_READONLY | MAG_VIRTUAL | MAG_ASIDE,
	  .what = "the newest 50; when one booking is read" },
	{ "consented_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "confirmed_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "completed_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "cancelled_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "calendar_sequence", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "reminded", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "reminded_consultant", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "followed_up", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static bool
became(const struct mag_record *r, const struct mag_record *old,
    const char *status)
{

	return mag_is(r, "status", status) &&
	    !mag_is(old, "status", status);
}

/* From no hold on the time to one, or from a weak one to a firm one. */
static bool
takes_time(const struct mag_record *r, const struct mag_record *old)
{

	return became(r, old, "confirmed") || (became(r, old, "pending") &&
	    !mag_is(old, "status", "confirmed"));
}

/* When a status came, and that calendars must hear of it. */
static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	enum mag_status st;
	bool again;

	if (old == NULL)
		return mag_verdict(c);
	if (became(r, old, "no_show") && mag_int(old, "starts_at") > c->now)
		mag_wrong(c, "status", "is said before the start", NULL);
	/* It stands in calendars, and no letter could say that it may not. */
	if (became(r, old, "pending") && mag_is(old, "status", "confirmed"))
		mag_wrong(c, "status",
		    "was confirmed, and may be moved or cancelled", NULL);
	if ((st = mag_verdict(c)) != MAG_OK)
		return st;
	/* What came into the way since is seen in the same transaction. */
	if (takes_time(r, old) && (st = booking_recheck(c, r)) != MAG_OK)
		return st;
	/* What stood before has been taken out of calendars meanwhile. */
	again = became(r, old, "confirmed") && !booking_unsaid(old);
	if (became(r, old, "confirmed"))
		mag_set_int(r, "confirmed_at", c->now);
	if (became(r, old, "completed"))
		mag_set_int(r, "completed_at", c->now);
	if (became(r, old, "cancelled"))
		mag_set_int(r, "cancelled_at", c->now);
	if (became(r, old, "cancelled") || again || booking_door(c, r, old))
		mag_set_int(r, "calendar_sequence",
		    mag_int(old, "calendar_sequence") + 1);
	return MAG_OK;
}

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{

	return booking_tell(c, r, old);
}

struct mag_noun mag_booking = {
	.name = "booking",
	.plural = "bookings",
	.table = "bookings",
	.fields = fields,
	.sort = "starts_at",
	.descending = true,
	.soft_delete = true,
	.totals = true,
	.label = "There is no such booking.",
	.check = check,
	.saved = saved,
};

enum mag_status
mag_booking_confirm(struct mag_record **out, struct mag_call *c, int64_t id)
{
	static const char body[] = "{\"status\":\"confirmed\"}";

	return mag_noun_change(out, c, &mag_booking, id, mag_json_own(c->a,
	    body, sizeof(body) - 1), MAG_PATCH);
}

bool
booking_unsaid(const struct mag_record *r)
{

	return mag_is(r, "status", "pending") ||
	    (!mag_is(r, "status", "confirmed") &&
	    mag_value_of(r, "confirmed_at")->kind == MAG_V_NULL);
}

const char *
mag_booking_place(const struct mag_record *r, const struct mag_record *who)
{

	/* Nobody is let in who has not been told that it stands. */
	if (booking_unsaid(r))
		return NULL;
	if (mag_value_of(r, "meeting_url")->kind == MAG_V_TEXT)
		return mag_text(r, "meeting_url");
	return mag_is(r, "meeting_type", "video") ?
	    mag_text(who, "meeting_url") : NULL;
}

const char *
mag_booking_where(struct mag_arena *a, const struct mag_record *r,
    const struct mag_record *who, const char *lang)
{
	const char *place = mag_booking_place(r, who);

	return place != NULL ? place : mag_letter_meeting(a, lang,
	    mag_text(r, "meeting_type"), mag_text(r, "phone"));
}

/* ---- what a letter's link opens ---- */

static const char *
payload(struct mag_call *c, const struct mag_record *r)
{

	return mag_printf(c->a, "booking:%lld", (long long)mag_record_id(r));
}

static const char *
link_to(struct mag_call *c, const struct mag_record *r, const char *door)
{

	return mag_printf(c->a, "%s%s?token=%s", c->conf->site_url, door,
	    mag_token_sign(c->a, c->conf, MAG_FOR_MANAGE, payload(c, r),
	    mag_int(r, "ends_at") + LINK_SECONDS));
}

const char *
mag_booking_url(struct mag_call *c, const struct mag_record *r)
{

	return link_to(c, r, mag_printf(c->a, "/bookings/%s",
	    mag_text(r, "reference")));
}

const char *
mag_booking_calendar_url(struct mag_call *c, const struct mag_record *r)
{

	return link_to(c, r, mag_printf(c->a,
	    "/api/v1/public/bookings/%s/calendar.ics",
	    mag_text(r, "reference")));
}

enum mag_status
mag_booking_open(struct mag_record **out, struct mag_call *c,
    const char *reference, const char *token)
{
	struct mag_record *r;
	const char *opens;
	enum mag_status st;

	*out = NULL;
	if (token == NULL || mag_record_find(&r, c, &mag_booking, "reference",
	    reference) != MAG_OK)
		return no_such(c, &mag_booking);
	st = mag_token_verify(&opens, c->a, c->conf, MAG_FOR_MANAGE, token,
	    strlen(token), c->now);
	if (st == MAG_GONE)
		return mag_fail(c, st,
		    "This link has been used or has expired.");
	if (st != MAG_OK || strcmp(opens, payload(c, r)) != 0)
		return no_such(c, &mag_booking);
	*out = r;
	return MAG_OK;
}
