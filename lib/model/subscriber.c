/* SPDX-License-Identifier: MIT */
/* The newsletter: asked for, confirmed by letter, ended. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/consent.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/once.h>
#include <magnetiq/outbox.h>
#include <magnetiq/subscriber.h>
#include <magnetiq/suppression.h>
#include <magnetiq/token.h>
#include <magnetiq/webhook.h>

#include "noun.h"

#define CONFIRM_HOURS	48

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_CREATE | MAG_PERSONAL },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "language", MAG_LANGUAGE, .max = 20, .flags = MAG_LIST | MAG_CREATE },
	{ "privacy_consent", MAG_BOOL,
	  .flags = MAG_REQUIRED | MAG_CREATE | MAG_VIRTUAL,
	  .what = "must be true" },
	{ "status", MAG_ENUM, .values = "pending confirmed ended",
	  .preset = "\"pending\"",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "consent_id", MAG_REF, .values = "consent",
	  .flags = MAG_READONLY | MAG_LIST },
	{ "requested_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "confirmed_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "ended_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ .name = NULL }
};

struct mag_noun mag_subscriber = {
	.name = "subscriber",
	.plural = "subscribers",
	.table = "subscribers",
	.fields = fields,
	.sort = "id",
	.descending = true,
	.label = "There is no such subscriber.",
};

static const char sql_request[] =
    "INSERT INTO subscribers (email, email_folded, language, status,"
    " requested_at) VALUES (?1, ?2, ?3, 'pending', ?4)"
    " ON CONFLICT (email_folded) DO UPDATE SET email = excluded.email,"
    " language = excluded.language, status = 'pending',"
    " requested_at = excluded.requested_at"
    " WHERE subscribers.status <> 'confirmed' RETURNING id";
static const char sql_find[] =
    "SELECT id FROM subscribers WHERE email_folded = ?1";
static const char sql_confirm[] =
    "UPDATE subscribers SET status = 'confirmed', confirmed_at = ?2,"
    " ended_at = NULL, consent_id = ?3 WHERE id = ?1 AND status = 'pending'";
static const char sql_end[] =
    "UPDATE subscribers SET status = 'ended', ended_at = ?2"
    " WHERE email_folded = ?1 AND status <> 'ended'";

struct work {
	struct mag_call	*c;
	const struct mag_json *body;
	const char	*token, *email;
	int64_t		 id, requested;
};

/* ---- asking ---- */

/* It opens one request of one row, so an older letter does not. */
static const char *
confirm_url(struct mag_call *c, int64_t id, const char *language)
{

	return mag_printf(c->a, "%s/%s/subscribe?token=%s", c->conf->site_url,
	    language, mag_token_sign(c->a, c->conf, MAG_FOR_SUBSCRIBE,
	    mag_printf(c->a, "%lld:%lld", (long long)id, (long long)c->now),
	    c->now + CONFIRM_HOURS * 3600));
}

static enum mag_status
write_letter(struct mag_call *c, const struct mag_record *r, int64_t id)
{
	struct mag_outbox_letter l = {
		.template = "newsletter-confirm",
		.recipient = mag_text(r, "email"),
		.language = mag_text(r, "language"),
		.cause_type = "subscriber", .cause_id = id, .stranger = true
	};
	struct mag_buf b;

	mag_buf_init(&b, c->a, 256);
	mag_buf_adds(&b, "{\"url\":");
	mag_buf_jsons(&b, confirm_url(c, id, l.language));
	mag_buf_addf(&b, ",\"hours\":%d}", CONFIRM_HOURS);
	l.data = b.p;
	return mag_outbox_add(c, &l);
}

static enum mag_status
read_form(struct work *w, struct mag_record *r)
{
	struct mag_call *c = w->c;
	const struct mag_value *consent;
	enum mag_status st;

	r->noun = &mag_subscriber;
	st = mag_record_read(c, r, NULL, w->body, MAG_POST);
	if (st != MAG_OK && st != MAG_INVALID)
		return st;
	consent = mag_value(r, "privacy_consent");
	if (consent->kind == MAG_V_INT && consent->i == 0)
		mag_wrong(c, "privacy_consent", "must be true", NULL);
	if (mag_value(r, "language")->kind == MAG_V_NULL)
		mag_set_text(r, "language", mag_site_speaks(mag_site(c),
		    c->lang) ? c->lang : mag_site(c)->language);
	return mag_verdict(c);
}

static enum mag_status
request(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;
	int64_t id;

	mag_problem_reset(c);
	if ((st = mag_once_seen(&id, c, "subscriber")) != MAG_NOT_FOUND ||
	    (st = read_form(w, r)) != MAG_OK)
		return st;
	st = mag_db_int(&id, db, sql_request, "ssst", mag_text(r, "email"),
	    mag_fold_email(c->a, mag_text(r, "email")),
	    mag_text(r, "language"), c->now);
	/* Who has it already hears nothing, and nobody hears of that. */
	if (st == MAG_OK)
		st = write_letter(c, r, id);
	else if (st == MAG_NOT_FOUND)
		st = mag_db_int(&id, db, sql_find, "s",
		    mag_fold_email(c->a, mag_text(r, "email")));
	return st != MAG_OK ? st : mag_once_keep(c, "subscriber", id);
}

enum mag_status
mag_subscribe(struct mag_call *c, const struct mag_json *body)
{
	struct work w = { .c = c, .body = body };

	return mag_db_write(c->db, request, &w);
}

/* ---- the link of the letter ---- */

static enum mag_status
bad_link(struct mag_call *c, enum mag_status st)
{

	return mag_fail(c, st, st == MAG_GONE ?
	    "This link has been used or has expired." :
	    "This link is not valid.");
}

