/* SPDX-License-Identifier: MIT */
#include "unit.h"

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
	.site_url = "https://www.example.org",
};
static struct mag_call *c;

static void
open_db(void)
{

	c = unit_db_call(unit_db());
	c->conf = &conf;
}

static enum mag_status
make(struct mag_record **r, const char **key, const char *body)
{

	return mag_apikey_create(r, key, c, mag_json_own(a, body, strlen(body)));
}

static enum mag_status
actor(const char *key)
{

	return mag_session_actor(c, key, strlen(key));
}

START_TEST(a_key_acts_with_its_role_and_scopes)
{
	struct mag_record *r;
	struct mag_buf b;
	const char *key, *hash;

	ck_assert_int_eq(make(&r, &key, "{\"name\":\"Import\",\"role\":\"editor\","
	    "\"scopes\":[\"pages\",\"media:read\"]}"), MAG_OK);
	ck_assert_int_eq(strncmp(key, "mag_", 4), 0);
	ck_assert_int_eq(strncmp(key, mag_text(r, "prefix"), 12), 0);
	ck_assert_int_eq(actor(key), MAG_OK);
	ck_assert_int_eq(c->who.user_id, 0);
	ck_assert_int_eq(c->who.api_key_id, mag_record_id(r));
	ck_assert_int_eq(c->who.role, MAG_EDITOR);
	ck_assert_str_eq(c->who.scopes, "pages media:read");
	ck_assert_int_eq(actor(mag_printf(a, "%sx", key)), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(c->who.role, MAG_NOBODY);

	ck_assert_int_eq(mag_db_text(&hash, a, c->db, "SELECT key_hash FROM api_keys", NULL), MAG_OK);
	ck_assert_str_eq(hash, mag_sha256_hex(a, key, strlen(key)));
	mag_buf_init(&b, a, 0);
	mag_record_print(&b, c, r, MAG_VIEW_STAFF, NULL);
	ck_assert_ptr_null(strstr(b.p, key));
	ck_assert_ptr_null(strstr(b.p, hash));
}
END_TEST

START_TEST(a_key_ends_when_it_expires_or_is_deleted)
{
	struct mag_record *r;
	const char *key, *other;

	ck_assert_int_eq(make(&r, &key, "{\"name\":\"a\",\"role\":\"viewer\","
	    "\"expires_at\":\"2026-09-21T14:13:21Z\"}"), MAG_OK);
	ck_assert_int_eq(actor(key), MAG_OK);
	ck_assert_str_eq(c->who.scopes, "*");
	c->now++;
	ck_assert_int_eq(actor(key), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(make(&r, &other, "{\"name\":\"b\",\"role\":\"viewer\"}"), MAG_OK);
	ck_assert_int_eq(actor(other), MAG_OK);
	ck_assert_int_eq(mag_noun_delete(c, &mag_apikey, mag_record_id(r)), MAG_OK);
	ck_assert_int_eq(actor(other), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(what_a_key_does_is_written_down_under_its_name)
{
	struct mag_record *r;
	const char *key, *who;

	ck_assert_int_eq(make(&r, &key, "{\"name\":\"Import\",\"role\":\"admin\"}"), MAG_OK);
	ck_assert_int_eq(actor(key), MAG_OK);
	ck_assert_int_eq(mag_audit_json(c, "test", "page", 1, NULL, NULL), MAG_OK);
	ck_assert_int_eq(mag_db_text(&who, a, c->db, "SELECT user_email FROM"
	    " audit_log WHERE action = 'test'", NULL), MAG_OK);
	ck_assert_str_eq(who, "API key Import");
}
END_TEST

START_TEST(the_last_use_is_noted_to_the_hour)
{
	struct mag_record *r;
	const char *key;
	int64_t from = c->now;

	ck_assert_int_eq(make(&r, &key, "{\"name\":\"a\",\"role\":\"viewer\"}"), MAG_OK);
	ck_assert_int_eq(actor(key), MAG_OK);
	c->now = from + 3600;
	ck_assert_int_eq(actor(key), MAG_OK);
	ck_assert_int_eq(mag_noun_get(&r, c, &mag_apikey, mag_record_id(r)), MAG_OK);
	ck_assert_int_eq(mag_int(r, "last_used_at"), from);
	c->now = from + 3601;
	ck_assert_int_eq(actor(key), MAG_OK);
	ck_assert_int_eq(mag_noun_get(&r, c, &mag_apikey, mag_record_id(r)), MAG_OK);
	ck_assert_int_eq(mag_int(r, "last_used_at"), from + 3601);
}
END_TEST

static const struct {
	const char	*body, *field;
} wrong[] = {
	{ "{\"role\":\"viewer\"}", "name" },
	{ "{\"name\":\"a\"}", "role" },
	{ "{\"name\":\"a\",\"role\":\"root\"}", "role" },
	{ "{\"name\":\"a\",\"role\":\"viewer\",\"scopes\":[]}", "scopes" },
	{ "{\"name\":\"a\",\"role\":\"viewer\",\"scopes\":[\"*\",\"Pages\"]}", "scopes.1" },
	{ "{\"name\":\"a\",\"role\":\"viewer\",\"scopes\":\"pages\"}", "scopes" },
	{ "{\"name\":\"a\",\"role\":\"viewer\",\"key_hash\":\"x\"}", "key_hash" },
	{ "{\"name\":\"a\",\"role\":\"viewer\",\"prefix\":\"x\"}", "prefix" },
};

START_TEST(a_wrong_key_is_not_made)
{
	struct mag_record *r;
	const char *key;

	ck_assert_int_eq(make(&r, &key, wrong[_i].body), MAG_INVALID);
	ck_assert_ptr_null(key);
	ck_assert_str_eq(c->problem.first->field, wrong[_i].field);
}
END_TEST

Suite *
suite_apikey(void)
{
	Suite *s = suite_create("apikey");
	TCase *tc = unit_case(s, "apikey");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_test(tc, a_key_acts_with_its_role_and_scopes);
	tcase_add_test(tc, a_key_ends_when_it_expires_or_is_deleted);
	tcase_add_test(tc, what_a_key_does_is_written_down_under_its_name);
	tcase_add_test(tc, the_last_use_is_noted_to_the_hour);
	tcase_add_loop_test(tc, a_wrong_key_is_not_made, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	return s;
}
