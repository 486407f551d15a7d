/* SPDX-License-Identifier: MIT */
/*
 * What the form before a paper asks for beside name and address.
 *
 * A field may depend on another, but only on one that stands before it: so
 * nobody can write a circle, and whoever fills in the form meets the question
 * before what follows from it.
 */
#include <string.h>

#include <magnetiq/limits.h>

#include "download.h"

#define NAMES	"company job_title phone website"
#define BOX	"marketing_consent"

static const struct mag_json *
list_of(struct mag_arena *a, const struct mag_record *paper)
{
	const struct mag_value *v = mag_value_of(paper, "form_fields");

	return v->kind != MAG_V_TEXT ? NULL : mag_json_own(a, v->s, v->n);
}

/* ---- writing ---- */

/* Something wrong at a place within the field: `form_fields.0.name`. */
static void
wrong_at(struct mag_call *c, const char *place, const char *member,
    const char *words, const char *arg)
{

	mag_wrong(c, mag_printf(c->a, "%s.%s", place, member), words, arg);
}

static void
check_members(struct mag_call *c, const char *place, const struct mag_json *o,
    const char *known)
{
	const struct mag_json *m;

	for (m = mag_json_first(o); m != NULL; m = mag_json_next(m))
		if (!mag_listed(known, mag_json_key(m)))
			wrong_at(c, place, mag_json_key(m),
			    "is not a known field", NULL);
}

static void
check_bool(struct mag_call *c, const char *place, const struct mag_json *o,
    const char *member)
{
	const struct mag_json *j = mag_json_get(o, member);

	if (j == NULL)
		wrong_at(c, place, member, "is required", NULL);
	else if (mag_json_kind(j) != MAG_JSON_BOOL)
		wrong_at(c, place, member, "must be true or false", NULL);
}

/* Is a field of that name asked for before this entry? */
static bool
asked_before(const struct mag_json *list, const struct mag_json *entry,
    const char *name)
{
	const struct mag_json *j;
	const char *s;

	for (j = mag_json_first(list); j != entry; j = mag_json_next(j))
		if ((s = mag_json_text(mag_json_get(j, "name"))) != NULL &&
		    strcmp(s, name) == 0)
			return true;
	return false;
}

static void
check_when(struct mag_call *c, const char *place, const struct mag_json *list,
    const struct mag_json *entry)
{
	const struct mag_json *when = mag_json_get(entry, "when");
	const char *field = mag_json_text(mag_json_get(when, "field"));

	if (when == NULL)
		return;
	if (mag_json_kind(when) != MAG_JSON_OBJECT) {
		mag_wrong(c, place, "must be an object", NULL);
		return;
	}
	check_members(c, place, when, "field filled");
	check_bool(c, place, when, "filled");
	if (field == NULL || (strcmp(field, BOX) != 0 &&
	    !asked_before(list, entry, field)))
		wrong_at(c, place, "field",
		    "must be %s or a field that stands before it", BOX);
}

static void
check_entry(struct mag_call *c, const char *place, const struct mag_json *list,
    const struct mag_json *entry)
{
	const char *name;

	if (mag_json_kind(entry) != MAG_JSON_OBJECT) {
		mag_wrong(c, place, "must be an object", NULL);
		return;
	}
	name = mag_json_text(mag_json_get(entry, "name"));
	check_members(c, place, entry, "name required when");
	if (name == NULL || !mag_listed(NAMES, name))
		wrong_at(c, place, "name", "must be one of: %s", NAMES);
	else if (asked_before(list, entry, name))
		wrong_at(c, place, "name", "stands there twice", NULL);
	check_bool(c, place, entry, "required");
	check_when(c, mag_printf(c->a, "%s.when", place), list, entry);
}

void
paper_form_check(struct mag_call *c, const struct mag_record *paper)
{
	const struct mag_json *list, *j;
	int i = 0;

	if (mag_value_of(paper, "form_fields")->kind == MAG_V_NULL)
		return;
	list = list_of(c->a, paper);
	if (list == NULL || mag_json_kind(list) != MAG_JSON_ARRAY ||
	    mag_json_count(list) > MAG_FORM_FIELDS_MAX) {
		mag_wrong(c, "form_fields", "must be a list of at most %s "
		    "fields", mag_printf(c->a, "%d", MAG_FORM_FIELDS_MAX));
		return;
	}
	for (j = mag_json_first(list); j != NULL; j = mag_json_next(j), i++)
		check_entry(c, mag_printf(c->a, "form_fields.%d", i), list, j);
}

/* ---- reading ---- */

/* SQL by hand may have written anything: what is no field is left out. */
int
mag_whitepaper_form(struct mag_form_field *out, struct mag_arena *a,
    const struct mag_record *paper)
{
	const struct mag_json *list = list_of(a, paper), *j, *when;
	const char *name;
	int n = 0;

	if (list == NULL || mag_json_kind(list) != MAG_JSON_ARRAY)
		return -1;
	for (j = mag_json_first(list); j != NULL && n < MAG_FORM_FIELDS_MAX;
	    j = mag_json_next(j)) {
		name = mag_json_text(mag_json_get(j, "name"));
		if (name == NULL || !mag_listed(NAMES, name))
			continue;
		when = mag_json_get(j, "when");
		out[n++] = (struct mag_form_field){ .name = name,
		    .required = mag_json_true(mag_json_get(j, "required")),
		    .when = mag_json_text(mag_json_get(when, "field")),
		    .filled = mag_json_true(mag_json_get(when, "filled")) };
	}
	return n;
}

/* What is of a wrong kind is filled in: that it is wrong was said already. */
static bool
is_filled(const struct mag_json *j)
{
	const char *s = mag_json_text(j);

	if (j == NULL || mag_json_kind(j) == MAG_JSON_NULL)
		return false;
	if (mag_json_kind(j) == MAG_JSON_BOOL)
		return mag_json_true(j);
	return s == NULL || s[strspn(s, " \t\r\n")] != '\0';
}

static bool
applies(const struct mag_form_field *f, const struct mag_json *body)
{

	return f->when == NULL ||
	    is_filled(mag_json_get(body, f->when)) == f->filled;
}

void
paper_form_demand(struct mag_call *c, const struct mag_record *paper,
    const struct mag_json *body)
{
	struct mag_form_field f[MAG_FORM_FIELDS_MAX];
	int i, n = mag_whitepaper_form(f, c->a, paper);

	for (i = 0; i < n; i++)
		if (f[i].required && applies(&f[i], body) &&
		    !is_filled(mag_json_get(body, f[i].name)))
			mag_wrong(c, f[i].name, "is required", NULL);
}