static enum mag_status
open_token(const char **out, struct mag_call *c, enum mag_purpose purpose,
    const char *token)
{
	enum mag_status st = MAG_NOT_FOUND;

	if (token != NULL)
		st = mag_token_verify(out, c->a, c->conf, purpose, token,
		    strlen(token), c->now);
	return st == MAG_NOT_FOUND || st == MAG_GONE ? bad_link(c, st) : st;
}

/* The row that a token is about, as long as it is about this request. */
static enum mag_status
open_request(struct mag_record **out, struct mag_call *c, const char *token)
{
	const char *text;
	char *end;
	enum mag_status st;
	int64_t id;

	if ((st = open_token(&text, c, MAG_FOR_SUBSCRIBE, token)) != MAG_OK)
		return st;
	id = strtoll(text, &end, 10);
	st = mag_record_load(out, c, &mag_subscriber, id);
	if (st == MAG_NOT_FOUND || (st == MAG_OK &&
	    (mag_is(*out, "status", "ended") ||
	    mag_int(*out, "requested_at") != strtoll(end + 1, NULL, 10))))
		return bad_link(c, MAG_GONE);
	return st;
}

enum mag_status
mag_subscribe_check(struct mag_call *c, const char *token)
{
	struct mag_record *r;

	return open_request(&r, c, token);
}

static enum mag_status
agree(int64_t *id, struct mag_call *c, const struct mag_record *r)
{
	struct mag_consent k = {
		.email = mag_text(r, "email"), .purpose = MAG_CONSENT_PRIVACY,
		.language = mag_text(r, "language"), .source = "subscribe"
	};
	enum mag_status st;

	if ((st = mag_consent_give(id, c, &k)) != MAG_OK)
		return st;
	k.purpose = MAG_CONSENT_NEWSLETTER;
	return mag_consent_give(id, c, &k);
}

static enum mag_status
confirm(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *r;
	enum mag_status st;
	int64_t consent, id;

	mag_problem_reset(c);
	if ((st = mag_once_seen(&id, c, "subscriber")) != MAG_NOT_FOUND ||
	    (st = open_request(&r, c, w->token)) != MAG_OK ||
	    (st = mag_once_keep(c, "subscriber", mag_record_id(r))) != MAG_OK ||
	    mag_is(r, "status", "confirmed"))
		return st;
	if ((st = agree(&consent, c, r)) != MAG_OK ||
	    (st = mag_db_run(db, sql_confirm, "iti", mag_record_id(r), c->now,
	    consent)) != MAG_OK ||
	    (st = mag_record_load(&r, c, &mag_subscriber,
	    mag_record_id(r))) != MAG_OK ||
	    (st = mag_webhook_tell(c, "subscriber.confirmed", r)) != MAG_OK)
		return st;
	/* Who had ended it once has begun it anew. */
	return mag_suppress_not(c, mag_text(r, "email"), MAG_UNSUBSCRIBED);
}

enum mag_status
mag_subscribe_confirm(struct mag_call *c, const char *token)
{
	struct work w = { .c = c, .token = token };

	return mag_db_write(c->db, confirm, &w);
}

/* ---- ending it ---- */

enum mag_status
mag_unsubscribe_check(struct mag_call *c, const char *token)
{
	const char *email;

	return open_token(&email, c, MAG_FOR_UNSUBSCRIBE, token);
}

/* What the forms said once is taken back in their rows, too. */
static const char *const sql_object[] = {
	"UPDATE webinar_registrations SET marketing_consent = 0"
	    " WHERE email_folded = ?1 AND marketing_consent = 1",
	"UPDATE whitepaper_downloads SET marketing_consent = 0"
	    " WHERE email_folded = ?1 AND marketing_consent = 1",
	"UPDATE bookings SET marketing_consent = 0"
	    " WHERE email_folded = ?1 AND marketing_consent = 1",
};

static enum mag_status
object(struct mag_call *c, const char *email)
{
	enum mag_status st = MAG_OK;
	size_t i;

	for (i = 0; i < sizeof(sql_object) / sizeof(sql_object[0]) &&
	    st == MAG_OK; i++)
		st = mag_db_run(c->db, sql_object[i], "s", email);
	return st;
}

static enum mag_status
unsubscribe(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *r;
	enum mag_status st;
	int64_t none;

	mag_problem_reset(c);
	if ((st = mag_once_seen(&none, c, "objection")) != MAG_NOT_FOUND ||
	    (st = mag_once_keep(c, "objection", 0)) != MAG_OK ||
	    (st = mag_suppress(c, w->email, MAG_UNSUBSCRIBED)) != MAG_OK ||
	    (st = mag_consent_withdraw(c, w->email,
	    MAG_CONSENT_NEWSLETTER)) != MAG_OK ||
	    (st = mag_consent_withdraw(c, w->email,
	    MAG_CONSENT_MARKETING)) != MAG_OK ||
	    (st = object(c, w->email)) != MAG_OK ||
	    (st = mag_db_run(db, sql_end, "st", w->email, c->now)) != MAG_OK ||
	    mag_db_changes(db) == 0)
		return st;
	st = mag_record_find(&r, c, &mag_subscriber, "email_folded", w->email);
	return st != MAG_OK ? st : mag_webhook_tell(c, "subscriber.ended", r);
}

enum mag_status
mag_unsubscribe_address(struct mag_call *c, const char *email)
{
	struct work w = { .c = c, .email = mag_fold_email(c->a, email) };

	return mag_db_write(c->db, unsubscribe, &w);
}

enum mag_status
mag_unsubscribe(struct mag_call *c, const char *token)
{
	struct work w = { .c = c };
	enum mag_status st;

	st = open_token(&w.email, c, MAG_FOR_UNSUBSCRIBE, token);
	return st != MAG_OK ? st : mag_db_write(c->db, unsubscribe, &w);
}
