/* SPDX-License-Identifier: MIT */
/* Consultants: their fields, and what visitors see of them. */
#include <string.h>

#include <magnetiq/day.h>
#include <magnetiq/fold.h>
#include <magnetiq/holiday.h>
#include <magnetiq/limits.h>
#include <magnetiq/net.h>

#include "booking.h"
#include "noun.h"
#include "offer.h"

#define SEEN	(MAG_LIST | MAG_PUBLIC)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "first_name", MAG_TEXT, .max = MAG_NAME_MAX,
	  .flags = MAG_REQUIRED | SEEN | MAG_FIND | MAG_PERSONAL },
	{ "last_name", MAG_TEXT, .max = MAG_NAME_MAX,
	  .flags = MAG_REQUIRED | SEEN | MAG_FIND | MAG_PERSONAL },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_FIND | MAG_PERSONAL },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "title", MAG_TEXT, .max = 200,
	  .flags = SEEN | MAG_FIND | MAG_PERSONAL },
	{ "bio", MAG_ML, .max = 5000, .flags = SEEN | MAG_LONG | MAG_PERSONAL },
	{ "photo_id", MAG_REF, .values = "media",
	  .flags = SEEN | MAG_PERSONAL },
	{ "languages", MAG_STRINGS, .max = 20, .preset = "[]",
	  .flags = SEEN | MAG_PERSONAL },
	{ "expertise", MAG_STRINGS, .max = 100, .preset = "[]",
	  .flags = SEEN | MAG_PERSONAL },
	{ "timezone", MAG_ZONE, .max = 64, .flags = MAG_REQUIRED | SEEN },
	{ "is_active", MAG_BOOL, .preset = "true",
	  .flags = MAG_LIST | MAG_FILTER },
	{ "working_hours", MAG_JSON, .flags = MAG_REQUIRED,
	  .what = "{\"monday\":[{\"start\":\"09:00\",\"end\":\"17:00\"}],…}" },
	{ "time_off", MAG_JSON, .preset = "[]", .flags = MAG_PERSONAL,
	  .what = "[{starts_at,ends_at,reason}]" },
	{ "holidays", MAG_TEXT, .max = 20,
	  .what = "a German state such as DE-BY" },
	{ "buffer_minutes", MAG_INT, .max = 480, .preset = "0" },
	{ "notice_hours", MAG_INT, .max = 8760, .preset = "24" },
	{ "horizon_days", MAG_INT, .min = 1, .max = 730, .preset = "90" },
	{ "daily_limit", MAG_INT, .min = 1, .max = 100,
	  .what = "null: none" },
	{ "slot_step_minutes", MAG_INT, .min = 5, .max = 480, .preset = "30" },
	{ "durations", MAG_JSON, .preset = "[30,60,90,120]", .flags = SEEN,
	  .what = "minutes" },
	{ "meeting_types", MAG_JSON,
	  .preset = "[\"video\",\"phone\",\"in_person\"]", .flags = SEEN },
	{ "busy_url", MAG_URL, .max = MAG_URL_MAX,
	  .flags = MAG_GUARDED | MAG_PERSONAL,
	  .what = "a calendar (iCalendar, by https) whose times are taken;"
	  " whoever knows it reads that, so viewers do not see it" },
	{ "busy_tried_at", MAG_TIME, .flags = MAG_READONLY,
	  .what = "when it was to be read last" },
	{ "busy_fetched_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST,
	  .what = "when that went well; an hour later all slots are closed" },
	{ "busy_error", MAG_TEXT,
	  .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL,
	  .what = "why it did not" },
	{ "meeting_url", MAG_URL, .max = MAG_URL_MAX, .flags = MAG_PERSONAL },
	{ "user_id", MAG_REF, .values = "user", .flags = MAG_LIST },
	{ "calendar_key", MAG_TEXT,
	  .flags = MAG_HIDDEN | MAG_SECRET | MAG_PERSONAL },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static const struct mag_json *
