/* SPDX-License-Identifier: MIT */
/*
 * What people hear of a webinar.  A letter is written down in the transaction
 * that causes it; reminders and follow-ups are written when their time comes,
 * and the row remembers that they were, so each is written once, also if
 * nobody was there to do so for days.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/outbox.h>

#include "noun.h"
#include "person.h"
#include "webinar.h"

#define HOUR	(60 * 60)
#define AT_ONCE	200		/* letters in one transaction */

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
	if (strcmp(mag_text(r, "status"), "confirmed") != 0)
		return;
	add_text(b, "calendar_url", mag_registration_calendar_url(c, r));
	add_text(b, "meeting_url", mag_text(w, "meeting_url"));
}

/* What every letter about a webinar may show. */
static const char *
letter_data(struct mag_call *c, const struct mag_record *w,
    const struct mag_record *r)
{
	char when[MAG_TIME_TEXT];
	struct mag_str title;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	(void)mag_ml(&title, c, mag_value_of(w, "title"),
	    mag_text(r, "language"));
	mag_buf_adds(&b, "{\"title\":");
	mag_buf_json(&b, title.p, title.n);
	mag_time_rfc3339(when, mag_int(w, "scheduled_at"));
	mag_buf_addf(&b, ",\"starts_at\":\"%s\",\"duration_minutes\":%lld"
	    ",\"registration_id\":%lld,\"webinar_id\":%lld,\"sequence\":%lld",
	    when, (long long)mag_int(w, "duration_minutes"),
	    (long long)mag_record_id(r), (long long)mag_record_id(w),
	    (long long)mag_int(w, "calendar_sequence"));
	if (strcmp(mag_text(r, "status"), "waitlisted") == 0)
		mag_buf_adds(&b, ",\"waitlisted\":true");
	add_text(&b, "timezone", mag_text(w, "timezone"));
	add_text(&b, "presenter_name", mag_text(w, "presenter_name"));
	add_text(&b, "first_name", mag_text(r, "first_name"));
	add_text(&b, "last_name", mag_text(r, "last_name"));
	add_text(&b, "reference", mag_text(r, "reference"));
	add_links(&b, c, w, r);
	if (mag_int(r, "attended") != 0)
		mag_buf_adds(&b, ",\"attended\":true");
	return b.p;
}

/* The recording is for whoever asked for it, and stands in no other letter. */
static const char *
with_recording(struct mag_call *c, const char *data,
    const struct mag_record *w)
{
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	mag_buf_adds(&b, data);
	add_text(&b, "recording_url", mag_text(w, "recording_url"));
	return b.p;
}

enum mag_status
webinar_letter(struct mag_call *c, const char *template,
    const struct mag_record *w, const struct mag_record *r)
{
	const char *data = letter_data(c, w, r);
	struct mag_outbox_letter l = {
		.template = template, .recipient = mag_text(r, "email"),
		.language = mag_text(r, "language"),
		.cause_type = "registration", .cause_id = mag_record_id(r)
	};

	if (strcmp(template, "webinar-followup") == 0)
		data = with_recording(c, data, w);
	l.data = mag_printf(c->a, "%s}", data);
	return mag_outbox_add(c, &l);
}


static const char sql_everybody[] =
    "SELECT id FROM webinar_registrations WHERE webinar_id = ?1"
    " AND status <> 'cancelled' AND id > ?2 ORDER BY id LIMIT 1";

