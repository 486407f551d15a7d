/* SPDX-License-Identifier: MIT */
/* When anybody is free at all, for whoever does not mind with whom it is. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/limits.h>

#include "booking.h"
#include "noun.h"

static const char sql_everybody[] =
    "SELECT id FROM consultants WHERE is_active = 1 AND deleted_at IS NULL"
    " ORDER BY id LIMIT 50";

struct all {
	struct mag_call	*c;
	const struct mag_slot_question *q;
	struct mag_slot	*slot;
	size_t		 n, size;
};

static void
keep(struct all *w, const struct mag_slot *slot, size_t n)
{
	struct mag_slot *more;

	if (w->n + n > w->size) {
		w->size = 2 * (w->n + n);
		more = mag_alloc(w->c->a, w->size * sizeof(*more));
		if (w->n > 0)
			memcpy(more, w->slot, w->n * sizeof(*more));
		w->slot = more;
	}
	if (n > 0)
		memcpy(w->slot + w->n, slot, n * sizeof(*slot));
	w->n += n;
}

static int
earlier(const void *x, const void *y)
{
	const struct mag_slot *a = x, *b = y;

	return a->starts < b->starts ? -1 : a->starts > b->starts;
}

/* What several have is one time. */
static void
sort(struct all *w)
{
	size_t i, n = 0;

	if (w->n == 0)
		return;
	qsort(w->slot, w->n, sizeof(*w->slot), earlier);
	for (i = 1; i < w->n; i++)
		if (w->slot[i].starts != w->slot[n].starts)
			w->slot[++n] = w->slot[i];
	w->n = n + 1;
	if (w->q->limit > 0 && w->n > w->q->limit)
		w->n = w->q->limit;
}

static enum mag_status
add_one(struct all *w, int64_t id)
{
	struct mag_call one = *w->c;
	struct mag_record *who;
	struct mag_slot *slot;
	enum mag_status st;
	size_t n;

	one.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_record_load(&who, &one, &mag_consultant, id);
	if (st == MAG_OK && booking_offers(&one, who, w->q->minutes) &&
	    booking_offers_type(&one, who, w->q->type) &&
	    (st = mag_slots(&slot, &n, &one, who, w->q)) == MAG_OK)
		keep(w, slot, n);
	mag_arena_free(one.a);
	return st;
}

enum mag_status
mag_slots_any(struct mag_slot **out, size_t *n, struct mag_call *c,
    const struct mag_slot_question *q)
{
	struct all w = { .c = c, .q = q };
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, c->db, sql_everybody, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		st = add_one(&w, mag_row_int(row, 0));
	mag_row_done(row);
	if (st != MAG_NOT_FOUND)
		return st;
	sort(&w);
	*out = w.slot;
	*n = w.n;
	return MAG_OK;
}
