/* SPDX-License-Identifier: MIT */
/*
 * When one event of a feed is, and all its repetitions.  libical reads values
 * and counts repetitions on the wall; the zones are ours.
 */
#define _GNU_SOURCE		/* strcasestr */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libical/ical.h>

#include <magnetiq/day.h>
#include <magnetiq/rand.h>

#include "ics_busy.h"

#define YEAR_MIN	1900
#define YEAR_MAX	2200

/* A time as it was written. */
struct written {
	struct icaltimetype t;
	const struct mag_zone *zone;	/* NULL: UTC */
	int64_t		 wall, at;
};

/* An event while it is being read. */
struct event {
	struct ics_reading *r;
	icalcomponent	*c;
	uint64_t	 uid;
	struct written	 start;
	int64_t		 days, seconds;	/* how long: on the wall, and then */
	int64_t		*gone;		/* instants that EXDATE takes out */
	size_t		 ngone;
};

/* ---- times ---- */

static bool
is_time(struct icaltimetype t)
{

	return !icaltime_is_null_time(t) && t.year >= YEAR_MIN &&
	    t.year <= YEAR_MAX && t.month >= 1 && t.month <= 12 &&
	    t.day >= 1 && t.day <= mag_month_days(t.year, t.month) &&
	    (t.is_date || (t.hour >= 0 && t.hour < 24 && t.minute >= 0 &&
	    t.minute < 60 && t.second >= 0 && t.second <= 60));
}

static enum mag_status
resolve(struct written *w, struct ics_reading *r, struct icaltimetype t,
    icalproperty *p)
{
	icalparameter *tzid = p == NULL ? NULL :
	    icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);

	if (!is_time(t))
		return ics_refuse(r, "a time is none");
	w->t = t;
	w->zone = r->zone;
	if (!t.is_date && icaltime_is_utc(t))
		w->zone = NULL;
	else if (!t.is_date && tzid != NULL &&
	    (w->zone = ics_zone(icalparameter_get_tzid(tzid))) == NULL)
		return ics_refuse(r, mag_printf(r->a,
		    "nobody knows the time zone %.60s",
		    icalparameter_get_tzid(tzid)));
	w->wall = mag_day(t.year, t.month, t.day) * MAG_DAY;
	if (!t.is_date)
		w->wall += t.hour * 3600 + t.minute * 60 + t.second;
	w->at = w->wall;
	if (w->zone != NULL)
		(void)mag_zone_utc(&w->at, w->zone, w->wall);
	return MAG_OK;
}

static icalproperty *
find(icalcomponent *c, icalproperty_kind kind)
{

	return icalcomponent_get_first_property(c, kind);
}

/* How long it is: by its end, its duration, or what RFC 5545 3.6.1 says. */
static enum mag_status
measure(struct event *e)
{
	icalproperty *p;
	struct icaldurationtype d;
	struct written end;
	enum mag_status st;

	if ((p = find(e->c, ICAL_DTEND_PROPERTY)) != NULL) {
		st = resolve(&end, e->r, icalproperty_get_dtend(p), p);
		if (st != MAG_OK)
			return st;
		if (e->start.t.is_date)
			e->days = (end.wall - e->start.wall) / MAG_DAY;
		else
			e->seconds = end.at - e->start.at;
		return MAG_OK;
	}
	if ((p = find(e->c, ICAL_DURATION_PROPERTY)) != NULL) {
		d = icalproperty_get_duration(p);
		if (icaldurationtype_is_bad_duration(d))
			return ics_refuse(e->r, "a duration is none");
		if (d.is_neg)
			return MAG_OK;
		e->days = d.weeks * (int64_t)7 + d.days;
		e->seconds = d.hours * (int64_t)3600 +
		    d.minutes * (int64_t)60 + d.seconds;
		return MAG_OK;
	}
	e->days = e->start.t.is_date;
	return MAG_OK;
}

