/* SPDX-License-Identifier: MIT */
/* Letters, written down in the transaction that causes them. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/db.h>
#include <magnetiq/outbox.h>
#include <magnetiq/rand.h>

static const char sql_add[] =
    "INSERT INTO outbox (message_id, dedupe_key, recipient, template, language,"
    " data, due_at, next_attempt_at, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)"
    " ON CONFLICT (dedupe_key) DO NOTHING";

/* Stable for the row, so that a letter sent twice is known as one. */
static const char *
message_id(struct mag_call *c)
{
	const char *host = c->conf->site_host;

	return mag_printf(c->a, "%s@%.*s", mag_rand_token(c->a, 18),
	    (int)strcspn(host, ":"), host);
}

enum mag_status
mag_outbox_add(struct mag_call *c, const struct mag_outbox_letter *l)
{

	return mag_db_run(c->db, sql_add, "sssssstt", message_id(c),
	    l->dedupe, l->recipient, l->template, l->language, l->data,
	    l->due == 0 ? c->now : l->due, c->now);
}
