/* SPDX-License-Identifier: MIT */
/* Webinars: their fields, and what follows from changing them. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>
#include <magnetiq/outbox.h>
#include <magnetiq/search.h>
#include <magnetiq/webhook.h>

#include "noun.h"
#include "offer.h"
#include "webinar.h"

#define SEEN	(MAG_LIST | MAG_PUBLIC)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "slug", MAG_SLUG, .max = MAG_SLUG_MAX, .flags = SEEN | MAG_KEEP,
	  .what = "from the title if left out" },
	{ "title", MAG_ML, .max = MAG_TITLE_MAX, .flags = MAG_REQUIRED | SEEN },
	{ "description", MAG_ML, .max = 20000, .flags = SEEN | MAG_LONG },
	{ "scheduled_at", MAG_TIME, .flags = MAG_REQUIRED | SEEN | MAG_SORT },
	{ "duration_minutes", MAG_INT, .min = 1, .max = 1440, .preset = "60",
	  .flags = SEEN },
	{ "timezone", MAG_ZONE, .max = 64, .preset = "\"UTC\"", .flags = SEEN },
	{ "max_participants", MAG_INT, .min = 1, .max = 1000000, .flags = SEEN,
	  .what = "null: no limit" },
	{ "waitlist_enabled", MAG_BOOL, .preset = "false", .flags = SEEN },
	{ "meeting_url", MAG_URL, .max = MAG_URL_MAX, .flags = MAG_LIST },
	{ "recording_url", MAG_URL, .max = MAG_URL_MAX, .flags = MAG_LIST },
	{ "presentation_file_id", MAG_REF, .values = "media",
	  .flags = MAG_LIST },
	{ "status", MAG_ENUM, .values = "scheduled live completed cancelled",
	  .preset = "\"scheduled\"", .flags = SEEN | MAG_FILTER },
	{ "registration_enabled", MAG_BOOL, .preset = "true", .flags = SEEN },
	{ "registration_opens_at", MAG_TIME, .flags = SEEN,
	  .what = "null: at once" },
	{ "registration_deadline", MAG_TIME, .flags = SEEN,
	  .what = "null: the start" },
	{ "registration_approval", MAG_BOOL, .preset = "false", .flags = SEEN,
	  .what = "whoever registers waits for a word of staff" },
	{ "presenter_name", MAG_TEXT, .max = 200, .flags = SEEN },
	{ "presenter_bio", MAG_ML, .max = 5000, .flags = SEEN | MAG_LONG },
	{ "presenter_avatar_id", MAG_REF, .values = "media", .flags = SEEN },
	{ "speaker_ids", MAG_JSON, .preset = "[]", .flags = SEEN,
	  .what = "ids of speakers, in their order" },
	{ "topic_id", MAG_REF, .values = "topic", .flags = SEEN | MAG_FILTER,
	  .what = "what it is a session of" },
	{ "seats_left", MAG_INT, .flags = MAG_READONLY | MAG_VIRTUAL | SEEN,
	  .what = "null: no limit" },
	{ "registration_open", MAG_BOOL,
	  .flags = MAG_READONLY | MAG_VIRTUAL | SEEN },
	{ "registered_count", MAG_INT,
	  .flags = MAG_READONLY | MAG_VIRTUAL | MAG_LIST,
	  .what = "confirmed registrations" },
	{ "briefed_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "summarized_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "calendar_sequence", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static bool
is(const struct mag_record *r, const char *status)
{

	return mag_is(r, "status", status);
}

static int64_t
opens(const struct mag_record *r)
{

	return mag_value_of(r, "registration_opens_at")->kind == MAG_V_INT ?
	    mag_int(r, "registration_opens_at") : MAG_TIME_MIN;
}

/* At the deadline, and not after the start. */
static int64_t
closes(const struct mag_record *r)
{
	int64_t start = mag_int(r, "scheduled_at"), deadline = start;

	if (mag_value_of(r, "registration_deadline")->kind == MAG_V_INT)
		deadline = mag_int(r, "registration_deadline");
	return deadline < start ? deadline : start;
}

