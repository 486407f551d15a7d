/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/json.h -- JSON from strangers, read strictly.
 *
 * cJSON alone accepts far more than JSON (invalid UTF-8, NUL bytes, \u0000,
 * duplicate keys, trailing garbage) and keeps numbers as doubles; the checks
 * here come first.  A struct mag_json is a cJSON node that the arena's owner
 * never frees: its memory comes from the arena.  Only lib/json knows cJSON.
 */
#ifndef MAGNETIQ_JSON_H
#define MAGNETIQ_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/call.h>
#include <magnetiq/status.h>

struct mag_json;

enum mag_json_kind {
	MAG_JSON_NULL, MAG_JSON_BOOL, MAG_JSON_NUMBER, MAG_JSON_STRING,
	MAG_JSON_ARRAY, MAG_JSON_OBJECT
};

/**
 * mag_json_parse(out, c, p, n): read ${n} bytes, all of them.
 * MAG_MALFORMED if they are not JSON or not UTF-8, or nest more than 32 deep;
 * MAG_INVALID (with details) for `\u0000`, a duplicate key, a number that no
 * double holds, or more than 20,000 members.  *${out} is then what could be
 * read of them, for whoever names the rest of what is wrong; else NULL.
 */
MAG_API enum mag_status mag_json_parse(const struct mag_json **out,
    struct mag_call *, const char *p, size_t n) MAG_CHECK;
/** The same for our own text (database columns): NULL if it is not JSON. */
MAG_API const struct mag_json *mag_json_own(struct mag_arena *, const char *p,
    size_t n) MAG_CHECK;

MAG_API enum mag_json_kind mag_json_kind(const struct mag_json *);
/** Members and elements in order; NULL at the end, and of NULL. */
MAG_API const struct mag_json *mag_json_first(const struct mag_json *);
MAG_API const struct mag_json *mag_json_next(const struct mag_json *);
MAG_API size_t mag_json_count(const struct mag_json *);
/** mag_json_key(m): the name of a member; NULL for an element. */
MAG_API const char *mag_json_key(const struct mag_json *);
/** mag_json_get(o, key): a member, exact case; NULL if not there (or o is). */
MAG_API const struct mag_json *mag_json_get(const struct mag_json *,
    const char *key);
/** mag_json_text(s): a string's text (never holds NUL), else NULL. */
MAG_API const char *mag_json_text(const struct mag_json *);
MAG_API bool mag_json_true(const struct mag_json *);
/** mag_json_int(out, v): false unless a whole number between +-(2^53 - 1). */
MAG_API bool mag_json_int(int64_t *out, const struct mag_json *);
/** mag_json_print(b, v): compact JSON; whole numbers stay whole. */
MAG_API void mag_json_print(struct mag_buf *, const struct mag_json *);
/** mag_json_equal(x, y): same value; the order of members does not count. */
MAG_API bool mag_json_equal(const struct mag_json *, const struct mag_json *);

#endif
