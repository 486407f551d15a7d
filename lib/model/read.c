/* SPDX-License-Identifier: MIT */
/*
 * Strict reading: a JSON object from a stranger into a record, by the field
 * table.  Every wrong field is named at once, and nothing is thrown away.
 */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>
#include <magnetiq/zone.h>

#include "content.h"
#include "noun.h"

#define STRINGS_MAX	50	/* elements of a list of strings */

/* What is being read: enough to say what is wrong with it. */
struct reading {
	struct mag_call	*c;
	const struct mag_field *f;
	const char	*name;		/* dotted */
};

static void
wrong(const struct reading *r, const char *message)
{

	mag_wrong(r->c, r->name, message, NULL);
}

static void
wrong_number(const struct reading *r, const char *message, int64_t n)
{

	mag_wrong(r->c, r->name, message,
	    mag_printf(r->c->a, "%lld", (long long)n));
}

static struct mag_value
text_value(const char *s)
{

	return (struct mag_value){ MAG_V_TEXT, 0, s, strlen(s) };
}

static struct mag_value
int_value(int64_t i)
{

	return (struct mag_value){ MAG_V_INT, i, NULL, 0 };
}

/* Tabs and line ends are text; the other control characters are not. */
static bool
has_control(const char *s, bool lines)
{

	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			if (!lines || (*s != '\n' && *s != '\r' && *s != '\t'))
				return true;
	return false;
}

static bool
string_fits(const struct reading *r, const char *s)
{
	bool lines = r->f->flags & MAG_LONG;

	if (has_control(s, lines)) {
		wrong(r, "must not hold control characters");
		return false;
	}
	if (r->f->max > 0 &&
	    mag_utf8_count(s, strlen(s)) > (size_t)r->f->max) {
		wrong_number(r, "must have at most %s characters", r->f->max);
		return false;
	}
	return true;
}

