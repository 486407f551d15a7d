/* SPDX-License-Identifier: MIT */
/* What changed between two versions of a page: per language and per block. */
#include <string.h>

#include "noun.h"
#include "page.h"

struct comparing {
	struct mag_buf	*b;
	struct mag_arena *a;
	bool		 any;
};

/* What moves by itself says nothing about what somebody wrote. */
static bool
moves(const char *name)
{

	return strcmp(name, "id") == 0 || strcmp(name, "version") == 0 ||
	    strcmp(name, "created_at") == 0 || strcmp(name, "updated_at") == 0;
}

static void
print(struct mag_buf *b, const struct mag_json *j)
{

	if (j == NULL)
		mag_buf_adds(b, "null");
	else
		mag_json_print(b, j);
}

static void
add(struct comparing *w, const char *name, const struct mag_json *was,
    const struct mag_json *is)
{

	mag_buf_adds(w->b, w->any ? ",{\"field\":" : "{\"field\":");
	mag_buf_jsons(w->b, name);
	mag_buf_adds(w->b, ",\"before\":");
	print(w->b, was);
	mag_buf_adds(w->b, ",\"after\":");
	print(w->b, is);
	mag_buf_addc(w->b, '}');
	w->any = true;
}

static bool
both(const struct mag_json *was, const struct mag_json *is,
    enum mag_json_kind kind)
{

	return was != NULL && is != NULL && mag_json_kind(was) == kind &&
	    mag_json_kind(is) == kind;
}

static void	compare(struct comparing *, const char *,
		    const struct mag_json *, const struct mag_json *);

static void
members(struct comparing *w, const char *name, const struct mag_json *was,
    const struct mag_json *is)
{
	const struct mag_json *m;
	const char *key;

	for (m = mag_json_first(is); m != NULL; m = mag_json_next(m)) {
		key = mag_json_key(m);
		if (*name != '\0' || !moves(key))
			compare(w, *name == '\0' ? key :
			    mag_printf(w->a, "%s.%s", name, key),
			    mag_json_get(was, key), m);
	}
	for (m = mag_json_first(was); m != NULL; m = mag_json_next(m)) {
		key = mag_json_key(m);
		if (mag_json_get(is, key) == NULL)
			compare(w, mag_printf(w->a, "%s.%s", name, key), m,
			    NULL);
	}
}

static void
elements(struct comparing *w, const char *name, const struct mag_json *was,
    const struct mag_json *is)
{
	size_t n;

	was = mag_json_first(was);
	is = mag_json_first(is);
	for (n = 0; was != NULL || is != NULL; n++) {
		compare(w, mag_printf(w->a, "%s.%zu", name, n), was, is);
		was = was == NULL ? NULL : mag_json_next(was);
		is = is == NULL ? NULL : mag_json_next(is);
	}
}

/* A list is compared place by place: a block put in moves those behind it. */
static void
compare(struct comparing *w, const char *name, const struct mag_json *was,
    const struct mag_json *is)
{

	if (was != NULL && is != NULL && mag_json_equal(was, is))
		return;
	if (both(was, is, MAG_JSON_OBJECT))
		members(w, name, was, is);
	else if (both(was, is, MAG_JSON_ARRAY))
		elements(w, name, was, is);
	else
		add(w, name, was, is);
}

static enum mag_status
load(const struct mag_json **out, struct mag_call *c, int64_t id,
    int64_t version)
{
	const char *json = "{}";
	enum mag_status st;

	if (version > 0 &&
	    (st = mag_page_version(&json, c, id, version)) != MAG_OK)
		return st;
	*out = mag_json_own(c->a, json, strlen(json));
	return *out == NULL ? MAG_FAILED : MAG_OK;
}

enum mag_status
mag_page_changes(struct mag_buf *b, struct mag_call *c, int64_t id,
    int64_t since, int64_t version)
{
	struct comparing w = { b, c->a, false };
	const struct mag_json *was, *is;
	enum mag_status st;

	if ((st = load(&is, c, id, version)) != MAG_OK ||
	    (st = load(&was, c, id, since)) != MAG_OK)
		return st;
	mag_buf_addc(b, '[');
	members(&w, "", was, is);
	mag_buf_addc(b, ']');
	return MAG_OK;
}
