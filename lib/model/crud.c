/* SPDX-License-Identifier: MIT */
/*
 * The usual doors of a noun.  The order of checks is the contract's: is it
 * there, does If-Match hold, are the fields right, does it conflict.
 */
#include <string.h>

#include "noun.h"

enum mag_status
mag_match(struct mag_call *c, int64_t revision)
{
	size_t i;

	if (!c->match.given || c->match.any)
		return MAG_OK;
	for (i = 0; i < c->match.n; i++)
		if (c->match.revision[i] == revision)
			return MAG_OK;
	return mag_fail(c, MAG_STALE,
	    "This has been changed since you read it.");
}

static bool
is_deleted(const struct mag_record *r)
{

	return r->noun->soft_delete &&
	    mag_value_of(r, "deleted_at")->kind != MAG_V_NULL;
}

/* A live row whose revision the caller accepts. */
static enum mag_status
load_live(struct mag_record **out, struct mag_call *c, struct mag_noun *noun,
    int64_t id)
{
	enum mag_status st;

	if ((st = mag_record_load(out, c, noun, id)) != MAG_OK)
		return st;
	if (is_deleted(*out)) {
		*out = NULL;
		return no_such(c, noun);
	}
	if (!noun_sql(noun)->revision)
		return MAG_OK;
	return mag_match(c, mag_int(*out, "revision"));
}

enum mag_status
mag_noun_get(struct mag_record **out, struct mag_call *c,
    struct mag_noun *noun, int64_t id)
{
	enum mag_status st;

	if ((st = mag_record_load(out, c, noun, id)) != MAG_OK)
		return st;
	if (is_deleted(*out)) {
		*out = NULL;
		return no_such(c, noun);
	}
	return MAG_OK;
}

/* What a transaction works on; its callback may run more than once. */
struct work {
	struct mag_call	*c;
	struct mag_noun	*noun;
	int64_t		 id;
	const struct mag_json *body;
	enum mag_mode	 mode;
	noun_filler	*fill;		/* NULL: nothing to add */
	void		*arg;		/* for it */
	struct mag_record *result;
};

static enum mag_status
follow(struct mag_call *c, const char *action, struct mag_record *new,
    const struct mag_record *old)
{
	enum mag_status st;

	if (new->noun->saved != NULL &&
	    (st = new->noun->saved(c, new, old)) != MAG_OK)
		return st;
	return mag_audit(c, action, new->noun->name, mag_record_id(new), old,
	    new);
}

static enum mag_status
create(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *new = mag_alloc(w->c->a, sizeof(*new));
	enum mag_status st;

	(void)db;
	mag_problem_reset(w->c);
	new->noun = w->noun;
	st = mag_record_read(w->c, new, NULL, w->body, MAG_POST);
	if (w->fill != NULL && (st == MAG_OK || st == MAG_INVALID))
		w->fill(w->c, new, w->arg);
	/* Its own rules are named together with those of its fields. */
	if (w->noun->check != NULL && (st == MAG_OK || st == MAG_INVALID))
		st = w->noun->check(w->c, new, NULL);
	if (st == MAG_OK)
		st = mag_verdict(w->c);
	if (st != MAG_OK)
		return st;
	if ((st = mag_record_insert(w->c, new)) != MAG_OK)
		return st;
	w->result = new;
	return follow(w->c, "create", new, NULL);
}

/* The sentence for a rule that only the database saw broken. */
static enum mag_status
explain(struct mag_call *c, enum mag_status st)
{

	if (c->problem.message != NULL)
		return st;
	switch (st) {
	case MAG_SLUG_TAKEN:
		return mag_fail(c, st, "This slug is taken.");
	case MAG_EMAIL_TAKEN:
		return mag_fail(c, st, "This e-mail address is taken.");
	case MAG_CONFLICT:
		return mag_fail(c, st, "What stands already forbids this.");
	default:
		return st;
	}
}

