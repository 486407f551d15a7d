/* SPDX-License-Identifier: MIT */
/* Registrations: a visitor's place in a webinar, or in its waiting list. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/once.h>
#include <magnetiq/outbox.h>
#include <magnetiq/token.h>
#include <magnetiq/webhook.h>

#include "noun.h"
#include "person.h"
#include "webinar.h"

/* Why somebody waits, in the order of sql_waiting's numbers: the webinar is
 * off; it has begun; staff has yet to say yes; all seats are taken; one is
 * free and will be given away within seconds. */
#define WAITING		"cancelled over approval full pending"

#define LINK_SECONDS	(180 * 24 * 60 * 60)	/* after the start */

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "reference", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FIND },
	{ "webinar_id", MAG_REF, .values = "webinar",
	  .flags = MAG_READONLY | MAG_LIST },
	PERSON_FIELDS,
	{ "registration_source", MAG_TEXT, .max = 200,
	  .flags = MAG_LIST | MAG_READONLY },
	{ "send_reminder", MAG_BOOL, .preset = "true",
	  .flags = MAG_LIST | MAG_CREATE },
	{ "send_recording", MAG_BOOL, .preset = "true",
	  .flags = MAG_LIST | MAG_CREATE },
	{ "timezone", MAG_ZONE, .max = 64, .flags = MAG_LIST | MAG_CREATE,
	  .what = "of letters; null: that of the webinar" },
	{ "status", MAG_ENUM, .values = "confirmed waitlisted cancelled",
	  .preset = "\"confirmed\"",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER, .paper = "Status" },
	{ "position", MAG_INT, .flags = MAG_READONLY | MAG_VIRTUAL | MAG_LIST,
	  .what = "in the waiting list, from 1; null: does not wait" },
	{ "approved", MAG_BOOL, .preset = "true",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER,
	  .what = "false: waits for a word of staff" },
	{ "waiting_reason", MAG_ENUM, .values = WAITING,
	  .flags = MAG_READONLY | MAG_VIRTUAL | MAG_LIST,
	  .what = "why a seat has not come yet; null: does not wait" },
	{ "attended", MAG_BOOL, .preset = "false",
	  .flags = MAG_LIST | MAG_FILTER, .paper = "Attended" },
	{ "attendance_duration", MAG_INT, .min = 0, .max = 1440,
	  .flags = MAG_LIST, .what = "minutes", .paper = "Minutes" },
	{ "consented_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "confirmed_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "cancelled_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "reminded", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "followed_up_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "legacy_exempt", MAG_BOOL, .preset = "false", .flags = MAG_HIDDEN },
	{ "registered_at", MAG_TIME,
	  .flags = MAG_READONLY | MAG_LIST | MAG_SORT,
	  .paper = "Registered" },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ .name = NULL }
};

static bool
is(const struct mag_record *r, const char *status)
{

	return mag_is(r, "status", status);
}

static const char sql_position[] =
    "SELECT count(*) FROM webinar_registrations WHERE webinar_id = ?1"
    " AND status = 'waitlisted' AND approved = 1 AND id <= ?2";
static const char sql_waiting[] =
    "SELECT CASE WHEN w.status = 'cancelled' OR w.deleted_at IS NOT NULL THEN 1"
    " WHEN w.status <> 'scheduled' OR w.scheduled_at <= ?2 THEN 2"
    " WHEN r.approved = 0 THEN 3"
    " WHEN w.max_participants <= (SELECT count(*) FROM webinar_registrations o"
    " WHERE o.webinar_id = w.id AND o.status = 'confirmed'"
    " AND o.legacy_exempt = 0) THEN 4 ELSE 5 END"
    " FROM webinar_registrations r JOIN webinars w ON w.id = r.webinar_id"
    " WHERE r.id = ?1 AND r.status = 'waitlisted'";

int64_t
mag_registration_position(struct mag_call *c, const struct mag_record *r)
{
	int64_t n = 0;

	if (is(r, "waitlisted") && mag_int(r, "approved") != 0)
		(void)!mag_db_int(&n, c->db, sql_position, "ii",
		    mag_int(r, "webinar_id"), mag_record_id(r));
	return n;
}

