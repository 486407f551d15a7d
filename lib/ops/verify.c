/* SPDX-License-Identifier: MIT */
/* Is the site what it says of itself?  One line for each thing that is not. */
#include <magnetiq/media.h>
#include <magnetiq/search.h>
#include <magnetiq/webhook.h>

#include "ops.h"

/* Rules that no constraint can hold: each names the rows that break it. */
static const struct rule {
	const char	*before, *after;	/* the row's number */
	const char	*sql;
} rules[] = {
	{ "page", ": it is in no search, and not waiting for it",
	  "SELECT p.id FROM pages p WHERE p.deleted_at IS NULL"
	  " AND NOT EXISTS (SELECT 1 FROM search_text t WHERE t.noun = 'page'"
	  " AND t.object_id = p.id) AND NOT EXISTS (SELECT 1 FROM search_todo t"
	  " WHERE t.noun = 'page' AND t.object_id = p.id)" },
	{ "page", ": search knows it, and it is not there",
	  "SELECT DISTINCT t.object_id FROM search_text t WHERE t.noun = 'page'"
	  " AND NOT EXISTS (SELECT 1 FROM pages p WHERE p.id = t.object_id"
	  " AND p.deleted_at IS NULL) AND NOT EXISTS (SELECT 1 FROM"
	  " search_todo o WHERE o.noun = 'page'"
	  " AND o.object_id = t.object_id)" },
	{ "page", ": strangers find it, and it is not published",
	  "SELECT DISTINCT p.id FROM pages p JOIN search_text t"
	  " ON t.noun = 'page' AND t.object_id = p.id"
	  " WHERE p.status <> 'published' AND t.scope LIKE '% zp%'"
	  " AND NOT EXISTS (SELECT 1 FROM search_todo o WHERE o.noun = 'page'"
	  " AND o.object_id = p.id)" },
	{ "page", ": its address in a language is that of another page",
	  "SELECT s.page_id FROM page_slugs s JOIN pages p ON p.slug = s.slug"
	  " AND p.deleted_at IS NULL AND p.id <> s.page_id"
	  " WHERE s.current = 1" },
	{ "page", ": a later version than its own is kept",
	  "SELECT p.id FROM pages p WHERE p.version < (SELECT max(v.version)"
	  " FROM page_versions v WHERE v.page_id = p.id)" },
	{ "totals: lists say", " pages more or less than there are",
	  "SELECT t.n - (SELECT count(*) FROM pages p WHERE"
	  " p.deleted_at IS NULL AND (t.status = '' OR p.status = t.status))"
	  " AS off FROM totals t WHERE t.noun = 'page' AND t.n <>"
	  " (SELECT count(*) FROM pages p WHERE p.deleted_at IS NULL"
	  " AND (t.status = '' OR p.status = t.status))" },
	{ "totals: lists say", " media more or less than there are",
	  "SELECT t.n - (SELECT count(*) FROM media_files"
	  " WHERE deleted_at IS NULL) FROM totals t WHERE t.noun = 'media'"
	  " AND t.n <> (SELECT count(*) FROM media_files"
	  " WHERE deleted_at IS NULL)" },
	{ "totals: lists say", " webinars more or less than there are",
	  "SELECT t.n - (SELECT count(*) FROM webinars w WHERE"
	  " w.deleted_at IS NULL AND (t.status = '' OR w.status = t.status))"
	  " AS off FROM totals t WHERE t.noun = 'webinar' AND t.n <>"
	  " (SELECT count(*) FROM webinars w WHERE w.deleted_at IS NULL"
	  " AND (t.status = '' OR w.status = t.status))" },
	{ "webinar", ": more people have a seat than there are seats",
	  "SELECT w.id FROM webinars w WHERE w.max_participants < (SELECT"
	  " count(*) FROM webinar_registrations r WHERE r.webinar_id = w.id"
	  " AND r.status = 'confirmed' AND r.legacy_exempt = 0)" },
	{ "webinar", ": strangers find it, and it is not public",
	  "SELECT DISTINCT w.id FROM webinars w JOIN search_text t"
	  " ON t.noun = 'webinar' AND t.object_id = w.id"
	  " WHERE (w.status = 'cancelled' OR w.deleted_at IS NOT NULL)"
	  " AND t.scope LIKE '% zp%'" },
	{ "registration", ": it has no reference, or no folded e-mail",
	  "SELECT id FROM webinar_registrations WHERE reference IS NULL"
	  " OR (email_folded IS NULL AND email <> '')" },
	{ "booking", ": another one has the same consultant at the same time",
	  "SELECT a.id FROM bookings a JOIN bookings b"
	  " ON b.consultant_id = a.consultant_id AND b.id < a.id"
	  " AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at"
	  " WHERE a.status IN ('pending', 'confirmed')"
	  " AND b.status IN ('pending', 'confirmed') AND a.deleted_at IS NULL"
	  " AND b.deleted_at IS NULL AND a.legacy_exempt = 0"
	  " AND b.legacy_exempt = 0" },
	{ "generation:", " of its rows are there, and three should be",
	  "SELECT n FROM (SELECT count(*) AS n FROM generation WHERE name IN"
	  " ('content', 'offers', 'appointments')) WHERE n <> 3" },
	{ "users:", " are there, and no active admin",
	  "SELECT n FROM (SELECT count(*) AS n FROM admin_users) WHERE n > 0"
	  " AND NOT EXISTS (SELECT 1 FROM admin_users WHERE role = 'admin'"
	  " AND is_active = 1 AND deleted_at IS NULL)" },
};

static enum mag_status
check(struct mag_buf *b, struct mag_call *c, const struct rule *rule)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, c->db, rule->sql, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_buf_addf(b, "%s %lld%s\n", rule->before,
		    (long long)mag_row_int(row, 0), rule->after);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

struct checking {
	struct mag_call	*c;
	struct mag_buf	*b;
	size_t		 from;
};

/* All rules at one moment: the site may be written to meanwhile. */
static enum mag_status
check_all(struct mag_db *db, void *arg)
{
	struct checking *w = arg;
	enum mag_status st;
	size_t i;

	(void)db;
	w->b->len = w->from;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((st = check(w->b, w->c, &rules[i])) != MAG_OK)
			return st;
	return MAG_OK;
}

enum mag_status
mag_op_verify(struct mag_call *c, struct mag_buf *b)
{
	struct checking w = { c, b, 0 };
	enum mag_status st;

	if ((st = mag_db_verify(c->db, b)) != MAG_OK)
		return st;
	w.from = b->len;
	if ((st = mag_db_read(c->db, check_all, &w)) != MAG_OK ||
	    (st = mag_search_verify(b, c)) != MAG_OK)
		return st;
	if ((st = mag_webhook_verify(b, c)) != MAG_OK)
		return st;
	return mag_media_verify(b, c);
}
