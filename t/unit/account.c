/* SPDX-License-Identifier: MIT */
#include <crypt.h>
#include <stdio.h>

#include "unit.h"

#include "../../lib/model/account.h"

#define NOW	1790000000
#define PASSWORD "Wolkenbruch-17"

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
	.site_url = "https://www.example.org", .site_host = "www.example.org",
};
static struct mag_db *db;

/* A call from an address, at a time. */
static struct mag_call *
from(const char *address, int64_t now)
{
	struct mag_call *c = unit_db_call(db);

	c->conf = &conf;
	c->address = address;
	c->user_agent = "Test/1";
	c->now = now;
	return c;
}

/* bcrypt at its cheapest, as an older Magnetiq may have stored it: failures
 * then cost nothing, and only the first success hashes. */
static int64_t
user(const char *email, const char *role)
{
	struct crypt_data *d = mag_alloc(a, sizeof(*d));
	int64_t id;

	ck_assert_int_eq(mag_db_int(&id, db, "INSERT INTO admin_users (email,"
	    " email_folded, hashed_password, first_name, role)"
	    " VALUES (?1, lower(?1), ?2, 'Anna', ?3) RETURNING id", "sss", email,
	    crypt_r(PASSWORD, "$2b$04$abcdefghijklmnopqrstuu", d), role), MAG_OK);
	return id;
}

static enum mag_status
sign_in(struct mag_tokens *out, struct mag_call *c, const char *email,
    const char *password)
{
	struct mag_tokens t;

	return mag_account_sign_in(out == NULL ? &t : out, c, email, password,
	    strlen(password));
}

static int64_t
number(const char *sql)
{
	int64_t n = 0;

	ck_assert_int_eq(mag_db_int(&n, db, sql, NULL), MAG_OK);
	return n;
}

static const char *
text(const char *sql)
{
	const char *s;

	ck_assert_int_eq(mag_db_text(&s, a, db, sql, NULL), MAG_OK);
	return s;
}

static void
open_db(void)
{

	db = unit_db();
}

/* Is the access token good for something? */
static enum mag_status
actor(struct mag_call *c, const char *token)
{

	return mag_session_actor(c, token, strlen(token));
}