/* The number of a word of WAITING, or 0. */
static int64_t
waiting(struct mag_call *c, const struct mag_record *r)
{
	int64_t n = 0;

	if (is(r, "waitlisted"))
		(void)!mag_db_int(&n, c->db, sql_waiting, "it",
		    mag_record_id(r), c->now);
	return n;
}

static const char *
word(struct mag_arena *a, const char *words, int64_t n)
{

	for (; n > 1; n--)
		words += strcspn(words, " ") + 1;
	return mag_dup(a, words, strcspn(words, " "));
}

static void
extra(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    enum mag_view view)
{
	int64_t n = mag_registration_position(c, r), why = waiting(c, r);

	(void)view;
	mag_buf_adds(b, ",\"position\":");
	if (n == 0)
		mag_buf_adds(b, "null");
	else
		mag_buf_addi(b, n);
	mag_buf_adds(b, ",\"waiting_reason\":");
	mag_buf_jsons(b, why == 0 ? NULL : word(c->a, WAITING, why));
}

/* Others come and go before it in the list. */
static int64_t
drift(struct mag_call *c, const struct mag_record *r)
{

	return mag_registration_position(c, r) * 8 + waiting(c, r);
}

/* Who has come has been there for some minutes, or for none that is known. */
static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	if (old == NULL)
		return person_check(c, r);
	if (is(old, "cancelled") && mag_int(r, "attended") != 0 &&
	    mag_int(old, "attended") == 0)
		mag_wrong(c, "attended", "is not possible: it was cancelled",
		    NULL);
	return mag_verdict(c);
}

struct mag_noun mag_registration = {
	.name = "registration",
	.plural = "registrations",
	.table = "webinar_registrations",
	.fields = fields,
	.sort = "id",
	.label = "There is no such registration.",
	.check = check,
	.extra = extra,
	.drift = drift,
};

enum mag_status
registration_load(struct mag_record **out, struct mag_call *c, int64_t id)
{

	return mag_record_load(out, c, &mag_registration, id);
}

enum mag_status
mag_registration_get(struct mag_record **out, struct mag_call *c,
    int64_t webinar, int64_t id)
{
	enum mag_status st = mag_noun_get(out, c, &mag_registration, id);

	if (st == MAG_OK && mag_int(*out, "webinar_id") != webinar) {
		*out = NULL;
		return no_such(c, &mag_registration);
	}
	return st;
}

/* ---- a visitor registers ---- */

struct work {
	struct mag_call	*c;
	int64_t		 webinar, id;
	const struct mag_json *body;
	struct mag_record *result;
};

/* A seat, a place in the queue, or a refusal. */
static enum mag_status
choose_status(struct mag_call *c, struct mag_record *r,
    const struct mag_record *w)
{
	bool approval = mag_int(w, "registration_approval") != 0, one;
	enum mag_status st;

	if (!mag_webinar_open(c, w))
		return mag_fail(c, MAG_REGISTRATION_CLOSED,
		    "Registration is closed.");
	if ((st = seats_free(&one, c, w)) != MAG_OK)
		return st;
	if (!one && mag_int(w, "waitlist_enabled") == 0)
		return mag_fail(c, MAG_WEBINAR_FULL, "The webinar is full.");
	mag_set_text(r, "status", one && !approval ? "confirmed" :
	    "waitlisted");
	if (one && !approval)
		mag_set_int(r, "confirmed_at", c->now);
	mag_set_int(r, "approved", !approval);
	return MAG_OK;
}

/* A person has few rows and a webinar many; SQLite cannot know. */
static const char sql_registered[] =
    "SELECT 1 FROM webinar_registrations"
    " INDEXED BY webinar_registrations_email WHERE webinar_id = ?1"
    " AND email_folded = ?2 AND status <> 'cancelled'";

static enum mag_status
refuse_second(struct mag_call *c, const struct mag_record *r)
{
	int64_t one;
	enum mag_status st;

	st = mag_db_int(&one, c->db, sql_registered, "is",
	    mag_int(r, "webinar_id"), mag_text(r, "email_folded"));
	return st == MAG_NOT_FOUND ? MAG_OK : st != MAG_OK ? st :
	    mag_fail(c, MAG_ALREADY_REGISTERED,
	    "This person is registered already.");
}

