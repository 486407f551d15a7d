/* SPDX-License-Identifier: MIT */
/* What staff have ahead of them, and what came of it lately: in numbers. */
#include <magnetiq/booking.h>
#include <magnetiq/day.h>

#define LATELY	(30 * MAG_DAY)
#define SOON	(7 * MAG_DAY)

enum { PENDING, AHEAD, TODAY, NEXT, CANCELLED, MISSED, NUMBERS };
static const char *const names[NUMBERS] = {
	"pending", "confirmed_ahead", "today", "next_7_days",
	"cancelled_last_30_days", "no_show_last_30_days"
};

/*
 * Each part is found by an index of its own: those that wait, those that begin
 * since a month ago, those that were cancelled since.  Consultants without any
 * stand there as well.  The + keeps SQLite from reading all bookings in the
 * order of their consultants, which would save it a sort of the few that count.
 *
 * ?1 a month ago, ?2 now, ?3 and ?4 the day, ?5 in a week.
 */
static const char sql_numbers[] =
    "SELECT n.who, k.first_name, k.last_name, sum(n.pending), sum(n.ahead),"
    " sum(n.today), sum(n.next), sum(n.cancelled), sum(n.missed) FROM ("
    "SELECT id AS who, 0 AS pending, 0 AS ahead, 0 AS today, 0 AS next,"
    " 0 AS cancelled, 0 AS missed FROM consultants WHERE deleted_at IS NULL"
    " UNION ALL SELECT consultant_id, count(*), 0, 0, 0, 0, 0 FROM bookings"
    " WHERE status = 'pending' AND deleted_at IS NULL GROUP BY consultant_id"
    " UNION ALL SELECT consultant_id, 0,"
    " sum(status = 'confirmed' AND starts_at > ?2),"
    " sum(status <> 'cancelled' AND starts_at >= ?3 AND starts_at < ?4),"
    " sum(status IN ('pending', 'confirmed') AND starts_at > ?2"
    " AND starts_at <= ?5), 0,"
    " sum(status = 'no_show' AND starts_at <= ?2) FROM bookings"
    " WHERE starts_at >= ?1 AND deleted_at IS NULL GROUP BY +consultant_id"
    " UNION ALL SELECT consultant_id, 0, 0, 0, 0, count(*), 0 FROM bookings"
    " WHERE status = 'cancelled' AND cancelled_at >= ?1"
    " AND deleted_at IS NULL GROUP BY +consultant_id) n"
    " LEFT JOIN consultants k ON k.id = n.who GROUP BY n.who ORDER BY n.who";

static void
print_numbers(struct mag_buf *b, const int64_t n[NUMBERS])
{
	int i;

	for (i = 0; i < NUMBERS; i++)
		mag_buf_addf(b, "\"%s\":%lld,", names[i], (long long)n[i]);
}

static void
add_text(struct mag_buf *b, const char *name, struct mag_str s)
{

	mag_buf_addf(b, "\"%s\":", name);
	if (s.p == NULL)
		mag_buf_adds(b, "null");
	else
		mag_buf_json(b, s.p, s.n);
}

/* Bookings of an earlier Magnetiq have nobody. */
static void
print_line(struct mag_buf *b, struct mag_row *row, int64_t sum[NUMBERS])
{
	int64_t n[NUMBERS];
	int i;

	for (i = 0; i < NUMBERS; i++) {
		n[i] = mag_row_int(row, 3 + i);
		sum[i] += n[i];
	}
	mag_buf_addc(b, '{');
	print_numbers(b, n);
	if (mag_row_null(row, 0))
		mag_buf_adds(b, "\"consultant_id\":null,");
	else
		mag_buf_addf(b, "\"consultant_id\":%lld,",
		    (long long)mag_row_int(row, 0));
	add_text(b, "first_name", mag_row_str(row, 1));
	mag_buf_addc(b, ',');
	add_text(b, "last_name", mag_row_str(row, 2));
	mag_buf_addc(b, '}');
}

enum mag_status
mag_booking_summary(struct mag_buf *b, struct mag_call *c)
{
	int64_t today = mag_day_of(c->now) * MAG_DAY, sum[NUMBERS] = { 0 };
	struct mag_row *row = NULL;
	struct mag_buf lines;
	enum mag_status st;

	mag_buf_init(&lines, c->a, 1024);
	st = mag_db_query(&row, c->db, sql_numbers, "ttttt", c->now - LATELY,
	    c->now, today, today + MAG_DAY, c->now + SOON);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (lines.len > 0)
			mag_buf_addc(&lines, ',');
		print_line(&lines, row, sum);
	}
	mag_row_done(row);
	if (st != MAG_NOT_FOUND)
		return st;
	mag_buf_addc(b, '{');
	print_numbers(b, sum);
	mag_buf_addf(b, "\"consultants\":[%s]}", lines.p);
	return MAG_OK;
}