START_TEST(the_right_password_opens_a_session)
{
	struct mag_call *c = from("192.0.2.1", NOW);
	int64_t id = user("Anna@Example.org", "editor");
	struct mag_tokens t;

	ck_assert_int_eq(sign_in(&t, c, " anna@example.ORG ", PASSWORD), MAG_OK);
	ck_assert_int_eq(t.expires_in, 900);
	ck_assert_int_eq(mag_record_id(t.user), id);
	ck_assert_str_eq(text("SELECT last_login FROM admin_users"), "2026-09-21 14:13:20");
	ck_assert_int_eq(number("SELECT count(*) FROM audit_log WHERE action = 'login'"
	    " AND user_email = 'Anna@Example.org'"), 1);

	c = from("192.0.2.1", NOW + 899);
	ck_assert_int_eq(actor(c, t.access), MAG_OK);
	ck_assert_int_eq(c->who.user_id, id);
	ck_assert_int_eq(c->who.session_id, t.session_id);
	ck_assert_int_eq(c->who.role, MAG_EDITOR);
	ck_assert_ptr_null(c->who.scopes);
	ck_assert_int_eq(actor(from("192.0.2.1", NOW + 900), t.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(c, t.refresh), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(no_token_stands_in_the_database)
{
	struct mag_call *c = from("192.0.2.1", NOW);
	struct mag_tokens t;

	(void)user("anna@example.org", "editor");
	ck_assert_int_eq(sign_in(&t, c, "anna@example.org", PASSWORD), MAG_OK);
	ck_assert_str_eq(text("SELECT token_hash FROM refresh_tokens"),
	    mag_sha256_hex(a, t.refresh, strlen(t.refresh)));
	ck_assert_str_ne(text("SELECT session_token FROM user_sessions"), t.refresh);
}
END_TEST

START_TEST(a_bcrypt_hash_is_replaced_at_the_first_sign_in)
{

	(void)user("anna@example.org", "editor");
	ck_assert_int_eq(sign_in(NULL, from("", NOW), "anna@example.org", PASSWORD), MAG_OK);
	ck_assert_int_eq(strncmp(text("SELECT hashed_password FROM admin_users"),
	    "$s1$0f0803$", 11), 0);
	ck_assert_int_eq(sign_in(NULL, from("", NOW), "anna@example.org", PASSWORD), MAG_OK);
	ck_assert_int_eq(sign_in(NULL, from("", NOW), "anna@example.org", "Wolkenbruch-18"),
	    MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(unknown_wrong_and_inactive_look_alike)
{
	struct mag_call *unknown = from("192.0.2.1", NOW);
	struct mag_call *wrong = from("192.0.2.1", NOW);
	struct mag_call *inactive = from("192.0.2.1", NOW);

	(void)user("anna@example.org", "editor");
	(void)user("gone@example.org", "editor");
	ck_assert_int_eq(mag_db_run(db, "UPDATE admin_users SET is_active = 0"
	    " WHERE email = 'gone@example.org'", ""), MAG_OK);
	ck_assert_int_eq(sign_in(NULL, unknown, "nobody@example.org", PASSWORD), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(sign_in(NULL, wrong, "anna@example.org", "x"), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(sign_in(NULL, inactive, "gone@example.org", PASSWORD), MAG_UNAUTHENTICATED);
	ck_assert_str_eq(unknown->problem.message, wrong->problem.message);
	ck_assert_str_eq(unknown->problem.message, inactive->problem.message);
	ck_assert_int_eq(number("SELECT count(*) FROM login_failures WHERE n = 1"), 6);
	ck_assert_int_eq(number("SELECT count(*) FROM user_sessions"), 0);
}
END_TEST

static void
misses(const char *email, const char *address, int64_t now, int times)
{
	struct mag_call *c = from(address, now);
	struct lockout l = lockout_of(c, email);

	for (; times > 0; times--)
		ck_assert_int_eq(lockout_fail(c, &l), MAG_OK);
}

static enum mag_status
look(const char *email, const char *address, int64_t now)
{
	struct mag_call *c = from(address, now);
	struct lockout l = lockout_of(c, email);
	enum mag_status st = lockout_look(c, &l);

	ck_assert((c->problem.retry_after > 0) == (st == MAG_LOCKED));
	return st;
}

START_TEST(five_failures_lock_the_pair_for_half_an_hour)
{
	struct mag_call *c;
	int i;

	(void)user("anna@example.org", "editor");
	for (i = 0; i < 5; i++)
		ck_assert_int_eq(sign_in(NULL, from("192.0.2.1", NOW + i),
		    "anna@example.org", "wrong"), MAG_UNAUTHENTICATED);
	c = from("192.0.2.1", NOW + 5);
	ck_assert_int_eq(sign_in(NULL, c, "anna@example.org", PASSWORD), MAG_LOCKED);
	ck_assert_int_eq(c->problem.retry_after, 1799);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.1", NOW + 1803), "anna@example.org", PASSWORD), MAG_LOCKED);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.2", NOW + 5), "anna@example.org", PASSWORD), MAG_OK);
	ck_assert_int_eq(look("berta@example.org", "192.0.2.1", NOW + 5), MAG_OK);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.1", NOW + 1804), "anna@example.org", PASSWORD), MAG_OK);
}
END_TEST

START_TEST(an_unknown_e_mail_is_locked_the_same_way)
{
	int i;

	for (i = 0; i < 5; i++)
		ck_assert_int_eq(sign_in(NULL, from("192.0.2.1", NOW),
		    "nobody@example.org", "wrong"), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.1", NOW), "Nobody@example.org", "wrong"), MAG_LOCKED);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.2", NOW), "nobody@example.org", "wrong"), MAG_UNAUTHENTICATED);
	/* And nothing there tells whom it was about. */
	ck_assert_int_eq(number("SELECT count(*) FROM login_failures WHERE"
	    " pair_hash LIKE '%nobody%' OR length(pair_hash) <> 64"), 0);
}
END_TEST

START_TEST(failures_are_forgotten_in_time_and_by_success)
{

	(void)user("anna@example.org", "editor");
	misses("anna@example.org", "192.0.2.1", NOW, 4);
	misses("anna@example.org", "192.0.2.1", NOW + 1800, 4);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.1", NOW + 1800), MAG_OK);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.1", NOW + 1801), "anna@example.org", PASSWORD), MAG_OK);
	misses("anna@example.org", "192.0.2.1", NOW + 1802, 4);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.1", NOW + 1802), MAG_OK);
	misses("anna@example.org", "192.0.2.1", NOW + 1802, 1);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.1", NOW + 1802), MAG_LOCKED);
	/* After a lock it takes five again. */
	misses("anna@example.org", "192.0.2.1", NOW + 1802 + 1800, 4);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.1", NOW + 1802 + 1800), MAG_OK);
}
END_TEST

