/* SPDX-License-Identifier: MIT */
/* Leads: made from what people have done, and worth what the rules say. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/fold.h>
#include <magnetiq/lead.h>
#include <magnetiq/limits.h>
#include <magnetiq/setting.h>
#include <magnetiq/webhook.h>

#include "lead.h"
#include "noun.h"

#define FROM_ROWS	(MAG_READONLY | MAG_LIST)
#define PERSONAL	(FROM_ROWS | MAG_PERSONAL)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "email", MAG_EMAIL, .flags = PERSONAL | MAG_FIND },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "first_name", MAG_TEXT, .flags = PERSONAL | MAG_FIND },
	{ "last_name", MAG_TEXT, .flags = PERSONAL | MAG_FIND },
	{ "company", MAG_TEXT, .flags = PERSONAL | MAG_FIND },
	{ "job_title", MAG_TEXT, .flags = PERSONAL },
	{ "phone", MAG_TEXT, .flags = PERSONAL },
	{ "website", MAG_TEXT, .flags = PERSONAL },
	{ "language", MAG_TEXT, .flags = FROM_ROWS },
	{ "marketing_consent", MAG_BOOL, .flags = FROM_ROWS | MAG_FILTER },
	{ "disposable", MAG_BOOL, .preset = "false",
	  .flags = FROM_ROWS | MAG_FILTER,
	  .what = "an address of a throw-away service" },
	{ "score", MAG_INT, .flags = FROM_ROWS | MAG_SORT },
	{ "registrations", MAG_INT, .flags = FROM_ROWS },
	{ "attended", MAG_INT, .flags = FROM_ROWS },
	{ "downloads", MAG_INT, .flags = FROM_ROWS },
	{ "bookings", MAG_INT, .flags = FROM_ROWS },
	{ "utm_source", MAG_TEXT, .flags = FROM_ROWS },
	{ "first_seen_at", MAG_TIME, .flags = FROM_ROWS },
	{ "last_seen_at", MAG_TIME, .flags = FROM_ROWS | MAG_SORT },
	{ "status", MAG_ENUM, .values = "new contacted qualified customer lost",
	  .preset = "\"new\"", .flags = MAG_LIST | MAG_FILTER },
	{ "owner_id", MAG_REF, .values = "user",
	  .flags = MAG_LIST | MAG_FILTER },
	{ "notes", MAG_TEXT, .max = MAG_MESSAGE_MAX,
	  .flags = MAG_LONG | MAG_PERSONAL },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = FROM_ROWS | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = FROM_ROWS | MAG_SORT },
	{ .name = NULL }
};

struct mag_noun mag_lead = {
	.name = "lead",
	.plural = "leads",
	.table = "leads",
	.fields = fields,
	.sort = "score",
	.descending = true,
	.totals = true,
	.label = "There is no such lead.",
};

/* ---- the rules ---- */

#define DAY		(24 * 60 * 60)
#define HALVINGS_MAX	20	/* then nothing is left of any score */

const char mag_lead_rules[] = "registration attended download booking company "
    "phone marketing_consent disposable quiet quiet_days half_life_days";

static int64_t
rule(const struct mag_json *rules, const char *name)
{
	int64_t n = 0;

	(void)mag_json_int(&n, mag_json_get(rules, name));
	return n;
}

static bool
said(const struct mag_record *r, const char *name)
{

	return mag_value_of(r, name)->kind == MAG_V_TEXT;
}

/* How often that many days have passed since anything was heard. */
static int64_t
since(const struct mag_record *r, int64_t days, int64_t now)
{
	int64_t quiet = now - mag_int(r, "last_seen_at");

	return days <= 0 || quiet < 0 ? 0 : quiet / (days * DAY);
}

/* What was worth something long ago is worth less now. */
static void
decay(struct lead_points *out, size_t *n, int64_t halvings)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < *n; i++)
		sum += out[i].points;
	if (halvings > HALVINGS_MAX)
		halvings = HALVINGS_MAX;
	if (sum <= 0 || halvings == 0)
		return;
	out[(*n)++] = (struct lead_points){ "half_life", halvings,
	    (sum >> halvings) - sum };
}

