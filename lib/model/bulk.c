/* SPDX-License-Identifier: MIT */
/* One action on many rows of a noun: on all of them, or on none. */
#include <magnetiq/bulk.h>
#include <magnetiq/limits.h>

#include "noun.h"

struct bulk {
	struct mag_call	*c;
	struct mag_arena *scratch;	/* anew for each: they may be long */
	struct mag_buf	*b;
	const int64_t	*ids;
	size_t		 n;
	mag_bulk_act	*act;
	bool		 missing[MAG_BULK_MAX];
};

static enum mag_status
act_on(struct bulk *w, size_t i)
{
	struct mag_call one = *w->c;
	struct mag_record *r = NULL;
	enum mag_status st;

	mag_arena_reset(w->scratch);
	one.a = w->scratch;
	st = w->act(&r, &one, w->ids[i]);
	w->missing[i] = st == MAG_NOT_FOUND;
	if (w->missing[i])
		return MAG_OK;
	if (st != MAG_OK)
		return mag_fail_arg(w->c, st,
		    "Nothing was changed, because of the one with id %s.",
		    mag_printf(w->c->a, "%lld", (long long)w->ids[i]));
	if (r != NULL) {
		if (w->b->p[w->b->len - 1] != '[')
			mag_buf_addc(w->b, ',');
		mag_record_print(w->b, &one, r, MAG_VIEW_STAFF_LIST, NULL);
	}
	return MAG_OK;
}

static enum mag_status
act_on_all(struct mag_db *db, void *arg)
{
	struct bulk *w = arg;
	enum mag_status st = MAG_OK;
	size_t i, start = w->b->len;

	(void)db;
	mag_problem_reset(w->c);
	mag_buf_addc(w->b, '[');
	for (i = 0; i < w->n; i++)
		if ((st = act_on(w, i)) != MAG_OK)
			break;
	for (i = 0; st == MAG_OK && i < w->n; i++)
		if (w->missing[i])
			mag_wrong(w->c, mag_printf(w->c->a, "ids.%zu", i),
			    "names nothing that exists", NULL);
	if (st == MAG_OK)
		st = mag_verdict(w->c);
	mag_buf_addc(w->b, ']');
	if (st != MAG_OK)
		w->b->len = start;
	return st;
}

enum mag_status
mag_bulk(struct mag_buf *b, struct mag_call *c, const int64_t *ids,
    size_t n, mag_bulk_act *act)
{
	struct bulk w = { .c = c, .b = b, .ids = ids, .n = n, .act = act };
	enum mag_status st;

	w.scratch = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_write(c->db, act_on_all, &w);
	mag_arena_free(w.scratch);
	return st;
}
