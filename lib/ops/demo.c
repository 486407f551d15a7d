/* SPDX-License-Identifier: MIT */
/*
 * A small believable site, for first looks: pages, offers, and invented people
 * who made use of them.  All of it or nothing, and only on an empty site.
 */
#include <assert.h>
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/embed.h>
#include <magnetiq/media.h>

#include "ops.h"

#define PAPER	"before-you-buy.pdf"

static const char sql_anything[] = "SELECT (SELECT count(*) FROM pages)"
    " + (SELECT count(*) FROM webinars) + (SELECT count(*) FROM whitepapers)"
    " + (SELECT count(*) FROM consultants)";
static const char sql_paper[] =
    "SELECT 1 FROM media_files WHERE original_filename = ?1 LIMIT 1";
static const char sql_people[] =
    "SELECT email, language, marketing_consent, 'registration'"
    " FROM webinar_registrations UNION ALL"
    " SELECT email, language, marketing_consent, 'download'"
    " FROM whitepaper_downloads UNION ALL"
    " SELECT email, language, marketing_consent, 'booking' FROM bookings";

struct seeding {
	struct mag_call	*c;
	bool		 seeded;
};

static const struct mag_file *
file(const char *name)
{
	const struct mag_file *f = mag_file_find(mag_files_sql, name);

	assert(f != NULL);
	return f;
}

/* A file comes before the rows that name it; a second try finds it there. */
static enum mag_status
bring_paper(struct mag_call *c)
{
	static const char words[] = "{\"title\":{\"en\":\"Five questions before"
	    " you buy a machine\"},\"visibility\":\"private\"}";
	const struct mag_file *f = file("demo.pdf");
	struct mag_upload *u = NULL;
	struct mag_record *r;
	const struct mag_json *fields;
	enum mag_status st;
	int64_t one;

	if ((st = mag_db_int(&one, c->db, sql_paper, "s", PAPER)) !=
	    MAG_NOT_FOUND)
		return st;
	fields = mag_json_own(c->a, words, sizeof(words) - 1);
	assert(fields != NULL);
	if ((st = mag_upload_begin(&u, c, (int64_t)f->len)) != MAG_OK ||
	    (st = mag_upload_add(u, f->text, f->len)) != MAG_OK ||
	    (st = mag_upload_end(u)) != MAG_OK)
		goto done;
	st = mag_media_create(&r, c, u, PAPER, fields);
done:
	mag_upload_free(u);
	return st;
}

static enum mag_status
agree(struct mag_call *c, const struct mag_consent *given, bool marketing)
{
	struct mag_consent k = *given;
	enum mag_status st;
	int64_t id;

	k.purpose = MAG_CONSENT_PRIVACY;
	if ((st = mag_consent_give(&id, c, &k)) != MAG_OK || !marketing)
		return st;
	k.purpose = MAG_CONSENT_MARKETING;
	return mag_consent_give(&id, c, &k);
}

/* In the words that a visitor would have read. */
static enum mag_status
agree_all(struct mag_call *c)
{
	struct mag_row *row = NULL;
	struct mag_consent k;
	enum mag_status st;

	st = mag_db_query(&row, c->db, sql_people, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		k = (struct mag_consent){
			.email = mag_row_dup(row, 0, c->a),
			.language = mag_row_dup(row, 1, c->a),
			.source = mag_row_dup(row, 3, c->a)
		};
		st = agree(c, &k, mag_row_int(row, 2) != 0);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
seed(struct mag_db *db, void *arg)
{
	struct seeding *w = arg;
	enum mag_status st;
	int64_t n;

	if ((st = mag_db_int(&n, db, sql_anything, "")) != MAG_OK)
		return st;
	if (!(w->seeded = n == 0))
		return MAG_OK;
	if ((st = mag_db_script(db, file("demo.sql")->text)) != MAG_OK ||
	    (st = mag_db_script(db, file("demo-business.sql")->text)) != MAG_OK)
		return st;
	return agree_all(w->c);
}

/* What the jobs process would do within seconds, so that it is there now. */
static enum mag_status
follow(struct mag_call *c, struct mag_buf *report)
{
	static const char *const names[] = { "search", "leads" };
	enum mag_status st = MAG_OK;
	int64_t done;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && st == MAG_OK; i++)
		st = mag_op_find(names[i])->run(c, report, &done);
	report->len = 0;
	return st;
}

enum mag_status
mag_op_demo(struct mag_call *c, struct mag_buf *report)
{
	struct seeding w = { c, false };
	enum mag_status st;
	int64_t n;

	if ((st = mag_db_int(&n, c->db, sql_anything, "")) != MAG_OK)
		return st;
	if (n == 0 && (st = bring_paper(c)) != MAG_OK)
		return st;
	if (n == 0 && (st = mag_db_write(c->db, seed, &w)) != MAG_OK)
		return st;
	if (w.seeded)
		st = follow(c, report);
	mag_buf_adds(report, w.seeded ? "the demo site is there" :
	    "there are pages or offers already; nothing done");
	return st;
}
