/* SPDX-License-Identifier: MIT */
/* Settings of the running site: typed values under known keys. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/lead.h>
#include <magnetiq/limits.h>
#include <magnetiq/rand.h>
#include <magnetiq/retention.h>
#include <magnetiq/setting.h>
#include <magnetiq/utf8.h>
#include <magnetiq/work.h>

#include "noun.h"

#define VALUE_MAX	2000	/* characters */

static const char sql_all[] =
    "SELECT key, value, type FROM system_settings ORDER BY key";
static const char sql_one[] =
    "SELECT value, type FROM system_settings WHERE key = ?1";
static const char sql_set[] =
    "UPDATE system_settings SET value = ?2, updated_at = ?3 WHERE key = ?1";

/* A stored value as JSON; older programs stored odd booleans and numbers. */
static void
print_value(struct mag_buf *b, struct mag_arena *a, const char *value,
    const char *type)
{

	if (value == NULL)
		mag_buf_adds(b, "null");
	else if (strcmp(type, "boolean") == 0)
		mag_buf_adds(b, strcmp(value, "true") == 0 ||
		    strcmp(value, "1") == 0 || strcmp(value, "True") == 0 ?
		    "true" : "false");
	else if (strcmp(type, "integer") == 0)
		mag_buf_addi(b, strtoll(value, NULL, 10));
	else if (strcmp(type, "json") == 0 &&
	    mag_json_own(a, value, strlen(value)) != NULL)
		mag_buf_adds(b, value);
	else
		mag_buf_jsons(b, value);
}

enum mag_status
mag_setting_print(struct mag_buf *b, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	if ((st = mag_db_query(&row, c->db, sql_all, "")) != MAG_OK)
		goto done;
	mag_buf_addc(b, '{');
	while ((st = mag_row_next(row)) == MAG_OK) {
		mag_buf_adds(b, n++ > 0 ? "," : "");
		mag_buf_jsons(b, mag_row_dup(row, 0, c->a));
		mag_buf_addc(b, ':');
		print_value(b, c->a, mag_row_null(row, 1) ? NULL :
		    mag_row_dup(row, 1, c->a), mag_row_dup(row, 2, c->a));
	}
	mag_buf_addc(b, '}');
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
done:
	mag_row_done(row);
	return st;
}

int64_t
mag_setting_revision(const char *printed)
{
	uint8_t hash[MAG_SHA256];
	int64_t revision = 0;
	int i;

	mag_sha256(hash, printed, strlen(printed));
	for (i = 0; i < 6; i++)
		revision = revision << 8 | hash[i];
	return revision;
}

enum mag_status
mag_setting_text(const char **out, struct mag_call *c, const char *key)
{

	return mag_db_text(out, c->a, c->db, sql_one, "s", key);
}

/* What a type wants; NULL: the value is of it. */
static const char *
type_fault(const char *type, const struct mag_json *j)
{
	int64_t i;

	if (strcmp(type, "boolean") == 0)
		return mag_json_kind(j) == MAG_JSON_BOOL ? NULL :
		    "must be true or false";
	if (strcmp(type, "integer") == 0)
		return mag_json_int(&i, j) ? NULL : "must be a whole number";
	if (strcmp(type, "string") != 0)
		return NULL;
	if (mag_json_text(j) == NULL)
		return "must be a string";
	return mag_utf8_count(mag_json_text(j), strlen(mag_json_text(j))) >
	    VALUE_MAX ? "is too long" : NULL;
}

static bool
is_map(const char *key)
{

	return strcmp(key, "site_title") == 0 ||
	    strcmp(key, "site_description") == 0;
}

/* What a map becomes: languages of ${j} beside the others, null takes away. */
static const struct mag_json *
merge(struct mag_call *c, const char *old, const struct mag_json *j)
{
	const struct mag_json *was = old == NULL ? NULL :
	    mag_json_own(c->a, old, strlen(old)), *from[] = { was, j }, *m;
	struct mag_buf b;
	int i;

	mag_buf_init(&b, c->a, 256);
	mag_buf_addc(&b, '{');
	for (i = 0; i < 2; i++)
		for (m = mag_json_first(from[i]); m != NULL;
		    m = mag_json_next(m)) {
			if (mag_json_kind(m) == MAG_JSON_NULL || (i == 0 &&
			    mag_json_get(j, mag_json_key(m)) != NULL))
				continue;
			mag_buf_adds(&b, b.len > 1 ? "," : "");
			mag_buf_jsons(&b, mag_json_key(m));
			mag_buf_addc(&b, ':');
			mag_json_print(&b, m);
		}
	mag_buf_addc(&b, '}');
	return mag_json_own(c->a, b.p, b.len);
}

