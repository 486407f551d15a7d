/* SPDX-License-Identifier: MIT */
/* Field tables: finding fields, and the SQL that is made from them. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "noun.h"

int
mag_noun_field(const struct mag_noun *noun, const char *name)
{
	int i;

	for (i = 0; noun->fields[i].name != NULL; i++)
		if (strcmp(noun->fields[i].name, name) == 0)
			return i;
	return -1;
}

bool
mag_noun_searches(const struct mag_noun *noun)
{
	const struct mag_field *f;

	if (noun->searched)
		return true;
	for (f = noun->fields; f->name != NULL; f++)
		if (f->flags & MAG_FIND)
			return true;
	return false;
}

struct mag_noun *
mag_noun_find(const char *name)
{
	struct mag_noun *const *n;

	for (n = mag_nouns(); *n != NULL; n++)
		if (strcmp((*n)->name, name) == 0)
			return *n;
	return NULL;
}

/* The lists of one noun live as long as the process: one arena for all. */
static struct mag_arena *
forever(void)
{
	static struct mag_arena *a;

	if (a == NULL)
		a = mag_arena_new(1024 * 1024);
	return a;
}

static void
make(struct mag_noun *noun, struct mag_noun_sql *sql)
{
	const struct mag_field *f;
	struct mag_buf columns, marks;
	int i, n = 0;

	mag_buf_init(&columns, forever(), 512);
	mag_buf_init(&marks, forever(), 256);
	for (i = 0; (f = &noun->fields[i])->name != NULL; i++) {
		assert(i < MAG_FIELDS_MAX);
		sql->column[i] = -1;
		if (f->flags & MAG_VIRTUAL)
			continue;
		sql->column[i] = n++;
		mag_buf_addf(&columns, "%s%s", n > 1 ? ", " : "", f->name);
		/* The id is made by the database, and stands first. */
		assert((i == 0) == (f->kind == MAG_ID));
		if (n > 1)
			mag_buf_addf(&marks, "%s?%d", n > 2 ? ", " : "", n - 1);
		if (strcmp(f->name, "revision") == 0)
			sql->revision = true;
	}
	sql->columns = columns.p;
	sql->n = n;
	sql->load = mag_printf(forever(), "SELECT %s FROM %s WHERE id = ?1",
	    columns.p, noun->table);
	sql->insert = mag_printf(forever(),
	    "INSERT INTO %s (%s) VALUES (%s) RETURNING id", noun->table,
	    columns.p + strlen("id, "), marks.p);
}

const struct mag_noun_sql *
noun_sql(struct mag_noun *noun)
{

	if (noun->sql == NULL) {
		noun->sql = mag_alloc(forever(), sizeof(*noun->sql));
		make(noun, noun->sql);
	}
	return noun->sql;
}

struct mag_value *
mag_value(struct mag_record *r, const char *name)
{
	int i = mag_noun_field(r->noun, name);

	assert(i >= 0);
	return &r->v[i];
}

const struct mag_value *
mag_value_of(const struct mag_record *r, const char *name)
{
	int i = mag_noun_field(r->noun, name);

	assert(i >= 0);
	return &r->v[i];
}

int64_t
mag_int(const struct mag_record *r, const char *name)
{

	return mag_value_of(r, name)->i;
}

const char *
mag_text(const struct mag_record *r, const char *name)
{

	return mag_value_of(r, name)->s;
}

bool
mag_is(const struct mag_record *r, const char *name, const char *text)
{
	const struct mag_value *v = mag_value_of(r, name);

	return v->kind == MAG_V_TEXT && strcmp(v->s, text) == 0;
}

void
mag_set_int(struct mag_record *r, const char *name, int64_t i)
{

	*mag_value(r, name) = (struct mag_value){ MAG_V_INT, i, NULL, 0 };
}

void
mag_set_text(struct mag_record *r, const char *name, const char *s)
{

	*mag_value(r, name) = (struct mag_value){ MAG_V_TEXT, 0, s, strlen(s) };
}

void
mag_set_null(struct mag_record *r, const char *name)
{

	*mag_value(r, name) = (struct mag_value){ MAG_V_NULL, 0, NULL, 0 };
}

bool
mag_same(const struct mag_value *x, const struct mag_value *y)
{

	if (x->kind != y->kind)
		return false;
	if (x->kind == MAG_V_TEXT)
		return x->n == y->n && memcmp(x->s, y->s, x->n) == 0;
	return x->kind == MAG_V_NULL || x->i == y->i;
}

int64_t
mag_record_id(const struct mag_record *r)
{

	return r->v[0].i;
}

enum mag_status
no_such(struct mag_call *c, const struct mag_noun *noun)
{

	return mag_fail(c, MAG_NOT_FOUND, noun->label);
}
