/* SPDX-License-Identifier: MIT */
/*
 * What people hear of a webinar.  A letter is written down in the transaction
 * that causes it; reminders and follow-ups when their time comes.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/outbox.h>
#include <magnetiq/speaker.h>

#include "noun.h"
#include "person.h"
#include "round.h"
#include "webinar.h"

#define FAR	365	/* days; one that is completed has begun, whatever
			 * somebody wrote down as its day */

static void
add_text(struct mag_buf *b, const char *name, const char *s)
{

	if (s == NULL || *s == '\0')
		return;
	mag_buf_addf(b, ",\"%s\":", name);
	mag_buf_jsons(b, s);
}

/* The addresses that open doors: only for whoever has a seat. */
static void
add_links(struct mag_buf *b, struct mag_call *c, const struct mag_record *w,
    const struct mag_record *r)
{

	add_text(b, "manage_url", mag_registration_url(c, r));
	if (!mag_is(r, "status", "confirmed"))
		return;
	add_text(b, "calendar_url", mag_registration_calendar_url(c, r));
	add_text(b, "meeting_url", mag_text(w, "meeting_url"));
}

static void
add_time(struct mag_buf *b, const char *name, int64_t at)
{
	char when[MAG_TIME_TEXT];

	mag_time_rfc3339(when, at);
	add_text(b, name, when);
}

/* Where its reader lives, if that is known. */
static const char *
zone_of(const struct mag_record *w, const struct mag_record *r)
{

	return mag_value_of(r, "timezone")->kind == MAG_V_TEXT ?
	    mag_text(r, "timezone") : mag_text(w, "timezone");
}

/* By name, else all speakers. */
static const char *
presenters(struct mag_call *c, const struct mag_record *w)
{
	struct mag_record *speakers[MAG_SPEAKERS_MAX];
	struct mag_buf b;
	size_t n, i;

	if (mag_value_of(w, "presenter_name")->kind == MAG_V_TEXT)
		return mag_text(w, "presenter_name");
	if (mag_webinar_speakers(speakers, &n, c, w) != MAG_OK)
		return NULL;
	mag_buf_init(&b, c->a, 128);
	for (i = 0; i < n; i++) {
		mag_buf_adds(&b, i > 0 ? ", " : "");
		mag_buf_adds(&b, mag_text(speakers[i], "name"));
	}
	return b.p;
}

const char *
webinar_letter_data(struct mag_call *c, const struct mag_record *w,
    const struct mag_record *r, const struct mag_record *old)
{
	struct mag_str title;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	(void)mag_ml(&title, c, mag_value_of(w, "title"),
	    mag_text(r, "language"));
	mag_buf_adds(&b, "{\"title\":");
	mag_buf_json(&b, title.p, title.n);
	add_time(&b, "starts_at", mag_int(w, "scheduled_at"));
	if (old != NULL && mag_int(old, "scheduled_at") !=
	    mag_int(w, "scheduled_at"))
		add_time(&b, "old_starts_at", mag_int(old, "scheduled_at"));
	mag_buf_addf(&b, ",\"duration_minutes\":%lld"
	    ",\"registration_id\":%lld,\"webinar_id\":%lld,\"sequence\":%lld",
	    (long long)mag_int(w, "duration_minutes"),
	    (long long)mag_record_id(r), (long long)mag_record_id(w),
	    (long long)webinar_sequence(w));
	if (mag_is(r, "status", "waitlisted"))
		mag_buf_adds(&b, ",\"waitlisted\":true");
	add_text(&b, "timezone", zone_of(w, r));
	add_text(&b, "presenter_name", presenters(c, w));
	add_text(&b, "first_name", mag_text(r, "first_name"));
	add_text(&b, "last_name", mag_text(r, "last_name"));
	add_text(&b, "reference", mag_text(r, "reference"));
	add_links(&b, c, w, r);
	return b.p;
}

static const char sql_anybody[] =
    "SELECT 1 FROM webinar_registrations WHERE webinar_id = ?1"
    " AND attended = 1 LIMIT 1";

