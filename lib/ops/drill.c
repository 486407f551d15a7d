/* SPDX-License-Identifier: MIT */
/* What became of the last drill; jobs/backup.c writes it down. */
#include <magnetiq/clock.h>
#include <magnetiq/ops.h>

static const char sql_last[] =
    "SELECT ran_at, name, error, took_ms, files, tables, rows"
    " FROM backup_drills";

enum mag_status
mag_drill_print(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;
	char when[MAG_TIME_TEXT];
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_last, "");
	if (st == MAG_NOT_FOUND)
		mag_buf_adds(b, "null");
	if (st != MAG_OK)
		goto done;
	mag_time_rfc3339(when, mag_row_time(row, 0));
	mag_buf_addf(b, "{\"ran_at\":\"%s\",\"name\":", when);
	mag_buf_jsons(b, mag_row_dup(row, 1, c->a));
	mag_buf_addf(b, ",\"passed\":%s,\"error\":",
	    mag_row_null(row, 2) ? "true" : "false");
	mag_buf_jsons(b, mag_row_null(row, 2) ? NULL :
	    mag_row_dup(row, 2, c->a));
	mag_buf_addf(b, ",\"took_ms\":%lld,\"files\":%lld,\"tables\":%lld,"
	    "\"rows\":%lld}", (long long)mag_row_int(row, 3),
	    (long long)mag_row_int(row, 4), (long long)mag_row_int(row, 5),
	    (long long)mag_row_int(row, 6));
done:
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