/* What a setting becomes, of what stands and what was sent. */
static const struct mag_json *
becomes(struct mag_call *c, const char *key, const char *old,
    const char *type, const struct mag_json *j)
{

	if ((is_map(key) || strcmp(key, "retention") == 0) &&
	    mag_json_kind(j) == MAG_JSON_OBJECT)
		return merge(c, old, j);
	if (strcmp(type, "string") == 0 && strcmp(key, "default_language") != 0 &&
	    mag_json_kind(j) == MAG_JSON_NULL)
		return mag_json_own(c->a, "\"\"", 2);
	return j;
}

/* Of a map only what was sent is looked at, and that the default stays. */
static void
check_map(struct mag_call *c, const char *key, const struct mag_json *sent,
    const struct mag_json *j)
{
	const struct mag_json *m;
	const char *name;

	if (mag_json_kind(sent) != MAG_JSON_OBJECT) {
		mag_wrong(c, key, "must be an object of languages", NULL);
		return;
	}
	for (m = mag_json_first(sent); m != NULL; m = mag_json_next(m)) {
		if (mag_json_kind(m) == MAG_JSON_NULL)
			continue;
		name = mag_printf(c->a, "%s.%s", key, mag_json_key(m));
		if (!mag_site_speaks(mag_site(c), mag_json_key(m)))
			mag_wrong(c, name, "is not a language of this site",
			    NULL);
		else if (mag_json_text(m) == NULL)
			mag_wrong(c, name, "must be a string", NULL);
		else if (mag_utf8_count(mag_json_text(m),
		    strlen(mag_json_text(m))) > VALUE_MAX)
			mag_wrong(c, name, "is too long", NULL);
	}
	if (mag_json_get(j, mag_site(c)->language) == NULL)
		mag_wrong(c, mag_printf(c->a, "%s.%s", key,
		    mag_site(c)->language), "is required", NULL);
}

static void
check_twice(struct mag_call *c, const char *key, const struct mag_json *j)
{
	const struct mag_json *m, *n;

	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m))
		for (n = mag_json_first(j); n != m; n = mag_json_next(n))
			if (mag_json_equal(m, n)) {
				mag_wrong(c, key, "must not name one twice",
				    NULL);
				return;
			}
}

static void
check_languages(struct mag_call *c, const char *key, const struct mag_json *j)
{
	const struct mag_json *m;
	const char *s;

	if (mag_json_kind(j) != MAG_JSON_ARRAY || mag_json_count(j) == 0 ||
	    mag_json_count(j) > 15) {
		mag_wrong(c, key, "must be a list of strings", NULL);
		return;
	}
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m)) {
		s = mag_json_text(m);
		if (s == NULL || !mag_lang_valid(s, strlen(s)))
			mag_wrong(c, key, "must be language codes such as en",
			    NULL);
	}
	check_twice(c, key, j);
}

static void
check_rules(struct mag_call *c, const char *key, const struct mag_json *j)
{
	const struct mag_json *m;
	const char *name;
	int64_t n;

	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		mag_wrong(c, key, "must be an object", NULL);
		return;
	}
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m)) {
		name = mag_printf(c->a, "%s.%s", key, mag_json_key(m));
		if (!mag_listed(mag_lead_rules, mag_json_key(m)))
			mag_wrong(c, name, "is not a known field", NULL);
		else if (!mag_json_int(&n, m) || n < -100000 || n > 100000)
			mag_wrong(c, name, "must be a whole number", NULL);
	}
}

/* The words that a setting may be; NULL: it is none of words. */
static const char *
choice(const char *key)
{

	return strcmp(key, "booking_confirm") == 0 ? "auto manual" :
	    strcmp(key, "disposable_email") == 0 ? "allow refuse" : NULL;
}