/* Who missed it is known only where somebody has noted who came. */
static bool
missed(struct mag_call *c, const struct mag_record *r)
{
	int64_t one;

	return mag_int(r, "attended") == 0 && mag_db_int(&one, c->db,
	    sql_anybody, "i", mag_int(r, "webinar_id")) == MAG_OK;
}

/* The recording is for whoever asked for it, and stands in no other letter. */
static const char *
with_recording(struct mag_call *c, const char *data,
    const struct mag_record *w, const struct mag_record *r)
{
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	mag_buf_adds(&b, data);
	add_text(&b, "recording_url", mag_text(w, "recording_url"));
	if (mag_int(r, "attended") != 0)
		mag_buf_adds(&b, ",\"attended\":true");
	if (missed(c, r))
		mag_buf_adds(&b, ",\"missed\":true");
	return b.p;
}

/* ${data}: an object that is still open. */
static enum mag_status
queue(struct mag_call *c, const char *template, const char *data,
    const struct mag_record *r)
{

	return mag_outbox_add(c, &(struct mag_outbox_letter){
	    .template = template, .recipient = mag_text(r, "email"),
	    .language = mag_text(r, "language"),
	    .data = mag_printf(c->a, "%s}", data),
	    .cause_type = "registration", .cause_id = mag_record_id(r) });
}

enum mag_status
webinar_letter(struct mag_call *c, const char *template,
    const struct mag_record *w, const struct mag_record *r,
    const struct mag_record *old)
{
	const char *data = webinar_letter_data(c, w, r, old);

	if (strcmp(template, "webinar-followup") == 0)
		data = with_recording(c, data, w, r);
	return queue(c, template, data, r);
}

static const char sql_everybody[] =
    "SELECT id FROM webinar_registrations WHERE webinar_id = ?1"
    " AND status <> 'cancelled' AND email <> '' AND id > ?2"
    " ORDER BY id LIMIT 1";
static const char sql_seated[] =
    "SELECT id FROM webinar_registrations WHERE webinar_id = ?1"
    " AND status = 'confirmed' AND email <> '' AND id > ?2"
    " ORDER BY id LIMIT 1";