bool
mag_webinar_open(struct mag_call *c, const struct mag_record *r)
{

	return is(r, "scheduled") && mag_int(r, "registration_enabled") != 0 &&
	    mag_site(c)->registration && c->now >= opens(r) &&
	    c->now < closes(r) &&
	    mag_value_of(r, "deleted_at")->kind == MAG_V_NULL;
}

int64_t
mag_webinar_turn(struct mag_call *c, const struct mag_record *r)
{

	if (c->now < opens(r))
		return opens(r);
	return mag_webinar_open(c, r) ? closes(r) : 0;
}

static const char sql_turn[] =
    "SELECT registration_opens_at AS at FROM webinars"
    " WHERE status = 'scheduled' AND deleted_at IS NULL"
    " AND registration_opens_at > ?1"
    " UNION ALL SELECT CASE WHEN registration_deadline < scheduled_at"
    " THEN registration_deadline ELSE scheduled_at END AS at"
    " FROM webinars WHERE status = 'scheduled' AND deleted_at IS NULL"
    " AND scheduled_at > ?1 AND (registration_deadline IS NULL"
    " OR registration_deadline > ?1) ORDER BY at LIMIT 1";

int64_t
mag_webinar_next_turn(struct mag_call *c)
{
	struct mag_row *row = NULL;
	int64_t at = 0;

	if (mag_db_row(&row, c->db, sql_turn, "t", c->now) == MAG_OK)
		at = mag_row_time(row, 0);
	mag_row_done(row);
	return at;
}

static void
extra(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    enum mag_view view)
{
	const struct mag_value *max = mag_value_of(r, "max_participants");
	int64_t n = 0;

	(void)!seats_taken(&n, c, mag_record_id(r));
	mag_buf_adds(b, ",\"seats_left\":");
	if (max->kind == MAG_V_NULL)
		mag_buf_adds(b, "null");
	else
		mag_buf_addi(b, max->i > n ? max->i - n : 0);
	mag_buf_addf(b, ",\"registration_open\":%s",
	    mag_webinar_open(c, r) ? "true" : "false");
	if (view == MAG_VIEW_STAFF || view == MAG_VIEW_STAFF_LIST)
		mag_buf_addf(b, ",\"registered_count\":%lld", (long long)n);
}

/* Seats come and go, and the door closes by itself. */
static int64_t
drift(struct mag_call *c, const struct mag_record *r)
{
	int64_t n = 0;

	(void)!seats_taken(&n, c, mag_record_id(r));
	return n * 2 + mag_webinar_open(c, r);
}

static enum mag_status
check_seats(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	const struct mag_value *max = mag_value_of(r, "max_participants");
	enum mag_status st;
	int64_t n;

	if (old == NULL || max->kind == MAG_V_NULL ||
	    mag_same(max, mag_value_of(old, "max_participants")))
		return MAG_OK;
	if ((st = seats_taken(&n, c, mag_record_id(old))) != MAG_OK)
		return st;
	if (max->i < n)
		mag_wrong(c, "max_participants",
		    "must be at least %s: so many have a seat",
		    mag_printf(c->a, "%lld", (long long)n));
	return mag_verdict(c);
}

/* There is a way in, and it is not the one that people know. */
static bool
another_door(const struct mag_record *r, const struct mag_record *old)
{
	const struct mag_value *url = mag_value_of(r, "meeting_url");

	return url->kind == MAG_V_TEXT &&
	    !mag_same(url, mag_value_of(old, "meeting_url"));
}

static void
check_opening(struct mag_call *c, const struct mag_record *r)
{

	if (opens(r) >= closes(r))
		mag_wrong(c, "registration_opens_at",
		    "must be before registration closes", NULL);
}

/* What a calendar shows of it. */
static bool
moved(const struct mag_record *r, const struct mag_record *old)
{

	return mag_int(r, "scheduled_at") != mag_int(old, "scheduled_at") ||
	    mag_int(r, "duration_minutes") != mag_int(old, "duration_minutes");
}

