/* SPDX-License-Identifier: MIT */
/* Findings as the panel reads them. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/i18n.h>
#include <magnetiq/watch.h>

#include "checks.h"

static const char sql_known[] =
    "SELECT id, check_name, gravity, what, arg, cure, cure_arg, began_at"
    " FROM findings WHERE over_at IS NULL ORDER BY gravity DESC, id";
static const char sql_since[] =
    "SELECT began_at FROM findings WHERE id = ?1 AND over_at IS NULL";

static void
print_one(struct mag_buf *b, struct mag_call *c, const char *check,
    const struct mag_finding *f, int64_t since)
{
	char when[MAG_TIME_TEXT];

	mag_buf_adds(b, b->p[b->len - 1] == '[' ? "{\"check\":" :
	    ",{\"check\":");
	mag_buf_jsons(b, check);
	mag_buf_addf(b, ",\"gravity\":\"%s\",\"what\":",
	    mag_gravity_name(f->gravity));
	mag_buf_jsons(b, mag_finding_what(c->a, c->lang, f));
	mag_buf_adds(b, ",\"cure\":");
	mag_buf_jsons(b, mag_finding_cure(c->a, c->lang, f));
	mag_time_rfc3339(when, since);
	mag_buf_addf(b, ",\"since\":%s%s%s}", since != 0 ? "\"" : "",
	    since != 0 ? when : "null", since != 0 ? "\"" : "");
}

/* Since when, if the jobs process has seen it, too. */
static int64_t
since(struct mag_call *c, const struct mag_finding *f)
{
	struct mag_row *row = NULL;
	int64_t t = 0;

	if (mag_db_row(&row, c->db, sql_since, "s", mag_printf(c->a, "%s: %s",
	    f->check->name, f->id)) == MAG_OK)
		t = mag_row_time(row, 0);
	mag_row_done(row);
	return t;
}

static bool
is_ours(const char *name)
{
	const struct mag_check *check;

	for (check = mag_checks(); check->name != NULL; check++)
		if (strcmp(check->name, name) == 0)
			return true;
	return false;
}

enum mag_status
mag_watch_print(struct mag_buf *b, struct mag_call *c,
    const struct mag_checkup *k)
{
	struct mag_finding known = { .next = NULL };
	const struct mag_finding *f;
	struct mag_row *row = NULL;
	enum mag_status st;
	const char *check;

	mag_buf_addc(b, '[');
	for (f = k->first; f != NULL; f = f->next)
		print_one(b, c, f->check->name, f, since(c, f));
	st = mag_db_query(&row, c->db, sql_known, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		check = mag_row_dup(row, 1, c->a);
		if (is_ours(check))
			continue;
		known.gravity = (enum mag_gravity)mag_row_int(row, 2);
		known.what = mag_row_dup(row, 3, c->a);
		known.arg = mag_row_dup(row, 4, c->a);
		known.cure = mag_row_dup(row, 5, c->a);
		known.cure_arg = mag_row_dup(row, 6, c->a);
		print_one(b, c, check, &known, mag_row_time(row, 7));
	}
	mag_row_done(row);
	mag_buf_addc(b, ']');
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
