/* SPDX-License-Identifier: MIT */
/*
 * What those behind a webinar hear of it: speakers before, what awaits them,
 * or that it is off; staff the day after, how it went.
 */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/contact.h>
#include <magnetiq/outbox.h>
#include <magnetiq/speaker.h>

#include "noun.h"
#include "offer.h"
#include "round.h"
#include "webinar.h"

static const char sql_counts[] =
    "SELECT coalesce(sum(status = 'confirmed'), 0),"
    " coalesce(sum(status = 'waitlisted'), 0),"
    " coalesce(sum(status = 'cancelled'), 0),"
    " coalesce(sum(status = 'confirmed' AND attended = 1), 0)"
    " FROM webinar_registrations WHERE webinar_id = ?1";
static const char *const counts[] = { "registered", "waiting", "withdrawn",
    "came" };

static enum mag_status
add_counts(struct mag_buf *b, struct mag_call *c, int64_t webinar)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int i;

	st = mag_db_row(&row, c->db, sql_counts, "i", webinar);
	for (i = 0; st == MAG_OK && i < 4; i++)
		mag_buf_addf(b, ",\"%s\":%lld", counts[i],
		    (long long)mag_row_int(row, i));
	mag_row_done(row);
	return st;
}

static void
add_text(struct mag_buf *b, const char *name, const char *s)
{

	if (s == NULL || *s == '\0')
		return;
	mag_buf_addf(b, ",\"%s\":", name);
	mag_buf_jsons(b, s);
}

/* What both letters say; its object is still open. */
static enum mag_status
add_webinar(struct mag_buf *b, struct mag_call *c, const struct mag_record *w,
    const char *language)
{
	char when[MAG_TIME_TEXT];
	struct mag_str title;

	(void)mag_ml(&title, c, mag_value_of(w, "title"), language);
	mag_time_rfc3339(when, mag_int(w, "scheduled_at"));
	mag_buf_adds(b, "{\"title\":");
	mag_buf_json(b, title.p, title.n);
	mag_buf_addf(b, ",\"starts_at\":\"%s\",\"duration_minutes\":%lld", when,
	    (long long)mag_int(w, "duration_minutes"));
	add_text(b, "timezone", mag_text(w, "timezone"));
	return add_counts(b, c, mag_record_id(w));
}

static enum mag_status
tell_speaker(struct mag_call *c, const char *template,
    const struct mag_record *w, const struct mag_record *speaker)
{
	const char *language = mag_text(speaker, "language");
	enum mag_status st;
	struct mag_buf b;

	if (mag_value_of(speaker, "email")->kind != MAG_V_TEXT)
		return MAG_OK;
	mag_buf_init(&b, c->a, 1024);
	if ((st = add_webinar(&b, c, w, language)) != MAG_OK)
		return st;
	add_text(&b, "name", mag_text(speaker, "name"));
	add_text(&b, "meeting_url", mag_text(w, "meeting_url"));
	add_text(&b, "webinar_url", offer_url(c, w, language));
	mag_buf_addc(&b, '}');
	return mag_outbox_add(c, &(struct mag_outbox_letter){
	    .template = template, .recipient = mag_text(speaker, "email"),
	    .language = language, .data = b.p,
	    .cause_type = "webinar", .cause_id = mag_record_id(w) });
}

enum mag_status
webinar_tell_speakers(struct mag_call *c, const char *template,
    const struct mag_record *w)
{
	struct mag_record *speakers[MAG_SPEAKERS_MAX];
	enum mag_status st;
	size_t n, i;

	st = mag_webinar_speakers(speakers, &n, c, w);
	for (i = 0; st == MAG_OK && i < n; i++)
		st = tell_speaker(c, template, w, speakers[i]);
	return st;
}

static enum mag_status
brief(struct mag_call *c, const struct round *round, int64_t id)
{
	struct mag_record *w;
	enum mag_status st;

	if ((st = mag_record_load(&w, c, &mag_webinar, id)) != MAG_OK ||
	    (st = webinar_tell_speakers(c, round->template, w)) != MAG_OK)
		return st;
	return mag_db_run(c->db, round->heard, "it", id, c->now);
}

/* Each in their own language: the webinar's title, too. */
static enum mag_status
write_summary(struct mag_call *c, struct mag_outbox_letter *l, void *webinar)
{
	enum mag_status st;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 1024);
	if ((st = add_webinar(&b, c, webinar, l->language)) != MAG_OK)
		return st;
	add_text(&b, "panel_url", mag_printf(c->a, "%s/admin/",
	    c->conf->site_url));
	mag_buf_addc(&b, '}');
	l->data = b.p;
	return MAG_OK;
}

static enum mag_status
summarize(struct mag_call *c, const struct round *round, int64_t id)
{
	struct mag_outbox_letter l = { .template = round->template,
	    .cause_type = "webinar", .cause_id = id };
	struct mag_record *w;
	enum mag_status st;

	if ((st = mag_record_load(&w, c, &mag_webinar, id)) != MAG_OK ||
	    (st = mag_contact_staff(c, &l, write_summary, w)) != MAG_OK)
		return st;
	return mag_db_run(c->db, round->heard, "it", id, c->now);
}

#define OF_WEBINARS(states, column) \
    "SELECT id FROM webinars WHERE status IN (" states ")" \
    " AND deleted_at IS NULL AND scheduled_at > ?1 AND scheduled_at <= ?2" \
    " AND " column " IS NULL ORDER BY id LIMIT 200"

/* Two days are enough to prepare, and a day for the list of who came. */
static const struct round letters[] = {
	{ OF_WEBINARS("'scheduled'", "speaker_ids <> '[]' AND briefed_at"),
	  2 * ROUND_DAY, 0, brief, "speaker-briefing",
	  "UPDATE webinars SET briefed_at = ?2 WHERE id = ?1" },
	{ OF_WEBINARS("'scheduled', 'live', 'completed'", "summarized_at"),
	  -ROUND_DAY, -30 * ROUND_DAY, summarize, "webinar-summary",
	  "UPDATE webinars SET summarized_at = ?2 WHERE id = ?1" },
};

enum mag_status
webinar_staff_letters(int64_t *n, struct mag_call *c)
{

	return rounds_run(n, c, letters, sizeof(letters) / sizeof(*letters));
}
