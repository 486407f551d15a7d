/* SPDX-License-Identifier: MIT */
/* Who can be met, and when: for visitors. */
#include <string.h>

#include <magnetiq/booking.h>
#include <magnetiq/clock.h>
#include <magnetiq/day.h>
#include <magnetiq/zone.h>

#include "../handlers.h"

enum mag_status
public_consultants(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = x->lang };
	enum mag_status st;

	const char *s;

	if ((st = input_list(x, &mag_consultant, &l)) != MAG_OK)
		return st;
	mag_consultant_listed(&l);
	if ((s = input_query(x, "language")) != NULL)
		mag_consultant_with(&l, &x->call, "languages", s);
	if ((s = input_query(x, "expertise")) != NULL)
		mag_consultant_with(&l, &x->call, "expertise", s);
	return reply_list(x, &mag_consultant, &l);
}

enum mag_status
public_consultant(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_consultant_public(&r, &x->call, id)) != MAG_OK)
		return st;
	mag_record_print(reply_begin(x), &x->call, r, MAG_VIEW_PUBLIC, x->lang);
	x->language = x->lang;
	return reply_end(x, 200);
}

static const char *
read_zone(struct exchange *x, const struct mag_record *who)
{
	const char *name = input_query(x, "timezone");

	if (name == NULL)
		return mag_text(who, "timezone");
	if (mag_zone_valid(name))
		return name;
	mag_wrong(&x->call, "timezone", "must be a time zone", NULL);
	return "UTC";
}

static void
read_duration(struct exchange *x, int64_t *out, const struct mag_record *who)
{
	const struct mag_value *v = mag_value_of(who, "durations");
	const struct mag_json *j = mag_json_first(mag_json_own(x->a, v->s,
	    v->n));
	int64_t first = 30, has;

	(void)mag_json_int(&first, j);
	if (input_int(x, out, "duration", first, 5, 480) != MAG_OK)
		return;
	for (; j != NULL; j = mag_json_next(j))
		if (mag_json_int(&has, j) && has == *out)
			return;
	mag_wrong(&x->call, "duration", "is not one of the consultant's", NULL);
}

static enum mag_status
read_question(struct exchange *x, struct mag_slot_question *q,
    const char **zone_name, const struct mag_record *who)
{
	const struct mag_zone *zone;
	int64_t from, to, today;

	*zone_name = read_zone(x, who);
	if ((zone = mag_zone_find(*zone_name)) == NULL)
		return MAG_FAILED;
	today = mag_day_of(mag_zone_wall(zone, x->call.now));
	input_day(x, &from, "from", today);
	input_day(x, &to, "to", from + 6);
	read_duration(x, &q->minutes, who);
	if (to < from)
		mag_wrong(&x->call, "to", "must not be before from", NULL);
	else if (to - from >= MAG_SLOT_DAYS)
		mag_wrong(&x->call, "to", "must be at most %s days after from",
		    mag_printf(x->a, "%d", MAG_SLOT_DAYS - 1));
	(void)mag_zone_utc(&q->from, zone, from * MAG_DAY);
	(void)mag_zone_utc(&q->to, zone, (to + 1) * MAG_DAY);
	return mag_verdict(&x->call);
}

static void
print_times(struct mag_buf *b, struct mag_slot s)
{
	char starts[MAG_TIME_TEXT], ends[MAG_TIME_TEXT];

	mag_time_rfc3339(starts, s.starts);
	mag_time_rfc3339(ends, s.ends);
	mag_buf_addf(b, "\"starts_at\":\"%s\",\"ends_at\":\"%s\"", starts,
	    ends);
}

static void
print_slots(struct mag_buf *b, const struct mag_slot *slot, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		mag_buf_adds(b, i > 0 ? ",{" : "{");
		print_times(b, slot[i]);
		mag_buf_addc(b, '}');
	}
}

/* How old what we know of the own calendar is: null if there is none. */
static void
print_read_at(struct mag_buf *b, const struct mag_record *who)
{
	const struct mag_value *at = mag_value_of(who, "busy_fetched_at");
	char when[MAG_TIME_TEXT];

	if (mag_value_of(who, "busy_url")->kind != MAG_V_TEXT ||
	    at->kind != MAG_V_INT) {
		mag_buf_adds(b, "null");
		return;
	}
	mag_time_rfc3339(when, at->i);
	mag_buf_jsons(b, when);
}

enum mag_status
public_availability(struct exchange *x)
{
	struct mag_slot_question q = { 0 };
	struct mag_record *who;
	struct mag_slot *slot;
	const char *zone;
	struct mag_buf *b;
	enum mag_status st;
	int64_t id;
	size_t n;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_consultant_public(&who, &x->call, id)) != MAG_OK ||
	    (st = read_question(x, &q, &zone, who)) != MAG_OK ||
	    (st = mag_slots(&slot, &n, &x->call, who, &q)) != MAG_OK)
		return st;
	b = reply_begin(x);
	mag_buf_addf(b, "{\"consultant_id\":%lld,\"timezone\":\"%s\","
	    "\"duration_minutes\":%lld,\"slots\":[", (long long)id, zone,
	    (long long)q.minutes);
	print_slots(b, slot, n);
	mag_buf_addf(b, "],\"calendar_stale\":%s,\"calendar_read_at\":",
	    mag_consultant_stale(&x->call, who) ? "true" : "false");
	print_read_at(b, who);
	mag_buf_addc(b, '}');
	/* What is free changes by the clock alone. */
	x->good_until = x->call.now;
	return reply_end(x, 200);
}

/* For staff whom a visitor asks: why is it not there? */
enum mag_status
consultant_slot(struct exchange *x)
{
	const char *text = input_query(x, "starts_at"), *why;
	struct mag_slot s = { 0 };
	struct mag_record *who;
	enum mag_status st;
	int64_t id, minutes;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&who, &x->call, &mag_consultant, id)) != MAG_OK)
		return st;
	read_duration(x, &minutes, who);
	if (text == NULL)
		mag_wrong(&x->call, "starts_at", "is required", NULL);
	else if (!mag_time_parse(&s.starts, text, strlen(text), false))
		mag_wrong(&x->call, "starts_at", "must be a time with an "
		    "offset, as in 2026-05-01T09:00:00Z", NULL);
	if ((st = mag_verdict(&x->call)) != MAG_OK)
		return st;
	s.ends = s.starts + minutes * 60;
	if ((st = mag_slot_why(&why, &x->call, who, s)) != MAG_OK)
		return st;
	mag_buf_addc(reply_begin(x), '{');
	print_times(&x->out, s);
	mag_buf_addf(&x->out, ",\"offered\":%s,\"reason\":\"%s\"}",
	    strcmp(why, "free") == 0 ? "true" : "false", why);
	return reply_end(x, 200);
}