/* All in one transaction: nobody hears of half a change. */
static enum mag_status
tell_each(struct mag_call *c, const char *sql, const char *template,
    const struct mag_record *w, const struct mag_record *old)
{
	struct mag_call one = *c;
	struct mag_record *r;
	enum mag_status st;
	int64_t id = 0;

	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	for (;;) {
		mag_arena_reset(one.a);
		st = mag_db_int(&id, c->db, sql, "ii",
		    mag_record_id(w), id);
		if (st == MAG_OK)
			st = registration_load(&r, &one, id);
		if (st == MAG_OK)
			st = webinar_letter(&one, template, w, r, old);
		if (st != MAG_OK)
			break;
	}
	mag_arena_free(one.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
webinar_tell(struct mag_call *c, const char *template,
    const struct mag_record *w, const struct mag_record *old)
{

	return tell_each(c, sql_everybody, template, w, old);
}

enum mag_status
webinar_tell_seated(struct mag_call *c, const char *template,
    const struct mag_record *w)
{

	return tell_each(c, sql_seated, template, w, NULL);
}

/* ---- what time brings ---- */

static const char sql_heard[] =
    "UPDATE webinar_registrations SET reminded = ?2 WHERE webinar_id = ?1";

/* Whoever hears of the new day now need not be reminded of it now. */
enum mag_status
webinar_tell_day(struct mag_call *c, const char *template,
    const struct mag_record *w, const struct mag_record *old)
{
	int64_t left = mag_int(w, "scheduled_at") - c->now;
	enum mag_status st;

	st = webinar_tell(c, template, w, old);
	return st != MAG_OK ? st : mag_db_run(c->db, sql_heard, "ii",
	    mag_record_id(w), (int64_t)(left > 7 * ROUND_DAY ? 0 :
	    left > 2 * ROUND_DAY ? 1 : left > 2 * ROUND_HOUR ? 2 : 3));
}

static enum mag_status
load_both(struct mag_record **w, struct mag_record **r, struct mag_call *c,
    int64_t id)
{
	enum mag_status st = registration_load(r, c, id);

	return st != MAG_OK ? st : mag_record_load(w, c, &mag_webinar,
	    mag_int(*r, "webinar_id"));
}

/* What was held up does not say "in two days" of tomorrow. */
static const char *
reminder(struct mag_call *c, const struct round *round,
    const struct mag_record *w, const struct mag_record *r)
{
	const char *data = webinar_letter_data(c, w, r, NULL);
	int64_t left = mag_int(w, "scheduled_at") - c->now;

	return left > round->from - round->from / 8 ? data :
	    mag_printf(c->a, "%s,\"late\":true", data);
}

static enum mag_status
remind(struct mag_call *c, const struct round *round, int64_t id)
{
	struct mag_record *w, *r;
	enum mag_status st;

	if ((st = load_both(&w, &r, c, id)) != MAG_OK)
		return st;
	/* Whoever came later knows the day from the confirmation. */
	if (mag_int(r, "registered_at") <
	    mag_int(w, "scheduled_at") - round->from)
		st = queue(c, round->template, reminder(c, round, w, r), r);
	return st != MAG_OK ? st : mag_db_run(c->db, round->heard, "i", id);
}

static enum mag_status
follow_up(struct mag_call *c, const struct round *round, int64_t id)
{
	struct mag_record *w, *r;
	enum mag_status st;

	if ((st = load_both(&w, &r, c, id)) != MAG_OK ||
	    (st = webinar_letter(c, round->template, w, r, NULL)) !=
	    MAG_OK)
		return st;
	return mag_db_run(c->db, round->heard, "it", id, c->now);
}

#define OF_WEBINARS(status) \
    "SELECT r.id FROM webinars w JOIN webinar_registrations r" \
    " ON r.webinar_id = w.id WHERE w.status = '" status "'" \
    " AND w.deleted_at IS NULL AND w.scheduled_at > ?1" \
    " AND w.scheduled_at <= ?2 AND r.status = 'confirmed'" \
    " AND r.email <> ''"
#define UNTIL_HEARD(n) OF_WEBINARS("scheduled") \
    " AND r.send_reminder = 1 AND r.reminded < " n " ORDER BY r.id LIMIT 200"
#define HEARD(n) \
    "UPDATE webinar_registrations SET reminded = " n " WHERE id = ?1"

static const char sql_follow_up[] = OF_WEBINARS("completed")
    " AND w.recording_url IS NOT NULL AND r.send_recording = 1"
    " AND r.followed_up_at IS NULL ORDER BY r.id LIMIT 200";
static const char sql_followed_up[] =
    "UPDATE webinar_registrations SET followed_up_at = ?2 WHERE id = ?1";

/*
 * A reminder is for who registered before its time came, and only until the
 * next one's: nobody is told on the day that it is in a week.  An old
 * recording is no news.
 */
static const struct round letters[] = {
	{ UNTIL_HEARD("1"), 7 * ROUND_DAY, 2 * ROUND_DAY, remind,
	  "webinar-reminder-week", HEARD("1") },
	{ UNTIL_HEARD("2"), 2 * ROUND_DAY, 2 * ROUND_HOUR, remind,
	  "webinar-reminder-days", HEARD("2") },
	{ UNTIL_HEARD("3"), 2 * ROUND_HOUR, 0, remind,
	  "webinar-reminder-hours", HEARD("3") },
	{ sql_follow_up, FAR * ROUND_DAY, -30 * ROUND_DAY, follow_up,
	  "webinar-followup", sql_followed_up },
};

enum mag_status
mag_webinar_letters(int64_t *n, struct mag_call *c)
{
	enum mag_status st;
	int64_t more = 0;

	st = rounds_run(n, c, letters, sizeof(letters) / sizeof(*letters));
	if (st == MAG_OK)
		st = webinar_staff_letters(&more, c);
	*n += more;
	return st;
}
