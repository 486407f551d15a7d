/* SPDX-License-Identifier: MIT */
/* API keys: made once, shown once, known by their hash. */
#include <string.h>

#include <magnetiq/apikey.h>
#include <magnetiq/limits.h>
#include <magnetiq/rand.h>
#include <magnetiq/role.h>

#include "account.h"
#include "noun.h"

#define KEY_BYTES	32
#define PREFIX_LEN	12	/* characters that tell keys apart in a list */
#define USED_SECONDS	3600	/* how exactly the last use is noted */

static const char sql_find[] =
    "SELECT id, role, scopes, last_used_at FROM api_keys"
    " WHERE key_hash = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
static const char sql_used[] =
    "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "name", MAG_TEXT, .max = MAG_NAME_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_FIND },
	{ "prefix", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST,
	  .what = "how the key begins" },
	{ "key_hash", MAG_TEXT, .flags = MAG_HIDDEN | MAG_SECRET },
	{ "role", MAG_ENUM, .values = "viewer editor admin",
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_FILTER },
	{ "scopes", MAG_STRINGS, .max = MAG_SCOPE_MAX, .preset = "[\"*\"]",
	  .flags = MAG_LIST,
	  .what = "parts of the API or nouns, perhaps with :read or :write" },
	{ "expires_at", MAG_TIME, .flags = MAG_LIST },
	{ "last_used_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST,
	  .what = "to the hour" },
	{ "created_by", MAG_REF, .values = "user", .flags = MAG_READONLY | MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	const struct mag_value *v = mag_value(r, "scopes");
	const struct mag_json *j;
	const char *text;
	int i = 0;

	(void)old;
	if (v->kind != MAG_V_TEXT)
		return mag_verdict(c);
	j = mag_json_first(mag_json_own(c->a, v->s, v->n));
	if (j == NULL)
		mag_wrong(c, "scopes", "must name at least one", NULL);
	for (; j != NULL; j = mag_json_next(j), i++) {
		text = mag_json_text(j);
		if (text == NULL || !mag_scope_valid(text, strlen(text)))
			mag_wrong(c, mag_printf(c->a, "scopes.%d", i),
			    "is not a scope such as content:read", NULL);
	}
	return mag_verdict(c);
}

static int64_t
last_use(struct mag_call *c, const struct mag_record *r)
{

	(void)c;
	return mag_int(r, "last_used_at");
}

struct mag_noun mag_apikey = {
	.name = "apikey",
	.plural = "api-keys",
	.table = "api_keys",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.label = "There is no such API key.",
	.check = check,
	.drift = last_use,
};

static void
fill(struct mag_call *c, struct mag_record *r, void *arg)
{
	const char *key = arg;

	mag_set_text(r, "prefix", mag_dup(c->a, key, PREFIX_LEN));
	mag_set_text(r, "key_hash", mag_sha256_hex(c->a, key, strlen(key)));
	if (c->who.user_id > 0)
		mag_set_int(r, "created_by", c->who.user_id);
}

enum mag_status
mag_apikey_create(struct mag_record **out, const char **key,
    struct mag_call *c, const struct mag_json *body)
{
	char *made = mag_printf(c->a, MAG_APIKEY_PREFIX "%s",
	    mag_rand_token(c->a, KEY_BYTES));
	enum mag_status st = noun_make(out, c, &mag_apikey, body, fill, made);

	*key = st == MAG_OK ? made : NULL;
	return st;
}

/* A JSON list as words between blanks. */
static const char *
words(struct mag_call *c, struct mag_str list)
{
	const struct mag_json *j;
	struct mag_buf b;

	mag_buf_init(&b, c->a, 64);
	j = mag_json_first(mag_json_own(c->a, list.p, list.n));
	for (; j != NULL; j = mag_json_next(j))
		if (mag_json_text(j) != NULL)
			mag_buf_addf(&b, "%s%s", b.len > 0 ? " " : "",
			    mag_json_text(j));
	return b.p;
}

struct using {
	struct mag_call	*c;
	int64_t		 id;
};

static enum mag_status
used(struct mag_db *db, void *arg)
{
	struct using *w = arg;

	return mag_db_run(db, sql_used, "it", w->id, w->c->now);
}

enum mag_status
apikey_actor(struct mag_call *c, const char *token, size_t n)
{
	struct mag_row *row = NULL;
	struct using w = { c, 0 };
	int64_t last = 0;
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_find, "st",
	    mag_sha256_hex(c->a, token, n), c->now);
	if (st == MAG_OK) {
		w.id = mag_row_int(row, 0);
		c->who.api_key_id = w.id;
		c->who.role = mag_role_parse(mag_row_dup(row, 1, c->a));
		c->who.scopes = words(c, mag_row_str(row, 2));
		last = mag_row_time(row, 3);
	}
	mag_row_done(row);
	if (st == MAG_NOT_FOUND)
		return mag_fail(c, MAG_UNAUTHENTICATED, "Please sign in.");
	/* A note for people; without it, on a full disk, one may still read. */
	if (st == MAG_OK && last < c->now - USED_SECONDS)
		(void)!mag_db_write(c->db, used, &w);
	return st;
}
