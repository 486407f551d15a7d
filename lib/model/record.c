/* SPDX-License-Identifier: MIT */
/* One row: load it, add it, write what differs. */
#include <assert.h>
#include <string.h>

#include "noun.h"

static bool
is_text(enum mag_kind kind)
{

	switch (kind) {
	case MAG_ID:
	case MAG_INT:
	case MAG_BOOL:
	case MAG_TIME:
	case MAG_REF:
		return false;
	default:
		return true;
	}
}

void
record_fill(struct mag_record *r, struct mag_row *row, struct mag_arena *a)
{
	const struct mag_noun_sql *sql = r->noun->sql;
	const struct mag_field *f;
	struct mag_value *v;
	struct mag_str s;
	int i, column;

	for (i = 0; (f = &r->noun->fields[i])->name != NULL; i++) {
		v = &r->v[i];
		*v = (struct mag_value){ MAG_V_NULL, 0, NULL, 0 };
		if ((column = sql->column[i]) < 0 || mag_row_null(row, column))
			continue;
		if (is_text(f->kind)) {
			s = mag_row_str(row, column);
			v->kind = MAG_V_TEXT;
			v->n = s.n;
			v->s = mag_dup(a, s.p, s.n);
		} else {
			v->kind = MAG_V_INT;
			v->i = f->kind == MAG_TIME ?
			    mag_row_time(row, column) :
			    mag_row_int(row, column);
		}
	}
}

struct mag_bind
value_bind(const struct mag_field *f, const struct mag_value *v)
{
	struct mag_bind b = { MAG_BIND_NULL, 0, NULL, 0 };

	if (v->kind == MAG_V_TEXT) {
		b.kind = MAG_BIND_TEXT;
		b.s = v->s;
		b.n = v->n;
	} else if (v->kind == MAG_V_INT) {
		b.kind = f->kind == MAG_TIME ? MAG_BIND_TIME : MAG_BIND_INT;
		b.i = v->i;
	}
	return b;
}

/* The row that a statement finds, or the noun's own "There is no such ...". */
static enum mag_status
one(struct mag_record **out, struct mag_call *c, struct mag_noun *noun,
    const char *sql, const struct mag_bind *b)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_queryv(&row, c->db, sql, b, 1)) != MAG_OK)
		goto done;
	if ((st = mag_row_next(row)) != MAG_OK)
		goto done;
	*out = mag_alloc(c->a, sizeof(**out));
	(*out)->noun = noun;
	record_fill(*out, row, c->a);
done:
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? no_such(c, noun) : st;
}

enum mag_status
mag_record_load(struct mag_record **out, struct mag_call *c,
    struct mag_noun *noun, int64_t id)
{
	struct mag_bind b = { MAG_BIND_INT, id, NULL, 0 };

	return one(out, c, noun, noun_sql(noun)->load, &b);
}

enum mag_status
mag_record_find(struct mag_record **out, struct mag_call *c,
    struct mag_noun *noun, const char *column, const char *value)
{
	struct mag_bind b = { MAG_BIND_TEXT, 0, value, strlen(value) };
	const char *sql;

	assert(mag_noun_field(noun, column) >= 0);
	sql = mag_printf(c->a, "SELECT %s FROM %s WHERE %s = ?1%s",
	    noun_sql(noun)->columns, noun->table, column,
	    noun->soft_delete ? " AND deleted_at IS NULL" : "");
	return one(out, c, noun, sql, &b);
}

/* Both times and the revision belong to the database layer, not to callers. */
static void
stamp(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	if (mag_noun_field(r->noun, "updated_at") >= 0)
		mag_set_int(r, "updated_at", c->now);
	if (mag_noun_field(r->noun, "created_at") >= 0 && old == NULL)
		mag_set_int(r, "created_at", c->now);
	if (mag_noun_field(r->noun, "revision") >= 0)
		mag_set_int(r, "revision",
		    old == NULL ? 1 : mag_int(old, "revision") + 1);
}

enum mag_status
mag_record_insert(struct mag_call *c, struct mag_record *r)
{
	struct mag_bind b[MAG_FIELDS_MAX];
	const struct mag_noun_sql *sql = noun_sql((struct mag_noun *)r->noun);
	struct mag_row *row = NULL;
	enum mag_status st;
	size_t n = 0;
	int i;

	stamp(c, r, NULL);
	for (i = 1; r->noun->fields[i].name != NULL; i++)
		if (sql->column[i] >= 0)
			b[n++] = value_bind(&r->noun->fields[i], &r->v[i]);
	if ((st = mag_db_queryv(&row, c->db, sql->insert, b, n)) != MAG_OK)
		goto done;
	if ((st = mag_row_next(row)) != MAG_OK)
		goto done;
	r->v[0] = (struct mag_value){ MAG_V_INT, mag_row_int(row, 0), NULL, 0 };
done:
	mag_row_done(row);
	return st;
}

bool
mag_record_differs(const struct mag_record *x, const struct mag_record *y)
{
	int i;

	for (i = 0; x->noun->fields[i].name != NULL; i++)
		if (!mag_same(&x->v[i], &y->v[i]))
			return true;
	return false;
}

enum mag_status
mag_record_update(struct mag_call *c, struct mag_record *r,
    const struct mag_record *old)
{
	struct mag_bind b[MAG_FIELDS_MAX + 1];
	struct mag_buf sql;
	size_t n = 0;
	int i;

	if (!mag_record_differs(r, old))
		return MAG_OK;
	stamp(c, r, old);
	mag_buf_init(&sql, c->a, 256);
	mag_buf_addf(&sql, "UPDATE %s SET ", r->noun->table);
	for (i = 1; r->noun->fields[i].name != NULL; i++) {
		if (r->noun->fields[i].flags & MAG_VIRTUAL ||
		    mag_same(&r->v[i], &old->v[i]))
			continue;
		b[n++] = value_bind(&r->noun->fields[i], &r->v[i]);
		mag_buf_addf(&sql, "%s%s = ?%zu", n > 1 ? ", " : "",
		    r->noun->fields[i].name, n);
	}
	b[n++] = value_bind(&r->noun->fields[0], &old->v[0]);
	mag_buf_addf(&sql, " WHERE id = ?%zu", n);
	return mag_db_runv(c->db, sql.p, b, n);
}