START_TEST(fifty_failures_lock_the_account_but_not_for_addresses_it_knows)
{
	int64_t id = user("anna@example.org", "editor");
	struct mag_record *r;
	struct mag_call *c;
	char address[32];
	int i;

	/* Three who signed in: today, 29 days ago, and 31 days ago. */
	ck_assert_int_eq(sign_in(NULL, from("198.51.100.3", NOW - 31 * 86400), "anna@example.org", PASSWORD), MAG_OK);
	ck_assert_int_eq(sign_in(NULL, from("198.51.100.2", NOW - 29 * 86400), "anna@example.org", PASSWORD), MAG_OK);
	ck_assert_int_eq(sign_in(NULL, from("198.51.100.1", NOW), "anna@example.org", PASSWORD), MAG_OK);
	for (i = 0; i < 49; i++) {
		snprintf(address, sizeof(address), "203.0.113.%d", i);
		misses("anna@example.org", address, NOW, 1);
	}
	ck_assert_int_eq(look("anna@example.org", "192.0.2.9", NOW), MAG_OK);
	misses("anna@example.org", "203.0.113.99", NOW, 1);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.9", NOW), MAG_LOCKED);
	ck_assert_int_eq(look("anna@example.org", "198.51.100.1", NOW), MAG_OK);
	ck_assert_int_eq(look("anna@example.org", "198.51.100.2", NOW), MAG_OK);
	ck_assert_int_eq(look("anna@example.org", "198.51.100.3", NOW), MAG_LOCKED);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.9", NOW), "anna@example.org", PASSWORD), MAG_LOCKED);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.9", NOW + 1800), MAG_OK);

	c = from("192.0.2.9", NOW);
	ck_assert_int_eq(mag_noun_get(&r, c, &mag_user, id), MAG_OK);
	ck_assert_int_eq(mag_int(r, "locked_until"), NOW + 1800);
	misses("anna@example.org", "192.0.2.9", NOW, 5);
	ck_assert_int_eq(mag_user_unlock(&r, c, id), MAG_OK);
	ck_assert_int_eq(mag_value(r, "locked_until")->kind, MAG_V_NULL);
	ck_assert_int_eq(look("anna@example.org", "192.0.2.9", NOW), MAG_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM audit_log WHERE action = 'unlock'"), 1);
}
END_TEST

START_TEST(fifty_failures_for_nobody_look_the_same)
{
	char address[32];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(address, sizeof(address), "203.0.113.%d", i);
		misses("nobody@example.org", address, NOW, 1);
	}
	ck_assert_int_eq(look("nobody@example.org", "192.0.2.9", NOW), MAG_LOCKED);
}
END_TEST

START_TEST(an_ipv6_address_is_known_by_its_network)
{

	misses("anna@example.org", "2001:db8::1", NOW, 3);
	misses("anna@example.org", "2001:db8::2", NOW, 2);
	ck_assert_int_eq(look("anna@example.org", "2001:db8::3", NOW), MAG_LOCKED);
	ck_assert_int_eq(look("anna@example.org", "2001:db8:0:1::3", NOW), MAG_OK);
}
END_TEST

/* Whoever has signed in, with the session's call. */
static struct mag_call *
signed_in(struct mag_tokens *t, const char *email)
{
	struct mag_call *c = from("192.0.2.1", NOW);

	ck_assert_int_eq(sign_in(t, c, email, PASSWORD), MAG_OK);
	c = from("192.0.2.1", NOW + 1);
	ck_assert_int_eq(actor(c, t->access), MAG_OK);
	return c;
}

static enum mag_status
change(struct mag_call *c, const char *current, const char *fresh)
{

	memset(&c->problem, 0, sizeof(c->problem));
	return mag_account_change_password(c, current, strlen(current), fresh,
	    strlen(fresh));
}

