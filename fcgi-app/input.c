/* SPDX-License-Identifier: MIT */
/* What handlers read: ids in the path, parameters, the filters of lists. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/day.h>

#include "exchange.h"

/* Digits only, no sign, no leading zero, within int64_t. */
static bool
whole(int64_t *out, const char *s)
{
	int64_t v = 0;

	if (*s == '\0' || (*s == '0' && s[1] != '\0') || strlen(s) > 18)
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (*s - '0');
	}
	*out = v;
	return true;
}

enum mag_status
input_id(struct exchange *x, int64_t *out, int i)
{

	if (i < x->match.nvalues && whole(out, x->match.values[i]) && *out > 0)
		return MAG_OK;
	return mag_fail(&x->call, MAG_NOT_FOUND, "There is nothing here.");
}

const char *
input_query(struct exchange *x, const char *name)
{

	return query_get(&x->query, name);
}

enum mag_status
input_int(struct exchange *x, int64_t *out, const char *name, int64_t preset,
    int64_t min, int64_t max)
{

	*out = preset;
	if (query_int(out, &x->query, name, min, max) == QUERY_WRONG)
		mag_wrong(&x->call, name, "must be a whole number from %s",
		    mag_printf(x->a, "%lld–%lld", (long long)min,
		    (long long)max));
	return mag_verdict(&x->call);
}

/* False if it is not there, or is wrong and noted. */
static bool
read_bool(struct exchange *x, const char *name, bool *out)
{
	enum query_is is = query_bool(out, &x->query, name);

	if (is == QUERY_WRONG)
		mag_wrong(&x->call, name, "must be true or false", NULL);
	return is == QUERY_OK;
}

static void
filter_add(struct exchange *x, struct mag_list *l, const struct mag_field *f,
    const char *s)
{
	struct mag_filter *to = &l->filters[l->nfilters];
	int64_t i = 0;
	bool yes;

	to->bound = true;
	to->sql = mag_printf(x->a, "%s = ?", f->name);
	switch (f->kind) {
	case MAG_ENUM:
		if (!mag_listed(f->values, s)) {
			mag_wrong(&x->call, f->name, "must be one of: %s",
			    f->values);
			return;
		}
		to->bind = (struct mag_bind){ MAG_BIND_TEXT, 0, s, strlen(s) };
		break;
	case MAG_BOOL:
		if (!read_bool(x, f->name, &yes))
			return;
		to->bind = (struct mag_bind){ MAG_BIND_INT, yes, NULL, 0 };
		break;
	case MAG_REF:
	case MAG_INT:
		if (!whole(&i, s)) {
			mag_wrong(&x->call, f->name, "must be an id", NULL);
			return;
		}
		to->bind = (struct mag_bind){ MAG_BIND_INT, i, NULL, 0 };
		break;
	default:
		to->bind = (struct mag_bind){ MAG_BIND_TEXT, 0, s, strlen(s) };
	}
	l->nfilters++;
}

/* `status` has totals of its own; the other filters are plain conditions. */
static void
filters(struct exchange *x, const struct mag_noun *noun, struct mag_list *l)
{
	const struct mag_field *f;
	const char *s;

	for (f = noun->fields; f->name != NULL; f++) {
		if (!(f->flags & MAG_FILTER) ||
		    (s = input_query(x, f->name)) == NULL)
			continue;
		if (strcmp(f->name, "status") != 0 || !noun->totals)
			filter_add(x, l, f, s);
		else if (mag_listed(f->values, s))
			l->status = s;
		else
			mag_wrong(&x->call, "status", "must be one of: %s",
			    f->values);
	}
}

static void
direction(struct exchange *x, struct mag_list *l)
{
	static const char *const ways[] = { "asc", "desc", NULL };
	enum query_is is;
	unsigned at = 0;

	is = query_choice(&at, &x->query, "order", ways);
	l->ordered = is == QUERY_OK;
	l->descending = at == 1;
	if (is == QUERY_WRONG)
		mag_wrong(&x->call, "order", "must be one of: %s", "asc desc");
}

enum mag_status
input_list(struct exchange *x, const struct mag_noun *noun, struct mag_list *l)
{

	(void)!input_int(x, &l->page, "page", 1, 1, 1000000000);
	(void)!input_int(x, &l->per_page, "per_page", 20, 1, 100);
	l->cursor = input_query(x, "cursor");
	if (l->cursor != NULL && input_query(x, "page") != NULL)
		mag_wrong(&x->call, "page", "cannot stand beside cursor", NULL);
	l->sort_by = input_query(x, "sort_by");
	l->search = input_query(x, "search");
	if (l->search != NULL && *l->search == '\0')
		l->search = NULL;
	if (l->search != NULL && !mag_noun_searches(noun))
		mag_wrong(&x->call, "search", "is not possible here", NULL);
	direction(x, l);
	(void)read_bool(x, "deleted", &l->deleted);
	filters(x, noun, l);
	return mag_verdict(&x->call);
}

void
input_known(struct exchange *x, const char *names)
{
	const struct mag_json *m;

	for (m = mag_json_first(x->json); m != NULL; m = mag_json_next(m))
		if (!mag_listed(names, mag_json_key(m)))
			mag_wrong(&x->call, mag_json_key(m),
			    "is not a known field", NULL);
}

const char *
input_text(struct exchange *x, const char *name, bool required)
{
	const struct mag_json *j = mag_json_get(x->json, name);
	const char *s = j == NULL ? NULL : mag_json_text(j);

	if (s != NULL && (!required || *s != '\0'))
		return s;
	if (j != NULL && mag_json_kind(j) != MAG_JSON_NULL && s == NULL)
		mag_wrong(&x->call, name, "must be a string", NULL);
	else if (required)
		mag_wrong(&x->call, name, "is required", NULL);
	return NULL;
}

bool
input_flag(struct exchange *x, const char *name)
{
	const struct mag_json *j = mag_json_get(x->json, name);

	if (j == NULL || mag_json_kind(j) == MAG_JSON_NULL)
		return false;
	if (mag_json_kind(j) == MAG_JSON_BOOL)
		return mag_json_true(j);
	mag_wrong(&x->call, name, "must be true or false", NULL);
	return false;
}

void
input_day(struct exchange *x, int64_t *out, const char *name, int64_t preset)
{
	const char *s = input_query(x, name);

	*out = preset;
	if (s != NULL && !mag_day_parse(out, s, strlen(s)))
		mag_wrong(&x->call, name, "must be a day such as 2026-11-23",
		    NULL);
}
