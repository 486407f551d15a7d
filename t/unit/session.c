/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "../../lib/model/account.h"

#define NOW	1790000000

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
	.site_url = "https://www.example.org",
};
static struct mag_db *db;
static int64_t anna;

static struct mag_call *
at(int64_t now)
{
	struct mag_call *c = unit_db_call(db);

	c->conf = &conf;
	c->address = "192.0.2.1";
	c->user_agent = "Test/1";
	c->now = now;
	return c;
}

static void
open_db(void)
{

	db = unit_db();
	ck_assert_int_eq(mag_db_int(&anna, db, "INSERT INTO admin_users (email,"
	    " email_folded, role) VALUES ('anna@example.org',"
	    " 'anna@example.org', 'editor') RETURNING id", ""), MAG_OK);
}

struct starting {
	struct mag_tokens *t;
	struct mag_call	*c;
};

static enum mag_status
start_it(struct mag_db *d, void *arg)
{
	struct starting *w = arg;
	struct mag_record *user;
	enum mag_status st;

	(void)d;
	if ((st = mag_record_load(&user, w->c, &mag_user, anna)) != MAG_OK)
		return st;
	return session_start(w->t, w->c, user);
}

/* As a sign-in does, without its password. */
static struct mag_tokens
start(int64_t now)
{
	struct mag_tokens t = { NULL, NULL, 0, 0, NULL };
	struct starting w = { &t, at(now) };

	ck_assert_int_eq(mag_db_write(db, start_it, &w), MAG_OK);
	return t;
}

static enum mag_status
actor(struct mag_call *c, const char *token)
{

	return mag_session_actor(c, token, strlen(token));
}

static enum mag_status
refresh(struct mag_tokens *out, const char *token, int64_t now)
{
	struct mag_tokens t;

	return mag_session_refresh(out == NULL ? &t : out, at(now), token);
}

START_TEST(a_refresh_token_gives_new_ones_and_is_spent)
{
	struct mag_tokens one = start(NOW), two, three;

	ck_assert_int_eq(refresh(&two, one.refresh, NOW + 1000), MAG_OK);
	ck_assert_int_eq(two.session_id, one.session_id);
	ck_assert_int_eq(mag_record_id(two.user), anna);
	ck_assert_str_ne(two.refresh, one.refresh);
	ck_assert_int_eq(actor(at(NOW + 1000), two.access), MAG_OK);
	ck_assert_int_eq(refresh(&three, two.refresh, NOW + 1000), MAG_OK);
}
END_TEST

START_TEST(a_spent_one_used_again_ends_the_whole_session)
{
	struct mag_tokens one = start(NOW), two, other = start(NOW);

	ck_assert_int_eq(refresh(&two, one.refresh, NOW), MAG_OK);
	ck_assert_int_eq(actor(at(NOW), two.access), MAG_OK);
	ck_assert_int_eq(refresh(NULL, one.refresh, NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), one.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), two.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(refresh(NULL, two.refresh, NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), other.access), MAG_OK);
	ck_assert_int_eq(refresh(NULL, other.refresh, NOW), MAG_OK);
}
END_TEST

START_TEST(a_refresh_token_is_good_for_seven_days)
{
	struct mag_tokens one = start(NOW), two;
	int64_t week = 7 * 86400;

	ck_assert_int_eq(refresh(&two, one.refresh, NOW + week - 1), MAG_OK);
	ck_assert_int_eq(refresh(NULL, two.refresh, NOW + week - 1 + week), MAG_UNAUTHENTICATED);
	one = start(NOW);
	ck_assert_int_eq(refresh(NULL, one.refresh, NOW + week), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(what_is_no_refresh_token_opens_nothing)
{
	struct mag_tokens one = start(NOW);
	char *huge = mag_alloc(a, 10001);

	memset(huge, 'a', 10000);
	ck_assert_int_eq(refresh(NULL, "", NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(refresh(NULL, one.access, NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(refresh(NULL, huge, NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), ""), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), huge), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), "mag_"), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), "mag_x"), MAG_UNAUTHENTICATED);
}
END_TEST

