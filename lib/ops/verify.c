/* SPDX-License-Identifier: MIT */
/* Is the site what it says of itself?  One line for each thing that is not. */
#include <string.h>

#include <magnetiq/media.h>
#include <magnetiq/progress.h>
#include <magnetiq/search.h>
#include <magnetiq/webhook.h>

#include "ops.h"

/* Rules that no constraint can hold. */
static const struct rule {
	const char	*before, *after;	/* the row's number */
	const char	*sql;
} rules[] = {
#define RULE(tables, before, after, sql) { before, after, sql },
#include "verify.def"
#undef RULE
};

static enum mag_status
check(struct mag_buf *b, struct mag_call *c, const struct rule *rule)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, c->db, rule->sql,
	    strstr(rule->sql, "?1") != NULL ? "t" : "", c->now);
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

	mag_progress("checking the database", 0, 0);
	if ((st = mag_db_verify(c->db, b)) != MAG_OK)
		return st;
	mag_progress("checking what the rows say", 0, 0);
	w.from = b->len;
	if ((st = mag_db_read(c->db, check_all, &w)) != MAG_OK ||
	    (st = mag_search_verify(b, c)) != MAG_OK)
		return st;
	if ((st = mag_webhook_verify(b, c)) != MAG_OK)
		return st;
	mag_progress("checking the media", 0, 0);
	st = mag_media_verify(b, c);
	mag_progress_end();
	return st;
}