bool
mag_webinar_off(const struct mag_record *r)
{

	return is(r, "cancelled") ||
	    mag_value_of(r, "deleted_at")->kind != MAG_V_NULL;
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	enum mag_status st;

	if (c->problem.count > 0)
		return mag_verdict(c);
	check_opening(c, r);
	if (old == NULL || !mag_same(mag_value(r, "speaker_ids"),
	    mag_value_of(old, "speaker_ids")))
		speakers_check(c, r);
	if ((st = check_seats(c, r, old)) != MAG_OK ||
	    (st = mag_verdict(c)) != MAG_OK ||
	    (st = offer_slug_fill(c, r)) != MAG_OK)
		return st;
	if (old != NULL && (moved(r, old) || another_door(r, old) ||
	    is(r, "cancelled") != is(old, "cancelled")))
		mag_set_int(r, "calendar_sequence",
		    mag_int(old, "calendar_sequence") + 1);
	/* Speakers are told of the new day, or door, when its time has come. */
	if (old != NULL && (moved(r, old) || another_door(r, old) ||
	    (mag_webinar_off(old) && !mag_webinar_off(r))))
		mag_set_null(r, "briefed_at");
	return MAG_OK;
}

static const char *const search_fields[] = {
	"description", "presenter_name", "presenter_bio", NULL
};
static const char *const media_fields[] = {
	"presentation_file_id", "presenter_avatar_id", NULL
};

static enum mag_status
call_off(struct mag_call *c, const struct mag_record *r)
{
	enum mag_status st;

	if ((st = webinar_tell(c, "webinar-cancelled", r, NULL)) != MAG_OK ||
	    (st = webinar_tell_speakers(c, "speaker-cancelled", r)) != MAG_OK)
		return st;
	return mag_webhook_tell(c, "webinar.cancelled", r);
}

/* It takes place after all: who was told that it does not hears of it. */
static enum mag_status
call_again(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	enum mag_status st;

	if (!is(r, "scheduled") || mag_int(r, "scheduled_at") <= c->now)
		return MAG_OK;
	st = webinar_tell_day(c, "webinar-again", r, old);
	return st != MAG_OK ? st : webinar_tell_speakers(c, "speaker-again", r);
}

/* Whoever is registered hears of what changes the day. */
static enum mag_status
tell(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	bool gone = mag_webinar_off(r), was_gone = mag_webinar_off(old);
	enum mag_status st;

	if (mag_int(old, "scheduled_at") <= c->now &&
	    mag_int(r, "scheduled_at") <= c->now)
		return MAG_OK;	/* it is over */
	if ((gone || moved(r, old) || another_door(r, old)) && (st =
	    mag_outbox_overtake(c, "webinar", mag_record_id(r))) != MAG_OK)
		return st;
	if (gone && !was_gone)
		return call_off(c, r);
	if (was_gone && !gone)
		return call_again(c, r, old);
	if (!gone && moved(r, old))
		return webinar_tell_day(c, "webinar-moved", r, old);
	if (!gone && another_door(r, old))
		return webinar_tell_seated(c, "webinar-door", r);
	return MAG_OK;
}

/* Nobody's word is waited for any more: then whoever waits for it has it. */
static enum mag_status
open_gate(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{

	if (mag_int(old, "registration_approval") == 0 ||
	    mag_int(r, "registration_approval") != 0)
		return MAG_OK;
	return approve_all(c, mag_record_id(r));
}

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	enum mag_status st;

	if ((st = offer_media_save(c, r, media_fields)) != MAG_OK ||
	    (st = offer_search_save(c, r, !is(r, "cancelled"),
	    search_fields, NULL)) != MAG_OK || old == NULL)
		return st;
	if ((st = tell(c, r, old)) != MAG_OK ||
	    (st = open_gate(c, r, old)) != MAG_OK)
		return st;
	return seats_fill(c, r);
}

static enum mag_status
reindex(struct mag_call *c, int64_t id)
{
	struct mag_record *r;
	enum mag_status st = mag_record_load(&r, c, &mag_webinar, id);

	if (st == MAG_NOT_FOUND)
		return mag_search_put(c, "webinar", id, false, NULL, 0);
	if (st != MAG_OK ||
	    (st = offer_media_save(c, r, media_fields)) != MAG_OK)
		return st;
	return offer_search_save(c, r, !is(r, "cancelled"), search_fields,
	    NULL);
}