/* Everybody in one transaction: nobody hears of half a change. */
enum mag_status
webinar_tell(struct mag_call *c, const char *template,
    const struct mag_record *w)
{
	struct mag_call one = *c;
	struct mag_record *r;
	enum mag_status st;
	int64_t id = 0;

	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	for (;;) {
		mag_arena_reset(one.a);
		st = mag_db_int(&id, c->db, sql_everybody, "ii",
		    mag_record_id(w), id);
		if (st == MAG_OK)
			st = registration_load(&r, &one, id);
		if (st == MAG_OK)
			st = webinar_letter(&one, template, w, r);
		if (st != MAG_OK)
			break;
	}
	mag_arena_free(one.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* ---- what time brings ---- */

/*
 * A reminder is for who registered before its time came, and only until the
 * next one's: nobody is told on the day that it is in a week.
 */
static const struct stage {
	int		 number;
	int64_t		 from, until;	/* seconds before the start */
	const char	*template;
} stages[] = {
	{ 1, 7 * 24 * HOUR, 2 * 24 * HOUR, "webinar-reminder-week" },
	{ 2, 2 * 24 * HOUR, 2 * HOUR, "webinar-reminder-days" },
	{ 3, 2 * HOUR, 0, "webinar-reminder-hours" },
};

static const char sql_remind[] =
    "SELECT r.id FROM webinars w JOIN webinar_registrations r"
    " ON r.webinar_id = w.id WHERE w.status = 'scheduled'"
    " AND w.deleted_at IS NULL AND w.scheduled_at > ?1 AND w.scheduled_at <= ?2"
    " AND r.status = 'confirmed' AND r.send_reminder = 1 AND r.reminded < ?3"
    " ORDER BY r.id LIMIT 200";
static const char sql_reminded[] =
    "UPDATE webinar_registrations SET reminded = ?2 WHERE id = ?1";
static const char sql_follow_up[] =
    "SELECT r.id FROM webinars w JOIN webinar_registrations r"
    " ON r.webinar_id = w.id WHERE w.status = 'completed'"
    " AND w.deleted_at IS NULL AND w.recording_url IS NOT NULL"
    " AND w.scheduled_at > ?1 AND r.status = 'confirmed'"
    " AND r.send_recording = 1 AND r.followed_up_at IS NULL"
    " ORDER BY r.id LIMIT 200";
static const char sql_followed[] =
    "UPDATE webinar_registrations SET followed_up_at = ?2 WHERE id = ?1";

struct round {
	struct mag_call	*c;
	const struct stage *stage;	/* NULL: follow-ups */
	int64_t		 ids[AT_ONCE];
	int		 n;
};

#define FOLLOW_UP_DAYS	30	/* an old recording is no news */

static enum mag_status
find(struct round *w)
{
	const struct stage *s = w->stage;
	struct mag_row *row = NULL;
	enum mag_status st;

	w->n = 0;
	if (s == NULL)
		st = mag_db_query(&row, w->c->db, sql_follow_up, "t",
		    w->c->now - FOLLOW_UP_DAYS * 24 * HOUR);
	else
		st = mag_db_query(&row, w->c->db, sql_remind, "tti",
		    w->c->now + s->until, w->c->now + s->from,
		    (int64_t)s->number);
	while (st == MAG_OK && w->n < AT_ONCE &&
	    (st = mag_row_next(row)) == MAG_OK)
		w->ids[w->n++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
remind(struct round *w, const struct mag_record *webinar,
    const struct mag_record *r)
{
	const struct stage *s = w->stage;
	int64_t at = mag_int(webinar, "scheduled_at") - s->from;
	enum mag_status st = MAG_OK;

	/* Whoever came later knows the day from the confirmation. */
	if (mag_int(r, "registered_at") < at)
		st = webinar_letter(w->c, s->template, webinar, r);
	return st != MAG_OK ? st : mag_db_run(w->c->db, sql_reminded, "ii",
	    mag_record_id(r), (int64_t)s->number);
}

static enum mag_status
follow_up(struct round *w, const struct mag_record *webinar,
    const struct mag_record *r)
{
	enum mag_status st;

	st = webinar_letter(w->c, "webinar-followup", webinar, r);
	return st != MAG_OK ? st : mag_db_run(w->c->db, sql_followed, "it",
	    mag_record_id(r), w->c->now);
}

static enum mag_status
write_round(struct mag_db *db, void *arg)
{
	struct round *w = arg;
	struct mag_record *r, *webinar;
	enum mag_status st;
	int i;

	(void)db;
	mag_problem_reset(w->c);
	/* Found again inside: another process may have been here. */
	st = find(w);
	for (i = 0; st == MAG_OK && i < w->n; i++) {
		if ((st = registration_load(&r, w->c, w->ids[i])) != MAG_OK ||
		    (st = mag_record_load(&webinar, w->c, &mag_webinar,
		    mag_int(r, "webinar_id"))) != MAG_OK)
			break;
		st = w->stage == NULL ? follow_up(w, webinar, r) :
		    remind(w, webinar, r);
	}
	return st;
}

static enum mag_status
rounds(int64_t *n, struct mag_call *c, const struct stage *stage)
{
	struct mag_call inner = *c;
	struct round *w = mag_alloc(c->a, sizeof(*w));
	enum mag_status st;

	inner.a = mag_arena_new(MAG_REQUEST_ARENA);
	*w = (struct round){ .c = &inner, .stage = stage };
	do {
		mag_arena_reset(inner.a);
		if ((st = find(w)) != MAG_OK || w->n == 0)
			break;
		st = mag_db_write(c->db, write_round, w);
		*n += w->n;
	} while (st == MAG_OK && w->n == AT_ONCE);
	mag_arena_free(inner.a);
	return st;
}

enum mag_status
mag_webinar_letters(int64_t *n, struct mag_call *c)
{
	enum mag_status st = MAG_OK;
	size_t i;

	*n = 0;
	for (i = 0; st == MAG_OK && i < sizeof(stages) / sizeof(*stages); i++)
		st = rounds(n, c, &stages[i]);
	return st != MAG_OK ? st : rounds(n, c, NULL);
}