/* Of many who spend one token at once, one wins, and the session ends. */
START_TEST(a_race_for_one_token_has_one_winner)
{
	struct mag_tokens one = start(NOW);
	int i, status, won = 0;

	for (i = 0; i < 6; i++)
		if (fork() == 0) {
			db = unit_db_again();
			_exit(refresh(NULL, one.refresh, NOW) == MAG_OK ? 1 : 0);
		}
	while (wait(&status) > 0) {
		ck_assert(WIFEXITED(status));
		won += WEXITSTATUS(status);
	}
	ck_assert_int_eq(won, 1);
	ck_assert_int_eq(actor(at(NOW), one.access), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(leaving_ends_a_session_at_once)
{
	struct mag_tokens one = start(NOW), two = start(NOW), three = start(NOW), four;
	struct mag_call *c = at(NOW);
	int64_t n;

	ck_assert_int_eq(actor(c, one.access), MAG_OK);
	ck_assert_int_eq(mag_session_leave(c, NULL), MAG_OK);
	ck_assert_int_eq(actor(at(NOW), one.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(refresh(NULL, one.refresh, NOW), MAG_UNAUTHENTICATED);

	ck_assert_int_eq(mag_session_leave(at(NOW), two.refresh), MAG_OK);
	ck_assert_int_eq(actor(at(NOW), two.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(mag_session_leave(at(NOW), two.refresh), MAG_OK);

	/* With a token that was spent: better out than in. */
	ck_assert_int_eq(refresh(&four, three.refresh, NOW), MAG_OK);
	ck_assert_int_eq(mag_session_leave(at(NOW), three.refresh), MAG_OK);
	ck_assert_int_eq(actor(at(NOW), four.access), MAG_UNAUTHENTICATED);

	ck_assert_int_eq(mag_session_leave(at(NOW), "wrong"), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(mag_session_leave(at(NOW), NULL), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(mag_db_int(&n, db, "SELECT count(*) FROM audit_log"
	    " WHERE action = 'logout' AND user_email = 'anna@example.org'", ""), MAG_OK);
	ck_assert_int_eq(n, 3);
}
END_TEST

START_TEST(the_role_is_that_of_the_database)
{
	struct mag_tokens one = start(NOW);
	struct mag_call *c = at(NOW);

	ck_assert_int_eq(mag_db_run(db, "UPDATE admin_users SET role = 'viewer'", ""), MAG_OK);
	ck_assert_int_eq(actor(c, one.access), MAG_OK);
	ck_assert_int_eq(c->who.role, MAG_VIEWER);
	ck_assert_int_eq(mag_db_run(db, "UPDATE admin_users SET is_active = 0", ""), MAG_OK);
	ck_assert_int_eq(actor(c, one.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(c->who.role, MAG_NOBODY);
	ck_assert_int_eq(refresh(NULL, one.refresh, NOW), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(one_sees_and_ends_ones_own_sessions_only)
{
	struct mag_tokens one = start(NOW), two = start(NOW + 1), old, theirs;
	struct mag_call *c = at(NOW + 2);
	struct mag_list l = { .page = 1 };
	const struct mag_json *list, *j;
	struct mag_buf b;
	int64_t berta, was = anna;

	old = start(NOW - 8 * 86400);
	ck_assert_int_eq(mag_db_int(&berta, db, "INSERT INTO admin_users (email,"
	    " email_folded) VALUES ('b@example.org', 'b@example.org') RETURNING id", ""), MAG_OK);
	anna = berta;
	theirs = start(NOW);
	anna = was;
	ck_assert_int_eq(actor(c, one.access), MAG_OK);
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_session_list(&b, c, &l), MAG_OK);
	ck_assert_int_eq(l.total, 2);
	list = mag_json_own(a, b.p, b.len);
	ck_assert_uint_eq(mag_json_count(list), 2);
	for (j = mag_json_first(list); j != NULL; j = mag_json_next(j)) {
		ck_assert_str_eq(mag_json_text(mag_json_get(j, "user_agent")), "Test/1");
		ck_assert_str_eq(mag_json_text(mag_json_get(j, "ip_address")), "192.0.2.1");
		ck_assert_ptr_null(mag_json_get(j, "session_token"));
		ck_assert_ptr_null(mag_json_get(j, "user_id"));
	}
	j = mag_json_first(list);
	ck_assert(!mag_json_true(mag_json_get(j, "current")));
	ck_assert(mag_json_true(mag_json_get(mag_json_next(j), "current")));

	ck_assert_int_eq(mag_session_end(c, theirs.session_id), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_session_end(c, old.session_id), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_session_end(c, two.session_id), MAG_OK);
	ck_assert_int_eq(mag_session_end(c, two.session_id), MAG_NOT_FOUND);
	ck_assert_int_eq(actor(at(NOW), two.access), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(actor(at(NOW), theirs.access), MAG_OK);
}
END_TEST

Suite *
suite_session(void)
{
	Suite *s = suite_create("session");
	TCase *tc = unit_case(s, "session");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_test(tc, a_refresh_token_gives_new_ones_and_is_spent);
	tcase_add_test(tc, a_spent_one_used_again_ends_the_whole_session);
	tcase_add_test(tc, a_refresh_token_is_good_for_seven_days);
	tcase_add_test(tc, what_is_no_refresh_token_opens_nothing);
	tcase_add_test(tc, a_race_for_one_token_has_one_winner);
	tcase_add_test(tc, leaving_ends_a_session_at_once);
	tcase_add_test(tc, the_role_is_that_of_the_database);
	tcase_add_test(tc, one_sees_and_ends_ones_own_sessions_only);
	return s;
}