/* Rules of single keys, beyond their type. */
static void
check_key(struct mag_call *c, const char *key, const struct mag_json *sent,
    const struct mag_json *j)
{
	const char *s = mag_json_text(j);
	int64_t bits;

	if (is_map(key))
		check_map(c, key, sent, j);
	else if (strcmp(key, "supported_languages") == 0)
		check_languages(c, key, j);
	else if (strcmp(key, "proof_of_work") == 0 &&
	    (!mag_json_int(&bits, j) || bits < 0 || bits > MAG_WORK_BITS_MAX))
		mag_wrong(c, key, "must be from 0 to %s",
		    mag_printf(c->a, "%d", MAG_WORK_BITS_MAX));
	else if (choice(key) != NULL && s != NULL && !mag_listed(choice(key), s))
		mag_wrong(c, key, "must be one of: %s", choice(key));
	else if (strcmp(key, "lead_rules") == 0)
		check_rules(c, key, j);
	else if (strcmp(key, "retention") == 0)
		mag_retention_check(c, key, j);
	else if ((strcmp(key, "email_from_address") == 0 ||
	    strcmp(key, "contact_address") == 0) && s != NULL &&
	    *s != '\0' && !mag_email_valid(s, strlen(s)))
		mag_wrong(c, key, "must be an e-mail address", NULL);
	else if (strcmp(key, "home_page") == 0 && s != NULL && *s != '\0' &&
	    !mag_slug_valid(s, strlen(s)))
		mag_wrong(c, key,
		    "must be lower-case letters, digits and single hyphens", NULL);
}

static enum mag_status
change_one(struct mag_call *c, const struct mag_json *sent,
    struct mag_buf *before, struct mag_buf *after)
{
	const char *key = mag_json_key(sent), *old, *type, *fault;
	const struct mag_json *j;
	struct mag_row *row = NULL;
	struct mag_buf value;
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_one, "s", key);
	if (st != MAG_OK) {
		mag_row_done(row);
		if (st == MAG_NOT_FOUND)
			mag_wrong(c, key, "is not a known setting", NULL);
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	}
	old = mag_row_null(row, 0) ? NULL : mag_row_dup(row, 0, c->a);
	type = mag_row_dup(row, 1, c->a);
	mag_row_done(row);
	j = becomes(c, key, old, type, sent);
	if ((fault = type_fault(type, j)) != NULL) {
		mag_wrong(c, key, fault, NULL);
		return MAG_OK;
	}
	check_key(c, key, sent, j);
	mag_buf_init(&value, c->a, 64);
	if (mag_json_text(j) != NULL && strcmp(type, "json") != 0)
		mag_buf_adds(&value, mag_json_text(j));
	else
		mag_json_print(&value, j);
	if (old != NULL && strcmp(old, value.p) == 0)
		return MAG_OK;
	mag_buf_addf(before, "%s", before->len > 1 ? "," : "");
	mag_buf_jsons(before, key);
	mag_buf_addc(before, ':');
	print_value(before, c->a, old, type);
	mag_buf_addf(after, "%s", after->len > 1 ? "," : "");
	mag_buf_jsons(after, key);
	mag_buf_addc(after, ':');
	mag_json_print(after, j);
	return mag_db_run(c->db, sql_set, "sst", key, value.p, c->now);
}

/* The default language must be one that the site speaks. */
static enum mag_status
check_default(struct mag_call *c)
{

	mag_site_forget(c);
	if (!mag_site_speaks(mag_site(c), mag_site(c)->language))
		mag_wrong(c, "default_language",
		    "must be one of the site's languages", NULL);
	return mag_verdict(c);
}

struct work {
	struct mag_call	*c;
	const struct mag_json *body;
};

static enum mag_status
change(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_buf before, after;
	const struct mag_json *j;
	enum mag_status st;

	(void)db;
	mag_problem_reset(c);
	mag_buf_init(&before, c->a, 1024);
	if ((st = mag_setting_print(&before, c)) != MAG_OK ||
	    (st = mag_match(c, mag_setting_revision(before.p))) != MAG_OK)
		return st;
	mag_buf_init(&before, c->a, 256);
	mag_buf_init(&after, c->a, 256);
	mag_buf_addc(&before, '{');
	mag_buf_addc(&after, '{');
	for (j = mag_json_first(w->body); j != NULL; j = mag_json_next(j))
		if ((st = change_one(c, j, &before, &after)) != MAG_OK)
			return st;
	if ((st = mag_verdict(c)) != MAG_OK || (st = check_default(c)) != MAG_OK)
		return st;
	if (after.len == 1)
		return MAG_OK;
	mag_buf_addc(&before, '}');
	mag_buf_addc(&after, '}');
	return mag_audit_json(c, "update", "setting", 0, before.p, after.p);
}

enum mag_status
mag_setting_change(struct mag_call *c, const struct mag_json *body)
{
	struct work w = { c, body };
	enum mag_status st = mag_db_write(c->db, change, &w);

	mag_site_forget(c);
	return st;
}
