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

static const struct mag_json *
json(const char *s)
{
	const struct mag_json *j = mag_json_own(a, s, strlen(s));

	ck_assert_msg(j != NULL, "%s", s);
	return j;
}

static int64_t
number(const char *sql)
{
	int64_t n = 0;

	ck_assert_int_eq(mag_db_int(&n, c->db, sql, NULL), MAG_OK);
	return n;
}

static struct mag_record *
make(const char *body)
{
	struct mag_record *r;
	enum mag_status st = mag_user_create(&r, c, json(body));

	ck_assert_msg(st == MAG_OK, "%s: %s", body,
	    c->problem.first != NULL ? c->problem.first->field : "");
	return r;
}

static enum mag_status
patch(int64_t id, const char *body)
{
	struct mag_record *r;

	return mag_noun_change(&r, c, &mag_user, id, json(body), MAG_PATCH);
}

START_TEST(a_user_with_a_password_can_sign_in)
{
	struct mag_record *r = make("{\"email\":\"Anna@Example.org\",\"role\":\"admin\","
	    "\"first_name\":\"Anna\",\"password\":\"Wolkenbruch-17\"}");
	struct mag_tokens t;
	struct mag_buf b;

	ck_assert_str_eq(mag_text(r, "email"), "Anna@Example.org");
	ck_assert_str_eq(mag_text(r, "email_folded"), "anna@example.org");
	ck_assert_str_eq(mag_text(r, "language"), "en");
	ck_assert_int_eq(mag_account_sign_in(&t, c, "anna@example.org",
	    "Wolkenbruch-17", 14), MAG_OK);
	mag_buf_init(&b, a, 0);
	mag_record_print(&b, c, r, MAG_VIEW_STAFF, NULL);
	ck_assert_ptr_null(strstr(b.p, "password"));
	ck_assert_ptr_null(strstr(b.p, "Wolkenbruch"));
	ck_assert_ptr_null(strstr(b.p, "folded"));
	ck_assert_int_eq(number("SELECT count(*) FROM audit_log WHERE action = 'create'"
	    " AND after NOT LIKE '%Wolken%' AND after NOT LIKE '%$s1$%'"), 1);
	ck_assert_int_eq(number("SELECT count(*) FROM password_resets"), 0);
}
END_TEST

START_TEST(a_user_without_a_password_is_invited)
{
	struct mag_record *r = make("{\"email\":\"anna@example.org\"}");
	struct mag_tokens t;

	ck_assert_str_eq(mag_text(r, "role"), "viewer");
	ck_assert_int_eq(number("SELECT user_id FROM password_resets WHERE"
	    " kind = 'invitation' AND decided_at IS NULL"), mag_record_id(r));
	ck_assert_int_eq(mag_account_sign_in(&t, c, "anna@example.org", "", 0),
	    MAG_UNAUTHENTICATED);
}
END_TEST

static const struct {
	const char	*body, *field;
	unsigned	 count;
} wrong[] = {
	{ "{}", "email", 1 },
	{ "{\"email\":\"nobody\"}", "email", 1 },
	{ "{\"email\":\"a@b.example\",\"role\":\"super_admin\"}", "role", 1 },
	{ "{\"email\":\"a@b.example\",\"password\":\"short\"}", "password", 1 },
	{ "{\"email\":\"anna@b.example\",\"password\":\"ANNA@b.example\"}", "password", 1 },
	{ "{\"email\":\"a@b.example\",\"password\":7}", "password", 1 },
	{ "{\"email\":\"nobody\",\"password\":\"short\",\"x\":1}", "email", 3 },
	{ "{\"email\":\"a@b.example\",\"hashed_password\":\"x\"}", "hashed_password", 1 },
	{ "{\"email\":\"a@b.example\",\"timezone\":\"Mars/Base\"}", "timezone", 1 },
};

START_TEST(every_wrong_field_is_named)
{
	struct mag_record *r;

	ck_assert_int_eq(mag_user_create(&r, c, json(wrong[_i].body)), MAG_INVALID);
	ck_assert_ptr_null(r);
	ck_assert_uint_eq(c->problem.count, wrong[_i].count);
	ck_assert_str_eq(c->problem.first->field, wrong[_i].field);
	ck_assert_int_eq(number("SELECT count(*) FROM admin_users"), 0);
}
END_TEST

