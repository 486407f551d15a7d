/* SPDX-License-Identifier: MIT */
/* What was looked at and what came of it, by day and by source. */
#include <string.h>

#include <magnetiq/analytics.h>
#include <magnetiq/db.h>
#include <magnetiq/day.h>



enum column { VIEWS, CLICKS, REGISTRATIONS, DOWNLOADS, BOOKINGS, COLUMNS };
static const char *const names[COLUMNS] = {
	"views", "clicks", "registrations", "downloads", "bookings"
};

/* A line of a table: a day or a source, and how much of each. */
struct line {
	const char	*key;
	int64_t		 n[COLUMNS];
};
struct table {
	struct mag_call	*c;
	struct line	*line;
	size_t		 n, size;
};

static struct line *
line_of(struct table *t, const char *key)
{
	struct line *more;
	size_t i;

	for (i = t->n; i > 0; i--)
		if (strcmp(t->line[i - 1].key, key) == 0)
			return &t->line[i - 1];
	if (t->n == t->size) {
		t->size = t->size == 0 ? 64 : t->size * 2;
		more = mag_alloc(t->c->a, t->size * sizeof(*more));
		if (t->n > 0)
			memcpy(more, t->line, t->n * sizeof(*more));
		t->line = more;
	}
	t->line[t->n] = (struct line){ .key = mag_strdup(t->c->a, key) };
	return &t->line[t->n++];
}

/* Each gives a key and a number, for one column. */
static const struct question {
	enum column	 column;
	const char	*by_day, *by_source;
} questions[] = {
	{ VIEWS, "SELECT day, n FROM analytics_days WHERE day >= ?1"
	  " AND day < ?2 AND event_type = 'page_view'",
	  "SELECT source, sum(n) FROM analytics_sources WHERE day >= ?1"
	  " AND day < ?2 AND event_type = 'page_view' GROUP BY source" },
	{ CLICKS, "SELECT day, sum(n) FROM analytics_days WHERE day >= ?1"
	  " AND day < ?2 AND event_type <> 'page_view' GROUP BY day",
	  "SELECT source, sum(n) FROM analytics_sources WHERE day >= ?1"
	  " AND day < ?2 AND event_type <> 'page_view' GROUP BY source" },
	{ REGISTRATIONS, "SELECT substr(registered_at, 1, 10) AS day, count(*)"
	  " FROM webinar_registrations WHERE registered_at >= ?1"
	  " AND registered_at < ?2 GROUP BY day",
	  "SELECT coalesce(utm_source, '') AS source, count(*)"
	  " FROM webinar_registrations WHERE registered_at >= ?1"
	  " AND registered_at < ?2 GROUP BY source" },
	{ DOWNLOADS, "SELECT substr(downloaded_at, 1, 10) AS day, count(*)"
	  " FROM whitepaper_downloads WHERE downloaded_at >= ?1"
	  " AND downloaded_at < ?2 GROUP BY day",
	  "SELECT coalesce(utm_source, '') AS source, count(*)"
	  " FROM whitepaper_downloads WHERE downloaded_at >= ?1"
	  " AND downloaded_at < ?2 GROUP BY source" },
	{ BOOKINGS, "SELECT substr(created_at, 1, 10) AS day, count(*)"
	  " FROM bookings WHERE created_at >= ?1 AND created_at < ?2"
	  " AND deleted_at IS NULL GROUP BY day",
	  "SELECT coalesce(utm_source, '') AS source, count(*)"
	  " FROM bookings WHERE created_at >= ?1 AND created_at < ?2"
	  " AND deleted_at IS NULL GROUP BY source" },
};

struct span {
	char		 from[MAG_DAY_TEXT], until[MAG_DAY_TEXT];
};

static enum mag_status
ask(struct table *t, const char *sql, enum column column,
    const struct span *span)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, t->c->db, sql, "ss", span->from, span->until);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		line_of(t, mag_row_dup(row, 0, t->c->a))->n[column] +=
		    mag_row_int(row, 1);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
