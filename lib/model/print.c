/* SPDX-License-Identifier: MIT */
/* Records as JSON, for staff and for strangers, in all languages or in one. */
#include <string.h>

#include <magnetiq/clock.h>

#include "noun.h"

static bool
is_map(enum mag_kind kind)
{

	return kind == MAG_ML || kind == MAG_ML_SLUG || kind == MAG_CONTENT;
}

void
mag_value_print(struct mag_buf *b, const struct mag_field *f,
    const struct mag_value *v)
{
	char when[MAG_TIME_TEXT];

	if (v->kind == MAG_V_NULL) {
		mag_buf_add(b, "null", 4);
		return;
	}
	switch (f->kind) {
	case MAG_ID:
	case MAG_INT:
	case MAG_REF:
		mag_buf_addi(b, v->i);
		break;
	case MAG_BOOL:
		mag_buf_adds(b, v->i ? "true" : "false");
		break;
	case MAG_TIME:
		mag_time_rfc3339(when, v->i);
		mag_buf_jsons(b, when);
		break;
	case MAG_ML:
	case MAG_ML_SLUG:
	case MAG_CONTENT:
	case MAG_STRINGS:
	case MAG_JSON:
		mag_buf_add(b, v->s, v->n);
		break;
	default:
		mag_buf_json(b, v->s, v->n);
	}
}

/* A member of a language map that is there and not the empty string. */
static const struct mag_json *
filled(const struct mag_json *map, const char *lang)
{
	const struct mag_json *v = mag_json_get(map, lang);
	const char *s = mag_json_text(v);

	if (v == NULL || mag_json_kind(v) == MAG_JSON_NULL)
		return NULL;
	return s != NULL && *s == '\0' ? NULL : v;
}

bool
mag_ml(struct mag_str *out, struct mag_call *c, const struct mag_value *v,
    const char *lang)
{
	const struct mag_json *map, *text;
	const char *s;
	bool fallback = false;

	*out = (struct mag_str){ "", 0 };
	if (v->kind != MAG_V_TEXT)
		return false;
	map = mag_json_own(c->a, v->s, v->n);
	if ((text = filled(map, lang)) == NULL) {
		text = filled(map, mag_site(c)->language);
		fallback = text != NULL;
	}
	if ((s = mag_json_text(text)) != NULL)
		*out = (struct mag_str){ s, strlen(s) };
	return fallback;
}

/* One language of a map; true if it had to be the default one. */
static bool
flat(struct mag_buf *b, struct mag_call *c, const struct mag_value *v,
    const char *lang)
{
	const struct mag_json *map, *one;
	bool fallback = false;

	map = v->kind == MAG_V_NULL ? NULL : mag_json_own(c->a, v->s, v->n);
	if ((one = filled(map, lang)) == NULL) {
		one = filled(map, mag_site(c)->language);
		fallback = one != NULL;
	}
	if (one == NULL)	/* perhaps an empty text, but a text */
		one = mag_json_get(map, mag_site(c)->language);
	if (one == NULL)
		mag_buf_add(b, "null", 4);
	else
		mag_json_print(b, one);
	return fallback;
}

bool
field_shown(const struct mag_field *f, enum mag_view view,
    enum mag_role reader)
{

	if ((f->flags & (MAG_SECRET | MAG_HIDDEN | MAG_VIRTUAL)) ||
	    ((f->flags & MAG_GUARDED) && reader < MAG_EDITOR))
		return false;
	switch (view) {
	case MAG_VIEW_STAFF:
		return true;
	case MAG_VIEW_STAFF_LIST:
		return f->flags & MAG_LIST;
	case MAG_VIEW_PUBLIC:
		return f->flags & MAG_PUBLIC;
	case MAG_VIEW_PUBLIC_LIST:
		return (f->flags & MAG_PUBLIC) && (f->flags & MAG_LIST);
	}
	return false;
}

void
mag_record_print(struct mag_buf *b, struct mag_call *c,
    const struct mag_record *r, enum mag_view view, const char *lang)
{
	const struct mag_field *f;
	bool fallback = false, first = true;
	int i;

	mag_buf_addc(b, '{');
	for (i = 0; (f = &r->noun->fields[i])->name != NULL; i++) {
		if (!field_shown(f, view, c->who.role))
			continue;
		mag_buf_adds(b, first ? "\"" : ",\"");
		mag_buf_adds(b, f->name);
		mag_buf_add(b, "\":", 2);
		first = false;
		/* An address in one language only is no missing translation. */
		if (lang != NULL && is_map(f->kind))
			fallback |= flat(b, c, &r->v[i], lang) &&
			    f->kind != MAG_ML_SLUG;
		else
			mag_value_print(b, f, &r->v[i]);
	}
	if (r->noun->extra != NULL)
		r->noun->extra(b, c, r, view);
	if (lang != NULL) {
		mag_buf_adds(b, ",\"language\":");
		mag_buf_jsons(b, lang);
		if (fallback)
			mag_buf_adds(b, ",\"fallback\":true");
	}
	mag_buf_addc(b, '}');
}

const char *
mag_record_tag(struct mag_call *c, const struct mag_record *r)
{
	int64_t revision;

	if (mag_noun_field(r->noun, "revision") < 0)
		return NULL;
	revision = mag_int(r, "revision");
	if (r->noun->drift == NULL)
		return mag_printf(c->a, "\"r%lld\"", (long long)revision);
	return mag_printf(c->a, "\"r%lld.%lld\"", (long long)revision,
	    (long long)r->noun->drift(c, r));
}