START_TEST(an_e_mail_belongs_to_one_live_user)
{
	struct mag_record *r;
	int64_t id = mag_record_id(make("{\"email\":\"anna@example.org\"}"));

	ck_assert_int_eq(mag_user_create(&r, c, json("{\"email\":\"ANNA@example.org\"}")),
	    MAG_EMAIL_TAKEN);
	ck_assert_str_eq(c->problem.message, "This e-mail address is taken.");
	ck_assert_int_eq(patch(mag_record_id(make("{\"email\":\"b@example.org\"}")),
	    "{\"email\":\"Anna@Example.org\"}"), MAG_EMAIL_TAKEN);
	ck_assert_int_eq(mag_noun_delete(c, &mag_user, id), MAG_OK);
	ck_assert_int_eq(number("SELECT is_active FROM admin_users ORDER BY id"), 0);
	ck_assert_int_eq(mag_noun_delete(c, &mag_user, id), MAG_NOT_FOUND);
	(void)make("{\"email\":\"anna@example.org\"}");
}
END_TEST

START_TEST(the_last_active_admin_stays)
{
	int64_t one = mag_record_id(make("{\"email\":\"a@example.org\",\"role\":\"admin\"}"));
	int64_t two = mag_record_id(make("{\"email\":\"b@example.org\",\"role\":\"admin\"}"));

	ck_assert_int_eq(patch(one, "{\"role\":\"editor\"}"), MAG_OK);
	ck_assert_int_eq(patch(two, "{\"role\":\"editor\"}"), MAG_CONFLICT);
	ck_assert_str_eq(c->problem.message,
	    "The last active admin can be neither removed nor demoted.");
	ck_assert_int_eq(patch(two, "{\"is_active\":false}"), MAG_CONFLICT);
	ck_assert_int_eq(mag_noun_delete(c, &mag_user, two), MAG_CONFLICT);
	ck_assert_int_eq(patch(two, "{\"first_name\":\"Berta\"}"), MAG_OK);
	ck_assert_int_eq(patch(one, "{\"role\":\"admin\"}"), MAG_OK);
	ck_assert_int_eq(mag_noun_delete(c, &mag_user, two), MAG_OK);
}
END_TEST

START_TEST(who_is_deactivated_is_out_at_once)
{
	struct mag_call *other = unit_db_call(c->db);
	int64_t id = mag_record_id(make("{\"email\":\"a@example.org\","
	    "\"password\":\"Wolkenbruch-17\"}"));
	struct mag_tokens t;

	other->conf = &conf;
	ck_assert_int_eq(mag_account_sign_in(&t, c, "a@example.org", "Wolkenbruch-17", 14), MAG_OK);
	ck_assert_int_eq(mag_session_actor(other, t.access, strlen(t.access)), MAG_OK);
	ck_assert_int_eq(patch(id, "{\"is_active\":false}"), MAG_OK);
	ck_assert_int_eq(mag_session_actor(other, t.access, strlen(t.access)), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(patch(id, "{\"is_active\":true}"), MAG_OK);
	ck_assert_int_eq(mag_session_actor(other, t.access, strlen(t.access)), MAG_UNAUTHENTICATED);
}
END_TEST

static enum mag_status
own(const char *body)
{
	struct mag_record *r;

	memset(&c->problem, 0, sizeof(c->problem));
	return mag_user_change_own(&r, c, json(body));
}

START_TEST(one_may_change_oneself_but_not_ones_rank)
{
	struct mag_record *r = make("{\"email\":\"a@example.org\",\"role\":\"editor\"}");

	c->who.user_id = mag_record_id(r);
	ck_assert_int_eq(own("{\"first_name\":\"Anna\",\"language\":\"de\"}"), MAG_OK);
	ck_assert_int_eq(own("{\"role\":\"editor\",\"email\":\"a@example.org\",\"is_active\":true}"), MAG_OK);
	ck_assert_int_eq(own("{\"role\":\"admin\",\"is_active\":false}"), MAG_INVALID);
	ck_assert_uint_eq(c->problem.count, 2);
	ck_assert_int_eq(own("{\"email\":\"b@example.org\"}"), MAG_INVALID);
	ck_assert_int_eq(own("{\"password\":\"Wolkenbruch-17\"}"), MAG_INVALID);
	ck_assert_int_eq(number("SELECT count(*) FROM admin_users WHERE language = 'de'"
	    " AND role = 'editor' AND first_name = 'Anna'"), 1);
}
END_TEST

Suite *
suite_user(void)
{
	Suite *s = suite_create("user");
	TCase *tc = unit_case(s, "user");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_test(tc, a_user_with_a_password_can_sign_in);
	tcase_add_test(tc, a_user_without_a_password_is_invited);
	tcase_add_loop_test(tc, every_wrong_field_is_named, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(tc, an_e_mail_belongs_to_one_live_user);
	tcase_add_test(tc, the_last_active_admin_stays);
	tcase_add_test(tc, who_is_deactivated_is_out_at_once);
	tcase_add_test(tc, one_may_change_oneself_but_not_ones_rank);
	return s;
}