list_of(struct mag_call *c, const struct mag_record *r, const char *name)
{
	const struct mag_value *v = mag_value_of(r, name);
	const struct mag_json *j;

	if (v->kind != MAG_V_TEXT)
		return NULL;
	j = mag_json_own(c->a, v->s, v->n);
	if (mag_json_kind(j) == MAG_JSON_ARRAY && mag_json_count(j) > 0 &&
	    mag_json_count(j) <= 20)
		return j;
	mag_wrong(c, name, "must be a list that is not empty", NULL);
	return NULL;
}

static void
check_lists(struct mag_call *c, const struct mag_record *r)
{
	const struct mag_json *j;
	int64_t n;

	for (j = mag_json_first(list_of(c, r, "durations")); j != NULL;
	    j = mag_json_next(j))
		if (!mag_json_int(&n, j) || n < 5 || n > 480)
			mag_wrong(c, "durations", "must be minutes, 5 to 480",
			    NULL);
	for (j = mag_json_first(list_of(c, r, "meeting_types")); j != NULL;
	    j = mag_json_next(j))
		if (mag_json_text(j) == NULL || !mag_listed(
		    "video phone in_person", mag_json_text(j)))
			mag_wrong(c, "meeting_types", "must be one of: %s",
			    "video phone in_person");
}

/* Another calendar: nothing is known of it yet. */
static void
check_calendar(struct mag_call *c, struct mag_record *r,
    const struct mag_record *old)
{
	const struct mag_value *url = mag_value(r, "busy_url");

	if (old != NULL && mag_same(url, mag_value_of(old, "busy_url")))
		return;
	if (url->kind == MAG_V_TEXT && !mag_net_url(c->conf, url->s))
		mag_wrong(c, "busy_url", "must be an https address", NULL);
	mag_set_null(r, "busy_tried_at");
	mag_set_null(r, "busy_fetched_at");
	mag_set_null(r, "busy_error");
}

static const char sql_language[] =
    "SELECT language FROM admin_users WHERE id = ?1 AND deleted_at IS NULL";

enum mag_status
booking_language(const char **out, struct mag_call *c,
    const struct mag_record *who)
{
	enum mag_status st = MAG_NOT_FOUND;

	*out = NULL;
	if (mag_value_of(who, "user_id")->kind == MAG_V_INT)
		st = mag_db_text(out, c->a, c->db, sql_language, "i",
		    mag_int(who, "user_id"));
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		return st;
	if (*out == NULL)
		*out = mag_site(c)->language;
	return MAG_OK;
}

static const char sql_taken[] =
    "SELECT 1 FROM consultants WHERE email_folded = ?1"
    " AND deleted_at IS NULL AND id <> ?2";

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	int64_t one;

	hours_check(c, "working_hours", mag_value(r, "working_hours"));
	time_off_check(c, "time_off", mag_value(r, "time_off"));
	check_lists(c, r);
	check_calendar(c, r, old);
	if (mag_value(r, "holidays")->kind == MAG_V_TEXT &&
	    !mag_holiday_region(mag_text(r, "holidays")))
		mag_wrong(c, "holidays", "must be a German state such as DE-BY",
		    NULL);
	if (mag_verdict(c) != MAG_OK)
		return MAG_INVALID;
	mag_set_text(r, "email_folded",
	    mag_fold_email(c->a, mag_text(r, "email")));
	if (mag_db_int(&one, c->db, sql_taken, "si",
	    mag_text(r, "email_folded"), mag_record_id(r)) == MAG_OK)
		return mag_fail(c, MAG_EMAIL_TAKEN,
		    "This e-mail address is taken.");
	return MAG_OK;
}

static const char sql_ahead[] =
    "SELECT count(*) FROM bookings WHERE consultant_id = ?1"
    " AND starts_at > ?2 AND ends_at > ?3"
    " AND status IN ('pending', 'confirmed') AND deleted_at IS NULL";

