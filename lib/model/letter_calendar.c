/* SPDX-License-Identifier: MIT */
/* The calendar entry of a letter, made from the same row as its words. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/ical.h>

#include "letter.h"

static const char *
text(const struct mag_json *json, const char *name)
{

	return mag_json_text(mag_json_get(json, name));
}

static int64_t
number(const struct mag_json *json, const char *name)
{
	int64_t i;

	return mag_json_int(&i, mag_json_get(json, name)) ? i : 0;
}

const char *
mag_letter_uid(struct mag_call *c, const char *reference)
{
	const char *host = c->conf->site_host;

	return mag_printf(c->a, "%s@%.*s", reference,
	    (int)strcspn(host, ":"), host);
}

/* The way in, and the way out. */
static const char *
description(struct mag_arena *a, const struct mag_json *json)
{
	const char *in = text(json, "meeting_url");
	const char *out = text(json, "manage_url");

	return mag_printf(a, "%s%s%s", in == NULL ? "" : in,
	    in == NULL || out == NULL ? "" : "\n\n", out == NULL ? "" : out);
}

/* What the two of them see in their calendars: the other one, and why. */
static const char *
summary(struct mag_arena *a, const struct mag_json *json)
{
	const char *title = text(json, "title"), *about = text(json, "subject");
	const char *who = text(json, "consultant");

	if (title != NULL)
		return title;
	if (text(json, "email") != NULL && text(json, "first_name") != NULL &&
	    text(json, "last_name") != NULL)
		who = mag_printf(a, "%s %s", text(json, "first_name"),
		    text(json, "last_name"));
	if (who == NULL || about == NULL)
		return who == NULL ? about : who;
	return mag_printf(a, "%s – %s", who, about);
}

/* Where one goes; else how one meets without going anywhere. */
static const char *
location(struct mag_arena *a, const struct mag_json *json,
    const char *language)
{
	const char *place = text(json, "place"), *in = text(json, "meeting_url");

	return place != NULL ? place : in != NULL ? in :
	    letter_meeting(a, json, language);
}

const char *
letter_calendar(const char **method, struct mag_call *c,
    const struct mag_letter *letter, unsigned flags,
    const struct mag_json *json)
{
	const char *reference = text(json, "reference");
	const char *at = text(json, "starts_at");
	bool cancels = (flags & MAG_LETTER_CANCEL) != 0;
	enum mag_ical_method how = cancels ? MAG_ICAL_CANCEL :
	    MAG_ICAL_REQUEST;
	struct mag_ical_event e;
	struct mag_buf b;
	int64_t starts;

	if (!(flags & (MAG_LETTER_REQUEST | MAG_LETTER_CANCEL)) ||
	    reference == NULL || at == NULL ||
	    mag_json_true(mag_json_get(json, "waitlisted")) ||
	    mag_json_true(mag_json_get(json, "pending")) ||
	    !mag_time_parse(&starts, at, strlen(at), true))
		return NULL;
	e = (struct mag_ical_event){
		.uid = mag_letter_uid(c, reference),
		.sequence = number(json, "sequence"),
		.stamp = letter->date, .starts = starts,
		.ends = starts + number(json, "duration_minutes") * 60,
		.summary = summary(c->a, json),
		.description = description(c->a, json),
		.location = location(c->a, json, letter->language),
		.organizer = { letter->from_name, letter->from_email },
		.attendee = { NULL, letter->to },
		.accepted = !cancels, .cancelled = cancels,
	};
	mag_buf_init(&b, c->a, 1024);
	mag_ical_begin(&b, how, NULL);
	mag_ical_event(&b, how, &e);
	mag_ical_end(&b);
	*method = cancels ? "CANCEL" : "REQUEST";
	return b.p;
}
