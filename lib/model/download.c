/* SPDX-License-Identifier: MIT */
/* Downloads: whoever fetches a paper leaves an address, or is known already. */
#include <string.h>

#include <magnetiq/once.h>
#include <magnetiq/token.h>
#include <magnetiq/webhook.h>

#include "download.h"
#include "noun.h"
#include "person.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "whitepaper_id", MAG_REF, .values = "whitepaper",
	  .flags = MAG_READONLY | MAG_LIST },
	PERSON_FIELDS,
	{ "source", MAG_TEXT, .max = 200, .flags = MAG_VIRTUAL | MAG_CREATE,
	  .what = "where the form stands" },
	{ "use_session", MAG_BOOL, .flags = MAG_VIRTUAL | MAG_CREATE,
	  .what = "true: the cookie of an earlier download says who it is" },
	{ "download_source", MAG_TEXT, .max = 200,
	  .flags = MAG_READONLY | MAG_LIST },
	{ "consented_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ "downloaded_at", MAG_TIME,
	  .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "edition", MAG_INT, .preset = "1", .flags = MAG_READONLY | MAG_LIST,
	  .what = "of the paper that was asked for" },
	{ "fetched", MAG_INT, .preset = "0", .flags = MAG_READONLY | MAG_LIST,
	  .what = "how often its links were followed" },
	{ "fetched_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST,
	  .what = "the last time" },
	{ "revoked_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST,
	  .what = "since then its links open nothing" },
	{ "told_edition", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ .name = NULL }
};

struct mag_noun mag_download = {
	.name = "download",
	.plural = "downloads",
	.table = "whitepaper_downloads",
	.fields = fields,
	.sort = "id",
	.descending = true,
	.label = "There is no such download.",
};

struct work {
	struct mag_call	*c;
	int64_t		 paper;
	const struct mag_json *body;
	const char	*lead;		/* the cookie, or NULL */
	int64_t		 id;		/* of the row; 0: nobody's name was asked */
	bool		 known, again;
};

/* ---- asking ---- */

/* Whoever the cookie names, as they were then; NULL: nobody we know. */
static struct mag_record *
visitor(struct work *w)
{
	struct mag_call *c = w->c;
	struct mag_record *r;
	const char *text;

	if (w->lead == NULL || mag_token_verify(&text, c->a, c->conf,
	    MAG_FOR_LEAD, w->lead, strlen(w->lead), c->now) != MAG_OK ||
	    mag_record_load(&r, c, &mag_download, link_opens(text, "lead")) !=
	    MAG_OK)
		return NULL;
	return download_of_nobody(r) ? NULL : r;
}

static enum mag_status
known_visitor(struct work *w, struct mag_record *r)
{
	const struct mag_json *m;
	struct mag_record *before;

	for (m = mag_json_first(w->body); m != NULL; m = mag_json_next(m))
		if (!mag_listed("use_session source", mag_json_key(m)))
			mag_wrong(w->c, mag_json_key(m),
			    "cannot stand beside use_session", NULL);
	if ((before = visitor(w)) == NULL)
		mag_wrong(w->c, "use_session",
		    "needs the cookie of an earlier download", NULL);
	else
		*r = *before;
	w->known = true;
	return mag_verdict(w->c);
}

static enum mag_status
new_visitor(struct work *w, struct mag_record *r,
    const struct mag_record *paper)
{
	enum mag_status st;

	r->noun = &mag_download;
	st = mag_record_read(w->c, r, NULL, w->body, MAG_POST);
	if (st != MAG_OK && st != MAG_INVALID)
		return st;
	if (mag_int(paper, "requires_registration") != 0)
		paper_form_demand(w->c, paper, w->body);
	st = person_check(w->c, r);
	if (st == MAG_OK)
		mag_set_int(r, "consented_at", w->c->now);
	return st;
}

static const char sql_count[] =
    "UPDATE whitepapers SET download_count = download_count + 1 WHERE id = ?1";

/* Whoever is known is a new row with an old name. */
static void
begin_row(struct work *w, struct mag_record *r, const struct mag_record *paper)
{
	const struct mag_json *source = mag_json_get(w->body, "source");

	mag_set_int(r, "id", 0);
	mag_set_int(r, "whitepaper_id", w->paper);
	mag_set_int(r, "downloaded_at", w->c->now);
	mag_set_int(r, "edition", mag_int(paper, "edition"));
	mag_set_int(r, "fetched", 0);
	mag_set_null(r, "fetched_at");
	mag_set_null(r, "revoked_at");
	mag_set_int(r, "told_edition", 0);
	mag_set_null(r, "download_source");
	if (mag_json_text(source) != NULL)
		mag_set_text(r, "download_source", mag_json_text(source));
}

static enum mag_status
note(struct work *w, struct mag_record *r, const struct mag_record *paper)
{
	enum mag_status st;

	begin_row(w, r, paper);
	if ((st = mag_record_insert(w->c, r)) != MAG_OK)
		return st;
	w->id = mag_record_id(r);
	if (!w->known &&
	    (st = person_agreed(w->c, r, "download")) != MAG_OK)
		return st;
	if ((st = download_letter(w->c, r, paper)) != MAG_OK)
		return st;
	return mag_webhook_tell(w->c, "download.created", r);
}

static enum mag_status
ask(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *paper, *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;

	mag_problem_reset(c);
	w->id = 0;
	w->known = w->again = false;
	if ((st = mag_once_seen(&w->id, c, "download")) != MAG_NOT_FOUND) {
		w->again = true;
		return st;
	}
	st = mag_noun_get(&paper, c, &mag_whitepaper, w->paper);
	if (st == MAG_OK && !mag_is(paper, "status", "published"))
		st = no_such(c, &mag_whitepaper);
	if (st != MAG_OK)
		return st;
	if (mag_int(paper, "requires_registration") != 0 ||
	    mag_json_count(w->body) > 0) {
		st = mag_json_true(mag_json_get(w->body, "use_session")) ?
		    known_visitor(w, r) : new_visitor(w, r, paper);
		if (st != MAG_OK || (st = note(w, r, paper)) != MAG_OK)
			return st;
	}
	if ((st = mag_db_run(db, sql_count, "i", w->paper)) != MAG_OK)
		return st;
	return mag_once_keep(c, "download", w->id);
}

enum mag_status
mag_download_ask(struct mag_download_result *out, struct mag_call *c,
    int64_t paper, const struct mag_json *body, const char *lead)
{
	struct work w = { .c = c, .paper = paper, .body = body, .lead = lead };
	enum mag_status st;

	*out = (struct mag_download_result){ NULL, 0, NULL };
	if ((st = mag_db_write(c->db, ask, &w)) != MAG_OK)
		return st;
	out->expires = c->now + MAG_DOWNLOAD_SECONDS;
	out->token = mag_token_sign(c->a, c->conf, MAG_FOR_DOWNLOAD,
	    w.id == 0 ? link_payload(c->a, "paper", paper) :
	    link_payload(c->a, "download", w.id), out->expires);
	/* Who is known keeps the cookie; a replay sets none. */
	if (w.id != 0 && !w.known && !w.again)
		out->lead = mag_token_sign(c->a, c->conf, MAG_FOR_LEAD,
		    link_payload(c->a, "lead", w.id), c->now + MAG_LEAD_SECONDS);
	return MAG_OK;
}