fill(struct table *t, bool by_day, const struct span *span)
{
	const struct question *q;
	enum mag_status st = MAG_OK;
	size_t i;

	for (i = 0; st == MAG_OK &&
	    i < sizeof(questions) / sizeof(questions[0]); i++) {
		q = &questions[i];
		st = ask(t, by_day ? q->by_day : q->by_source, q->column, span);
	}
	return st;
}

/* Of a hundred views so many became something. */
static void
print_numbers(struct mag_buf *b, const struct line *l)
{
	int64_t deeds = l->n[REGISTRATIONS] + l->n[DOWNLOADS] + l->n[BOOKINGS];
	int i;

	for (i = 0; i < COLUMNS; i++)
		mag_buf_addf(b, "%s\"%s\":%lld", i > 0 ? "," : "", names[i],
		    (long long)l->n[i]);
	mag_buf_addf(b, ",\"conversion\":%.4f", l->n[VIEWS] == 0 ? 0.0 :
	    (double)deeds / (double)l->n[VIEWS]);
}

static void
print_table(struct mag_buf *b, const char *name, const char *key,
    const struct table *t)
{
	size_t i;

	mag_buf_addf(b, ",\"%s\":[", name);
	for (i = 0; i < t->n; i++) {
		mag_buf_addf(b, "%s{\"%s\":", i > 0 ? "," : "", key);
		mag_buf_jsons(b, *t->line[i].key == '\0' ? "direct" :
		    t->line[i].key);
		mag_buf_addc(b, ',');
		print_numbers(b, &t->line[i]);
		mag_buf_addc(b, '}');
	}
	mag_buf_addc(b, ']');
}

static const char sql_pages[] =
    "SELECT page_path, sum(n) AS views FROM analytics_pages WHERE day >= ?1"
    " AND day < ?2 GROUP BY page_path ORDER BY views DESC, page_path LIMIT 50";

static enum mag_status
print_pages(struct mag_buf *b, struct mag_call *c, const struct span *span)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	mag_buf_adds(b, ",\"pages\":[");
	st = mag_db_query(&row, c->db, sql_pages, "ss", span->from,
	    span->until);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_buf_addf(b, "%s{\"path\":", n++ > 0 ? "," : "");
		mag_buf_jsons(b, mag_row_dup(row, 0, c->a));
		mag_buf_addf(b, ",\"views\":%lld}",
		    (long long)mag_row_int(row, 1));
	}
	mag_row_done(row);
	mag_buf_addc(b, ']');
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_analytics_print(struct mag_buf *b, struct mag_call *c, int64_t from,
    int64_t to)
{
	struct table days = { .c = c }, sources = { .c = c };
	struct line sum = { .key = "" };
	char text[MAG_DAY_TEXT];
	struct span span;
	enum mag_status st;
	int64_t day;
	size_t i;
	int k;

	mag_day_print(span.from, from);
	mag_day_print(span.until, to + 1);
	for (day = from; day <= to; day++) {
		mag_day_print(text, day);
		(void)line_of(&days, text);
	}
	if ((st = fill(&days, true, &span)) != MAG_OK ||
	    (st = fill(&sources, false, &span)) != MAG_OK)
		return st;
	for (i = 0; i < days.n; i++)
		for (k = 0; k < COLUMNS; k++)
			sum.n[k] += days.line[i].n[k];
	mag_day_print(text, to);
	mag_buf_addf(b, "{\"from\":\"%s\",\"to\":\"%s\",\"totals\":{",
	    span.from, text);
	print_numbers(b, &sum);
	mag_buf_addc(b, '}');
	print_table(b, "by_day", "day", &days);
	print_table(b, "by_source", "source", &sources);
	if ((st = print_pages(b, c, &span)) != MAG_OK)
		return st;
	mag_buf_adds(b, ",\"funnels\":");
	st = mag_funnels_print(b, c, span.from, span.until);
	mag_buf_addc(b, '}');
	return st;
}