static enum mag_status
place(const char **slug, const char **url, struct mag_call *c, int64_t id,
    const char *lang)
{
	struct mag_record *r;
	enum mag_status st = mag_record_load(&r, c, &mag_webinar, id);

	if (st == MAG_OK) {
		*slug = mag_text(r, "slug");
		*url = offer_url(c, r, lang);
	}
	return st;
}

struct mag_noun mag_webinar = {
	.name = "webinar",
	.plural = "webinars",
	.table = "webinars",
	.fields = fields,
	.sort = "scheduled_at",
	.descending = true,
	.soft_delete = true,
	.totals = true,
	.searched = true,
	.label = "There is no such webinar.",
	.check = check,
	.saved = saved,
	.extra = extra,
	.drift = drift,
	.index = reindex,
	.place = place,
};

enum mag_status
mag_webinar_public(struct mag_record **out, struct mag_call *c,
    const char *slug)
{
	enum mag_status st = offer_find(out, c, &mag_webinar, slug);

	if (st == MAG_OK && is(*out, "cancelled")) {
		*out = NULL;
		return no_such(c, &mag_webinar);
	}
	return st;
}

enum mag_status
mag_webinar_cancel(struct mag_record **out, struct mag_call *c, int64_t id)
{
	static const char body[] = "{\"status\":\"cancelled\"}";
	struct mag_record *r;
	enum mag_status st;

	if ((st = mag_noun_get(&r, c, &mag_webinar, id)) != MAG_OK)
		return st;
	if (is(r, "completed"))
		return mag_fail(c, MAG_CONFLICT,
		    "This webinar has taken place already.");
	if (!is(r, "cancelled") && mag_int(r, "scheduled_at") <= c->now)
		return mag_fail(c, MAG_CONFLICT,
		    "The webinar has begun already.");
	return mag_noun_change(out, c, &mag_webinar, id,
	    mag_json_own(c->a, body, strlen(body)), MAG_PATCH);
}

#define DAY	(24 * 60 * 60)

/* The site's days are those of UTC; a week begins on Monday. */
static void
between(struct mag_list *l, int64_t from, int64_t to)
{

	l->filters[l->nfilters++] = (struct mag_filter){ "scheduled_at >= ?",
	    { MAG_BIND_TIME, from, NULL, 0 }, true };
	if (to != 0)
		l->filters[l->nfilters++] = (struct mag_filter){
		    "scheduled_at < ?", { MAG_BIND_TIME, to, NULL, 0 }, true };
}

static int64_t
month_start(int64_t now, int further)
{
	char text[MAG_TIME_TEXT];
	int64_t out = 0;
	int year, month;

	mag_time_db(text, now);
	year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 +
	    (text[2] - '0') * 10 + (text[3] - '0');
	month = (text[5] - '0') * 10 + (text[6] - '0') - 1 + further;
	snprintf(text, sizeof(text), "%04d-%02d-01 00:00:00",
	    year + month / 12, month % 12 + 1);
	(void)!mag_time_parse(&out, text, strlen(text), true);
	return out;
}

enum mag_status
mag_webinar_timeframe(struct mag_list *l, struct mag_call *c,
    const char *timeframe)
{
	/* The first day of 1970 was a Thursday. */
	int64_t week = c->now - (c->now / DAY + 3) % 7 * DAY - c->now % DAY;

	/* What else was wrong with the list is said as well. */
	if (timeframe == NULL)
		return mag_verdict(c);
	if (strcmp(timeframe, "upcoming") == 0)
		between(l, c->now, 0);
	else if (strcmp(timeframe, "past") == 0)
		between(l, MAG_TIME_MIN, c->now);
	else if (strcmp(timeframe, "this-week") == 0)
		between(l, week, week + 7 * DAY);
	else if (strcmp(timeframe, "this-month") == 0)
		between(l, month_start(c->now, 0), month_start(c->now, 1));
	else
		mag_wrong(c, "timeframe", "must be one of: %s",
		    "upcoming past this-week this-month");
	return mag_verdict(c);
}
