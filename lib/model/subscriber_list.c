/* SPDX-License-Identifier: MIT */
/* The newsletter's readers, as a table that listmonk takes. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/csv.h>
#include <magnetiq/db.h>
#include <magnetiq/subscriber.h>
#include <magnetiq/suppression.h>

/* Who has confirmed and not ended it.  Whether an address has bounced is known
 * by a MAC only, so that is asked row by row. */
static const char sql_readers[] =
    "SELECT s.email, coalesce(l.first_name, ''), coalesce(l.last_name, ''),"
    " s.language, s.confirmed_at FROM subscribers s"
    " LEFT JOIN leads l ON l.email_folded = s.email_folded"
    " WHERE s.status = 'confirmed' ORDER BY s.id";

static void
cell(struct mag_buf *b, const char *s)
{

	mag_csv_cell(b, s, strlen(s));
}

static void
print_reader(struct mag_buf *b, struct mag_arena *a, struct mag_row *row)
{
	const char *first = mag_row_dup(row, 1, a);
	const char *last = mag_row_dup(row, 2, a);
	char when[MAG_TIME_TEXT];
	struct mag_buf more;

	mag_time_rfc3339(when, mag_row_time(row, 4));
	mag_buf_init(&more, a, 128);
	mag_buf_adds(&more, "{\"language\":");
	mag_buf_jsons(&more, mag_row_dup(row, 3, a));
	mag_buf_addf(&more, ",\"confirmed_at\":\"%s\"}", when);
	cell(b, mag_row_dup(row, 0, a));
	cell(b, mag_printf(a, "%s%s%s", first, *first != '\0' &&
	    *last != '\0' ? " " : "", last));
	cell(b, more.p);
	mag_csv_end(b);
}

enum mag_status
mag_subscribers_print(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	unsigned refused;

	cell(b, "email");
	cell(b, "name");
	cell(b, "attributes");
	mag_csv_end(b);
	st = mag_db_query(&row, c->db, sql_readers, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		if ((st = mag_suppressed(&refused, c,
		    mag_row_dup(row, 0, c->a))) == MAG_OK && refused == 0)
			print_reader(b, c->a, row);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
