/* SPDX-License-Identifier: MIT */
/* Webhooks: where to, of what, and with which secret. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/limits.h>
#include <magnetiq/net.h>
#include <magnetiq/rand.h>
#include <magnetiq/secret.h>
#include <magnetiq/webhook.h>

#include "noun.h"

static const struct mag_event_kind kinds[] = {
#define EVENT(name, what)	{ name, what },
#include "webhooks.def"
#undef EVENT
	{ NULL, NULL }
};

const struct mag_event_kind *
mag_event_kinds(void)
{

	return kinds;
}

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "name", MAG_TEXT, .max = MAG_NAME_MAX, .flags = MAG_LIST | MAG_FIND,
	  .what = "for people" },
	{ "url", MAG_URL, .max = MAG_URL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_FIND, .what = "https" },
	{ "events", MAG_STRINGS, .max = 50, .flags = MAG_REQUIRED | MAG_LIST,
	  .what = "such as booking.created; * for all" },
	{ "is_active", MAG_BOOL, .preset = "true",
	  .flags = MAG_LIST | MAG_FILTER },
	{ "secret", MAG_TEXT, .max = MAG_HOOK_SECRET_MAX,
	  .flags = MAG_SECRET | MAG_KEEP,
	  .what = "whsec_ and base64; made if left out, shown once" },
	{ "attempts", MAG_INT, .preset = "0", .flags = MAG_READONLY | MAG_LIST,
	  .what = "how often something was sent there" },
	{ "delivered_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST,
	  .what = "when something arrived last" },
	{ "failing_since", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "last_error", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "disabled_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST,
	  .what = "when it was switched off because nothing arrived" },
	{ "paused_until", MAG_TIME, .flags = MAG_HIDDEN },
	{ "created_by", MAG_REF, .values = "user",
	  .flags = MAG_READONLY | MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

static bool
is_event(const char *name)
{
	const struct mag_event_kind *k;

	if (name != NULL && strcmp(name, "*") == 0)
		return true;
	for (k = kinds; name != NULL && k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return true;
	return false;
}

static void
check_events(struct mag_call *c, const struct mag_record *r)
{
	const struct mag_value *v = mag_value_of(r, "events");
	const struct mag_json *j;
	int i = 0;

	if (v->kind != MAG_V_TEXT)
		return;
	j = mag_json_first(mag_json_own(c->a, v->s, v->n));
	if (j == NULL)
		mag_wrong(c, "events", "must name at least one", NULL);
	for (; j != NULL; j = mag_json_next(j), i++)
		if (!is_event(mag_json_text(j)))
			mag_wrong(c, mag_printf(c->a, "events.%d", i),
			    "is no event such as booking.created", NULL);
}

/* What was given is checked and sealed; what stands is sealed already. */
static void
check_secret(struct mag_call *c, struct mag_record *r,
    const struct mag_record *old)
{
	const struct mag_value *v = mag_value(r, "secret");

	if (old != NULL && mag_same(v, mag_value_of(old, "secret")))
		return;
	if (v->kind != MAG_V_TEXT || !mag_hook_secret_valid(v->s))
		mag_wrong(c, "secret", "must be whsec_ and 24 to 64 bytes in "
		    "base64", NULL);
	else
		mag_set_text(r, "secret",
		    mag_secret_seal(c->a, c->conf, v->s));
}

/* Whatever happens is written down once for each of them. */
static enum mag_status
check_number(struct mag_call *c)
{
	static const char sql_count[] = "SELECT count(*) FROM webhooks";
	enum mag_status st;
	int64_t n;

	st = mag_db_int(&n, c->db, sql_count, "");
	return st != MAG_OK || n < MAG_WEBHOOKS_MAX ? st :
	    mag_fail(c, MAG_CONFLICT, "There are too many webhooks already.");
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	const struct mag_value *url = mag_value(r, "url");

	if (url->kind == MAG_V_TEXT && !mag_net_url(c->conf, url->s))
		mag_wrong(c, "url", "must be an https address", NULL);
	check_events(c, r);
	check_secret(c, r, old);
	if (mag_verdict(c) != MAG_OK)
		return MAG_INVALID;
	/* Whoever changes it believes that it is mended. */
	mag_set_null(r, "paused_until");
	if (old == NULL || mag_int(r, "is_active") > mag_int(old, "is_active")) {
		mag_set_null(r, "failing_since");
		mag_set_null(r, "disabled_at");
		mag_set_null(r, "last_error");
	}
	return old == NULL ? check_number(c) : MAG_OK;
}

