/* SPDX-License-Identifier: MIT */
/* Strict reading: one value of each kind but language maps. */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>
#include <magnetiq/zone.h>

#include "noun.h"
#include "reading.h"

#define STRINGS_MAX	50	/* elements of a list of strings */

void
reading_wrong(const struct reading *r, const char *message)
{

	mag_wrong(r->c, r->name, message, NULL);
}

void
reading_wrong_number(const struct reading *r, const char *message, int64_t n)
{

	mag_wrong(r->c, r->name, message,
	    mag_printf(r->c->a, "%lld", (long long)n));
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
		reading_wrong(r, "must not hold control characters");
		return false;
	}
	if (r->f->max > 0 &&
	    mag_utf8_count(s, strlen(s)) > (size_t)r->f->max) {
		reading_wrong_number(r, "must have at most %s characters", r->f->max);
		return false;
	}
	return true;
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

bool
reading_string(struct mag_value *v, const struct reading *r,
    const struct mag_json *j)
{
	const char *s = mag_json_text(j), *fault;

	if (s == NULL) {
		reading_wrong(r, "must be a string");
		return false;
	}
	if (r->f->kind == MAG_ENUM && !mag_listed(r->f->values, s)) {
		mag_wrong(r->c, r->name, "must be one of: %s", r->f->values);
		return false;
	}
	if ((r->f->flags & MAG_REQUIRED) && s[strspn(s, " \t\r\n")] == '\0') {
		reading_wrong(r, "must not be empty");
		return false;
	}
	if (!string_fits(r, s))
		return false;
	if ((fault = string_fault(r, s)) != NULL) {
		reading_wrong(r, fault);
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
		reading_wrong(r, "must be a whole number");
		return false;
	}
	if (i < r->f->min) {
		reading_wrong_number(r, "must be at least %s", r->f->min);
		return false;
	}
	if (r->f->max > 0 && i > r->f->max) {
		reading_wrong_number(r, "must be at most %s", r->f->max);
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
		reading_wrong(r, "must be true or false");
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
		reading_wrong(r, "must be a time with an offset, as in 2026-05-01T09:00:00Z");
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
		reading_wrong(r, "must be an id");
		return false;
	}
	sql = mag_printf(r->c->a, "SELECT 1 FROM %s WHERE id = ?1%s",
	    noun->table, noun->soft_delete ? " AND deleted_at IS NULL" : "");
	if (mag_db_int(&found, r->c->db, sql, "i", i) != MAG_OK) {
		reading_wrong(r, "names nothing that exists");
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
		reading_wrong(r, "must be a list of strings");
		return false;
	}
	mag_buf_init(&b, r->c->a, 128);
	mag_buf_addc(&b, '[');
	for (item = mag_json_first(j); item != NULL; item = mag_json_next(item)) {
		struct reading one = { r->c, r->f,
		    mag_printf(r->c->a, "%s.%zu", r->name, n) };

		if ((s = mag_json_text(item)) == NULL) {
			reading_wrong(&one, "must be a string");
			return false;
		}
		if (!string_fits(&one, s))
			return false;
		if (n++ > 0)
			mag_buf_addc(&b, ',');
		mag_buf_jsons(&b, s);
	}
	if (n > STRINGS_MAX) {
		reading_wrong_number(r, "must have at most %s elements", STRINGS_MAX);
		return false;
	}
	mag_buf_addc(&b, ']');
	*v = text_value(b.p);
	return true;
}

bool
reading_value(struct mag_value *v, const struct reading *r,
    const struct mag_json *j, const struct mag_value *old, bool merge)
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
		return reading_map(v, r, j, old, merge);
	case MAG_STRINGS:
		return read_strings(v, r, j);
	case MAG_JSON:
		mag_buf_init(&b, r->c->a, 256);
		mag_json_print(&b, j);
		*v = text_value(b.p);
		return true;
	default:
		return reading_string(v, r, j);
	}
}
