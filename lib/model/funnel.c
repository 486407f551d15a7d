/* SPDX-License-Identifier: MIT */
/*
 * From a view to a seat, a paper or a conversation: by offer, and within it by
 * the campaign that people came from.  Views are sums of days, deeds are rows.
 */
#include <string.h>

#include <magnetiq/analytics.h>
#include <magnetiq/db.h>

/* Columns: id, slug, the three of a campaign, views, deeds, who then came. */
#define HEAD "SELECT o.id, x.slug, o.source, o.medium, o.campaign," \
    " sum(o.views), sum(o.deeds), sum(o.kept) FROM (" VIEWS
#define VIEWS "SELECT object_id AS id, utm_source AS source," \
    " utm_medium AS medium, utm_campaign AS campaign, n AS views," \
    " 0 AS deeds, 0 AS kept FROM analytics_offers" \
    " WHERE day >= ?1 AND day < ?2 AND noun = "
#define CAMPAIGN " coalesce(utm_source, ''), coalesce(utm_medium, '')," \
    " coalesce(utm_campaign, ''), 0, 1,"
#define TAIL " GROUP BY o.id, 2, o.source, o.medium, o.campaign" \
    " ORDER BY o.id DESC, 7 DESC, 6 DESC, o.source LIMIT ?3"

static const struct stage {
	const char	*noun, *sql;
} stages[] = {
	{ "webinar", HEAD "'webinar' UNION ALL SELECT webinar_id," CAMPAIGN
	  " attended FROM webinar_registrations WHERE registered_at >= ?1"
	  " AND registered_at < ?2 AND status <> 'cancelled') o"
	  " JOIN webinars x ON x.id = o.id" TAIL },
	{ "whitepaper", HEAD "'whitepaper' UNION ALL SELECT whitepaper_id,"
	  CAMPAIGN " 0 FROM whitepaper_downloads WHERE downloaded_at >= ?1"
	  " AND downloaded_at < ?2) o JOIN whitepapers x ON x.id = o.id" TAIL },
	{ "booking", "SELECT o.id, '' AS slug, o.source, o.medium, o.campaign,"
	  " sum(o.views), sum(o.deeds), sum(o.kept) FROM (" VIEWS "'booking'"
	  " UNION ALL SELECT 0," CAMPAIGN " status = 'completed' FROM bookings"
	  " WHERE created_at >= ?1 AND created_at < ?2 AND deleted_at IS NULL"
	  " AND status <> 'cancelled') o" TAIL },
};

#define LINES_MAX	1000	/* campaigns of all offers of a noun */
enum { VIEWED, DONE, CAME, NUMBERS };
static const char *const numbers[NUMBERS] = { "views", "conversions",
    "attended" };

/* An offer whose campaigns are being read. */
struct offer {
	struct mag_call	*c;
	struct mag_buf	*out, campaigns;
	const char	*noun, *slug;
	int64_t		 id, sum[NUMBERS];
	bool		 open;
	int		 printed;
};

static void
print_numbers(struct mag_buf *b, const int64_t n[NUMBERS])
{
	int i;

	for (i = 0; i < NUMBERS; i++)
		mag_buf_addf(b, ",\"%s\":%lld", numbers[i], (long long)n[i]);
}

static void
close_offer(struct offer *o)
{

	if (!o->open)
		return;
	mag_buf_addf(o->out, "%s{\"noun\":\"%s\",\"id\":", o->printed++ > 0 ?
	    "," : "", o->noun);
	if (o->id == 0)
		mag_buf_adds(o->out, "null,\"slug\":null");
	else {
		mag_buf_addf(o->out, "%lld,\"slug\":", (long long)o->id);
		mag_buf_jsons(o->out, o->slug);
	}
	print_numbers(o->out, o->sum);
	mag_buf_addf(o->out, ",\"campaigns\":[%s]}", o->campaigns.p);
	o->open = false;
}

static void
open_offer(struct offer *o, struct mag_row *row)
{

	close_offer(o);
	o->open = true;
	o->id = mag_row_int(row, 0);
	o->slug = mag_row_dup(row, 1, o->c->a);
	memset(o->sum, 0, sizeof(o->sum));
	mag_buf_init(&o->campaigns, o->c->a, 256);
}

static void
add_campaign(struct offer *o, struct mag_row *row)
{
	static const char *const names[] = { "utm_source", "utm_medium",
	    "utm_campaign" };
	struct mag_buf *b = &o->campaigns;
	int64_t n[NUMBERS];
	int i;

	mag_buf_adds(b, b->len > 0 ? "," : "");
	for (i = 0; i < 3; i++) {
		mag_buf_addf(b, "%s\"%s\":", i == 0 ? "{" : ",", names[i]);
		mag_buf_jsons(b, mag_row_dup(row, 2 + i, o->c->a));
	}
	for (i = 0; i < NUMBERS; i++) {
		n[i] = mag_row_int(row, 5 + i);
		o->sum[i] += n[i];
	}
	print_numbers(b, n);
	mag_buf_addc(b, '}');
}

static enum mag_status
print_noun(struct offer *o, const struct stage *s, const char *from,
    const char *until)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	o->noun = s->noun;
	st = mag_db_query(&row, o->c->db, s->sql, "ssi", from, until,
	    (int64_t)LINES_MAX);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (!o->open || mag_row_int(row, 0) != o->id)
			open_offer(o, row);
		add_campaign(o, row);
	}
	mag_row_done(row);
	close_offer(o);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_funnels_print(struct mag_buf *b, struct mag_call *c, const char *from,
    const char *until)
{
	struct offer o = { .c = c, .out = b };
	enum mag_status st = MAG_OK;
	size_t i;

	mag_buf_addc(b, '[');
	for (i = 0; i < sizeof(stages) / sizeof(stages[0]) && st == MAG_OK; i++)
		st = print_noun(&o, &stages[i], from, until);
	mag_buf_addc(b, ']');
	return st;
}
