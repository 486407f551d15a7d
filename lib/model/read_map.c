/* SPDX-License-Identifier: MIT */
/* Strict reading: maps from a language to what is said in it. */
#include <magnetiq/call.h>

#include "content.h"
#include "reading.h"

struct map {
	const struct reading *r;
	const struct mag_json *stored;	/* what stands, or NULL */
	struct mag_buf	 b;
	size_t		 n;		/* languages in it */
	bool		 said;		/* the default one is among them */
};

/* One language of a map; false if it is wrong. */
static bool
read_language(struct mag_buf *b, const struct reading *r,
    const struct mag_json *j)
{
	struct mag_value v;

	if (r->f->kind == MAG_CONTENT)
		return content_read(b, r->c, r->name, j);
	if (!reading_string(&v, r, j))
		return false;
	mag_buf_json(b, v.s, v.n);
	return true;
}

static void
begin_language(struct map *m, const char *lang)
{

	mag_buf_adds(&m->b, m->n++ > 0 ? "," : "");
	mag_buf_jsons(&m->b, lang);
	mag_buf_addc(&m->b, ':');
	m->said |= strcmp(lang, mag_site(m->r->c)->language) == 0;
}

static void
keep(struct map *m, const struct mag_json *j)
{

	begin_language(m, mag_json_key(j));
	mag_json_print(&m->b, j);
}

/* What stands may be said again, whatever today's rules are. */
static bool
add(struct map *m, const struct mag_json *j)
{
	const char *lang = mag_json_key(j);
	const struct mag_json *stands = mag_json_get(m->stored, lang);
	struct mag_field field = *m->r->f;
	struct reading one = { m->r->c, &field,
	    mag_printf(m->r->c->a, "%s.%s", m->r->name, lang) };

	if (mag_json_kind(j) == MAG_JSON_NULL)
		return true;
	if (stands != NULL && mag_json_equal(stands, j)) {
		keep(m, stands);
		return true;
	}
	if (!mag_site_speaks(mag_site(one.c), lang)) {
		reading_wrong(&one, "is not a language of this site");
		return false;
	}
	/* Only the default language must say something. */
	if (strcmp(lang, mag_site(one.c)->language) != 0)
		field.flags &= ~(unsigned)MAG_REQUIRED;
	begin_language(m, lang);
	return read_language(&m->b, &one, j);
}

/* In the order of what stands, so that saying the same changes nothing. */
static bool
add_all(struct map *m, const struct mag_json *sent, bool merge)
{
	const struct mag_json *j, *new;
	bool good = true;

	for (j = mag_json_first(m->stored); j != NULL; j = mag_json_next(j)) {
		new = mag_json_get(sent, mag_json_key(j));
		if (new != NULL)
			good &= add(m, new);
		else if (merge)
			keep(m, j);
	}
	for (j = mag_json_first(sent); j != NULL; j = mag_json_next(j))
		if (mag_json_get(m->stored, mag_json_key(j)) == NULL)
			good &= add(m, j);
	return good;
}

bool
reading_map(struct mag_value *v, const struct reading *r,
    const struct mag_json *j, const struct mag_value *old, bool merge)
{
	struct map m = { .r = r };
	bool good;

	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		reading_wrong(r, "must be an object of languages");
		return false;
	}
	if (old != NULL && old->kind == MAG_V_TEXT)
		m.stored = mag_json_own(r->c->a, old->s, old->n);
	mag_buf_init(&m.b, r->c->a, 256);
	mag_buf_addc(&m.b, '{');
	good = add_all(&m, j, merge);
	mag_buf_addc(&m.b, '}');
	/* Addresses of single languages need no default: `slug` is that. */
	if (r->f->kind != MAG_ML_SLUG && !m.said &&
	    (m.n > 0 || (r->f->flags & MAG_REQUIRED))) {
		mag_wrong(r->c, mag_printf(r->c->a, "%s.%s", r->name,
		    mag_site(r->c)->language), "is required", NULL);
		return false;
	}
	*v = (struct mag_value){ MAG_V_NULL, 0, NULL, 0 };
	if (m.n > 0)
		*v = text_value(m.b.p);
	return good;
}
