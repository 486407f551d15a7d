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
