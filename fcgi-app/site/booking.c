/* SPDX-License-Identifier: MIT */
/*
 * Booking without a script: with whom and for how long, then a week of free
 * times as links, by day, in the visitor's zone and the consultant's.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/day.h>
#include <magnetiq/i18n.h>
#include <magnetiq/letter.h>
#include <magnetiq/menu.h>
#include <magnetiq/when.h>
#include <magnetiq/zone.h>

#include "../handlers.h"
#include "booking.h"

#define DAYS		7
#define SHOWN_MAX	1000	/* times on one page */
#define AHEAD_DAYS	730	/* no horizon is further */

/* ---- what was chosen ---- */

static const struct mag_json *
offered(struct exchange *x, const struct choice *ch, const char *name)
{
	const struct mag_value *v = mag_value_of(ch->host, name);

	return mag_json_first(mag_json_own(x->a, v->s, v->n));
}

static void
read_minutes(struct choice *ch, struct exchange *x, const struct query *q)
{
	const struct mag_json *j = offered(x, ch, "durations");
	const char *s = query_get(q, "duration");
	int64_t wish = s == NULL ? 0 : strtoll(s, NULL, 10), has;

	ch->minutes = 30;
	(void)mag_json_int(&ch->minutes, j);
	for (; j != NULL; j = mag_json_next(j))
		if (mag_json_int(&has, j) && has == wish)
			ch->minutes = has;
}

static void
read_type(struct choice *ch, struct exchange *x, const struct query *q)
{
	const struct mag_json *j = offered(x, ch, "meeting_types");
	const char *wish = query_get(q, "meeting_type");

	ch->type = mag_json_text(j);
	for (; wish != NULL && j != NULL; j = mag_json_next(j))
		if (strcmp(mag_json_text(j), wish) == 0)
			ch->type = mag_json_text(j);
}

static void
read_when(struct choice *ch, struct exchange *x, const struct query *q)
{
	const char *day = query_get(q, "date"), *at = query_get(q, "starts_at");
	const struct mag_zone *zone = mag_zone_find(ch->zone);
	int64_t today;

	if (at != NULL && !mag_time_parse(&ch->starts_at, at, strlen(at), false))
		ch->starts_at = 0;
	today = mag_day_of(mag_zone_wall(zone, x->call.now));
	/* The form brings no day along: that of its hour is meant. */
	if (day == NULL)
		ch->day = mag_day_of(mag_zone_wall(zone, ch->starts_at));
	else if (!mag_day_parse(&ch->day, day, strlen(day)))
		ch->day = today;
	if (ch->day < today || ch->day > today + AHEAD_DAYS)
		ch->day = today;
}

enum mag_status
choice_read(struct choice *ch, struct exchange *x, const struct query *q,
    const char *lang)
{
	const char *id = query_get(q, "consultant");
	const char *zone = query_get(q, "timezone");
	struct mag_record *host;
	enum mag_status st;

	*ch = (struct choice){ .lang = lang };
	st = id == NULL || strcmp(id, "any") == 0 ?
	    mag_consultant_first(&host, &x->call) :
	    mag_consultant_public(&host, &x->call, strtoll(id, NULL, 10));
	if (st != MAG_OK)
		return st;
	ch->host = host;
	ch->who = id == NULL || strcmp(id, "any") == 0 ? NULL : host;
	ch->zone = zone != NULL && mag_zone_find(zone) != NULL ? zone :
	    mag_text(host, "timezone");
	if (mag_zone_find(ch->zone) == NULL)
		ch->zone = "UTC";
	read_minutes(ch, x, q);
	read_type(ch, x, q);
	read_when(ch, x, q);
	return MAG_OK;
}

static const char *
who_is_meant(struct exchange *x, const struct choice *ch)
{

	return ch->who == NULL ? "any" : mag_printf(x->a, "%lld",
	    (long long)mag_record_id(ch->who));
}

