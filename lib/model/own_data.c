/* SPDX-License-Identifier: MIT */
/* What people themselves may see of what is known of them, and object to. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/noun.h>
#include <magnetiq/outbox.h>
#include <magnetiq/privacy.h>
#include <magnetiq/subscriber.h>
#include <magnetiq/token.h>

/* Not what staff wrote down for themselves, and nobody else's name: whoever
 * wants that, too, asks a person, who looks at it first. */
static const struct mag_personal own[] = {
	{ "webinar_registrations", MAG_FORGETS_BLANK, "email_folded = ?1",
	  NULL, "legacy_exempt revision reminded" },
	{ "whitepaper_downloads", MAG_FORGETS_BLANK, "email_folded = ?1",
	  NULL, "" },
	{ "bookings", MAG_FORGETS_BLANK, "email_folded = ?1", NULL,
	  "meeting_notes assigned_to lead_score lead_source legacy_exempt "
	  "revision reminded reminded_consultant" },
	{ "leads", MAG_FORGETS_DROP, "email_folded = ?1", NULL,
	  "notes owner_id status revision" },
	{ "consents", MAG_FORGETS_BLANK, "email_folded = ?1", NULL,
	  "request_id" },
	{ "subscribers", MAG_FORGETS_DROP, "email_folded = ?1", NULL, "" },
	{ "outbox", MAG_FORGETS_DROP, "recipient_folded = ?1"
	  " AND template NOT LIKE 'consultant-%' AND template NOT IN"
	  " ('alert', 'contact')", NULL, "data last_error dedupe_key message_id "
	  "cause_type cause_id begun in_doubt stranger locked_until "
	  "next_attempt_at attempts" },
	{ NULL, MAG_KNOWS_NOBODY, NULL, NULL, NULL }
};

const struct mag_personal *
mag_privacy_own_tables(void)
{

	return own;
}

enum mag_status
mag_privacy_own(struct mag_call *c, const char *email, mag_privacy_fn *fn,
    void *arg)
{
	const struct mag_personal *t;
	enum mag_status st = MAG_OK;
	int64_t n;

	for (t = own; t->table != NULL && st == MAG_OK; t++) {
		st = mag_db_int(&n, c->db, mag_printf(c->a,
		    "SELECT count(*) FROM %s WHERE %s", t->table, t->find),
		    "s", mag_fold_email(c->a, email));
		if (st == MAG_OK)
			fn(arg, t->table, n);
	}
	return st;
}

/* ---- the link ---- */

static const char *
own_url(struct mag_call *c, const char *email, const char *language)
{

	return mag_printf(c->a, "%s/%s/own-data?token=%s", c->conf->site_url,
	    language, mag_token_sign(c->a, c->conf, MAG_FOR_PRIVACY,
	    mag_fold_email(c->a, email),
	    c->now + MAG_PRIVACY_HOURS * 3600));
}

struct asking {
	struct mag_call	*c;
	const char	*email, *language;
};

static enum mag_status
ask(struct mag_db *db, void *arg)
{
	struct asking *w = arg;
	struct mag_call *c = w->c;
	struct mag_outbox_letter l = { .template = "privacy-link",
	    .recipient = w->email, .language = w->language, .stranger = true };
	struct mag_buf b;
	enum mag_status st;
	bool full;

	(void)db;
	/* A link that comes when it has expired is of no use to anybody. */
	if ((st = mag_outbox_full(&full, c, w->email)) != MAG_OK || full)
		return st;
	mag_buf_init(&b, c->a, 512);
	mag_buf_adds(&b, "{\"url\":");
	mag_buf_jsons(&b, own_url(c, w->email, w->language));
	mag_buf_addf(&b, ",\"hours\":%d}", MAG_PRIVACY_HOURS);
	l.data = b.p;
	return mag_outbox_add(c, &l);
}

enum mag_status
mag_privacy_ask(struct mag_call *c, const char *email, const char *language)
{
	struct asking w = { c, email, language };

	if (strlen(email) > MAG_EMAIL_MAX ||
	    !mag_email_valid(email, strlen(email))) {
		mag_wrong(c, "email", "must be an e-mail address", NULL);
		return mag_verdict(c);
	}
	return mag_db_write(c->db, ask, &w);
}

enum mag_status
mag_privacy_open(const char **email, struct mag_call *c, const char *token)
{
	enum mag_status st = MAG_NOT_FOUND;

	if (token != NULL)
		st = mag_token_verify(email, c->a, c->conf, MAG_FOR_PRIVACY,
		    token, strlen(token), c->now);
	if (st == MAG_GONE)
		return mag_fail(c, st, "This link has been used or has expired.");
	return st != MAG_NOT_FOUND ? st : mag_fail(c, st,
	    "This link is not valid.");
}
