/* SPDX-License-Identifier: MIT */
/*
 * Where the links of letters about a seat or a booking lead: what it is, and
 * buttons that cancel or move it.  Looking at it changes nothing.
 */
#include <string.h>

#include <magnetiq/booking.h>
#include <magnetiq/clock.h>
#include <magnetiq/i18n.h>
#include <magnetiq/letter.h>
#include <magnetiq/webinar.h>
#include <magnetiq/when.h>

#include "../handlers.h"
#include "form.h"

#define SLOT_DAYS	14
#define SLOTS		40

/* What both kinds of pages are about. */
struct thing {
	const char	*title, *zone, *token, *status;
	const struct mag_record *r;
	int64_t		 starts, ends;
};

static bool
is(const struct thing *t, const char *status)
{

	return strcmp(t->status, status) == 0;
}

static const char *
status_words(const struct thing *t)
{
	static const char *const words[][2] = {
		{ "confirmed", "This is confirmed." },
		{ "waitlisted", "You are on the waiting list." },
		{ "pending", "This waits for our confirmation." },
		{ "cancelled", "This is cancelled." },
		{ "off", "This webinar will not take place." },
		{ "completed", "This has taken place." },
		{ "no_show", "This has taken place." },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is(t, words[i][0]))
			return words[i][1];
	return "";
}

/* Words that mag_tr() is given by way of a table. */
static const char *
tr_status(const char *lang, const struct thing *t)
{

	return mag_tr(lang, status_words(t));
}

static struct mag_data *
begin(struct exchange *x, const struct thing *t, const char *lang)
{
	struct mag_data *d = view_begin(x, lang);
	bool ahead = t->starts > x->call.now && !is(t, "cancelled") &&
	    !is(t, "off");

	view_title(x, d, lang, t->title);
	mag_data_bool(d, "noindex", true);
	mag_data_text(d, "reference", mag_text(t->r, "reference"));
	mag_data_text(d, "when", mag_when(x->a, lang, t->zone, t->starts,
	    t->ends));
	mag_data_text(d, "words", tr_status(lang, t));
	mag_data_bool(d, "ahead", ahead);
	mag_data_text(d, "token", t->token);
	return d;
}

static const char *
language(struct exchange *x, const struct mag_record *r)
{
	const char *lang = mag_text(r, "language");

	return mag_site_speaks(mag_site(&x->call), lang) ? lang :
	    site_language(x);
}

/* The token of the link, or that of the form. */
static enum mag_status
read_form(struct exchange *x, struct query *form, const char **token)
{

	memset(form, 0, sizeof(*form));
	*token = input_query(x, "token");
	if (x->body_len > 0 && query_read(form, x->a, x->body, x->body_len) !=
	    MAG_OK)
		return MAG_MALFORMED;
	if (*token == NULL)
		*token = query_get(form, "token");
	return MAG_OK;
}

/* ---- a seat in a webinar ---- */

/* How it stands for its reader: a seat says nothing of its webinar's end, and
 * waits with the same word for others and for us. */
static const char *
seat_status(const struct mag_record *r, const struct mag_record *w)
{

	if (mag_is(r, "status", "cancelled"))
		return "cancelled";
	if (mag_webinar_off(w))
		return "off";
	return mag_is(r, "status", "waitlisted") &&
	    mag_int(r, "approved") == 0 ? "pending" : mag_text(r, "status");
}

/* ${form}: what was sent and was refused, or NULL. */
static enum mag_status
show_registration(struct exchange *x, const struct mag_record *r,
    const char *token, const struct query *form)
{
	const char *lang = language(x, r);
	struct thing t = { .r = r, .token = token };
	struct mag_str title;
	struct mag_record *w;
	struct mag_data *d;
	enum mag_status st;

	st = mag_record_load(&w, &x->call, &mag_webinar,
	    mag_int(r, "webinar_id"));
	if (st != MAG_OK)
		return st;
	(void)mag_ml(&title, &x->call, mag_value_of(w, "title"), lang);
	t.title = mag_dup(x->a, title.p, title.n);
	t.status = seat_status(r, w);
	t.zone = mag_value_of(r, "timezone")->kind == MAG_V_TEXT ?
	    mag_text(r, "timezone") : mag_text(w, "timezone");
	t.starts = mag_int(w, "scheduled_at");
	t.ends = t.starts + mag_int(w, "duration_minutes") * 60;
	d = begin(x, &t, lang);
	form_fill(x, d, NULL, form_person, lang);
	if (!is(&t, "cancelled"))
		seat_form(d, r, form);
	return view_send(x, d, lang, form == NULL ? 200 :
	    reply_http(MAG_INVALID), "manage");
}

enum mag_status
site_registration(struct exchange *x)
{
	const char *token = input_query(x, "token");
	struct mag_record *r;
	enum mag_status st;

	st = mag_registration_open(&r, &x->call, x->match.values[0], token);
	return st != MAG_OK ? st : show_registration(x, r, token, NULL);
}