const char *
choice_url(struct exchange *x, const struct choice *ch, int64_t day,
    int64_t starts_at)
{
	char date[MAG_DAY_TEXT], when[MAG_TIME_TEXT];
	const char *url;

	mag_day_print(date, day);
	url = mag_printf(x->a, "%s?consultant=%s&duration=%lld"
	    "&meeting_type=%s&timezone=%s&date=%s", site_url(x,
	    mag_printf(x->a, "/%s/bookings", ch->lang)), who_is_meant(x, ch),
	    (long long)ch->minutes, ch->type == NULL ? "" : ch->type,
	    form_encode(x->a, ch->zone), date);
	if (starts_at == 0)
		return url;
	mag_time_rfc3339(when, starts_at);
	return mag_printf(x->a, "%s&starts_at=%s", url,
	    form_encode(x->a, when));
}

enum mag_status
choice_slots(struct mag_slot **out, size_t *n, struct exchange *x,
    const struct choice *ch, int64_t from, int64_t to, size_t limit)
{
	struct mag_slot_question q = { from, to, ch->minutes, limit,
	    ch->type };

	return ch->who == NULL ? mag_slots_any(out, n, &x->call, &q) :
	    mag_slots(out, n, &x->call, ch->who, &q);
}

struct mag_data *
choice_begin(struct exchange *x, const struct choice *ch)
{
	struct mag_data *d = view_begin(x, ch->lang);
	const char *const *l;
	struct choice other = *ch;

	view_title(x, d, ch->lang, mag_tr(ch->lang, "Book a conversation"));
	mag_data_bool(d, "noindex", true);
	mag_menu_data(d, &x->call, "main", ch->lang, NULL);
	mag_menu_data(d, &x->call, "footer", ch->lang, NULL);
	for (l = mag_site(&x->call)->languages; *l != NULL; l++) {
		other.lang = *l;
		view_language(d, *l, choice_url(x, &other, ch->day,
		    ch->starts_at), strcmp(*l, ch->lang) == 0);
	}
	mag_data_text(d, "consultant", who_is_meant(x, ch));
	mag_data_text(d, "with", ch->who == NULL ? mag_tr(ch->lang,
	    "whoever is free") : mag_printf(x->a, "%s %s",
	    mag_text(ch->who, "first_name"), mag_text(ch->who, "last_name")));
	mag_data_int(d, "minutes", ch->minutes);
	mag_data_text(d, "type", ch->type);
	if (ch->type != NULL)
		mag_data_text(d, "type_words", mag_letter_meeting(x->a,
		    ch->lang, ch->type, NULL));
	mag_data_text(d, "zone", ch->zone);
	return d;
}

/* ---- the form that chooses ---- */

static void
add_choices(struct mag_data *d, struct exchange *x, const struct choice *ch)
{
	const struct mag_json *j;
	struct mag_data *to;
	const char *name;
	int64_t minutes;
	size_t i;

	for (j = offered(x, ch, "durations"); j != NULL; j = mag_json_next(j)) {
		if (!mag_json_int(&minutes, j))
			continue;
		to = mag_data_each(d, "durations");
		mag_data_int(to, "value", minutes);
		mag_data_bool(to, "chosen", minutes == ch->minutes);
	}
	for (j = offered(x, ch, "meeting_types"); j != NULL;
	    j = mag_json_next(j)) {
		to = mag_data_each(d, "types");
		mag_data_text(to, "value", mag_json_text(j));
		mag_data_text(to, "words", mag_letter_meeting(x->a,
		    ch->lang, mag_json_text(j), NULL));
		mag_data_bool(to, "chosen", strcmp(mag_json_text(j),
		    ch->type) == 0);
	}
	/* Places, not the other names that tzdata has for its rules. */
	for (i = 0; (name = mag_zone_name(i)) != NULL; i++) {
		if ((strchr(name, '/') == NULL && strcmp(name, "UTC") != 0 &&
		    strcmp(name, ch->zone) != 0) || strncmp(name, "Etc/", 4) == 0)
			continue;
		to = mag_data_each(d, "zones");
		mag_data_text(to, "value", name);
		mag_data_bool(to, "chosen", strcmp(name, ch->zone) == 0);
	}
}

/* ---- a week of times ---- */

static void
add_slot(struct mag_data *day, struct exchange *x, const struct choice *ch,
    struct mag_slot s)
{
	struct mag_data *to = mag_data_each(day, "slots");
	const char *clock = mag_when_clock(x->a, ch->zone, s.starts);
	const char *host = ch->who == NULL ? clock :
	    mag_when_clock(x->a, mag_text(ch->who, "timezone"), s.starts);