START_TEST(a_changed_password_ends_all_other_sessions)
{
	struct mag_tokens other, mine;
	struct mag_call *c;

	(void)user("anna@example.org", "editor");
	(void)signed_in(&other, "anna@example.org");
	c = signed_in(&mine, "anna@example.org");
	ck_assert_int_eq(change(c, "wrong", "short"), MAG_INVALID);
	ck_assert_uint_eq(c->problem.count, 2);
	ck_assert_int_eq(change(c, PASSWORD, "password123"), MAG_INVALID);
	ck_assert_str_eq(c->problem.first->field, "new_password");
	ck_assert_int_eq(change(c, "wrong", "Hagelsturm-18"), MAG_INVALID);
	ck_assert_str_eq(c->problem.first->field, "current_password");
	ck_assert_int_eq(change(c, PASSWORD, "Hagelsturm-18"), MAG_OK);
	ck_assert_int_eq(actor(from("", NOW + 1), mine.access), MAG_OK);
	ck_assert_int_eq(actor(from("", NOW + 1), other.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(sign_in(NULL, from("", NOW), "anna@example.org", PASSWORD), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(sign_in(NULL, from("", NOW), "anna@example.org", "Hagelsturm-18"), MAG_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM audit_log WHERE action = 'change_password'"), 1);
}
END_TEST

START_TEST(guessing_at_the_current_password_locks_too)
{
	struct mag_tokens t;
	struct mag_call *c;
	int i;

	(void)user("anna@example.org", "editor");
	c = signed_in(&t, "anna@example.org");
	for (i = 0; i < 5; i++)
		ck_assert_int_eq(change(c, "wrong", "Hagelsturm-18"), MAG_INVALID);
	ck_assert_int_eq(change(c, PASSWORD, "Hagelsturm-18"), MAG_LOCKED);
}
END_TEST

/* The newest letter in the outbox. */
static const char *last_to, *last_template, *last_data;

static const char *
last(const char *sql)
{
	const char *text;

	if (mag_db_text(&text, a, db, sql, "") == MAG_OK)
		return text;
	return "";
}

static int
decide(int64_t now)
{
	static const char count[] = "SELECT count(*) FROM outbox";
	int64_t done, before = number(count);

	ck_assert_int_eq(mag_account_decide(&done, from("", now)), MAG_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM password_resets"
	    " WHERE decided_at IS NULL"), 0);
	last_to = last("SELECT recipient FROM outbox ORDER BY id DESC");
	last_template = last("SELECT template FROM outbox ORDER BY id DESC");
	last_data = last("SELECT data FROM outbox ORDER BY id DESC");
	return (int)(number(count) - before);
}

static const char *
last_token(void)
{
	const struct mag_json *j = mag_json_own(a, last_data, strlen(last_data));
	const char *url = mag_json_text(mag_json_get(j, "url"));

	ck_assert_int_eq(strncmp(url, "https://www.example.org/", 24), 0);
	return strstr(url, "token=") + 6;
}

static enum mag_status
reset(struct mag_call *c, const char *token, const char *password)
{

	memset(&c->problem, 0, sizeof(c->problem));
	return mag_account_reset(c, token, password, strlen(password));
}

START_TEST(a_letter_opens_a_new_password_once)
{
	struct mag_tokens t;
	struct mag_call *c;
	const char *token;

	(void)user("Anna@example.org", "editor");
	(void)signed_in(&t, "anna@example.org");
	misses("anna@example.org", "192.0.2.7", NOW, 5);
	ck_assert_int_eq(mag_account_forgot(from("", NOW), " ANNA@example.org"), MAG_OK);
	ck_assert_int_eq(decide(NOW + 1), 1);
	ck_assert_str_eq(last_to, "Anna@example.org");
	ck_assert_str_eq(last_template, "password-reset");
	token = last_token();
	ck_assert_int_eq(number(mag_printf(a, "SELECT count(*) FROM password_resets"
	    " WHERE token_hash = '%s'", mag_sha256_hex(a, token, strlen(token)))), 1);

	c = from("192.0.2.7", NOW + 86400);
	ck_assert_int_eq(reset(c, "wrong", "Hagelsturm-18"), MAG_NOT_FOUND);
	ck_assert_int_eq(reset(c, token, "anna@EXAMPLE.org"), MAG_INVALID);
	ck_assert_str_eq(c->problem.first->field, "new_password");
	ck_assert_int_eq(reset(c, token, "Hagelsturm-18"), MAG_OK);
	ck_assert_int_eq(reset(c, token, "Hagelsturm-19"), MAG_GONE);
	ck_assert_int_eq(actor(from("", NOW + 1), t.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(sign_in(NULL, from("192.0.2.7", NOW + 3), "anna@example.org", "Hagelsturm-18"), MAG_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM audit_log WHERE action = 'reset_password'"
	    " AND user_email = 'Anna@example.org'"), 1);
}
END_TEST

START_TEST(a_letter_is_worth_nothing_after_a_day_or_a_newer_one)
{
	struct mag_call *c = from("", NOW + 1 + 86400);
	const char *first, *second;

	(void)user("anna@example.org", "editor");
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "anna@example.org"), MAG_OK);
	ck_assert_int_eq(decide(NOW), 1);
	first = last_token();
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "anna@example.org"), MAG_OK);
	ck_assert_int_eq(decide(NOW + 1), 1);
	second = last_token();
	ck_assert_int_eq(reset(from("", NOW + 2), first, "Hagelsturm-18"), MAG_GONE);
	ck_assert_int_eq(reset(c, second, "Hagelsturm-18"), MAG_GONE);
}
END_TEST

