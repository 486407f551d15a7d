/* SPDX-License-Identifier: MIT */
/*
 * The links of a paper: one in the answer, good for an hour, and one in a
 * letter, good for a week.  Both name the row of a download, so they are
 * counted there, and end with it.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/media.h>
#include <magnetiq/outbox.h>
#include <magnetiq/token.h>

#include "download.h"
#include "noun.h"

#define MAIL_DAYS	7
#define DAY		(24 * 60 * 60)

const char *
link_payload(struct mag_arena *a, const char *kind, int64_t id)
{

	return mag_printf(a, "%s:%lld", kind, (long long)id);
}

int64_t
link_opens(const char *text, const char *kind)
{
	size_t n = strlen(kind);

	if (strncmp(text, kind, n) != 0 || text[n] != ':')
		return 0;
	return strtoll(text + n + 1, NULL, 10);
}

bool
download_of_nobody(const struct mag_record *r)
{

	return *mag_text(r, "email") == '\0';
}

/* ---- the letter ---- */

static const char *
letter_data(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *paper)
{
	struct mag_str title;
	struct mag_buf b;

	(void)mag_ml(&title, c, mag_value_of(paper, "title"),
	    mag_text(r, "language"));
	mag_buf_init(&b, c->a, 512);
	mag_buf_adds(&b, "{\"title\":");
	mag_buf_json(&b, title.p, title.n);
	mag_buf_adds(&b, ",\"first_name\":");
	mag_buf_jsons(&b, mag_text(r, "first_name"));
	mag_buf_adds(&b, ",\"last_name\":");
	mag_buf_jsons(&b, mag_text(r, "last_name"));
	mag_buf_addf(&b, ",\"days\":%d,\"url\":\"%s/api/v1/public/downloads/%s\"}",
	    MAIL_DAYS, c->conf->site_url, mag_token_sign(c->a, c->conf,
	    MAG_FOR_DOWNLOAD, link_payload(c->a, "download", mag_record_id(r)),
	    c->now + MAIL_DAYS * DAY));
	return b.p;
}

enum mag_status
download_letter(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *paper)
{
	struct mag_outbox_letter l = {
		.template = "whitepaper-link", .recipient = mag_text(r, "email"),
		.language = mag_text(r, "language"),
		.data = letter_data(c, r, paper),
		.cause_type = "download", .cause_id = mag_record_id(r)
	};

	return mag_outbox_add(c, &l);
}

/* ---- fetching ---- */

static enum mag_status
nothing(struct mag_call *c)
{

	return mag_fail(c, MAG_NOT_FOUND, "There is nothing here.");
}

static enum mag_status
ended(struct mag_call *c)
{

	return mag_fail(c, MAG_GONE,
	    "This link has been used or has expired.");
}

/* The paper that the payload names, and the row of the download, if any. */
static enum mag_status
read_link(int64_t *paper, int64_t *download, struct mag_call *c,
    const char *text)
{
	struct mag_record *r;
	enum mag_status st;

	*download = 0;
	if ((*paper = link_opens(text, "paper")) != 0)
		return MAG_OK;
	st = mag_record_load(&r, c, &mag_download,
	    link_opens(text, "download"));
	if (st == MAG_NOT_FOUND || (st == MAG_OK && download_of_nobody(r)))
		return nothing(c);
	if (st != MAG_OK)
		return st;
	if (mag_value_of(r, "revoked_at")->kind != MAG_V_NULL)
		return ended(c);
	*paper = mag_int(r, "whitepaper_id");
	*download = mag_record_id(r);
	return MAG_OK;
}

struct fetch {
	int64_t		 id, now;
};

static const char sql_fetched[] =
    "UPDATE whitepaper_downloads SET fetched = fetched + 1, fetched_at = ?2"
    " WHERE id = ?1";

static enum mag_status
count(struct mag_db *db, void *arg)
{
	const struct fetch *w = arg;

	return mag_db_run(db, sql_fetched, "it", w->id, w->now);
}

enum mag_status
mag_download_open(struct mag_record **out, struct mag_call *c,
    const char *token, bool whole)
{
	struct mag_record *paper;
	struct fetch w = { 0, c->now };
	const char *text;
	enum mag_status st;
	int64_t id;

	*out = NULL;
	st = mag_token_verify(&text, c->a, c->conf, MAG_FOR_DOWNLOAD, token,
	    strlen(token), c->now);
	if (st != MAG_OK)
		return st == MAG_GONE ? ended(c) : nothing(c);
	if ((st = read_link(&id, &w.id, c, text)) != MAG_OK)
		return st;
	st = mag_noun_get(&paper, c, &mag_whitepaper, id);
	if (st == MAG_OK && (!mag_is(paper, "status", "published")
	    || mag_value_of(paper, "file_id")->kind == MAG_V_NULL))
		return nothing(c);
	if (st != MAG_OK || (st = mag_noun_get(out, c, &mag_media,
	    mag_int(paper, "file_id"))) != MAG_OK)
		return st;
	/* A reader is not turned away because nobody could count. */
	if (whole && w.id != 0)
		(void)!mag_db_write(c->db, count, &w);
	return MAG_OK;
}

/* ---- ending them ---- */

enum mag_status
mag_download_get(struct mag_record **out, struct mag_call *c, int64_t paper,
    int64_t id)
{
	enum mag_status st = mag_noun_get(out, c, &mag_download, id);

	if (st == MAG_OK && mag_int(*out, "whitepaper_id") != paper) {
		*out = NULL;
		return no_such(c, &mag_download);
	}
	return st;
}

struct work {
	struct mag_call	*c;
	int64_t		 paper, id;
	struct mag_record *result;
};

static enum mag_status
revoke(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old, *r = mag_alloc(w->c->a, sizeof(*r));
	enum mag_status st;

	(void)db;
	mag_problem_reset(w->c);
	if ((st = mag_download_get(&old, w->c, w->paper, w->id)) != MAG_OK)
		return st;
	*r = *old;
	w->result = r;
	if (mag_value_of(old, "revoked_at")->kind != MAG_V_NULL)
		return MAG_OK;
	mag_set_int(r, "revoked_at", w->c->now);
	if ((st = mag_record_update(w->c, r, old)) != MAG_OK ||
	    (st = mag_outbox_cancel_for(w->c, "download", w->id)) != MAG_OK)
		return st;
	return mag_audit(w->c, "revoke", "download", w->id, old, r);
}

enum mag_status
mag_download_revoke(struct mag_record **out, struct mag_call *c,
    int64_t paper, int64_t id)
{
	struct work w = { c, paper, id, NULL };
	enum mag_status st = mag_db_write(c->db, revoke, &w);

	*out = st == MAG_OK ? w.result : NULL;
	return st;
}