enum mag_status
site_registration_change(struct exchange *x)
{
	struct mag_record *r, *now;
	struct query form;
	const char *token;
	enum mag_status st;

	if ((st = read_form(x, &form, &token)) != MAG_OK ||
	    (st = mag_registration_open(&r, &x->call, x->match.values[0],
	    token)) != MAG_OK)
		return st;
	now = r;
	st = query_get(&form, "details") == NULL ?
	    mag_registration_cancel(&now, &x->call, mag_record_id(r)) :
	    mag_registration_own_change(&now, &x->call, mag_record_id(r),
	    seat_body(x, &form));
	if (st == MAG_INVALID)
		return show_registration(x, r, token, &form);
	return st != MAG_OK ? st : show_registration(x, now, token, NULL);
}

/* ---- a booking ---- */

static void
add_slots(struct mag_data *d, struct exchange *x, const struct thing *t,
    const struct mag_record *who, const char *lang)
{
	struct mag_slot_question q = { x->call.now,
	    x->call.now + SLOT_DAYS * 86400, mag_int(t->r, "duration_minutes"),
	    SLOTS, NULL };
	struct mag_slot *slot;
	char when[MAG_TIME_TEXT];
	struct mag_data *to;
	size_t n, i;

	if (mag_slots(&slot, &n, &x->call, who, &q) != MAG_OK)
		return;
	for (i = 0; i < n; i++) {
		to = mag_data_each(d, "slots");
		mag_time_rfc3339(when, slot[i].starts);
		mag_data_text(to, "starts_at", mag_strdup(x->a, when));
		mag_data_text(to, "words", mag_when(x->a, lang, t->zone,
		    slot[i].starts, slot[i].ends));
	}
	mag_data_bool(d, "can_move", n > 0);
}

/* How one meets; the way in only once it stands. */
static void
add_meeting(struct mag_data *d, struct exchange *x, const struct thing *t,
    const struct mag_record *who, const char *lang)
{

	mag_data_text(d, "meeting", mag_letter_meeting(x->a, lang,
	    mag_text(t->r, "meeting_type"), mag_text(t->r, "phone")));
	if (is(t, "confirmed"))
		mag_data_text(d, "meeting_url", mag_booking_place(t->r, who));
}

static enum mag_status
show_booking(struct exchange *x, const struct mag_record *r,
    const char *token, const char *wrong)
{
	const char *lang = language(x, r);
	struct thing t = { .r = r, .token = token };
	struct mag_record *who;
	struct mag_data *d;
	enum mag_status st;

	st = mag_record_load(&who, &x->call, &mag_consultant,
	    mag_int(r, "consultant_id"));
	if (st != MAG_OK)
		return st;
	t.title = mag_printf(x->a, "%s %s", mag_text(who, "first_name"),
	    mag_text(who, "last_name"));
	t.status = mag_text(r, "status");
	t.zone = mag_text(r, "timezone");
	t.starts = mag_int(r, "starts_at");
	t.ends = mag_int(r, "ends_at");
	d = begin(x, &t, lang);
	mag_data_text(d, "wrong", wrong);
	add_meeting(d, x, &t, who, lang);
	if (!mag_is(who, "timezone", t.zone))
		mag_data_text(d, "host_when", mag_when(x->a, lang,
		    mag_text(who, "timezone"), t.starts, t.ends));
	if (t.starts > x->call.now && (is(&t, "confirmed") ||
	    is(&t, "pending")))
		add_slots(d, x, &t, who, lang);
	return view_send(x, d, lang, wrong == NULL ? 200 :
	    reply_http(MAG_SLOT_TAKEN), "manage");
}

enum mag_status
site_booking(struct exchange *x)
{
	const char *token = input_query(x, "token");
	struct mag_record *r;
	enum mag_status st;

	st = mag_booking_open(&r, &x->call, x->match.values[0], token);
	return st != MAG_OK ? st : show_booking(x, r, token, NULL);
}

static enum mag_status
move(struct exchange *x, struct mag_record **r, const char *starts_at)
{
	struct mag_buf b;

	mag_buf_init(&b, x->a, 64);
	mag_buf_adds(&b, "{\"starts_at\":");
	mag_buf_jsons(&b, starts_at);
	mag_buf_addc(&b, '}');
	return mag_booking_move(r, &x->call, mag_record_id(*r),
	    mag_json_own(x->a, b.p, b.len));
}

enum mag_status
site_booking_change(struct exchange *x)
{
	struct mag_record *r, *now;
	const char *token, *starts_at;
	struct query form;
	enum mag_status st;

	if ((st = read_form(x, &form, &token)) != MAG_OK ||
	    (st = mag_booking_open(&r, &x->call, x->match.values[0], token)) !=
	    MAG_OK)
		return st;
	starts_at = query_get(&form, "starts_at");
	now = r;
	st = starts_at == NULL ?
	    mag_booking_cancel(&now, &x->call, mag_record_id(r)) :
	    move(x, &now, starts_at);
	/* Somebody was faster: here is what else is free. */
	if (st == MAG_SLOT_TAKEN || (st == MAG_INVALID && starts_at != NULL)) {
		memset(&x->call.problem, 0, sizeof(x->call.problem));
		return show_booking(x, r, token, mag_tr(language(x, r),
		    "This time is taken."));
	}
	return st != MAG_OK ? st : show_booking(x, now, token, NULL);
}
