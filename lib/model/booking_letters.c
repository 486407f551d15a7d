/* SPDX-License-Identifier: MIT */
/* What visitor and consultant hear of a booking, each in their own zone. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/outbox.h>
#include <magnetiq/webhook.h>

#include "booking.h"
#include "noun.h"
#include "person.h"
#include "round.h"

static void
add_text(struct mag_buf *b, const char *name, const char *s)
{

	if (s == NULL || *s == '\0')
		return;
	mag_buf_addf(b, ",\"%s\":", name);
	mag_buf_jsons(b, s);
}

static void
add_time(struct mag_buf *b, const char *name, int64_t at)
{
	char when[MAG_TIME_TEXT];

	mag_time_rfc3339(when, at);
	add_text(b, name, when);
}

static bool
is(const struct mag_record *r, const char *status)
{

	return r != NULL && mag_is(r, "status", status);
}

/* What both letters say. */
static void
add_booking(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    const struct mag_record *who, const struct mag_record *old)
{
	static const char *const texts[] = { "subject", "reference",
	    "meeting_type", "first_name", "last_name" };
	size_t i;

	mag_buf_addf(b, "{\"booking_id\":%lld,\"duration_minutes\":%lld,"
	    "\"sequence\":%lld", (long long)mag_record_id(r),
	    (long long)mag_int(r, "duration_minutes"),
	    (long long)mag_int(r, "calendar_sequence"));
	add_time(b, "starts_at", mag_int(r, "starts_at"));
	if (old != NULL && mag_int(old, "starts_at") != mag_int(r, "starts_at"))
		add_time(b, "old_starts_at", mag_int(old, "starts_at"));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add_text(b, texts[i], mag_text(r, texts[i]));
	add_text(b, "consultant", person_name(c->a, who));
	add_text(b, "meeting_url", mag_booking_place(r, who));
	if (booking_unsaid(r))
		mag_buf_adds(b, ",\"pending\":true");
}

/* Where one books again, with the same person and for as long. */
static const char *
booking_url(struct mag_call *c, const struct mag_record *r)
{
	const char *lang = mag_text(r, "language");

	return mag_printf(c->a, "%s/%s/bookings?consultant=%lld&duration=%lld",
	    c->conf->site_url, mag_site_speaks(mag_site(c), lang) ? lang :
	    mag_site(c)->language, (long long)mag_int(r, "consultant_id"),
	    (long long)mag_int(r, "duration_minutes"));
}

static enum mag_status
to_visitor_once(struct mag_call *c, const char *template,
    const struct mag_record *r, const struct mag_record *who,
    const struct mag_record *old, const char *dedupe)
{
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	add_booking(&b, c, r, who, old);
	add_text(&b, "timezone", mag_text(r, "timezone"));
	if (mag_is(r, "meeting_type", "phone"))
		add_text(&b, "phone", mag_text(r, "phone"));
	add_text(&b, "host_timezone", mag_text(who, "timezone"));
	if (mag_listed("booking-cancelled booking-followup booking-missed",
	    template))
		add_text(&b, "booking_url", booking_url(c, r));
	add_text(&b, "manage_url", mag_booking_url(c, r));
	add_text(&b, "calendar_url", mag_booking_calendar_url(c, r));
	mag_buf_addc(&b, '}');
	return mag_outbox_add(c, &(struct mag_outbox_letter){
	    .template = template, .recipient = mag_text(r, "email"),
	    .language = mag_text(r, "language"), .data = b.p,
	    .dedupe = dedupe,
	    .cause_type = "booking", .cause_id = mag_record_id(r) });
}

static enum mag_status
to_visitor(struct mag_call *c, const char *template,
    const struct mag_record *r, const struct mag_record *who,
    const struct mag_record *old)
{

	return to_visitor_once(c, template, r, who, old, NULL);
}

static enum mag_status
to_consultant(struct mag_call *c, const char *template,
    const struct mag_record *r, const struct mag_record *who,
    const struct mag_record *old)
{
	static const char *const texts[] = { "email", "company", "job_title",
	    "phone", "message" };
	const char *language;
	enum mag_status st;
	struct mag_buf b;
	size_t i;

	if ((st = booking_language(&language, c, who)) != MAG_OK)
		return st;
	mag_buf_init(&b, c->a, 1024);
	add_booking(&b, c, r, who, old);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add_text(&b, texts[i], mag_text(r, texts[i]));
	add_text(&b, "timezone", mag_text(who, "timezone"));
	add_text(&b, "panel_url", mag_printf(c->a, "%s/admin/",
	    c->conf->site_url));
	mag_buf_addc(&b, '}');
	return mag_outbox_add(c, &(struct mag_outbox_letter){
	    .template = template, .recipient = mag_text(who, "email"),
	    .language = language, .data = b.p,
	    .cause_type = "booking", .cause_id = mag_record_id(r) });
}

