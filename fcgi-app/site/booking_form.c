/* SPDX-License-Identifier: MIT */
/*
 * The last step of a booking: who it is.  If the time is gone by then, others
 * are there to choose from, and what was typed stays.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/day.h>
#include <magnetiq/i18n.h>
#include <magnetiq/limits.h>
#include <magnetiq/once.h>
#include <magnetiq/rand.h>
#include <magnetiq/when.h>

#include "../handlers.h"
#include "booking.h"

#define ALTERNATIVES	8
#define SEARCH_DAYS	28
#define SPAM_ABOUT	"bookings"

static const char *const extras[] = { "subject", "message", NULL };
static const char *const times[] = { "starts_at", NULL };

static const char *
in_zone(struct exchange *x, const struct choice *ch, const char *zone,
    struct mag_slot s)
{

	return mag_when(x->a, ch->lang, zone, s.starts, s.ends);
}

/* The same moment on the consultant's clock, where that shows another hour. */
static void
add_when(struct mag_data *d, struct exchange *x, const struct choice *ch,
    struct mag_slot s)
{
	const char *host = ch->who == NULL ? ch->zone :
	    mag_text(ch->who, "timezone");
	char when[MAG_TIME_TEXT];

	mag_time_rfc3339(when, s.starts);
	mag_data_text(d, "starts_at", mag_strdup(x->a, when));
	mag_data_text(d, "when", in_zone(x, ch, ch->zone, s));
	if (strcmp(host, ch->zone) != 0)
		mag_data_text(d, "host_when", in_zone(x, ch, host, s));
}

static enum mag_status
add_others(struct mag_data *d, struct exchange *x, const struct choice *ch)
{
	int64_t from = ch->starts_at - MAG_DAY / 2;
	struct mag_slot *slot;
	enum mag_status st;
	size_t n, i;

	if (from < x->call.now)
		from = x->call.now;
	st = choice_slots(&slot, &n, x, ch, from, from + SEARCH_DAYS * MAG_DAY,
	    ALTERNATIVES);
	if (st != MAG_OK)
		return st;
	for (i = 0; i < n; i++)
		add_when(mag_data_each(d, "others"), x, ch, slot[i]);
	mag_data_bool(d, "choose", n > 0);
	return MAG_OK;
}

static bool
is_wrong(struct exchange *x, const char *field)
{
	const struct mag_detail *w;

	for (w = x->call.problem.first; w != NULL; w = w->next)
		if (strcmp(w->field, field) == 0)
			return true;
	return false;
}

enum mag_status
booking_form(struct exchange *x, const struct choice *ch,
    const struct query *form, int status)
{
	struct mag_data *d = choice_begin(x, ch);
	bool gone = ch->starts_at == 0 || is_wrong(x, "starts_at") ||
	    status == reply_http(MAG_SLOT_TAKEN);
	enum mag_status st;

	form_fill(x, d, form, form_person, ch->lang);
	mag_data_text(d, "subject", query_get(form != NULL ? form : &x->query,
	    "subject"));
	mag_data_text(d, "message", form == NULL ? NULL :
	    query_get(form, "message"));
	mag_data_text(d, "key", mag_rand_token(x->a, MAG_ONCE_MIN));
	spam_add(x, d, SPAM_ABOUT);
	mag_data_text(d, "back_url", choice_url(x, ch, ch->day, 0));
	if (!gone)
		add_when(mag_data_object(d, "time"), x, ch, (struct mag_slot){
		    ch->starts_at, ch->starts_at + ch->minutes * 60 });
	else if ((st = add_others(d, x, ch)) != MAG_OK)
		return st;
	return view_send(x, d, ch->lang, status, "booking-form");
}

/* ---- the form comes back ---- */

/* The same body that a program would send. */
static const struct mag_json *
body_of(struct exchange *x, const struct choice *ch, const struct query *form)
{
	struct mag_buf b;

	mag_buf_init(&b, x->a, 1024);
	mag_buf_addf(&b, "{\"duration_minutes\":%lld,\"timezone\":",
	    (long long)ch->minutes);
	mag_buf_jsons(&b, ch->zone);
	if (ch->who != NULL)
		mag_buf_addf(&b, ",\"consultant_id\":%lld",
		    (long long)mag_record_id(ch->who));
	if (ch->type != NULL) {
		mag_buf_adds(&b, ",\"meeting_type\":");
		mag_buf_jsons(&b, ch->type);
	}
	mag_buf_addc(&b, ',');
	form_members(&b, form, times);
	form_members(&b, form, form_person);
	form_members(&b, form, extras);
	form_consents(&b, form, ch->lang);
	mag_buf_addc(&b, '}');
	return mag_json_own(x->a, b.p, b.len);
}

/* The button pressed twice is one booking. */
static void
come_once(struct exchange *x, const struct query *form)
{
	const char *key = query_get(form, "key");
	struct mag_once *once;

	if (key == NULL || strlen(key) < MAG_ONCE_MIN ||
	    strlen(key) > MAG_ONCE_MAX)
		return;
	once = mag_alloc(x->a, sizeof(*once));
	*once = (struct mag_once){ "POST /bookings", key, x->body,
	    x->body_len };
	x->call.once = once;
}

enum mag_status
site_booking_send(struct exchange *x)
{
	const char *lang = site_path_language(x);
	struct mag_record *r;
	struct query form;
	struct choice ch;
	enum mag_status st;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	if (query_read(&form, x->a, x->body == NULL ? "" : x->body,
	    x->body_len) != MAG_OK)
		return MAG_MALFORMED;
	if ((st = choice_read(&ch, x, &form, lang)) != MAG_OK)
		return st;
	come_once(x, &form);
	st = spam_check(x, &form, SPAM_ABOUT);
	if (st == MAG_OK)
		st = mag_book(&r, &x->call, body_of(x, &ch, &form));
	if (st == MAG_OK)
		return reply_redirect(x, 303, mag_booking_url(&x->call, r));
	return st == MAG_INVALID || st == MAG_SLOT_TAKEN ?
	    booking_form(x, &ch, &form, reply_http(st)) : st;
}
