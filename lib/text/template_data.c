/* SPDX-License-Identifier: MIT */
/* What templates are filled with: a small tree in an arena. */
#include <assert.h>
#include <string.h>

#include "template.h"

struct mag_data *
mag_data_new(struct mag_arena *a)
{
	struct mag_data *d = mag_alloc(a, sizeof(*d));

	d->kind = DATA_OBJECT;
	d->a = a;
	return d;
}

static struct mag_data *
append(struct mag_data *parent, const char *name, int kind)
{
	struct mag_data *d = mag_data_new(parent->a);

	d->kind = kind;
	d->name = name;
	d->name_len = name == NULL ? 0 : strlen(name);
	if (parent->last == NULL)
		parent->first = d;
	else
		parent->last->next = d;
	parent->last = d;
	return d;
}

void
mag_data_bytes(struct mag_data *d, const char *name, const char *p, size_t n)
{

	append(d, name, DATA_TEXT)->text = (struct mag_str){ p, n };
}

void
mag_data_text(struct mag_data *d, const char *name, const char *s)
{

	mag_data_bytes(d, name, s == NULL ? "" : s, s == NULL ? 0 : strlen(s));
}

void
mag_data_int(struct mag_data *d, const char *name, int64_t i)
{

	mag_data_text(d, name, mag_printf(d->a, "%lld", (long long)i));
}

void
mag_data_bool(struct mag_data *d, const char *name, bool yes)
{

	append(d, name, DATA_BOOL)->yes = yes;
}

struct mag_data *
mag_data_object(struct mag_data *d, const char *name)
{

	return append(d, name, DATA_OBJECT);
}

static struct mag_data *
list(struct mag_data *d, const char *name)
{
	struct mag_data *l;

	for (l = d->first; l != NULL; l = l->next)
		if (strcmp(l->name, name) == 0)
			break;
	if (l == NULL)
		l = append(d, name, DATA_LIST);
	assert(l->kind == DATA_LIST);
	return l;
}

struct mag_data *
mag_data_each(struct mag_data *d, const char *name)
{

	return append(list(d, name), NULL, DATA_OBJECT);
}

void
mag_data_line(struct mag_data *d, const char *name, const char *s)
{

	mag_data_text(list(d, name), NULL, s);
}

const struct mag_data *
data_find(const struct mag_data *d, const char *name, size_t n)
{
	const struct mag_data *m;

	if (d->kind != DATA_OBJECT)
		return NULL;
	for (m = d->first; m != NULL; m = m->next)
		if (m->name_len == n && memcmp(m->name, name, n) == 0)
			return m;
	return NULL;
}

bool
data_there(const struct mag_data *d)
{

	if (d == NULL)
		return false;
	switch (d->kind) {
	case DATA_TEXT:
		return d->text.n > 0;
	case DATA_BOOL:
		return d->yes;
	case DATA_LIST:
		return d->first != NULL;
	default:
		return true;
	}
}