	mag_data_text(to, "url", choice_url(x, ch, ch->day, s.starts));
	mag_data_text(to, "clock", clock);
	if (strcmp(host, clock) != 0)
		mag_data_text(to, "host_clock", host);
}

/* Nothing this week: say when, so that nobody leafs through empty ones. */
static enum mag_status
add_next(struct mag_data *d, struct exchange *x, const struct choice *ch,
    int64_t from)
{
	const struct mag_zone *zone = mag_zone_find(ch->zone);
	struct mag_slot *slot;
	enum mag_status st;
	size_t n;

	st = choice_slots(&slot, &n, x, ch, from, from + AHEAD_DAYS * MAG_DAY,
	    1);
	if (st != MAG_OK || n == 0)
		return st;
	mag_data_text(d, "free_url", choice_url(x, ch,
	    mag_day_of(mag_zone_wall(zone, slot->starts)), 0));
	mag_data_text(d, "free_words", mag_when_day(x->a, ch->lang, ch->zone,
	    slot->starts));
	return MAG_OK;
}

static enum mag_status
add_week(struct mag_data *d, struct exchange *x, const struct choice *ch)
{
	const struct mag_zone *zone = mag_zone_find(ch->zone);
	struct mag_data *day = NULL;
	struct mag_slot *slot;
	int64_t from, to, last = -1, this;
	enum mag_status st;
	size_t n, i;

	(void)mag_zone_utc(&from, zone, ch->day * MAG_DAY);
	(void)mag_zone_utc(&to, zone, (ch->day + DAYS) * MAG_DAY);
	st = choice_slots(&slot, &n, x, ch, from, to, SHOWN_MAX);
	if (st != MAG_OK)
		return st;
	for (i = 0; i < n; i++, last = this) {
		this = mag_day_of(mag_zone_wall(zone, slot[i].starts));
		if (this != last) {
			day = mag_data_each(d, "days");
			mag_data_text(day, "words", mag_when_day(x->a,
			    ch->lang, ch->zone, slot[i].starts));
		}
		add_slot(day, x, ch, slot[i]);
	}
	mag_data_bool(d, "none", n == 0);
	return n > 0 ? MAG_OK : add_next(d, x, ch, to);
}

static enum mag_status
show_week(struct exchange *x, const struct choice *ch)
{
	struct mag_data *d = choice_begin(x, ch);
	char date[MAG_DAY_TEXT];
	int64_t today = mag_day_of(mag_zone_wall(mag_zone_find(ch->zone),
	    x->call.now));
	enum mag_status st;

	mag_day_print(date, ch->day);
	mag_data_text(d, "date", mag_strdup(x->a, date));
	add_choices(d, x, ch);
	if (ch->who != NULL && !mag_is(ch->who, "timezone", ch->zone))
		mag_data_text(d, "host_zone", mag_text(ch->who, "timezone"));
	if ((st = add_week(d, x, ch)) != MAG_OK)
		return st;
	if (ch->day > today)
		mag_data_text(d, "earlier_url", choice_url(x, ch,
		    ch->day - DAYS < today ? today : ch->day - DAYS, 0));
	if (ch->day + DAYS <= today + AHEAD_DAYS)
		mag_data_text(d, "later_url", choice_url(x, ch,
		    ch->day + DAYS, 0));
	return view_send(x, d, ch->lang, 200, "booking");
}

static enum mag_status
book(struct exchange *x)
{
	const char *lang = site_path_language(x);
	struct choice ch;
	enum mag_status st;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	if ((st = choice_read(&ch, x, &x->query, lang)) != MAG_OK)
		return st;
	return ch.starts_at == 0 ? show_week(x, &ch) :
	    booking_form(x, &ch, NULL, 200);
}

/* An editor's own page stays where it is; nobody chosen leads to the list. */
enum mag_status
site_bookings(struct exchange *x)
{

	if (query_get(&x->query, "consultant") != NULL)
		return view_read(x, book);
	if (site_own_page(x, "bookings"))
		return site_page(x);
	return site_path_language(x) == NULL ? MAG_NOT_FOUND :
	    site_move(x, 302, mag_printf(x->a, "/%s/consultants",
	    site_path_language(x)));
}
