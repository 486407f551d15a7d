/* SPDX-License-Identifier: MIT */
/* Webinars as entries of calendars: one by one, and as a feed. */
#include <string.h>

#include <magnetiq/letter.h>
#include <magnetiq/limits.h>

#include "noun.h"
#include "offer.h"
#include "webinar.h"

#define PAST	(30 * 24 * 60 * 60)	/* seconds that a feed looks back */

/* What is deleted has not been counted up, and is news nevertheless. */
int64_t
webinar_sequence(const struct mag_record *w)
{

	return mag_int(w, "calendar_sequence") +
	    (mag_value_of(w, "deleted_at")->kind != MAG_V_NULL);
}

void
mag_webinar_event(struct mag_ical_event *out, struct mag_call *c,
    const struct mag_record *w, const char *lang)
{
	int64_t starts = mag_int(w, "scheduled_at");
	struct mag_str title;

	(void)mag_ml(&title, c, mag_value_of(w, "title"), lang);
	*out = (struct mag_ical_event){
		.uid = mag_letter_uid(c, mag_printf(c->a, "webinar-%lld",
		    (long long)mag_record_id(w))),
		.sequence = webinar_sequence(w),
		.stamp = mag_int(w, "updated_at"), .starts = starts,
		.ends = starts + mag_int(w, "duration_minutes") * 60,
		.summary = mag_dup(c->a, title.p, title.n),
		.url = offer_url(c, w, lang),
		.cancelled = mag_webinar_off(w),
	};
}

/* What is cancelled is left out: subscribers would go on showing it. */
static const char sql_shown[] =
    "SELECT id FROM webinars WHERE deleted_at IS NULL"
    " AND status <> 'cancelled' AND scheduled_at > ?1"
    " ORDER BY scheduled_at, id LIMIT ?2";

struct feed {
	struct mag_call	*c;
	struct mag_buf	*b;
	const char	*lang;
	int64_t		 ids[MAG_FEED_EVENTS];
	int		 n;
};

static enum mag_status
find(struct feed *f)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, f->c->db, sql_shown, "ti", f->c->now - PAST,
	    (int64_t)MAG_FEED_EVENTS);
	while (st == MAG_OK && f->n < MAG_FEED_EVENTS &&
	    (st = mag_row_next(row)) == MAG_OK)
		f->ids[f->n++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
print(struct mag_db *db, void *arg)
{
	struct feed *f = arg;
	struct mag_call one = *f->c;
	struct mag_ical_event e;
	struct mag_record *w;
	enum mag_status st;
	int i;

	(void)db;
	f->n = 0;
	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = find(f);
	for (i = 0; st == MAG_OK && i < f->n; i++) {
		mag_arena_reset(one.a);
		st = mag_record_load(&w, &one, &mag_webinar, f->ids[i]);
		if (st != MAG_OK)
			break;
		mag_webinar_event(&e, &one, w, f->lang);
		mag_ical_event(f->b, MAG_ICAL_PUBLISH, &e);
	}
	mag_arena_free(one.a);
	return st;
}

enum mag_status
mag_webinar_feed(struct mag_buf *b, struct mag_call *c, const char *lang)
{
	struct feed *f = mag_alloc(c->a, sizeof(*f));
	struct mag_str title;
	enum mag_status st;

	*f = (struct feed){ .c = c, .b = b, .lang = lang };
	(void)mag_ml(&title, c, &mag_site(c)->title, lang);
	mag_ical_begin(b, MAG_ICAL_PUBLISH, mag_dup(c->a, title.p, title.n));
	st = mag_db_read(c->db, print, f);
	mag_ical_end(b);
	return st;
}
