/* SPDX-License-Identifier: MIT */
/* Deliveries: what webhooks are told, written down where it happens. */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>
#include <magnetiq/rand.h>
#include <magnetiq/webhook.h>

#include "noun.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "webhook_id", MAG_REF, .values = "webhook",
	  .flags = MAG_READONLY | MAG_LIST },
	{ "message_id", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST,
	  .what = "the header webhook-id; the same each time" },
	{ "event", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "body", MAG_TEXT, .flags = MAG_READONLY | MAG_PERSONAL | MAG_LONG,
	  .what = "JSON: {type, timestamp, data}" },
	{ "state", MAG_ENUM, .values = "queued sending sent failed",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "attempts", MAG_INT, .flags = MAG_READONLY | MAG_LIST },
	{ "next_attempt_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "status_code", MAG_INT, .flags = MAG_READONLY | MAG_LIST,
	  .what = "what the last attempt was answered" },
	{ "duration_ms", MAG_INT, .flags = MAG_READONLY | MAG_LIST },
	{ "last_error", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "sent_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

struct mag_noun mag_delivery = {
	.name = "delivery",
	.plural = "deliveries",
	.table = "webhook_deliveries",
	.fields = fields,
	.sort = "id",
	.descending = true,
	.label = "There is no such delivery.",
};

/* ---- something happens ---- */

static const char sql_active[] =
    "SELECT id, events FROM webhooks WHERE is_active = 1 ORDER BY id";
static const char sql_add[] =
    "INSERT INTO webhook_deliveries (webhook_id, message_id, event, body,"
    " next_attempt_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)"
    " RETURNING id";

static bool
wants(struct mag_arena *a, struct mag_str events, const char *event)
{
	const struct mag_json *j;
	const char *name;

	j = mag_json_first(mag_json_own(a, events.p, events.n));
	for (; j != NULL; j = mag_json_next(j))
		if ((name = mag_json_text(j)) != NULL &&
		    (strcmp(name, event) == 0 || strcmp(name, "*") == 0))
			return true;
	return false;
}

/* Those who want it; mostly there is none. */
static enum mag_status
listeners(int64_t ids[MAG_WEBHOOKS_MAX], size_t *n, struct mag_call *c,
    const char *event)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	st = mag_db_query(&row, c->db, sql_active, "");
	while (st == MAG_OK && *n < MAG_WEBHOOKS_MAX &&
	    (st = mag_row_next(row)) == MAG_OK)
		if (wants(c->a, mag_row_str(row, 1), event))
			ids[(*n)++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static const char *
body(struct mag_call *c, const char *event, const struct mag_record *r)
{
	char when[MAG_TIME_TEXT];
	struct mag_buf b;

	mag_time_rfc3339(when, c->now);
	mag_buf_init(&b, c->a, 1024);
	mag_buf_addf(&b, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":",
	    event, when);
	if (r != NULL)
		mag_record_print(&b, c, r, MAG_VIEW_STAFF, NULL);
	else
		mag_buf_adds(&b, "{}");
	mag_buf_addc(&b, '}');
	return b.p;
}

static enum mag_status
add(int64_t *id, struct mag_call *c, int64_t webhook, const char *event,
    const char *text)
{

	return mag_db_int(id, c->db, sql_add, "issst", webhook,
	    mag_printf(c->a, "msg_%s", mag_rand_token(c->a, 18)), event, text,
	    c->now);
}

enum mag_status
mag_webhook_tell(struct mag_call *c, const char *event,
    const struct mag_record *r)
{
	int64_t ids[MAG_WEBHOOKS_MAX], id;
	enum mag_status st;
	const char *text;
	size_t i, n;

	if ((st = listeners(ids, &n, c, event)) != MAG_OK || n == 0)
		return st;
	text = body(c, event, r);
	for (i = 0; i < n && st == MAG_OK; i++)
		st = add(&id, c, ids[i], event, text);
	return st;
}

/* ---- what admins do ---- */

struct work {
	struct mag_call	*c;
	int64_t		 webhook, id;
	struct mag_record *result;
};

static enum mag_status
load_active(struct mag_call *c, int64_t id)
{
	struct mag_record *hook;
	enum mag_status st = mag_noun_get(&hook, c, &mag_webhook, id);

	if (st == MAG_OK && mag_int(hook, "is_active") == 0)
		return mag_fail(c, MAG_CONFLICT,
		    "This webhook is switched off.");
	return st;
}

static enum mag_status
test(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	enum mag_status st;

	(void)db;
	mag_problem_reset(c);
	if ((st = load_active(c, w->webhook)) != MAG_OK ||
	    (st = add(&w->id, c, w->webhook, "ping",
	    body(c, "ping", NULL))) != MAG_OK ||
	    (st = mag_record_load(&w->result, c, &mag_delivery, w->id)) !=
	    MAG_OK)
		return st;
	return mag_audit_json(c, "test", "webhook", w->webhook, NULL, NULL);
}

enum mag_status
mag_webhook_test(struct mag_record **out, struct mag_call *c, int64_t id)
{
	struct work w = { c, id, 0, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, test, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

enum mag_status
mag_delivery_get(struct mag_record **out, struct mag_call *c, int64_t webhook,
    int64_t id)
{
	enum mag_status st = mag_noun_get(out, c, &mag_delivery, id);

	if (st == MAG_OK && mag_int(*out, "webhook_id") != webhook) {
		*out = NULL;
		return no_such(c, &mag_delivery);
	}
	return st;
}

static const char sql_busy[] = "SELECT 1 FROM webhook_deliveries"
    " WHERE id = ?1 AND state = 'sending' AND locked_until > ?2";
static const char sql_retry[] = "UPDATE webhook_deliveries"
    " SET state = 'queued', attempts = 0, next_attempt_at = ?2,"
    " locked_until = NULL WHERE id = ?1";
/* Who asks for it believes that it is mended. */
static const char sql_wake[] =
    "UPDATE webhooks SET paused_until = NULL WHERE id = ?1";

static enum mag_status
retry(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *old;
	enum mag_status st;
	int64_t one;

	mag_problem_reset(c);
	if ((st = mag_delivery_get(&old, c, w->webhook, w->id)) != MAG_OK ||
	    (st = load_active(c, w->webhook)) != MAG_OK)
		return st;
	st = mag_db_int(&one, db, sql_busy, "it", w->id, c->now);
	if (st == MAG_OK)
		return mag_fail(c, MAG_CONFLICT,
		    "This delivery is being sent.");
	if (st != MAG_NOT_FOUND ||
	    (st = mag_db_run(db, sql_retry, "it", w->id, c->now)) != MAG_OK ||
	    (st = mag_db_run(db, sql_wake, "i", w->webhook)) != MAG_OK ||
	    (st = mag_record_load(&w->result, c, &mag_delivery, w->id)) !=
	    MAG_OK)
		return st;
	return mag_audit_json(c, "retry", "delivery", w->id, NULL, NULL);
}

enum mag_status
mag_delivery_retry(struct mag_record **out, struct mag_call *c,
    int64_t webhook, int64_t id)
{
	struct work w = { c, webhook, id, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, retry, &w)) == MAG_OK)
		*out = w.result;
	return st;
}