/* Days go by the calendar, also over a change of clocks. */
static int64_t
end_of(const struct event *e, int64_t wall, int64_t at)
{
	int64_t end;

	if (e->days == 0)
		return at + e->seconds;
	end = wall + e->days * MAG_DAY;
	if (e->start.zone != NULL)
		(void)mag_zone_utc(&end, e->start.zone, end);
	return end + e->seconds;
}

/* ---- what does not count ---- */

static uint64_t
fingerprint(const char *uid)
{
	uint8_t hash[MAG_SHA256];
	uint64_t v;

	mag_sha256(hash, uid, strlen(uid));
	memcpy(&v, hash, sizeof(v));
	return v;
}

static bool
is_free(icalcomponent *c)
{
	icalproperty *p;
	const char *s;

	if ((p = find(c, ICAL_STATUS_PROPERTY)) != NULL &&
	    icalproperty_get_status(p) == ICAL_STATUS_CANCELLED)
		return true;
	if ((p = find(c, ICAL_TRANSP_PROPERTY)) != NULL &&
	    (icalproperty_get_transp(p) == ICAL_TRANSP_TRANSPARENT ||
	    icalproperty_get_transp(p) == ICAL_TRANSP_TRANSPARENTNOCONFLICT))
		return true;
	/* Outlook's own word, where it says no other. */
	for (p = find(c, ICAL_X_PROPERTY); p != NULL;
	    p = icalcomponent_get_next_property(c, ICAL_X_PROPERTY))
		if ((s = icalproperty_get_x(p)) != NULL &&
		    strcasecmp(s, "FREE") == 0)
			return true;
	return false;
}

static enum mag_status
note_override(struct ics_reading *r, uint64_t uid, int64_t at)
{
	struct ics_override *more;

	if (r->noverrides == r->overrides_max) {
		r->overrides_max = r->overrides_max == 0 ? 64 :
		    2 * r->overrides_max;
		more = mag_alloc(r->a, r->overrides_max * sizeof(*more));
		if (r->noverrides > 0)
			memcpy(more, r->overrides,
			    r->noverrides * sizeof(*more));
		r->overrides = more;
	}
	r->overrides[r->noverrides++] = (struct ics_override){ uid, at };
	return MAG_OK;
}