START_TEST(who_has_no_account_gets_no_letter)
{

	(void)user("anna@example.org", "editor");
	(void)user("gone@example.org", "editor");
	ck_assert_int_eq(mag_db_run(db, "UPDATE admin_users SET is_active = 0"
	    " WHERE email = 'gone@example.org'", ""), MAG_OK);
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "nobody@example.org"), MAG_OK);
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "gone@example.org"), MAG_OK);
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "no e-mail"), MAG_INVALID);
	ck_assert_int_eq(decide(NOW), 0);
}
END_TEST

START_TEST(strangers_cause_five_letters_an_hour_at_most)
{
	int64_t id = user("anna@example.org", "editor");
	int i;

	for (i = 0; i < 8; i++)
		ck_assert_int_eq(mag_account_forgot(from("", NOW), "anna@example.org"), MAG_OK);
	ck_assert_int_eq(decide(NOW), 5);
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "anna@example.org"), MAG_OK);
	ck_assert_int_eq(decide(NOW + 3599), 0);
	ck_assert_int_eq(mag_user_send_reset(from("", NOW), id), MAG_OK);
	ck_assert_int_eq(decide(NOW + 3599), 1);
	ck_assert_int_eq(mag_account_forgot(from("", NOW), "anna@example.org"), MAG_OK);
	ck_assert_int_eq(decide(NOW + 3601), 1);
	ck_assert_int_eq(mag_user_send_reset(from("", NOW), 999), MAG_NOT_FOUND);
}
END_TEST

Suite *
suite_account(void)
{
	Suite *s = suite_create("account");
	TCase *tc = unit_case(s, "account");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_test(tc, the_right_password_opens_a_session);
	tcase_add_test(tc, no_token_stands_in_the_database);
	tcase_add_test(tc, a_bcrypt_hash_is_replaced_at_the_first_sign_in);
	tcase_add_test(tc, unknown_wrong_and_inactive_look_alike);
	tcase_add_test(tc, five_failures_lock_the_pair_for_half_an_hour);
	tcase_add_test(tc, an_unknown_e_mail_is_locked_the_same_way);
	tcase_add_test(tc, failures_are_forgotten_in_time_and_by_success);
	tcase_add_test(tc, fifty_failures_lock_the_account_but_not_for_addresses_it_knows);
	tcase_add_test(tc, fifty_failures_for_nobody_look_the_same);
	tcase_add_test(tc, an_ipv6_address_is_known_by_its_network);
	tcase_add_test(tc, a_changed_password_ends_all_other_sessions);
	tcase_add_test(tc, guessing_at_the_current_password_locks_too);
	tcase_add_test(tc, a_letter_opens_a_new_password_once);
	tcase_add_test(tc, a_letter_is_worth_nothing_after_a_day_or_a_newer_one);
	tcase_add_test(tc, who_has_no_account_gets_no_letter);
	tcase_add_test(tc, strangers_cause_five_letters_an_hour_at_most);
	return s;
}
