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

	if ((st = input_list(x, &mag_consultant, &l)) != MAG_OK)
		return st;
	l.filters[l.nfilters++] = (struct mag_filter){ .sql = "is_active = 1" };
	return reply_list(x, &mag_consultant, &l);
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
print_slots(struct mag_buf *b, const struct mag_slot *slot, size_t n)
{
	char starts[MAG_TIME_TEXT], ends[MAG_TIME_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		mag_time_rfc3339(starts, slot[i].starts);
		mag_time_rfc3339(ends, slot[i].ends);
		mag_buf_addf(b, "%s{\"starts_at\":\"%s\",\"ends_at\":\"%s\"}",
		    i > 0 ? "," : "", starts, ends);
	}
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
	mag_buf_addf(b, "],\"calendar_stale\":%s}",
	    mag_consultant_stale(&x->call, who) ? "true" : "false");
	return reply_end(x, 200);
}