/* It is used by itself: that shows, and takes nobody's work away. */
static int64_t
drift(struct mag_call *c, const struct mag_record *r)
{

	(void)c;
	return mag_int(r, "attempts");
}

struct mag_noun mag_webhook = {
	.name = "webhook",
	.plural = "webhooks",
	.table = "webhooks",
	.fields = fields,
	.sort = "id",
	.label = "There is no such webhook.",
	.check = check,
	.drift = drift,
};

/* ---- making one ---- */

/* The secret as it is shown, this once; check_secret() seals what is kept. */
static void
fill(struct mag_call *c, struct mag_record *r, void *arg)
{
	const char **secret = arg;

	if (mag_value(r, "secret")->kind == MAG_V_NULL)
		mag_set_text(r, "secret", mag_hook_secret(c->a));
	*secret = mag_text(r, "secret");
	if (c->who.user_id > 0)
		mag_set_int(r, "created_by", c->who.user_id);
}

enum mag_status
mag_webhook_create(struct mag_record **out, const char **secret,
    struct mag_call *c, const struct mag_json *body)
{
	const char *shown = NULL;
	enum mag_status st = noun_make(out, c, &mag_webhook, body, fill,
	    &shown);

	*secret = st == MAG_OK ? shown : NULL;
	return st;
}

/* ---- another SECRET_KEY ---- */

struct sealed {
	int64_t		 id;
	const char	*text;
};

static enum mag_status
read_sealed(struct sealed out[MAG_WEBHOOKS_MAX], size_t *n,
    struct mag_call *c)
{
	static const char sql_secrets[] =
	    "SELECT id, secret FROM webhooks ORDER BY id";
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	st = mag_db_query(&row, c->db, sql_secrets, "");
	while (st == MAG_OK && *n < MAG_WEBHOOKS_MAX &&
	    (st = mag_row_next(row)) == MAG_OK)
		out[(*n)++] = (struct sealed){ mag_row_int(row, 0),
		    mag_row_dup(row, 1, c->a) };
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
reseal_one(struct mag_call *c, const struct sealed *s)
{
	static const char sql_seal[] =
	    "UPDATE webhooks SET secret = ?2 WHERE id = ?1";
	enum mag_status st;
	char *secret;
	bool old;

	st = mag_secret_open(&secret, &old, c->a, c->conf, s->text);
	if (st != MAG_OK || !old)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	st = mag_db_run(c->db, sql_seal, "is", s->id,
	    mag_secret_seal(c->a, c->conf, secret));
	mag_wipe(secret, strlen(secret));
	return st;
}

static enum mag_status
reseal(struct mag_db *db, void *arg)
{
	struct sealed all[MAG_WEBHOOKS_MAX];
	struct mag_call *c = arg;
	enum mag_status st;
	size_t i, n;

	(void)db;
	st = read_sealed(all, &n, c);
	for (i = 0; st == MAG_OK && i < n; i++)
		st = reseal_one(c, &all[i]);
	return st;
}

enum mag_status
mag_webhook_reseal(struct mag_call *c)
{

	if (c->conf->secret_key_previous == NULL)
		return MAG_OK;
	return mag_db_write(c->db, reseal, c);
}

enum mag_status
mag_webhook_verify(struct mag_buf *b, struct mag_call *c)
{
	struct sealed all[MAG_WEBHOOKS_MAX];
	enum mag_status st;
	char *secret;
	size_t i, n;
	bool old;

	st = read_sealed(all, &n, c);
	for (i = 0; st == MAG_OK && i < n; i++) {
		if (mag_secret_open(&secret, &old, c->a, c->conf,
		    all[i].text) == MAG_OK)
			mag_wipe(secret, strlen(secret));
		else
			mag_buf_addf(b, "webhook %lld: its secret was sealed "
			    "with another SECRET_KEY; give it a new one\n",
			    (long long)all[i].id);
	}
	return st;
}