/* Is it one of the words in a blank-separated list? */
static bool
listed(const char *words, const char *s)
{
	size_t n = strlen(s);
	const char *p;

	for (p = words; n > 0 && (p = strstr(p, s)) != NULL; p += n)
		if ((p == words || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return strchr(s, ' ') == NULL;
	return false;
}

/* The rules of a kind of string beyond its length; NULL: it is right. */
static const char *
string_fault(const struct reading *r, const char *s)
{
	size_t n = strlen(s);

	switch (r->f->kind) {
	case MAG_SLUG:
	case MAG_ML_SLUG:
		return mag_slug_valid(s, n) ? NULL :
		    "must be lower-case letters, digits and single hyphens";
	case MAG_EMAIL:
		return mag_email_valid(s, n) ? NULL :
		    "must be an e-mail address";
	case MAG_URL:
		return mag_url_valid(s, n) ? NULL :
		    "must be an https, http, mailto, tel or relative address";
	case MAG_ZONE:
		return mag_zone_valid(s) ? NULL : "must be a time zone";
	case MAG_LANGUAGE:
		return mag_site_speaks(mag_site(r->c), s) ? NULL :
		    "must be one of the site's languages";
	case MAG_ENUM:
		return NULL;
	default:
		return NULL;
	}
}

static bool
read_string(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{
	const char *s = mag_json_text(j), *fault;

	if (s == NULL) {
		wrong(r, "must be a string");
		return false;
	}
	if (r->f->kind == MAG_ENUM && !listed(r->f->values, s)) {
		mag_wrong(r->c, r->name, "must be one of: %s", r->f->values);
		return false;
	}
	if ((r->f->flags & MAG_REQUIRED) && s[strspn(s, " \t\r\n")] == '\0') {
		wrong(r, "must not be empty");
		return false;
	}
	if (!string_fits(r, s))
		return false;
	if ((fault = string_fault(r, s)) != NULL) {
		wrong(r, fault);
		return false;
	}
	*v = text_value(s);
	return true;
}

static bool
read_int(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{
	int64_t i;

	if (!mag_json_int(&i, j)) {
		wrong(r, "must be a whole number");
		return false;
	}
	if (i < r->f->min) {
		wrong_number(r, "must be at least %s", r->f->min);
		return false;
	}
	if (r->f->max > 0 && i > r->f->max) {
		wrong_number(r, "must be at most %s", r->f->max);
		return false;
	}
	*v = int_value(i);
	return true;
}

static bool
read_bool(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{

	if (mag_json_kind(j) != MAG_JSON_BOOL) {
		wrong(r, "must be true or false");
		return false;
	}
	*v = int_value(mag_json_true(j));
	return true;
}

static bool
read_time(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{
	const char *s = mag_json_text(j);
	int64_t t;

	if (s == NULL || !mag_time_parse(&t, s, strlen(s), false)) {
		wrong(r, "must be a time with an offset, as in 2026-05-01T09:00:00Z");
		return false;
	}
	*v = int_value(t);
	return true;
}

/* The noun whose live row a reference must name stands in `values`. */
static bool
read_ref(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{
	struct mag_noun *noun = mag_noun_find(r->f->values);
	const char *sql;
	int64_t i, found;

	assert(noun != NULL);
	if (!mag_json_int(&i, j) || i < 1) {
		wrong(r, "must be an id");
		return false;
	}
	sql = mag_printf(r->c->a, "SELECT 1 FROM %s WHERE id = ?1%s",
	    noun->table, noun->soft_delete ? " AND deleted_at IS NULL" : "");
	if (mag_db_int(&found, r->c->db, sql, "i", i) != MAG_OK) {
		wrong(r, "names nothing that exists");
		return false;
	}
	*v = int_value(i);
	return true;
}

static bool
read_strings(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{
	const struct mag_json *item;
	struct mag_buf b;
	const char *s;
	size_t n = 0;

	if (j == NULL || mag_json_kind(j) != MAG_JSON_ARRAY) {
		wrong(r, "must be a list of strings");
		return false;
	}
	mag_buf_init(&b, r->c->a, 128);
	mag_buf_addc(&b, '[');
	for (item = mag_json_first(j); item != NULL; item = mag_json_next(item)) {
		struct reading one = { r->c, r->f,
		    mag_printf(r->c->a, "%s.%zu", r->name, n) };

		if ((s = mag_json_text(item)) == NULL) {
			wrong(&one, "must be a string");
			return false;
		}
		if (!string_fits(&one, s))
			return false;
		if (n++ > 0)
			mag_buf_addc(&b, ',');
		mag_buf_jsons(&b, s);
	}
	if (n > STRINGS_MAX) {
		wrong_number(r, "must have at most %s elements", STRINGS_MAX);
		return false;
	}
	mag_buf_addc(&b, ']');
	*v = text_value(b.p);
	return true;
}

/* One language of a map; false if it is wrong. */
static bool
read_language(struct mag_buf *b, const struct reading *r,
    const struct mag_json *j)
{
	struct mag_value v;

	if (r->f->kind == MAG_CONTENT)
		return content_read(b, r->c, r->name, j);
	if (!read_string(&v, r, j))
		return false;
	mag_buf_json(b, v.s, v.n);
	return true;
}

struct map {
	struct mag_buf	 b;
	const char	*names[16];
	size_t		 n;
};

static bool
map_has(const struct map *m, const char *lang)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (strcmp(m->names[i], lang) == 0)
			return true;
	return false;
}

static bool
map_add(struct map *m, const struct reading *r, const struct mag_json *j)
{
	const char *lang = mag_json_key(j);
	struct mag_field field = *r->f;
	struct reading one = { r->c, &field,
	    mag_printf(r->c->a, "%s.%s", r->name, lang) };

	if (!mag_site_speaks(mag_site(r->c), lang)) {
		wrong(&one, "is not a language of this site");
		return false;
	}
	/* Only the default language must say something. */
	if (strcmp(lang, mag_site(r->c)->language) != 0)
		field.flags &= ~(unsigned)MAG_REQUIRED;
	mag_buf_adds(&m->b, m->n > 0 ? "," : "");
	mag_buf_jsons(&m->b, lang);
	mag_buf_addc(&m->b, ':');
	assert(m->n < sizeof(m->names) / sizeof(m->names[0]));
	m->names[m->n++] = lang;
	return read_language(&m->b, &one, j);
}

/* What stays of the stored map where a patch says nothing. */
static void
map_keep(struct map *m, const struct reading *r, const struct mag_value *old,
    const struct mag_json *patch)
{
	const struct mag_json *j;

	if (old == NULL || old->kind != MAG_V_TEXT)
		return;
	j = mag_json_first(mag_json_own(r->c->a, old->s, old->n));
	for (; j != NULL; j = mag_json_next(j)) {
		if (mag_json_get(patch, mag_json_key(j)) != NULL)
			continue;
		mag_buf_adds(&m->b, m->n > 0 ? "," : "");
		mag_buf_jsons(&m->b, mag_json_key(j));
		mag_buf_addc(&m->b, ':');
		mag_json_print(&m->b, j);
		if (m->n < sizeof(m->names) / sizeof(m->names[0]))
			m->names[m->n++] = mag_json_key(j);
	}
}

static bool
read_map(struct mag_value *v, const struct reading *r,
    const struct mag_json *j, const struct mag_value *merge)
{
	const char *language = mag_site(r->c)->language;
	const struct mag_json *m;
	struct map map = { .n = 0 };
	bool good = true;

	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		wrong(r, "must be an object of languages");
		return false;
	}
	mag_buf_init(&map.b, r->c->a, 256);
	mag_buf_addc(&map.b, '{');
	map_keep(&map, r, merge, j);
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m))
		if (mag_json_kind(m) != MAG_JSON_NULL)
			good &= map_add(&map, r, m);
	mag_buf_addc(&map.b, '}');
	/* Addresses of single languages need no default: `slug` is that. */
	if (r->f->kind != MAG_ML_SLUG && !map_has(&map, language) &&
	    (map.n > 0 || (r->f->flags & MAG_REQUIRED))) {
		mag_wrong(r->c, mag_printf(r->c->a, "%s.%s", r->name, language),
		    "is required", NULL);
		return false;
	}
	if (!good)
		return false;
	*v = (struct mag_value){ MAG_V_NULL, 0, NULL, 0 };
	if (map.n > 0)
		*v = text_value(map.b.p);
	return true;
}

static bool
read_value(struct mag_value *v, const struct reading *r,
    const struct mag_json *j, const struct mag_value *merge)
{
	struct mag_buf b;

	switch (r->f->kind) {
	case MAG_ID:
	case MAG_INT:
		return read_int(v, r, j);
	case MAG_BOOL:
		return read_bool(v, r, j);
	case MAG_TIME:
		return read_time(v, r, j);
	case MAG_REF:
		return read_ref(v, r, j);
	case MAG_ML:
	case MAG_ML_SLUG:
	case MAG_CONTENT:
		return read_map(v, r, j, merge);
	case MAG_STRINGS:
		return read_strings(v, r, j);
	case MAG_JSON:
		mag_buf_init(&b, r->c->a, 256);
		mag_json_print(&b, j);
		*v = text_value(b.p);
		return true;
	default:
		return read_string(v, r, j);
	}
}

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
	if (!read_value(&v, &r, j, NULL))
		assert(!"a preset that breaks its own field");
	return v;
}

/* A read-only field may come back as it was given out. */
static void
check_unchanged(struct mag_call *c, const struct mag_field *f,
    const struct mag_record *old, const struct mag_json *j)
{
	const struct mag_json *was;
	struct mag_buf b;

	if (old != NULL) {
		/* What has no column is known to the noun only. */
		mag_buf_init(&b, c->a, 64);
		if (f->flags & MAG_VIRTUAL)
			mag_record_print(&b, c, old, MAG_VIEW_STAFF, NULL);
		else
			mag_value_print(&b, f, mag_value_of(old, f->name));
		was = mag_json_own(c->a, b.p, b.len);
		if (f->flags & MAG_VIRTUAL)
			was = mag_json_get(was, f->name);
		if (was != NULL && mag_json_equal(was, j))
			return;
	}
	mag_wrong(c, f->name, "cannot be changed", NULL);
}

static void
read_field(struct mag_call *c, struct mag_record *new,
    const struct mag_record *old, int i, const struct mag_json *j,
    enum mag_mode mode)
{
	const struct mag_field *f = &new->noun->fields[i];
	struct reading r = { c, f, f->name };

	if ((f->flags & MAG_READONLY) ||
	    ((f->flags & MAG_CREATE) && mode != MAG_POST)) {
		check_unchanged(c, f, old, j);
		return;
	}
	if (mag_json_kind(j) != MAG_JSON_NULL)
		(void)read_value(&new->v[i], &r, j,
		    mode == MAG_PATCH ? &old->v[i] : NULL);
	else if (f->flags & MAG_REQUIRED)
		wrong(&r, "is required");
	else
		new->v[i] = preset(c, f);
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
