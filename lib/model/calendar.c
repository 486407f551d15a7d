/* SPDX-License-Identifier: MIT */
/*
 * A consultant's calendar feed.  Its address is signed over a random key that
 * stands in the row, so a new key ends the old address, and neither a stolen
 * database nor an old letter opens it.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/day.h>
#include <magnetiq/ical.h>
#include <magnetiq/letter.h>
#include <magnetiq/rand.h>
#include <magnetiq/token.h>

#include "booking.h"
#include "noun.h"
#include "person.h"

#define KEY_BYTES	16
#define RECENT		(31 * MAG_DAY)	/* what is over stays that long */

/* ---- the address ---- */

static const char *
payload(struct mag_call *c, int64_t id, const char *key)
{

	return mag_printf(c->a, "calendar:%lld:%s", (long long)id, key);
}

struct change {
	struct mag_call	*c;
	int64_t		 id;
	const char	*key;		/* NULL: no feed */
};

static enum mag_status
change(struct mag_db *db, void *arg)
{
	struct change *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *old, *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;

	(void)db;
	mag_problem_reset(c);
	if ((st = mag_noun_get(&old, c, &mag_consultant, w->id)) != MAG_OK)
		return st;
	*r = *old;
	if (w->key != NULL)
		mag_set_text(r, "calendar_key", w->key);
	else if (mag_text(old, "calendar_key") == NULL)
		return no_such(c, &mag_consultant);
	else
		mag_set_null(r, "calendar_key");
	if ((st = mag_record_update(c, r, old)) != MAG_OK)
		return st;
	return mag_audit(c, w->key != NULL ? "calendar" : "calendar-end",
	    "consultant", w->id, old, r);
}

enum mag_status
mag_calendar_open(const char **url, struct mag_call *c, int64_t id)
{
	struct change w = { c, id, mag_rand_token(c->a, KEY_BYTES) };
	enum mag_status st;

	*url = NULL;
	if ((st = mag_db_write(c->db, change, &w)) == MAG_OK)
		*url = mag_printf(c->a, "%s/calendars/%s.ics",
		    c->conf->site_url, mag_token_sign(c->a, c->conf,
		    MAG_FOR_CALENDAR, payload(c, id, w.key), 0));
	return st;
}

enum mag_status
mag_calendar_close(struct mag_call *c, int64_t id)
{
	struct change w = { c, id, NULL };

	return mag_db_write(c->db, change, &w);
}

static enum mag_status
find(struct mag_record **out, struct mag_call *c, const char *token, size_t n)
{
	const char *opens, *key;
	int64_t id;

	if (mag_token_verify(&opens, c->a, c->conf, MAG_FOR_CALENDAR, token, n,
	    c->now) != MAG_OK)
		return no_such(c, &mag_consultant);
	id = strtoll(opens + strlen("calendar:"), NULL, 10);
	if (mag_noun_get(out, c, &mag_consultant, id) != MAG_OK ||
	    (key = mag_text(*out, "calendar_key")) == NULL ||
	    strcmp(opens, payload(c, id, key)) != 0)
		return no_such(c, &mag_consultant);
	return MAG_OK;
}

/* ---- what stands in it ---- */

/* The limit is a year of somebody who meets one person an hour. */
static const char sql_feed[] =
    "SELECT id FROM bookings WHERE consultant_id = ?1 AND starts_at > ?2"
    " AND status IN ('pending', 'confirmed', 'completed')"
    " AND deleted_at IS NULL ORDER BY starts_at, id LIMIT 3000";

/* Who it is, and all that the form said. */
static const char *
description(struct mag_call *c, const struct mag_record *r)
{
	static const char *const texts[] = { "email", "phone", "company",
	    "job_title", "message", "reference" };
	struct mag_buf b;
	size_t i;

	mag_buf_init(&b, c->a, 512);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (mag_text(r, texts[i]) != NULL)
			mag_buf_addf(&b, "%s%s", b.len > 0 ? "\n" : "",
			    mag_text(r, texts[i]));
	return b.p;
}

static void
add_booking(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    const struct mag_record *who, const char *lang)
{
	const char *name = person_name(c->a, r), *about = mag_text(r, "subject");

	mag_ical_event(b, MAG_ICAL_PUBLISH, &(struct mag_ical_event){
	    .uid = mag_letter_uid(c, mag_text(r, "reference")),
	    .sequence = mag_int(r, "calendar_sequence"),
	    .stamp = mag_int(r, "updated_at"),
	    .starts = mag_int(r, "starts_at"), .ends = mag_int(r, "ends_at"),
	    .summary = about == NULL ? name :
	    mag_printf(c->a, "%s – %s", name, about),
	    .description = description(c, r),
	    .location = mag_booking_where(c->a, r, who, lang),
	    .organizer = { NULL, mag_letter_from(c) },
	    .tentative = mag_is(r, "status", "pending") });
}

static enum mag_status
add_bookings(struct mag_buf *b, struct mag_call *c,
    const struct mag_record *who)
{
	struct mag_call one = *c;
	struct mag_record *r;
	struct mag_row *row = NULL;
	enum mag_status st;
	const char *lang;

	if ((st = booking_language(&lang, c, who)) != MAG_OK)
		return st;
	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_query(&row, c->db, sql_feed, "it", mag_record_id(who),
	    c->now - RECENT);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_arena_reset(one.a);
		st = mag_record_load(&r, &one, &mag_booking,
		    mag_row_int(row, 0));
		if (st == MAG_OK)
			add_booking(b, &one, r, who, lang);
	}
	mag_row_done(row);
	mag_arena_free(one.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_calendar_print(struct mag_buf *b, struct mag_call *c, const char *token,
    size_t n)
{
	struct mag_record *who;
	enum mag_status st;

	if ((st = find(&who, c, token, n)) != MAG_OK)
		return st;
	mag_ical_begin(b, MAG_ICAL_PUBLISH, person_name(c->a, who));
	if ((st = add_bookings(b, c, who)) == MAG_OK)
		mag_ical_end(b);
	return st;
}
