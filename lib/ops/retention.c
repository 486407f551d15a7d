/* SPDX-License-Identifier: MIT */
/* What is over is forgotten, class by class, and what is left over is told. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>
#include <magnetiq/lead.h>
#include <magnetiq/noun.h>
#include <magnetiq/retention.h>

#include "ops.h"

#define LEADS_AT_ONCE	1000

struct round {
	struct mag_call	*c;
	struct mag_buf	*report, sums;
	bool		 dry_run;
	int64_t		 rows;		/* of all classes */
};

static void
tell(struct round *w, const struct mag_retention *r, int64_t months,
    int64_t rows)
{

	mag_buf_addf(w->report, "%s{\"class\":\"%s\",\"months\":%lld,"
	    "\"how\":\"%s\",\"rows\":%lld}", w->report->p[w->report->len - 1]
	    == '[' ? "" : ",", r->class, (long long)months, months == 0 ?
	    "kept" : r->how == MAG_FORGETS_DROP ? "deleted" : "anonymised",
	    (long long)rows);
	if (rows > 0)
		mag_buf_addf(&w->sums, "%s\"%s\":%lld", w->rows > 0 ? "," : "",
		    r->class, (long long)rows);
	w->rows += rows;
}

static enum mag_status
treat(struct round *w, const struct mag_retention *r)
{
	int64_t months, before, rows = 0;
	enum mag_status st;

	if ((st = mag_retention_months(&months, w->c, r->class)) != MAG_OK)
		return st;
	before = mag_retention_before(w->c->now, months);
	if (months > 0)
		st = w->dry_run ?
		    mag_retention_count(&rows, w->c, r, before) :
		    mag_retention_forget(&rows, w->c, r, before);
	tell(w, r, months, rows);
	return st;
}

/* Letters that development has written to disk are letters, too. */
static enum mag_status
treat_files(struct round *w)
{
	static const struct mag_retention files = { .class = "letter_files",
	    .how = MAG_FORGETS_DROP };
	DIR *dir = opendir(w->c->conf->mail_dir);
	const struct dirent *e;
	const char *path;
	struct stat sb;
	int64_t months, n = 0;
	enum mag_status st;

	st = mag_retention_months(&months, w->c, "letters");
	while (dir != NULL && st == MAG_OK && months > 0 &&
	    (e = readdir(dir)) != NULL) {
		path = mag_printf(w->c->a, "%s/%s", w->c->conf->mail_dir,
		    e->d_name);
		if (strstr(e->d_name, ".eml") != NULL &&
		    stat(path, &sb) == 0 && sb.st_mtime <
		    mag_retention_before(w->c->now, months) &&
		    (w->dry_run || unlink(path) == 0))
			n++;
	}
	if (dir != NULL)
		closedir(dir);
	if (n > 0)
		tell(w, &files, months, n);
	return st;
}

/* Traces of people of whom nothing else is kept: no class's age finds them. */
static const struct {
	const char	*what, *sql;
} leftovers[] = {
	{ "consents_of_nobody_else", "SELECT count(*) FROM consents c"
	  " WHERE c.email_folded <> '' AND NOT EXISTS (SELECT 1 FROM leads l"
	  " WHERE l.email_folded = c.email_folded) AND NOT EXISTS (SELECT 1"
	  " FROM subscribers s WHERE s.email_folded = c.email_folded)" },
	{ "letters_to_nobody_else", "SELECT count(*) FROM outbox o"
	  " WHERE NOT EXISTS (SELECT 1 FROM leads l"
	  " WHERE l.email_folded = o.recipient_folded) AND NOT EXISTS (SELECT 1"
	  " FROM subscribers s WHERE s.email_folded = o.recipient_folded)"
	  " AND NOT EXISTS (SELECT 1 FROM admin_users u"
	  " WHERE u.email_folded = o.recipient_folded) AND NOT EXISTS (SELECT 1"
	  " FROM consultants k WHERE k.email_folded = o.recipient_folded)" },
	{ "registrations_without_a_date", "SELECT count(*)"
	  " FROM webinar_registrations r LEFT JOIN webinars w"
	  " ON w.id = r.webinar_id WHERE r.email <> '' AND w.id IS NULL" },
};

static enum mag_status
tell_leftovers(struct round *w)
{
	enum mag_status st = MAG_OK;
	int64_t n;
	size_t i;

	mag_buf_adds(w->report, "],\"leftovers\":{");
	for (i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]) &&
	    st == MAG_OK; i++) {
		st = mag_db_int(&n, w->c->db, leftovers[i].sql, "");
		mag_buf_addf(w->report, "%s\"%s\":%lld", i > 0 ? "," : "",
		    leftovers[i].what, (long long)n);
	}
	mag_buf_adds(w->report, "}}");
	return st;
}

/* Leads are made of what was forgotten; and only when the old pages are gone
 * is it done. */
static enum mag_status
finish(struct round *w)
{
	struct mag_call *c = w->c;
	enum mag_status st;
	int64_t n;

	mag_buf_addc(&w->sums, '}');
	st = mag_audit_json(c, "retention", "person", 0, NULL, w->sums.p);
	do {
		if (st == MAG_OK)
			st = mag_lead_catch_up(&n, c, LEADS_AT_ONCE);
	} while (st == MAG_OK && n > 0);
	return st != MAG_OK ? st : mag_db_scrub(c->db);
}

enum mag_status
mag_op_retention(struct mag_call *c, bool dry_run, struct mag_buf *report,
    int64_t *rows)
{
	struct round w = { .c = c, .report = report, .dry_run = dry_run };
	const struct mag_retention *r;
	enum mag_status st = MAG_OK;

	mag_buf_init(&w.sums, c->a, 256);
	mag_buf_addc(&w.sums, '{');
	mag_buf_addf(report, "{\"dry_run\":%s,\"classes\":[",
	    dry_run ? "true" : "false");
	for (r = mag_retention_classes(); r->class != NULL && st == MAG_OK; r++)
		st = treat(&w, r);
	if (st != MAG_OK || (st = treat_files(&w)) != MAG_OK ||
	    (st = tell_leftovers(&w)) != MAG_OK)
		return st;
	*rows = w.rows;
	return dry_run || w.rows == 0 ? MAG_OK : finish(&w);
}

enum mag_status
op_retention(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	struct mag_buf all;
	enum mag_status st;

	mag_buf_init(&all, c->a, 1024);
	st = mag_op_retention(c, false, &all, done);
	mag_buf_addf(report, "%lld rows were over", (long long)*done);
	return st;
}
