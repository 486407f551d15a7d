/* SPDX-License-Identifier: MIT */
/*
 * Strict reading: a JSON object from a stranger into a record, by the field
 * table.  Every wrong field is named at once, and nothing is thrown away.
 */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>

#include "noun.h"
#include "reading.h"

/* What a field is when nobody says anything. */
static struct mag_value
preset(struct mag_call *c, const struct mag_field *f)
{
	struct mag_value v = { MAG_V_NULL, 0, NULL, 0 };
	struct reading r = { c, f, f->name };
	const struct mag_json *j;

	if (f->preset == NULL)
		return v;
	j = mag_json_own(c->a, f->preset, strlen(f->preset));
	assert(j != NULL);
	if (f->kind == MAG_LANGUAGE &&
	    !mag_site_speaks(mag_site(c), mag_json_text(j)))
		return text_value(mag_site(c)->language);
	if (!reading_value(&v, &r, j, NULL, false))
		assert(!"a preset that breaks its own field");
	return v;
}

/* What stands, as it was given out; NULL if there is nothing. */
static const struct mag_json *
given_out(struct mag_call *c, const struct mag_record *old, int i)
{
	const struct mag_field *f = &old->noun->fields[i];
	struct mag_buf b;

	mag_buf_init(&b, c->a, 64);
	if (!(f->flags & MAG_VIRTUAL)) {
		mag_value_print(&b, f, &old->v[i]);
		return mag_json_own(c->a, b.p, b.len);
	}
	if (old->noun->extra == NULL)
		return NULL;
	mag_record_print(&b, c, old, MAG_VIEW_STAFF, NULL);
	return mag_json_get(mag_json_own(c->a, b.p, b.len), f->name);
}

/* Does a field say what stands already, in whatever order or spelling? */
static bool
stands(struct mag_call *c, const struct mag_record *old, int i,
    const struct mag_json *j)
{
	const struct mag_json *was;
	const char *s = mag_json_text(j);
	int64_t when;

	if (old == NULL || (old->noun->fields[i].flags & MAG_SECRET))
		return false;
	/* One moment may be written with any offset. */
	if (old->noun->fields[i].kind == MAG_TIME && s != NULL &&
	    old->v[i].kind == MAG_V_INT &&
	    mag_time_parse(&when, s, strlen(s), false))
		return when == old->v[i].i;
	was = given_out(c, old, i);
	return was != NULL && mag_json_equal(was, j);
}

/* JSON that means the same stays as it stands, to the byte. */
static void
settle(struct mag_call *c, struct mag_value *new, const struct mag_value *old,
    enum mag_kind kind)
{
	const struct mag_json *x, *y;

	if (new->kind != MAG_V_TEXT || old->kind != MAG_V_TEXT ||
	    mag_same(new, old) || (kind != MAG_ML && kind != MAG_ML_SLUG &&
	    kind != MAG_CONTENT && kind != MAG_STRINGS && kind != MAG_JSON))
		return;
	x = mag_json_own(c->a, new->s, new->n);
	y = mag_json_own(c->a, old->s, old->n);
	if (x != NULL && y != NULL && mag_json_equal(x, y))
		*new = *old;
}

static void
read_field(struct mag_call *c, struct mag_record *new,
    const struct mag_record *old, int i, const struct mag_json *j,
    enum mag_mode mode)
{
	const struct mag_field *f = &new->noun->fields[i];
	const struct mag_value *was = old == NULL ? NULL : &old->v[i];
	struct reading r = { c, f, f->name };

	if ((f->flags & MAG_ASIDE) && old != NULL)
		return;
	/* What GET gave can be PUT back, whatever today's rules are. */
	if (stands(c, old, i, j) && !(f->flags & MAG_VIRTUAL &&
	    !(f->flags & MAG_READONLY))) {
		new->v[i] = *was;
		return;
	}
	if ((f->flags & MAG_READONLY) ||
	    ((f->flags & MAG_CREATE) && mode != MAG_POST)) {
		reading_wrong(&r, "cannot be changed");
		return;
	}
	if (mag_json_kind(j) == MAG_JSON_NULL) {
		if (f->flags & MAG_REQUIRED)
			reading_wrong(&r, "is required");
		else
			new->v[i] = preset(c, f);
	} else if (reading_value(&new->v[i], &r, j, was, mode == MAG_PATCH) &&
	    was != NULL)
		settle(c, &new->v[i], was, f->kind);
}

/* Where reading starts from: what stands, or what nobody has said yet. */
static void
start(struct mag_call *c, struct mag_record *new, const struct mag_record *old,
    const struct mag_json *body, enum mag_mode mode)
{
	const struct mag_field *f;
	int i;

	for (i = 0; (f = &new->noun->fields[i])->name != NULL; i++) {
		bool keep = mode == MAG_PATCH || (mode == MAG_PUT &&
		    (f->flags & (MAG_READONLY | MAG_HIDDEN | MAG_KEEP |
		    MAG_VIRTUAL | MAG_CREATE | MAG_SECRET)));

		new->v[i] = keep ? old->v[i] : preset(c, f);
		if (mode != MAG_PATCH && (f->flags & MAG_REQUIRED) &&
		    !(f->flags & MAG_READONLY) && !keep &&
		    mag_json_get(body, f->name) == NULL)
			mag_wrong(c, f->name, "is required", NULL);
	}
}

enum mag_status
mag_record_read(struct mag_call *c, struct mag_record *new,
    const struct mag_record *old, const struct mag_json *body,
    enum mag_mode mode)
{
	const struct mag_json *j;
	int i;

	assert(mode == MAG_POST || old != NULL);
	if (mag_json_kind(body) != MAG_JSON_OBJECT) {
		mag_wrong(c, "", "must be an object", NULL);
		return mag_verdict(c);
	}
	start(c, new, old, body, mode);
	for (j = mag_json_first(body); j != NULL; j = mag_json_next(j)) {
		i = mag_noun_field(new->noun, mag_json_key(j));
		if (i < 0 || (new->noun->fields[i].flags & MAG_HIDDEN))
			mag_wrong(c, mag_json_key(j), "is not a known field",
			    NULL);
		else
			read_field(c, new, old, i, j, mode);
	}
	return mag_verdict(c);
}