/* What a lead's columns give, rule by rule; the sum is the score. */
static size_t
score(struct lead_points *out, const struct mag_json *rules,
    const struct mag_record *r, int64_t now)
{
	const struct lead_points all[] = {
		{ "registration", mag_int(r, "registrations"), 0 },
		{ "attended", mag_int(r, "attended"), 0 },
		{ "download", mag_int(r, "downloads"), 0 },
		{ "booking", mag_int(r, "bookings"), 0 },
		{ "company", said(r, "company"), 0 },
		{ "phone", said(r, "phone"), 0 },
		{ "marketing_consent", mag_int(r, "marketing_consent"), 0 },
		{ "disposable", mag_int(r, "disposable"), 0 },
		{ "quiet", since(r, rule(rules, "quiet_days"), now) > 0, 0 },
	};
	size_t i, n = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].count == 0)
			continue;
		out[n] = all[i];
		out[n].points = all[i].count * rule(rules, all[i].rule);
		n++;
	}
	decay(out, &n, since(r, rule(rules, "half_life_days"), now));
	return n;
}

enum mag_status
lead_score(struct lead_points *out, size_t *n, struct mag_call *c,
    const struct mag_record *r)
{
	const char *text;
	enum mag_status st;

	*n = 0;
	st = mag_setting_text(&text, c, "lead_rules");
	if (st == MAG_OK && text != NULL)
		*n = score(out, mag_json_own(c->a, text, strlen(text)), r,
		    c->now);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* ---- made from rows ---- */

/* The newest word wins, and nothing said takes nothing back. */
static void
learn_text(struct mag_record *r, const char *name, struct mag_row *row, int i,
    struct mag_arena *a)
{
	struct mag_str s = mag_row_str(row, i);

	if (s.p != NULL && s.n > 0)
		mag_set_text(r, name, mag_dup(a, s.p, s.n));
}

static void
add(struct mag_record *r, const char *name, int64_t n)
{

	mag_set_int(r, name, mag_int(r, name) + n);
}

static void
learn(struct mag_record *r, struct mag_row *row, struct mag_arena *a)
{
	static const char *const texts[] = { "email", "first_name",
	    "last_name", "company", "job_title", "phone", "website",
	    "language", "utm_source" };
	const char *kind = mag_row_dup(row, LEAD_KIND, a);
	const char *status = mag_row_dup(row, LEAD_STATUS, a);
	int64_t at = mag_row_time(row, LEAD_AT);
	bool did = strcmp(kind, "imports") != 0;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		learn_text(r, texts[i], row, LEAD_EMAIL + (int)i, a);
	if (mag_row_int(row, LEAD_CONSENT) != 0)
		mag_set_int(r, "marketing_consent", 1);
	if (mag_value(r, "first_seen_at")->kind == MAG_V_NULL)
		mag_set_int(r, "first_seen_at", at);
	/* That a table names somebody is no sign of life. */
	if (did || mag_value(r, "last_seen_at")->kind == MAG_V_NULL)
		mag_set_int(r, "last_seen_at", at);
	if (!did || (status != NULL && strcmp(status, "cancelled") == 0))
		return;
	add(r, kind, 1);
	add(r, "attended", mag_row_int(row, LEAD_ATTENDED) != 0);
}

static void
forget_deeds(struct mag_record *r)
{
	static const char *const numbers[] = { "registrations", "attended",
	    "downloads", "bookings", "marketing_consent", "disposable",
	    "score" };
	static const char *const texts[] = { "company", "job_title", "phone",
	    "website", "language", "utm_source", "first_seen_at",
	    "last_seen_at" };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		mag_set_int(r, numbers[i], 0);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		mag_set_null(r, texts[i]);
}

/* All rows of an address, oldest first; false if there are none. */
static enum mag_status
read_deeds(struct mag_record *r, bool *any, struct mag_call *c,
    const char *folded)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*any = false;
	st = mag_db_query(&row, c->db, lead_sql_deeds, "s", folded);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		*any = true;
		learn(r, row, c->a);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static const char sql_find[] = "SELECT id FROM leads WHERE email_folded = ?1";
static const char sql_gone[] = "DELETE FROM leads WHERE email_folded = ?1";
static const char sql_done[] = "DELETE FROM lead_todo WHERE email_folded = ?1";

static enum mag_status
store(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	struct lead_points points[LEAD_RULES];
	enum mag_status st;
	int64_t sum = 0;
	size_t n, i;

	if ((st = lead_score(points, &n, c, r)) != MAG_OK)
		return st;
	for (i = 0; i < n; i++)
		sum += points[i].points;
	mag_set_int(r, "score", sum > 0 ? sum : 0);
	if (old == NULL)
		return (st = mag_record_insert(c, r)) != MAG_OK ? st :
		    mag_webhook_tell(c, "lead.created", r);
	return mag_record_differs(r, old) ? mag_record_update(c, r, old) :
	    MAG_OK;
}

static enum mag_status
make(struct mag_call *c, const char *folded)
{
	struct mag_record *r = mag_alloc(c->a, sizeof(*r)), *old = NULL;
	enum mag_status st;
	int64_t id;
	bool any;
	int i;

	st = mag_db_int(&id, c->db, sql_find, "s", folded);
	if (st == MAG_OK)
		st = mag_record_load(&old, c, &mag_lead, id);
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		return st;
	if (old != NULL)
		*r = *old;
	else
		for (r->noun = &mag_lead, i = 0; fields[i].name != NULL; i++)
			r->v[i] = (struct mag_value){ MAG_V_NULL, 0, NULL, 0 };
	if (old == NULL) {
		/* Whoever has no name is a lead all the same. */
		mag_set_text(r, "first_name", "");
		mag_set_text(r, "last_name", "");
	}
	forget_deeds(r);
	if ((st = read_deeds(r, &any, c, folded)) != MAG_OK)
		return st;
	if (!any)
		return mag_db_run(c->db, sql_gone, "s", folded);
	mag_set_text(r, "email_folded", folded);
	mag_set_int(r, "disposable", mag_email_disposable(c->a, folded));
	if (old == NULL) {
		mag_set_text(r, "status", "new");
		mag_set_int(r, "revision", 1);
	}
	return store(c, r, old);
}

struct catching_up {
	struct mag_call	*c;
	int64_t		 limit, done;
};

static const char sql_next[] =
    "SELECT email_folded FROM lead_todo LIMIT 1";

static enum mag_status
catch_up(struct mag_db *db, void *arg)
{
	struct catching_up *w = arg;
	const char *folded;
	enum mag_status st = MAG_OK;

	for (w->done = 0; w->done < w->limit; w->done++) {
		mag_arena_reset(w->c->a);
		st = mag_db_text(&folded, w->c->a, db, sql_next, "");
		if (st == MAG_OK && *folded != '\0')
			st = make(w->c, folded);
		if (st == MAG_OK)
			st = mag_db_run(db, sql_done, "s", folded);
		if (st != MAG_OK)
			break;
	}
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_lead_catch_up(int64_t *done, struct mag_call *c, int64_t limit)
{
	struct mag_call inner = *c;
	struct catching_up w = { &inner, limit, 0 };
	const char *one;
	enum mag_status st;

	*done = 0;
	/* Looking costs no lock. */
	st = mag_db_text(&one, c->a, c->db, sql_next, "");
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	inner.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_write(c->db, catch_up, &w);
	mag_arena_free(inner.a);
	*done = w.done;
	return st;
}

static const char sql_all[] =
    "INSERT INTO lead_todo (email_folded) SELECT email_folded FROM leads"
    " WHERE email_folded <> '' ON CONFLICT DO NOTHING";

enum mag_status
mag_lead_again(struct mag_call *c)
{

	return mag_db_run(c->db, sql_all, "");
}
