/* SPDX-License-Identifier: MIT */
/*
 * Deliveries on their way: claimed one by one, of the webhooks in turn, so
 * that one with a long queue does not keep the others waiting; marked, and the
 * webhook with them.
 */
#include <string.h>

#include <magnetiq/contact.h>
#include <magnetiq/i18n.h>
#include <magnetiq/log.h>
#include <magnetiq/outbox.h>
#include <magnetiq/webhook.h>

#include "claim.h"
#include "noun.h"
#include "outbox.h"

#define CLAIM_SECONDS	90	/* longer than one takes */
#define GONE		410	/* Standard Webhooks: send nothing more */

#define IS_DUE	" d.webhook_id = w.id AND d.state IN ('queued', 'sending')" \
	" AND d.next_attempt_at <= ?1" \
	" AND (d.locked_until IS NULL OR d.locked_until <= ?1)"

/* Whose turn it is: not of those that are switched off, or rest. */
static const char sql_turn[] = "SELECT w.id FROM webhooks w"
    " WHERE w.is_active = 1"
    " AND (w.paused_until IS NULL OR w.paused_until <= ?1)"
    " AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE" IS_DUE ")"
    " ORDER BY w.tried_at, w.id LIMIT 1";
static const char sql_next[] = "SELECT d.id, w.id, d.attempts, d.message_id,"
    " w.url, d.body, w.secret FROM webhooks w JOIN webhook_deliveries d ON"
    IS_DUE " WHERE w.id = ?2 ORDER BY d.next_attempt_at, d.id LIMIT 1";
static const char sql_claim[] = "UPDATE webhook_deliveries"
    " SET state = 'sending', attempts = attempts + 1, locked_until = ?2"
    " WHERE id = ?1";
static const char sql_tried[] = "UPDATE webhooks SET tried_at = ?2"
    " WHERE id = ?1";

enum mag_status
mag_delivery_due(struct mag_call *c)
{
	int64_t id;

	return mag_db_int(&id, c->db, sql_turn, "t", c->now);
}

static enum mag_status
take(struct mag_call *c, void *arg)
{
	struct mag_delivery_claim *out = arg;
	struct mag_row *row = NULL;
	enum mag_status st;
	int64_t webhook;

	st = mag_db_int(&webhook, c->db, sql_turn, "t", c->now);
	if (st != MAG_OK)
		return st;
	st = mag_db_row(&row, c->db, sql_next, "ti", c->now, webhook);
	if (st == MAG_OK)
		*out = (struct mag_delivery_claim){
			.id = mag_row_int(row, 0),
			.webhook = mag_row_int(row, 1),
			.attempts = mag_row_int(row, 2) + 1,
			.message_id = mag_row_dup(row, 3, c->a),
			.url = mag_row_dup(row, 4, c->a),
			.body = mag_row_dup(row, 5, c->a),
			.sealed = mag_row_dup(row, 6, c->a),
		};
	mag_row_done(row);
	if (st == MAG_OK)
		st = mag_db_run(c->db, sql_claim, "it", out->id,
		    c->now + CLAIM_SECONDS);
	return st != MAG_OK ? st : mag_db_run(c->db, sql_tried, "it", webhook,
	    c->now);
}

enum mag_status
mag_delivery_claim(struct mag_delivery_claim *out, struct mag_call *c)
{

	return claim_next(c, mag_delivery_due, take, out);
}

/* ---- what became of it ---- */

static const char sql_mark[] = "UPDATE webhook_deliveries SET state = ?2,"
    " locked_until = NULL, next_attempt_at = ?3, status_code = ?4,"
    " duration_ms = ?5, last_error = ?6, sent_at = coalesce(?7, sent_at)"
    " WHERE id = ?1";
static const char sql_good[] = "UPDATE webhooks SET attempts = attempts + 1,"
    " delivered_at = ?2, failing_since = NULL, paused_until = NULL,"
    " last_error = NULL WHERE id = ?1";
