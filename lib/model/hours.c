/* SPDX-License-Identifier: MIT */
/* A consultant's hours, as somebody writes them down. */
#include <string.h>

#include <magnetiq/clock.h>

#include "booking.h"

static const char *const days[] = { "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday" };

#define PARTS_MAX	20	/* of one day */
#define TIME_OFF_MAX	500

int
hours_minute(const char *s)
{
	int hour, minute;

	if (s == NULL || strlen(s) != 5 || s[2] != ':' ||
	    strspn(s, "0123456789:") != 5 || s[0] == ':' || s[1] == ':' ||
	    s[3] == ':' || s[4] == ':')
		return -1;
	hour = (s[0] - '0') * 10 + (s[1] - '0');
	minute = (s[3] - '0') * 10 + (s[4] - '0');
	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
		return -1;
	return hour * 60 + minute;
}

static bool
is_day(const char *name)
{
	size_t i;

	for (i = 0; i < 7; i++)
		if (strcmp(name, days[i]) == 0)
			return true;
	return false;
}

/* {"start":"09:00","end":"17:00"}, later than what came before it. */
static int
check_part(struct mag_call *c, const char *name, const struct mag_json *j,
    int before)
{
	const char *start = mag_json_text(mag_json_get(j, "start"));
	const char *end = mag_json_text(mag_json_get(j, "end"));
	int from = hours_minute(start), to = hours_minute(end);

	if (mag_json_kind(j) != MAG_JSON_OBJECT || mag_json_count(j) != 2 ||
	    from < 0 || to < 0) {
		mag_wrong(c, name, "must be {\"start\":\"09:00\","
		    "\"end\":\"17:00\"}", NULL);
		return before;
	}
	if (from >= to)
		mag_wrong(c, name, "must end after it starts", NULL);
	else if (from < before)
		mag_wrong(c, name, "must not overlap the one before", NULL);
	return to;
}

static void
check_day(struct mag_call *c, const char *field, const struct mag_json *day)
{
	const char *name = mag_printf(c->a, "%s.%s", field, mag_json_key(day));
	const struct mag_json *part;
	int i = 0, before = 0;

	if (!is_day(mag_json_key(day))) {
		mag_wrong(c, name, "is not a day of the week", NULL);
		return;
	}
	if (mag_json_kind(day) != MAG_JSON_ARRAY ||
	    mag_json_count(day) > PARTS_MAX) {
		mag_wrong(c, name, "must be a list of hours", NULL);
		return;
	}
	for (part = mag_json_first(day); part != NULL;
	    part = mag_json_next(part), i++)
		before = check_part(c, mag_printf(c->a, "%s.%d", name, i),
		    part, before);
}

void
hours_check(struct mag_call *c, const char *field, const struct mag_value *v)
{
	const struct mag_json *j, *day;

	if (v->kind != MAG_V_TEXT)
		return;
	j = mag_json_own(c->a, v->s, v->n);
	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		mag_wrong(c, field, "must be an object of days", NULL);
		return;
	}
	for (day = mag_json_first(j); day != NULL; day = mag_json_next(day))
		check_day(c, field, day);
}

static void
check_time_off(struct mag_call *c, const char *name, const struct mag_json *j)
{
	const char *from = mag_json_text(mag_json_get(j, "starts_at"));
	const char *to = mag_json_text(mag_json_get(j, "ends_at"));
	const struct mag_json *m;
	int64_t starts, ends;

	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m))
		if (!mag_listed("starts_at ends_at reason", mag_json_key(m)))
			mag_wrong(c, mag_printf(c->a, "%s.%s", name,
			    mag_json_key(m)), "is not a known field", NULL);
	if (from == NULL || to == NULL ||
	    !mag_time_parse(&starts, from, strlen(from), false) ||
	    !mag_time_parse(&ends, to, strlen(to), false))
		mag_wrong(c, name, "must have starts_at and ends_at", NULL);
	else if (ends <= starts)
		mag_wrong(c, name, "must end after it starts", NULL);
}

void
time_off_check(struct mag_call *c, const char *field,
    const struct mag_value *v)
{
	const struct mag_json *j, *m;
	int i = 0;

	if (v->kind != MAG_V_TEXT)
		return;
	j = mag_json_own(c->a, v->s, v->n);
	if (mag_json_kind(j) != MAG_JSON_ARRAY ||
	    mag_json_count(j) > TIME_OFF_MAX) {
		mag_wrong(c, field, "must be a list of times", NULL);
		return;
	}
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m))
		check_time_off(c, mag_printf(c->a, "%s.%d", field, i++), m);
}