static enum mag_status
read_visitor(struct work *w, struct mag_record *r)
{
	enum mag_status st;

	r->noun = &mag_registration;
	st = mag_record_read(w->c, r, NULL, w->body, MAG_POST);
	if (st == MAG_OK || st == MAG_INVALID)
		st = person_check(w->c, r);
	if (st != MAG_OK)
		return st;
	mag_set_int(r, "webinar_id", w->webinar);
	mag_set_text(r, "reference", reference_new(w->c->a, "WEB-", 8));
	mag_set_int(r, "registered_at", w->c->now);
	mag_set_int(r, "consented_at", w->c->now);
	return MAG_OK;
}

static const char *
first_letter(const struct mag_record *r)
{

	return is(r, "confirmed") ? "webinar-confirmed" :
	    mag_int(r, "approved") == 0 ? "webinar-requested" :
	    "webinar-waitlisted";
}

static enum mag_status
enrol(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *webinar, *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;
	int64_t id;

	(void)db;
	mag_problem_reset(c);
	if ((st = mag_once_seen(&id, c, "registration")) == MAG_OK)
		return registration_load(&w->result, c, id);
	if (st != MAG_NOT_FOUND)
		return st;
	if ((st = mag_noun_get(&webinar, c, &mag_webinar, w->webinar)) !=
	    MAG_OK || (st = read_visitor(w, r)) != MAG_OK ||
	    (st = refuse_second(c, r)) != MAG_OK ||
	    (st = choose_status(c, r, webinar)) != MAG_OK ||
	    (st = mag_record_insert(c, r)) != MAG_OK ||
	    (st = person_agreed(c, r, "registration")) != MAG_OK ||
	    (st = webinar_letter(c, first_letter(r), webinar, r, NULL)) !=
	    MAG_OK ||
	    (st = mag_webhook_tell(c, "registration.created", r)) != MAG_OK)
		return st;
	w->result = r;
	return mag_once_keep(c, "registration", mag_record_id(r));
}

