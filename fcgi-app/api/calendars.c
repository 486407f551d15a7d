/* SPDX-License-Identifier: MIT */
/* Appointments as calendar files. */
#include <string.h>

#include <magnetiq/booking.h>
#include <magnetiq/conf.h>
#include <magnetiq/ical.h>
#include <magnetiq/letter.h>
#include <magnetiq/webinar.h>

#include "../handlers.h"
#include "../http/etag.h"

/* Whoever writes the letters calls the meeting: RFC 5546 wants one who does. */
static enum mag_status
reply_event(struct exchange *x, const struct mag_ical_event *event)
{
	struct mag_ical_event e = *event;
	struct mag_buf b;

	e.organizer.email = mag_letter_from(&x->call);
	mag_buf_init(&b, x->a, 1024);
	mag_ical_begin(&b, MAG_ICAL_PUBLISH, NULL);
	mag_ical_event(&b, MAG_ICAL_PUBLISH, &e);
	mag_ical_end(&b);
	reply_header(x, "Content-Disposition",
	    "attachment; filename=\"calendar.ics\"");
	return reply_bytes(x, 200, mag_ical_type(MAG_ICAL_PUBLISH), b.p, b.len);
}

/* Under /public the address alone decides, so no browser's language does. */
static const char *
language(struct exchange *x)
{

	return x->lang == NULL ? mag_site(&x->call)->language : x->lang;
}

enum mag_status
public_webinar_calendar(struct exchange *x)
{
	struct mag_ical_event e;
	struct mag_record *w;
	enum mag_status st;

	st = mag_webinar_public(&w, &x->call, x->match.values[0]);
	if (st != MAG_OK)
		return st;
	mag_webinar_event(&e, &x->call, w, language(x));
	return reply_event(x, &e);
}

enum mag_status
public_webinars_feed(struct exchange *x)
{
	struct mag_buf b;
	enum mag_status st;

	mag_buf_init(&b, x->a, 16 * 1024);
	if ((st = mag_webinar_feed(&b, &x->call, language(x))) != MAG_OK)
		return st;
	/* What is long past leaves it by itself. */
	x->good_until = x->call.now;
	return reply_bytes(x, 200, mag_ical_type(MAG_ICAL_PUBLISH), b.p, b.len);
}

enum mag_status
public_registration_calendar(struct exchange *x)
{
	struct mag_record *r, *w;
	struct mag_ical_event e;
	enum mag_status st;

	st = mag_registration_open(&r, &x->call, x->match.values[0],
	    input_query(x, "token"));
	if (st != MAG_OK || (st = mag_record_load(&w, &x->call, &mag_webinar,
	    mag_int(r, "webinar_id"))) != MAG_OK)
		return st;
	mag_webinar_event(&e, &x->call, w, mag_text(r, "language"));
	e.uid = mag_letter_uid(&x->call, mag_text(r, "reference"));
	e.tentative = mag_is(r, "status", "waitlisted");
	if (mag_is(r, "status", "cancelled"))
		e.cancelled = true;
	else if (!e.tentative)
		e.location = mag_text(w, "meeting_url");
	e.url = mag_registration_url(&x->call, r);
	return reply_event(x, &e);
}

enum mag_status
public_booking_calendar(struct exchange *x)
{
	struct mag_record *r, *who;
	enum mag_status st;

	st = mag_booking_open(&r, &x->call, x->match.values[0],
	    input_query(x, "token"));
	if (st != MAG_OK || (st = mag_record_load(&who, &x->call,
	    &mag_consultant, mag_int(r, "consultant_id"))) != MAG_OK)
		return st;
	return reply_event(x, &(struct mag_ical_event){
	    .uid = mag_letter_uid(&x->call, mag_text(r, "reference")),
	    .sequence = mag_int(r, "calendar_sequence"),
	    .stamp = mag_int(r, "updated_at"),
	    .starts = mag_int(r, "starts_at"), .ends = mag_int(r, "ends_at"),
	    .summary = mag_text(r, "subject") != NULL ?
	    mag_text(r, "subject") : mag_printf(x->a, "%s %s",
	    mag_text(who, "first_name"), mag_text(who, "last_name")),
	    .location = mag_is(r, "status", "confirmed") ?
	    mag_booking_where(x->a, r, who, mag_text(r, "language")) : NULL,
	    .url = mag_booking_url(&x->call, r),
	    .tentative = mag_is(r, "status", "pending"),
	    .cancelled = mag_is(r, "status", "cancelled") });
}

/* ---- a consultant's feed ---- */

enum mag_status
consultant_calendar(struct exchange *x)
{
	const char *url;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_calendar_open(&url, &x->call, id)) != MAG_OK)
		return st;
	mag_buf_addf(reply_begin(x), "{\"url\":\"%s\"}", url);
	reply_header(x, "Location", url);
	return reply_end(x, 201);
}

enum mag_status
consultant_calendar_end(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_calendar_close(&x->call, id)) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}

/* Calendars ask every few minutes: what has not changed is not sent again. */
enum mag_status
site_calendar(struct exchange *x)
{
	const char *token = x->match.values[0];
	size_t n = strlen(token);
	struct mag_buf b;
	enum mag_status st;

	if (n < 4 || strcmp(token + n - 4, ".ics") != 0)
		return MAG_NOT_FOUND;
	mag_buf_init(&b, x->a, 16 * 1024);
	if ((st = mag_calendar_print(&b, &x->call, token, n - 4)) != MAG_OK)
		return st;
	x->etag = etag_of(x->a, b.p, b.len);
	return reply_bytes(x, 200, mag_ical_type(MAG_ICAL_PUBLISH), b.p, b.len);
}