static const char sql_bad[] = "UPDATE webhooks SET attempts = attempts + 1,"
    " failing_since = coalesce(failing_since, ?2), paused_until = ?3,"
    " last_error = ?4 WHERE id = ?1";
static const char sql_off[] = "UPDATE webhooks SET is_active = 0,"
    " disabled_at = ?2, updated_at = ?2, revision = revision + 1"
    " WHERE id = ?1 AND is_active = 1 AND (?3 = 1 OR failing_since <= ?4)";

struct marking {
	struct mag_call	*c;
	const struct mag_delivery_claim *claim;
	const struct mag_delivery_outcome *o;
	bool		 off;
};

static enum mag_status
mark_delivery(struct marking *w)
{
	int64_t attempts = w->claim->attempts, status = w->o->status;
	int64_t now = w->c->now;
	bool later = !w->o->arrived && attempts < OUTBOX_ATTEMPTS_MAX;

	return mag_db_run(w->c->db, sql_mark, "istIisT", w->claim->id,
	    w->o->arrived ? "sent" : later ? "queued" : "failed",
	    later ? now + outbox_pause(attempts) : now,
	    status > 0 ? &status : NULL, w->o->ms, w->o->error,
	    w->o->arrived ? &now : NULL);
}

/* Where it leads, without what may be a secret in its path. */
static const char *
host(struct mag_arena *a, const char *url)
{
	const char *name = strstr(url, "://");

	name = name == NULL ? url : name + 3;
	return mag_printf(a, "%.*s", (int)strcspn(name, "/?#"), name);
}

static enum mag_status
tell_staff(struct mag_call *c, const struct marking *w)
{
	static const char problem[] = "the webhook to %s is switched off";
	static const char cure[] = "What happens now is not told there until an "
	    "admin switches it on again.";
	struct mag_outbox_letter l = { .template = "alert" };
	const char *lang = mag_site(c)->language;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 512);
	mag_buf_adds(&b, "{\"problem\":");
	mag_buf_jsons(&b, mag_tr_fill(c->a, lang, problem,
	    host(c->a, w->claim->url)));
	mag_buf_adds(&b, ",\"lines\":[");
	mag_buf_jsons(&b, w->o->error);
	mag_buf_addc(&b, ',');
	mag_buf_jsons(&b, mag_tr(lang, cure));
	mag_buf_adds(&b, "]}");
	l.data = b.p;
	return mag_contact_staff(c, &l, NULL, NULL);
}

static enum mag_status
mark_failing(struct marking *w)
{
	struct mag_call *c = w->c;
	int64_t id = w->claim->webhook;
	enum mag_status st;

	st = mag_db_run(c->db, sql_bad, "itts", id, c->now,
	    c->now + MAG_WEBHOOK_PAUSE, w->o->error);
	if (st != MAG_OK)
		return st;
	st = mag_db_run(c->db, sql_off, "itit", id, c->now,
	    (int64_t)(w->o->status == GONE), c->now - MAG_WEBHOOK_PATIENCE);
	w->off = st == MAG_OK && mag_db_changes(c->db) > 0;
	if (!w->off || (st = tell_staff(c, w)) != MAG_OK)
		return st;
	return mag_audit_json(c, "disable", "webhook", id, NULL, NULL);
}

static enum mag_status
mark(struct mag_db *db, void *arg)
{
	struct marking *w = arg;
	enum mag_status st;

	if ((st = mark_delivery(w)) != MAG_OK)
		return st;
	return w->o->arrived ? mag_db_run(db, sql_good, "it",
	    w->claim->webhook, w->c->now) : mark_failing(w);
}

enum mag_status
mag_delivery_mark(struct mag_call *c, const struct mag_delivery_claim *claim,
    const struct mag_delivery_outcome *o)
{
	struct marking w = { c, claim, o, false };
	enum mag_status st = mag_db_write(c->db, mark, &w);

	if (st == MAG_OK && w.off)
		mag_log(MAG_ERROR, "webhook", "%lld is switched off: %s",
		    (long long)claim->webhook, o->error);
	return st;
}
