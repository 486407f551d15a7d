/* SPDX-License-Identifier: MIT */
/* The six usual doors: what is special of a noun stands in its field table. */
#include <assert.h>

#include "handlers.h"

static struct mag_noun *
noun(struct exchange *x)
{
	struct mag_noun *n = mag_noun_find(x->match.route->noun);

	assert(n != NULL);
	return n;
}

enum mag_status
usual_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;

	if ((st = input_list(x, noun(x), &l)) != MAG_OK)
		return st;
	return reply_list(x, noun(x), &l);
}

enum mag_status
usual_create(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = mag_noun_create(&r, &x->call, noun(x), x->json)) != MAG_OK)
		return st;
	return reply_record(x, 201, r);
}

enum mag_status
usual_show(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, noun(x), id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

static enum mag_status
change(struct exchange *x, enum mag_mode mode)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_change(&r, &x->call, noun(x), id, x->json,
	    mode)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
usual_put(struct exchange *x)
{

	return change(x, MAG_PUT);
}

enum mag_status
usual_patch(struct exchange *x)
{

	return change(x, MAG_PATCH);
}

enum mag_status
usual_delete(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_delete(&x->call, noun(x), id)) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}

/* ---- one action on many ---- */

/* The body {"ids":[…]}. */
static enum mag_status
read_ids(struct exchange *x, int64_t ids[MAG_BULK_MAX], size_t *n)
{
	const struct mag_json *list = mag_json_get(x->json, "ids"), *j;

	input_known(x, "ids");
	*n = 0;
	if (list == NULL)
		mag_wrong(&x->call, "ids", "is required", NULL);
	else if (mag_json_kind(list) != MAG_JSON_ARRAY)
		mag_wrong(&x->call, "ids", "must be a list", NULL);
	else if (mag_json_count(list) > MAG_BULK_MAX)
		mag_wrong(&x->call, "ids", "must have at most %s elements",
		    "100");
	if (mag_verdict(&x->call) != MAG_OK)
		return MAG_INVALID;
	for (j = mag_json_first(list); j != NULL; j = mag_json_next(j), ++*n)
		if (!mag_json_int(&ids[*n], j) || ids[*n] < 1)
			mag_wrong(&x->call, mag_printf(x->a, "ids.%zu", *n),
			    "must be an id", NULL);
	return mag_verdict(&x->call);
}

enum mag_status
usual_bulk(struct exchange *x, mag_bulk_act *action)
{
	int64_t ids[MAG_BULK_MAX];
	enum mag_status st;
	size_t n;

	if ((st = read_ids(x, ids, &n)) != MAG_OK ||
	    (st = mag_bulk(reply_begin(x), &x->call, ids, n, action)) !=
	    MAG_OK)
		return st;
	return reply_end(x, 200);
}