static int
by_override(const void *x, const void *y)
{
	const struct ics_override *a = x, *b = y;

	if (a->uid != b->uid)
		return a->uid < b->uid ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static bool
is_overridden(const struct event *e, int64_t at)
{
	struct ics_override key = { e->uid, at };

	return e->r->noverrides > 0 && bsearch(&key, e->r->overrides,
	    e->r->noverrides, sizeof(key), by_override) != NULL;
}

static bool
is_gone(const struct event *e, int64_t at)
{
	size_t i;

	for (i = 0; i < e->ngone; i++)
		if (e->gone[i] == at)
			return true;
	return false;
}

/*
 * An EXDATE that is a day takes out what begins on it, although the RFC
 * wants both to be of one kind: calendars write so.
 */
static enum mag_status
read_gone(struct event *e)
{
	int n = icalcomponent_count_properties(e->c, ICAL_EXDATE_PROPERTY);
	icalproperty *p;
	struct written w;
	enum mag_status st;

	e->gone = mag_alloc(e->r->a, (size_t)(n + 1) * sizeof(e->gone[0]));
	for (p = find(e->c, ICAL_EXDATE_PROPERTY); p != NULL;
	    p = icalcomponent_get_next_property(e->c, ICAL_EXDATE_PROPERTY)) {
		st = resolve(&w, e->r, icalproperty_get_exdate(p), p);
		if (st != MAG_OK)
			return st;
		if (w.t.is_date && !e->start.t.is_date) {
			w.at = w.wall + (e->start.wall % MAG_DAY + MAG_DAY) %
			    MAG_DAY;
			if (e->start.zone != NULL)
				(void)mag_zone_utc(&w.at, e->start.zone, w.at);
		}
		e->gone[e->ngone++] = w.at;
	}
	return MAG_OK;
}

/* ---- repetitions ---- */

static enum mag_status
add(struct event *e, int64_t wall, int64_t at)
{

	if (is_gone(e, at) || is_overridden(e, at))
		return MAG_OK;
	return ics_add(e->r, at, end_of(e, wall, at));
}

/* Until when: an instant, a day to its end, or a time on the wall. */
static int64_t
last_of(const struct event *e, struct icaltimetype until)
{
	int64_t at;

	if (icaltime_is_null_time(until))
		return INT64_MAX;
	at = mag_day(until.year, until.month, until.day) * MAG_DAY +
	    (until.is_date ? MAG_DAY - 1 :
	    until.hour * 3600 + until.minute * 60 + until.second);
	if (e->start.zone != NULL && (until.is_date || !icaltime_is_utc(until)))
		(void)mag_zone_utc(&at, e->start.zone, at);
	return at;
}

static bool
is_sane(const struct icalrecurrencetype *rule)
{

	return (rule->freq == ICAL_DAILY_RECURRENCE ||
	    rule->freq == ICAL_WEEKLY_RECURRENCE ||
	    rule->freq == ICAL_MONTHLY_RECURRENCE ||
	    rule->freq == ICAL_YEARLY_RECURRENCE) && rule->rscale == NULL &&
	    rule->interval >= 1;
}

/*
 * A meeting of every week that began ten years ago need not be counted from
 * its first one, unless its number is what ends it.
 */
static void
skip_past(icalrecur_iterator *i, const struct event *e,
    const struct icalrecurrencetype *rule, struct icaltimetype t)
{
	int64_t length = e->days * MAG_DAY + e->seconds;
	struct mag_date d;

	if (rule->count > 0 ||
	    e->r->from - length - 3 * MAG_DAY <= e->start.wall)
		return;
	mag_day_date(&d, mag_day_of(e->r->from - length) - 2);
	t.year = d.year;
	t.month = d.month;
	t.day = d.day;
	(void)icalrecur_iterator_set_start(i, t);
}

static enum mag_status
repeat(struct event *e, struct icalrecurrencetype rule)
{
	int64_t last = last_of(e, rule.until), wall, at;
	struct icaltimetype t = e->start.t, next;
	icalrecur_iterator *i;
	enum mag_status st = MAG_OK;

	/* On the wall: what libical knows of zones is left out of it. */
	t.zone = NULL;
	rule.until = icaltime_null_time();
	if (!is_sane(&rule))
		return ics_refuse(e->r, "an event repeats in a way that is "
		    "not understood");
	if ((i = icalrecur_iterator_new(rule, t)) == NULL)
		return ics_refuse(e->r, "an event repeats in a way that is "
		    "not understood");
	skip_past(i, e, &rule, t);
	while (st == MAG_OK) {
		next = icalrecur_iterator_next(i);
		if (icaltime_is_null_time(next) || next.year > YEAR_MAX)
			break;
		if (++e->r->steps > ICS_STEPS_MAX) {
			st = ics_refuse(e->r, "its events repeat too often");
			break;
		}
		wall = mag_day(next.year, next.month, next.day) * MAG_DAY;
		if (!next.is_date)
			wall += next.hour * 3600 + next.minute * 60 +
			    next.second;
		at = wall;
		if (e->start.zone != NULL)
			(void)mag_zone_utc(&at, e->start.zone, wall);
		if (at > last || at >= e->r->until)
			break;
		st = add(e, wall, at);
	}
	icalrecur_iterator_free(i);
	return st;
}

static enum mag_status
repeat_all(struct event *e)
{
	icalproperty *p;
	struct icaldatetimeperiodtype d;
	struct written w;
	enum mag_status st = MAG_OK;

	for (p = find(e->c, ICAL_RRULE_PROPERTY); p != NULL && st == MAG_OK;
	    p = icalcomponent_get_next_property(e->c, ICAL_RRULE_PROPERTY))
		st = repeat(e, icalproperty_get_rrule(p));
	for (p = find(e->c, ICAL_RDATE_PROPERTY); p != NULL && st == MAG_OK;
	    p = icalcomponent_get_next_property(e->c, ICAL_RDATE_PROPERTY)) {
		d = icalproperty_get_rdate(p);
		st = resolve(&w, e->r, icaltime_is_null_time(d.time) ?
		    d.period.start : d.time, p);
		if (st == MAG_OK)
			st = add(e, w.wall, w.at);
	}
	return st;
}

/* ---- one event ---- */

/* What libical could not read stands in it as an error of its own. */
static bool
is_whole(icalcomponent *c)
{

	return c != NULL &&
	    icalcomponent_count_properties(c, ICAL_XLICERROR_PROPERTY) == 0;
}

static enum mag_status
read_event(struct event *e, bool first)
{
	icalproperty *p, *id = find(e->c, ICAL_RECURRENCEID_PROPERTY);
	struct written at;
	enum mag_status st;

	if ((p = find(e->c, ICAL_UID_PROPERTY)) != NULL &&
	    icalproperty_get_uid(p) != NULL)
		e->uid = fingerprint(icalproperty_get_uid(p));
	if (first) {
		if (id == NULL)
			return MAG_OK;
		st = resolve(&at, e->r, icalproperty_get_recurrenceid(id), id);
		return st != MAG_OK ? st : note_override(e->r, e->uid, at.at);
	}
	if (is_free(e->c))
		return MAG_OK;
	if ((p = find(e->c, ICAL_DTSTART_PROPERTY)) == NULL)
		return ics_refuse(e->r, "an event has no beginning");
	if ((st = resolve(&e->start, e->r, icalproperty_get_dtstart(p), p)) !=
	    MAG_OK || (st = measure(e)) != MAG_OK)
		return st;
	if (id != NULL)
		return ics_add(e->r, e->start.at, end_of(e, e->start.wall,
		    e->start.at));
	if ((st = read_gone(e)) != MAG_OK ||
	    (st = add(e, e->start.wall, e->start.at)) != MAG_OK)
		return st;
	return repeat_all(e);
}

enum mag_status
ics_event(struct ics_reading *r, const char *text, bool first)
{
	struct event e = { .r = r };
	enum mag_status st;

	/* The first time round, only these are of interest. */
	if (first && strcasestr(text, "RECURRENCE-ID") == NULL)
		return MAG_OK;
	icalerror_set_errors_are_fatal(0);
	e.c = icalparser_parse_string(text);
	st = is_whole(e.c) ? read_event(&e, first) :
	    ics_refuse(r, "an event cannot be read");
	if (e.c != NULL)
		icalcomponent_free(e.c);
	return st;
}

enum mag_status
ics_freebusy(struct ics_reading *r, const char *text)
{
	icalcomponent *c;
	icalparameter *kind;
	icalproperty *p;
	struct icalperiodtype period;
	struct written starts, ends;
	enum mag_status st = MAG_OK;

	icalerror_set_errors_are_fatal(0);
	c = icalparser_parse_string(text);
	if (!is_whole(c))
		st = ics_refuse(r, "an event cannot be read");
	for (p = st != MAG_OK ? NULL : find(c, ICAL_FREEBUSY_PROPERTY);
	    p != NULL && st == MAG_OK;
	    p = icalcomponent_get_next_property(c, ICAL_FREEBUSY_PROPERTY)) {
		kind = icalproperty_get_first_parameter(p,
		    ICAL_FBTYPE_PARAMETER);
		if (kind != NULL &&
		    icalparameter_get_fbtype(kind) == ICAL_FBTYPE_FREE)
			continue;
		period = icalproperty_get_freebusy(p);
		if (icaltime_is_null_time(period.end))
			period.end = icaltime_add(period.start,
			    period.duration);
		if ((st = resolve(&starts, r, period.start, p)) == MAG_OK &&
		    (st = resolve(&ends, r, period.end, p)) == MAG_OK)
			st = ics_add(r, starts.at, ends.at);
	}
	if (c != NULL)
		icalcomponent_free(c);
	return st;
}