/* Whoever is booked meets somebody.  Nothing lasts longer than a day. */
static enum mag_status
nobody_waits(struct mag_call *c, int64_t id)
{
	enum mag_status st;
	int64_t n;

	st = mag_db_int(&n, c->db, sql_ahead, "itt", id, c->now - MAG_DAY,
	    c->now);
	if (st != MAG_OK || n == 0)
		return st;
	return mag_fail_arg(c, MAG_CONFLICT, "This consultant has bookings"
	    " ahead: %s. Move or cancel them first, or only deactivate the"
	    " consultant.", mag_printf(c->a, "%lld", (long long)n));
}

static const char sql_forget_busy[] =
    "DELETE FROM busy_times WHERE consultant_id = ?1";
static const char sql_read_soon[] = "UPDATE consultants SET busy_open = 0,"
    " busy_next_at = NULL WHERE id = ?1";

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	static const char *const media[] = { "photo_id", NULL };
	enum mag_status st;

	if (mag_value_of(r, "deleted_at")->kind != MAG_V_NULL &&
	    (st = nobody_waits(c, mag_record_id(r))) != MAG_OK)
		return st;
	if (old != NULL && !mag_same(mag_value_of(r, "busy_url"),
	    mag_value_of(old, "busy_url")) && ((st = mag_db_run(c->db,
	    sql_forget_busy, "i", mag_record_id(r))) != MAG_OK ||
	    (st = mag_db_run(c->db, sql_read_soon, "i",
	    mag_record_id(r))) != MAG_OK))
		return st;
	return offer_media_save(c, r, media);
}

/* Its calendar is read by itself: that shows, and takes nobody's work away. */
static int64_t
last_try(struct mag_call *c, const struct mag_record *r)
{

	(void)c;
	return mag_int(r, "busy_tried_at");
}

struct mag_noun mag_consultant = {
	.name = "consultant",
	.plural = "consultants",
	.table = "consultants",
	.fields = fields,
	.sort = "id",
	.soft_delete = true,
	.totals = true,
	.label = "There is no such consultant.",
	.check = check,
	.saved = saved,
	.drift = last_try,
};

/* A list stands in its column as JSON: `["de","en"]`. */
void
mag_consultant_with(struct mag_list *l, struct mag_call *c, const char *field,
    const char *value)
{
	struct mag_buf json, b;
	size_t i;

	mag_buf_init(&json, c->a, 64);
	mag_buf_jsons(&json, value);
	mag_buf_init(&b, c->a, 64);
	mag_buf_addc(&b, '%');
	for (i = 0; i < json.len; i++) {
		if (strchr("%_!", json.p[i]) != NULL)
			mag_buf_addc(&b, '!');
		mag_buf_addc(&b, json.p[i]);
	}
	mag_buf_addc(&b, '%');
	l->filters[l->nfilters++] = (struct mag_filter){
	    strcmp(field, "languages") == 0 ?
	    "lower(languages) LIKE lower(?) ESCAPE '!'" :
	    "lower(expertise) LIKE lower(?) ESCAPE '!'",
	    { MAG_BIND_TEXT, 0, b.p, b.len }, true };
}

void
mag_consultant_listed(struct mag_list *l)
{

	l->filters[l->nfilters++] = (struct mag_filter){ .sql = "is_active = 1" };
}

enum mag_status
mag_consultant_public(struct mag_record **out, struct mag_call *c, int64_t id)
{
	enum mag_status st = mag_noun_get(out, c, &mag_consultant, id);

	if (st == MAG_OK && mag_int(*out, "is_active") == 0) {
		*out = NULL;
		return no_such(c, &mag_consultant);
	}
	return st;
}

static const char sql_first[] =
    "SELECT id FROM consultants WHERE is_active = 1 AND deleted_at IS NULL"
    " ORDER BY id LIMIT 1";

enum mag_status
mag_consultant_first(struct mag_record **out, struct mag_call *c)
{
	enum mag_status st;
	int64_t id;

	*out = NULL;
	st = mag_db_int(&id, c->db, sql_first, "");
	if (st == MAG_NOT_FOUND)
		return no_such(c, &mag_consultant);
	return st != MAG_OK ? st : mag_noun_get(out, c, &mag_consultant, id);
}
