/* SPDX-License-Identifier: MIT */
/*
 * Telling the readers of a paper that there is another edition.  That is
 * marketing: only who has agreed gets the letter, and each once an edition,
 * however often somebody asks for it; the rows remember, longer than the
 * outbox does.
 */
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/limits.h>
#include <magnetiq/outbox.h>
#include <magnetiq/suppression.h>
#include <magnetiq/whitepaper.h>

#include "noun.h"
#include "offer.h"

#define AT_ONCE	200	/* readers looked for at once: each look reads all rows */

/* The newest row of each reader who has no row of this edition. */
static const char sql_next[] =
    "SELECT max(id) FROM whitepaper_downloads WHERE whitepaper_id = ?1"
    " AND email_folded <> '' GROUP BY email_folded"
    " HAVING max(edition) < ?2 AND max(told_edition) < ?2 AND max(id) > ?3"
    " ORDER BY 1 LIMIT 200";
static const char sql_told[] =
    "UPDATE whitepaper_downloads SET told_edition = ?3"
    " WHERE whitepaper_id = ?1 AND email_folded = ?2";

struct work {
	struct mag_call	*c;
	int64_t		 paper, edition, letters;
};

static enum mag_status
wants(bool *out, struct mag_call *c, const char *email)
{
	unsigned what;
	enum mag_status st;

	st = mag_consent_stands(out, c, email, MAG_CONSENT_MARKETING);
	if (st != MAG_OK || !*out)
		return st;
	st = mag_suppressed(&what, c, email);
	*out = what == 0;
	return st;
}

static const char *
letter_data(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *paper)
{
	const char *lang = mag_text(r, "language");
	struct mag_str title;
	struct mag_buf b;

	(void)mag_ml(&title, c, mag_value_of(paper, "title"), lang);
	mag_buf_init(&b, c->a, 512);
	mag_buf_adds(&b, "{\"title\":");
	mag_buf_json(&b, title.p, title.n);
	mag_buf_adds(&b, ",\"first_name\":");
	mag_buf_jsons(&b, mag_text(r, "first_name"));
	mag_buf_adds(&b, ",\"last_name\":");
	mag_buf_jsons(&b, mag_text(r, "last_name"));
	mag_buf_adds(&b, ",\"url\":");
	mag_buf_jsons(&b, offer_url(c, paper,
	    mag_site_speaks(mag_site(c), lang) ? lang : mag_site(c)->language));
	mag_buf_addc(&b, '}');
	return b.p;
}

static enum mag_status
tell(struct work *w, struct mag_call *c, const struct mag_record *r,
    const struct mag_record *paper)
{
	struct mag_outbox_letter l = {
		.template = "whitepaper-edition",
		.recipient = mag_text(r, "email"),
		.language = mag_text(r, "language"),
		.data = letter_data(c, r, paper),
		.cause_type = "download", .cause_id = mag_record_id(r)
	};
	enum mag_status st;
	bool wanted;

	st = wants(&wanted, c, mag_text(r, "email"));
	if (st != MAG_OK || !wanted)
		return st;
	if ((st = mag_outbox_add(c, &l)) != MAG_OK)
		return st;
	w->letters++;
	return mag_db_run(c->db, sql_told, "isi", w->paper,
	    mag_text(r, "email_folded"), w->edition);
}

static enum mag_status
find(int64_t ids[AT_ONCE], int *n, struct work *w, int64_t after)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	st = mag_db_query(&row, w->c->db, sql_next, "iii", w->paper,
	    w->edition, after);
	while (st == MAG_OK && *n < AT_ONCE &&
	    (st = mag_row_next(row)) == MAG_OK)
		ids[(*n)++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* One after the other, each in memory that the next one uses again. */
static enum mag_status
tell_some(struct work *w, struct mag_call *one, const int64_t *ids, int n,
    const struct mag_record *paper)
{
	struct mag_record *r;
	enum mag_status st = MAG_OK;
	int i;

	for (i = 0; st == MAG_OK && i < n; i++) {
		mag_arena_reset(one->a);
		one->site = NULL;
		st = mag_record_load(&r, one, &mag_download, ids[i]);
		if (st == MAG_OK)
			st = tell(w, one, r, paper);
	}
	return st;
}

static enum mag_status
tell_all(struct work *w, const struct mag_record *paper)
{
	struct mag_call one = *w->c;
	int64_t ids[AT_ONCE];
	enum mag_status st;
	int n = 0;

	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	do {
		st = find(ids, &n, w, n == 0 ? 0 : ids[n - 1]);
		if (st == MAG_OK)
			st = tell_some(w, &one, ids, n, paper);
	} while (st == MAG_OK && n == AT_ONCE);
	mag_arena_free(one.a);
	return st;
}

static enum mag_status
write_all(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *paper;
	enum mag_status st;

	(void)db;
	mag_problem_reset(w->c);
	w->letters = 0;
	st = mag_noun_get(&paper, w->c, &mag_whitepaper, w->paper);
	if (st != MAG_OK)
		return st;
	if (!mag_is(paper, "status", "published"))
		return mag_fail(w->c, MAG_CONFLICT,
		    "This paper is not published.");
	w->edition = mag_int(paper, "edition");
	if ((st = tell_all(w, paper)) != MAG_OK || w->letters == 0)
		return st;
	return mag_audit_json(w->c, "notify", "whitepaper", w->paper, NULL,
	    mag_printf(w->c->a, "{\"edition\":%lld,\"letters\":%lld}",
	    (long long)w->edition, (long long)w->letters));
}

enum mag_status
mag_edition_tell(int64_t *letters, int64_t *edition, struct mag_call *c,
    int64_t paper)
{
	struct work w = { .c = c, .paper = paper };
	enum mag_status st = mag_db_write(c->db, write_all, &w);

	*letters = w.letters;
	*edition = w.edition;
	return st;
}