enum mag_status
noun_make(struct mag_record **out, struct mag_call *c, struct mag_noun *noun,
    const struct mag_json *body, noun_filler *fill, void *arg)
{
	struct work w = { .c = c, .noun = noun, .body = body, .mode = MAG_POST,
	    .fill = fill, .arg = arg };
	enum mag_status st;

	*out = NULL;
	st = mag_db_write(c->db, create, &w);
	if (st == MAG_OK)
		*out = w.result;
	return explain(c, st);
}

enum mag_status
mag_noun_create(struct mag_record **out, struct mag_call *c,
    struct mag_noun *noun, const struct mag_json *body)
{

	return noun_make(out, c, noun, body, NULL, NULL);
}

static enum mag_status
change(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old, *new = mag_alloc(w->c->a, sizeof(*new));
	enum mag_status st;

	(void)db;
	mag_problem_reset(w->c);
	if ((st = load_live(&old, w->c, w->noun, w->id)) != MAG_OK)
		return st;
	new->noun = w->noun;
	st = mag_record_read(w->c, new, old, w->body, w->mode);
	if (w->noun->check != NULL && (st == MAG_OK || st == MAG_INVALID))
		st = w->noun->check(w->c, new, old);
	if (st == MAG_OK)
		st = mag_verdict(w->c);
	if (st != MAG_OK)
		return st;
	w->result = new;
	if (!mag_record_differs(new, old))
		return MAG_OK;
	if ((st = mag_record_update(w->c, new, old)) != MAG_OK)
		return st;
	return follow(w->c, "update", new, old);
}

enum mag_status
mag_noun_change(struct mag_record **out, struct mag_call *c,
    struct mag_noun *noun, int64_t id, const struct mag_json *body,
    enum mag_mode mode)
{
	struct work w = { .c = c, .noun = noun, .id = id, .body = body,
	    .mode = mode };
	enum mag_status st;

	*out = NULL;
	st = mag_db_write(c->db, change, &w);
	if (st == MAG_OK)
		*out = w.result;
	return explain(c, st);
}

/* Soft or for good; `saved` is told by the deletion time, or only in audit. */
static enum mag_status
delete(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old, *new;
	enum mag_status st;

	mag_problem_reset(w->c);
	if ((st = load_live(&old, w->c, w->noun, w->id)) != MAG_OK)
		return st;
	if (!w->noun->soft_delete) {
		st = mag_db_run(db, mag_printf(w->c->a,
		    "DELETE FROM %s WHERE id = ?1", w->noun->table), "i", w->id);
		if (st != MAG_OK)
			return st;
		return mag_audit(w->c, "delete", w->noun->name, w->id, old, NULL);
	}
	new = mag_alloc(w->c->a, sizeof(*new));
	*new = *old;
	mag_set_int(new, "deleted_at", w->c->now);
	if ((st = mag_record_update(w->c, new, old)) != MAG_OK)
		return st;
	return follow(w->c, "delete", new, old);
}

enum mag_status
mag_noun_delete(struct mag_call *c, struct mag_noun *noun, int64_t id)
{
	struct work w = { .c = c, .noun = noun, .id = id };

	return explain(c, mag_db_write(c->db, delete, &w));
}

static enum mag_status
undelete(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old, *new;
	enum mag_status st;

	(void)db;
	mag_problem_reset(w->c);
	if ((st = mag_record_load(&old, w->c, w->noun, w->id)) != MAG_OK)
		return st;
	if ((st = mag_match(w->c, mag_int(old, "revision"))) != MAG_OK)
		return st;
	w->result = old;
	if (!is_deleted(old))
		return MAG_OK;
	w->result = new = mag_alloc(w->c->a, sizeof(*new));
	*new = *old;
	mag_set_null(new, "deleted_at");
	if ((st = mag_record_update(w->c, new, old)) != MAG_OK)
		return st;
	return follow(w->c, "restore", new, old);
}

enum mag_status
mag_noun_undelete(struct mag_record **out, struct mag_call *c,
    struct mag_noun *noun, int64_t id)
{
	struct work w = { .c = c, .noun = noun, .id = id };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, undelete, &w)) == MAG_OK)
		*out = w.result;
	return explain(c, st);
}
