/* SPDX-License-Identifier: MIT */
/* A lead's history and letters, and its score explained. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/outbox.h>

#include "lead.h"
#include "noun.h"

const char lead_sql_deeds[] =
    "SELECT 'registrations', r.id, r.registered_at AS at, r.email,"
    " r.first_name, r.last_name, r.company, r.job_title, r.phone, r.website,"
    " r.language, r.utm_source, r.status, r.marketing_consent, r.attended,"
    " r.webinar_id, w.title FROM webinar_registrations r"
    " LEFT JOIN webinars w ON w.id = r.webinar_id WHERE r.email_folded = ?1"
    " UNION ALL"
    " SELECT 'downloads', d.id, d.downloaded_at, d.email, d.first_name,"
    " d.last_name, d.company, d.job_title, d.phone, d.website, d.language,"
    " d.utm_source, 'downloaded', d.marketing_consent, 0, d.whitepaper_id,"
    " p.title FROM whitepaper_downloads d LEFT JOIN whitepapers p"
    " ON p.id = d.whitepaper_id WHERE d.email_folded = ?1"
    " UNION ALL"
    " SELECT 'bookings', b.id, b.created_at, b.email, b.first_name,"
    " b.last_name, b.company, b.job_title, b.phone, b.website, b.language,"
    " b.utm_source, b.status, b.marketing_consent, 0, b.consultant_id, NULL"
    " FROM bookings b WHERE b.email_folded = ?1 AND b.deleted_at IS NULL"
    " UNION ALL"
    " SELECT 'imports', i.id, i.imported_at, i.email, i.first_name,"
    " i.last_name, i.company, i.job_title, i.phone, i.website, i.language,"
    " i.utm_source, 'imported', 0, 0, NULL, NULL"
    " FROM lead_imports i WHERE i.email_folded = ?1"
    " ORDER BY at";

/* `registrations` counts what is one registration. */
static void
print_kind(struct mag_buf *b, struct mag_row *row)
{
	struct mag_str kind = mag_row_str(row, LEAD_KIND);

	mag_buf_json(b, kind.p, kind.n - 1);
}

static void
print_deed(struct mag_buf *b, struct mag_row *row)
{
	struct mag_str s;
	char when[MAG_TIME_TEXT];

	mag_time_rfc3339(when, mag_row_time(row, LEAD_AT));
	mag_buf_adds(b, "{\"type\":");
	print_kind(b, row);
	mag_buf_addf(b, ",\"id\":%lld,\"at\":\"%s\",\"status\":",
	    (long long)mag_row_int(row, LEAD_ID), when);
	s = mag_row_str(row, LEAD_STATUS);
	mag_buf_json(b, s.p, s.n);
	mag_buf_addf(b, ",\"attended\":%s,\"object_id\":",
	    mag_row_int(row, LEAD_ATTENDED) != 0 ? "true" : "false");
	if (mag_row_null(row, LEAD_OF))
		mag_buf_adds(b, "null");
	else
		mag_buf_addi(b, mag_row_int(row, LEAD_OF));
	mag_buf_adds(b, ",\"title\":");
	s = mag_row_str(row, LEAD_TITLE);
	if (s.p == NULL)
		mag_buf_adds(b, "null}");
	else {
		mag_buf_add(b, s.p, s.n);
		mag_buf_addc(b, '}');
	}
}

static enum mag_status
print_history(struct mag_buf *b, struct mag_call *c, const char *folded)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	mag_buf_adds(b, ",\"history\":[");
	st = mag_db_query(&row, c->db, lead_sql_deeds, "s", folded);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_buf_adds(b, n++ > 0 ? "," : "");
		print_deed(b, row);
	}
	mag_row_done(row);
	mag_buf_addc(b, ']');
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
print_score(struct mag_buf *b, struct mag_call *c, const struct mag_record *r)
{
	struct lead_points points[LEAD_RULES];
	enum mag_status st;
	size_t n, i;

	st = lead_score(points, &n, c, r);
	mag_buf_adds(b, ",\"score_explained\":[");
	for (i = 0; i < n; i++)
		mag_buf_addf(b, "%s{\"rule\":\"%s\",\"count\":%lld,"
		    "\"points\":%lld}", i > 0 ? "," : "", points[i].rule,
		    (long long)points[i].count, (long long)points[i].points);
	mag_buf_addc(b, ']');
	return st;
}

enum mag_status
mag_lead_print(struct mag_buf *b, struct mag_call *c,
    const struct mag_record *r)
{
	struct mag_buf whole;
	enum mag_status st;

	mag_buf_init(&whole, c->a, 2048);
	mag_record_print(&whole, c, r, MAG_VIEW_STAFF, NULL);
	mag_buf_add(b, whole.p, whole.len - 1);
	if ((st = print_score(b, c, r)) != MAG_OK ||
	    (st = print_history(b, c, mag_text(r, "email_folded"))) != MAG_OK ||
	    (st = mag_outbox_to(b, c, mag_text(r, "email_folded"))) != MAG_OK)
		return st;
	mag_buf_addc(b, '}');
	return MAG_OK;
}