static enum mag_status
both(struct mag_call *c, const char *visitor, const char *consultant,
    const struct mag_record *r, const struct mag_record *old)
{
	struct mag_record *who;
	enum mag_status st;

	st = mag_record_load(&who, c, &mag_consultant,
	    mag_int(r, "consultant_id"));
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	if ((st = to_visitor(c, visitor, r, who, old)) != MAG_OK)
		return st;
	return to_consultant(c, consultant, r, who, old);
}

/* Who was asked before and is no longer hears that it is off. */
static enum mag_status
tell_former(struct mag_call *c, const struct mag_record *old)
{
	struct mag_record *who;
	enum mag_status st;

	st = mag_record_load(&who, c, &mag_consultant,
	    mag_int(old, "consultant_id"));
	return st == MAG_NOT_FOUND ? MAG_OK : st != MAG_OK ? st :
	    to_consultant(c, "consultant-cancelled", old, who, NULL);
}

static enum mag_status
tell_moved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	const char *consultant = "consultant-moved";
	enum mag_status st = MAG_OK;

	if (mag_int(r, "consultant_id") != mag_int(old, "consultant_id")) {
		consultant = booking_unsaid(r) ? "consultant-pending" :
		    "consultant-booked";
		st = tell_former(c, old);
	}
	return st != MAG_OK ? st :
	    both(c, "booking-moved", consultant, r, old);
}

static bool
moved(const struct mag_record *r, const struct mag_record *old)
{

	return mag_int(r, "starts_at") != mag_int(old, "starts_at") ||
	    mag_int(r, "ends_at") != mag_int(old, "ends_at") ||
	    mag_int(r, "consultant_id") != mag_int(old, "consultant_id");
}

bool
booking_door(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	const char *now, *before;
	struct mag_record *who;

	if (old == NULL || !is(r, "confirmed") || !is(old, "confirmed") ||
	    mag_same(mag_value_of(r, "meeting_url"),
	    mag_value_of(old, "meeting_url")) ||
	    mag_record_load(&who, c, &mag_consultant,
	    mag_int(r, "consultant_id")) != MAG_OK)
		return false;
	now = mag_booking_place(r, who);
	before = mag_booking_place(old, who);
	return now != NULL && (before == NULL || strcmp(now, before) != 0);
}

/* What other programs call it; NULL: nothing that they ask for. */
static const char *
event(const struct mag_record *r, const struct mag_record *old)
{

	if (old == NULL)
		return "booking.created";
	if (is(r, "cancelled"))
		return is(old, "cancelled") ? NULL : "booking.cancelled";
	if (moved(r, old))
		return "booking.moved";
	return is(r, "confirmed") && !is(old, "confirmed") ?
	    "booking.confirmed" : NULL;
}