enum mag_status
mag_register(struct mag_record **out, struct mag_call *c, int64_t webinar,
    const struct mag_json *body)
{
	struct work w = { c, webinar, 0, body, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, enrol, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

/* ---- its links ---- */

static const char *
payload(struct mag_call *c, const struct mag_record *r)
{

	return mag_printf(c->a, "registration:%lld",
	    (long long)mag_record_id(r));
}

static const char sql_start[] =
    "SELECT scheduled_at FROM webinars WHERE id = ?1";

static const char *
link_to(struct mag_call *c, const struct mag_record *r, const char *door)
{
	struct mag_row *row = NULL;
	int64_t start = c->now;

	if (mag_db_row(&row, c->db, sql_start, "i",
	    mag_int(r, "webinar_id")) == MAG_OK)
		start = mag_row_time(row, 0);
	mag_row_done(row);
	return mag_printf(c->a, "%s%s?token=%s", c->conf->site_url, door,
	    mag_token_sign(c->a, c->conf, MAG_FOR_MANAGE, payload(c, r),
	    start + LINK_SECONDS));
}

const char *
mag_registration_url(struct mag_call *c, const struct mag_record *r)
{

	return link_to(c, r, mag_printf(c->a, "/registrations/%s",
	    mag_text(r, "reference")));
}

const char *
mag_registration_calendar_url(struct mag_call *c, const struct mag_record *r)
{

	return link_to(c, r, mag_printf(c->a,
	    "/api/v1/public/registrations/%s/calendar.ics",
	    mag_text(r, "reference")));
}

enum mag_status
mag_registration_open(struct mag_record **out, struct mag_call *c,
    const char *reference, const char *token)
{
	struct mag_record *r;
	const char *opens;
	enum mag_status st;

	*out = NULL;
	if (token == NULL ||
	    mag_record_find(&r, c, &mag_registration, "reference",
	    reference) != MAG_OK)
		return no_such(c, &mag_registration);
	st = mag_token_verify(&opens, c->a, c->conf, MAG_FOR_MANAGE, token,
	    strlen(token), c->now);
	if (st == MAG_GONE)
		return mag_fail(c, st,
		    "This link has been used or has expired.");
	if (st != MAG_OK || strcmp(opens, payload(c, r)) != 0)
		return no_such(c, &mag_registration);
	*out = r;
	return MAG_OK;
}

/* ---- it ends ---- */

static const char sql_cancel[] =
    "UPDATE webinar_registrations SET status = 'cancelled', cancelled_at = ?2,"
    " updated_at = ?2, revision = revision + 1 WHERE id = ?1";

/* Who only waited gives no place back, and has nothing in a calendar. */
static enum mag_status
tell_withdrawn(struct mag_call *c, const struct mag_record *webinar,
    const struct mag_record *r, const struct mag_record *was)
{

	return webinar_letter(c, "webinar-withdrawn", webinar,
	    is(was, "waitlisted") ? was : r, NULL);
}

static enum mag_status
withdraw(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *webinar, *was;
	enum mag_status st;

	mag_problem_reset(c);
	st = mag_once_seen(&w->id, c, "registration");
	if (st != MAG_OK && (st != MAG_NOT_FOUND || (st = mag_once_keep(c,
	    "registration", w->id)) != MAG_OK))
		return st;
	if ((st = registration_load(&w->result, c, w->id)) != MAG_OK ||
	    is(w->result, "cancelled"))
		return st;
	was = w->result;
	if ((st = mag_record_load(&webinar, c, &mag_webinar,
	    mag_int(was, "webinar_id"))) != MAG_OK)
		return st;
	if (mag_int(webinar, "scheduled_at") <= c->now)
		return mag_fail(c, MAG_CONFLICT,
		    "The webinar has begun already.");
	if ((st = mag_db_run(db, sql_cancel, "it", w->id, c->now)) != MAG_OK ||
	    (st = mag_outbox_overtake(c, "registration", w->id)) != MAG_OK ||
	    (st = registration_load(&w->result, c, w->id)) != MAG_OK ||
	    (st = tell_withdrawn(c, webinar, w->result, was)) != MAG_OK ||
	    (st = mag_webhook_tell(c, "registration.cancelled",
	    w->result)) != MAG_OK)
		return st;
	return seats_fill(c, webinar);
}

enum mag_status
mag_registration_cancel(struct mag_record **out, struct mag_call *c,
    int64_t id)
{
	struct work w = { c, 0, id, NULL, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, withdraw, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

enum mag_status
registration_free(struct mag_call *c, int64_t id)
{
	struct mag_record *webinar, *r;
	enum mag_status st;

	if ((st = mag_db_run(c->db, sql_cancel, "it", id, c->now)) != MAG_OK ||
	    (st = registration_load(&r, c, id)) != MAG_OK ||
	    (st = mag_record_load(&webinar, c, &mag_webinar,
	    mag_int(r, "webinar_id"))) != MAG_OK || (st = mag_webhook_tell(c,
	    "registration.cancelled", r)) != MAG_OK)
		return st;
	return seats_fill(c, webinar);
}

static const char sql_delete[] =
    "DELETE FROM webinar_registrations WHERE id = ?1";

static enum mag_status
strike(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *webinar, *r;
	enum mag_status st;

	mag_problem_reset(c);
	if ((st = mag_registration_get(&r, c, w->webinar, w->id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(r, "revision"))) != MAG_OK ||
	    (st = mag_record_load(&webinar, c, &mag_webinar,
	    w->webinar)) != MAG_OK ||
	    (st = mag_db_run(db, sql_delete, "i", w->id)) != MAG_OK ||
	    (st = mag_audit(c, "delete", "registration", w->id, r,
	    NULL)) != MAG_OK || (!is(r, "cancelled") &&
	    (st = mag_webhook_tell(c, "registration.cancelled", r)) != MAG_OK))
		return st;
	return seats_fill(c, webinar);
}

enum mag_status
mag_registration_delete(struct mag_call *c, int64_t webinar, int64_t id)
{
	struct work w = { c, webinar, id, NULL, NULL };

	return mag_db_write(c->db, strike, &w);
}