static enum mag_status
write_letters(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{

	/* Old bookings have nobody they are with, and the past is over. */
	if (mag_value_of(r, "consultant_id")->kind != MAG_V_INT ||
	    mag_int(r, "ends_at") <= c->now)
		return MAG_OK;
	if (is(r, "cancelled"))
		return is(old, "cancelled") ? MAG_OK : both(c,
		    "booking-cancelled", "consultant-cancelled", r, NULL);
	if (is(r, "confirmed") && !is(old, "confirmed"))
		return both(c, "booking-confirmed", "consultant-booked", r,
		    NULL);
	if (is(r, "pending") && old == NULL)
		return both(c, "booking-pending", "consultant-pending", r,
		    NULL);
	return old != NULL && (moved(r, old) || booking_door(c, r, old)) ?
	    tell_moved(c, r, old) : MAG_OK;
}

enum mag_status
booking_tell(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	const char *name = event(r, old);
	enum mag_status st;

	if (name != NULL && (st = mag_webhook_tell(c, name, r)) != MAG_OK)
		return st;
	/* What was to remind of it as it was must not follow the news. */
	if (old != NULL && (!is(r, "confirmed") || moved(r, old) ||
	    booking_door(c, r, old)) && (st = mag_outbox_overtake(c,
	    "booking", mag_record_id(r))) != MAG_OK)
		return st;
	return write_letters(c, r, old);
}

enum mag_status
booking_tell_freed(struct mag_call *c, const struct mag_record *r)
{
	enum mag_status st = mag_webhook_tell(c, "booking.cancelled", r);

	if (st != MAG_OK || mag_value_of(r, "consultant_id")->kind != MAG_V_INT)
		return st;
	return tell_former(c, r);
}

/* ---- what time brings ---- */

static enum mag_status
remind(struct mag_call *c, const struct round *round, int64_t id)
{
	bool visitor = strcmp(round->template, "booking-reminder") == 0;
	struct mag_record *r, *who;
	enum mag_status st;

	if ((st = mag_record_load(&r, c, &mag_booking, id)) != MAG_OK ||
	    (st = mag_record_load(&who, c, &mag_consultant,
	    mag_int(r, "consultant_id"))) != MAG_OK)
		return st;
	/* Whoever was told later knows it from the confirmation. */
	if (mag_int(r, "created_at") < mag_int(r, "starts_at") - round->from &&
	    mag_int(r, "confirmed_at") < mag_int(r, "starts_at") - round->from)
		st = (visitor ? to_visitor : to_consultant)(c, round->template,
		    r, who, NULL);
	return st != MAG_OK ? st : mag_db_run(c->db, round->heard, "i", id);
}

/* Thanks are for whoever wants letters; another time is offered to all. */
static enum mag_status
follow(struct mag_call *c, const struct round *round, int64_t id)
{
	bool thanks = strcmp(round->template, "booking-followup") == 0;
	struct mag_record *r, *who;
	enum mag_status st;

	if ((st = mag_record_load(&r, c, &mag_booking, id)) != MAG_OK ||
	    (st = mag_record_load(&who, c, &mag_consultant,
	    mag_int(r, "consultant_id"))) != MAG_OK)
		return st;
	if (!thanks || mag_int(r, "marketing_consent") != 0)
		st = to_visitor(c, round->template, r, who, NULL);
	return st != MAG_OK ? st : mag_db_run(c->db, round->heard, "i", id);
}

#define UNTIL_HEARD(column, n) \
    "SELECT id FROM bookings WHERE status = 'confirmed'" \
    " AND deleted_at IS NULL AND consultant_id IS NOT NULL" \
    " AND starts_at > ?1 AND starts_at <= ?2 AND " column " < " n \
    " AND email <> ''" \
    " ORDER BY id LIMIT 200"
#define HEARD(column, n) \
    "UPDATE bookings SET " column " = " n " WHERE id = ?1"

/* What follows waits until nobody has changed it for half an hour, so that a
 * slip is not written to anybody; after a week it is too late. */
#define AFTER(status) \
    "SELECT id FROM bookings WHERE status = '" status "'" \
    " AND deleted_at IS NULL AND consultant_id IS NOT NULL" \
    " AND starts_at > ?1 AND starts_at <= ?2 AND updated_at <= ?2" \
    " AND followed_up = 0 AND email <> '' ORDER BY id LIMIT 200"

/* Only until the next one's time, as for webinars. */
static const struct round letters[] = {
	{ UNTIL_HEARD("reminded", "1"), ROUND_DAY, 2 * ROUND_HOUR, remind,
	  "booking-reminder", HEARD("reminded", "1") },
	{ UNTIL_HEARD("reminded", "2"), 2 * ROUND_HOUR, 0, remind,
	  "booking-reminder", HEARD("reminded", "2") },
	{ UNTIL_HEARD("reminded_consultant", "1"), 4 * ROUND_HOUR, 0, remind,
	  "consultant-reminder", HEARD("reminded_consultant", "1") },
	{ AFTER("completed"), -ROUND_HOUR / 2, -7 * ROUND_DAY, follow,
	  "booking-followup", HEARD("followed_up", "1") },
	{ AFTER("no_show"), -ROUND_HOUR / 2, -7 * ROUND_DAY, follow,
	  "booking-missed", HEARD("followed_up", "2") },
};

enum mag_status
mag_booking_letters(int64_t *n, struct mag_call *c)
{

	return rounds_run(n, c, letters, sizeof(letters) / sizeof(*letters));
}

/* ---- by hand ---- */

struct reminder {
	struct mag_call	*c;
	int64_t		 id;
	struct mag_record *result;
};

static enum mag_status
write_reminder(struct mag_db *db, void *arg)
{
	struct reminder *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *r, *who;
	enum mag_status st;

	(void)db;
	mag_problem_reset(c);
	if ((st = mag_noun_get(&r, c, &mag_booking, w->id)) != MAG_OK)
		return st;
	if (!is(r, "confirmed") || mag_int(r, "starts_at") <= c->now ||
	    mag_record_load(&who, c, &mag_consultant,
	    mag_int(r, "consultant_id")) != MAG_OK)
		return mag_fail(c, MAG_CONFLICT, "Only what is confirmed and"
		    " still ahead can be reminded of.");
	w->result = r;
	st = to_visitor_once(c, "booking-reminder", r, who, NULL,
	    mag_printf(c->a, "remind:%lld:%lld", (long long)w->id,
	    (long long)(c->now / ROUND_HOUR)));
	return st != MAG_OK ? st :
	    mag_audit(c, "remind", "booking", w->id, NULL, NULL);
}

enum mag_status
mag_booking_remind(struct mag_record **out, struct mag_call *c, int64_t id)
{
	struct reminder w = { c, id, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, write_reminder, &w)) == MAG_OK)
		*out = w.result;
	return st;
}
