/* SPDX-License-Identifier: MIT */
#include "unit.h"

static struct mag_call *
call(void)
{
	struct mag_call *c = unit_db_call(unit_db());

	ck_assert_int_eq(unit_run(c->db, "INSERT INTO consultants (first_name,"
	    " last_name, email, timezone, busy_url) VALUES ('G', 'H',"
	    " 'g@example.org', 'UTC', 'https://example.org/g.ics')"), MAG_OK);
	return c;
}

static int64_t
busy(struct mag_call *c)
{

	return unit_number(c->db, "SELECT count(*) FROM busy_times");
}

START_TEST(one_is_claimed_once_in_five_minutes)
{
	struct mag_call *c = call();
	struct mag_feed f;

	ck_assert_int_eq(mag_feed_claim(&f, c), MAG_OK);
	ck_assert_str_eq(f.url, "https://example.org/g.ics");
	ck_assert_str_eq(f.zone, "UTC");
	ck_assert_int_eq(mag_feed_claim(&f, c), MAG_NOT_FOUND);
	c->now += MAG_FEED_SECONDS;
	ck_assert_int_eq(mag_feed_claim(&f, c), MAG_OK);
}
END_TEST

START_TEST(exactly_what_is_in_it_is_kept)
{
	struct mag_call *c = call();
	const struct mag_slot first[] = { { 1000, 2000 }, { 5000, 6000 },
	    { 7000, 8000 } };
	const struct mag_slot then[] = { { 500, 900 }, { 5000, 6000 },
	    { 7000, 9000 } };
	struct mag_feed f;

	ck_assert_int_eq(mag_feed_claim(&f, c), MAG_OK);
	ck_assert_int_eq(mag_feed_write(c, &f, first, 3), MAG_OK);
	ck_assert_int_eq(busy(c), 3);
	ck_assert_int_eq(mag_feed_write(c, &f, then, 3), MAG_OK);
	ck_assert_int_eq(busy(c), 3);
	ck_assert_int_eq(unit_number(c->db, "SELECT count(*) FROM busy_times"
	    " WHERE ends_at IN ('1970-01-01 00:15:00', '1970-01-01 01:40:00',"
	    " '1970-01-01 02:30:00')"), 3);
	ck_assert_int_eq(mag_feed_write(c, &f, NULL, 0), MAG_OK);
	ck_assert_int_eq(busy(c), 0);
}
END_TEST

START_TEST(what_has_not_changed_moves_only_its_age)
{
	struct mag_call *c = call();
	const struct mag_slot same[] = { { 1000, 2000 }, { 5000, 6000 } };
	struct mag_feed f;
	int64_t before;

	ck_assert_int_eq(mag_feed_claim(&f, c), MAG_OK);
	ck_assert_int_eq(mag_feed_write(c, &f, same, 2), MAG_OK);
	before = unit_number(c->db, "SELECT n FROM generation"
	    " WHERE name = 'appointments'");
	ck_assert_int_eq(mag_feed_write(c, &f, same, 2), MAG_OK);
	ck_assert_int_eq(unit_number(c->db, "SELECT n FROM generation"
	    " WHERE name = 'appointments'"), before + 1);
}
END_TEST

START_TEST(an_address_that_was_changed_meanwhile_gets_nothing)
{
	struct mag_call *c = call();
	const struct mag_slot one[] = { { 1000, 2000 } };
	struct mag_feed f;

	ck_assert_int_eq(mag_feed_claim(&f, c), MAG_OK);
	ck_assert_int_eq(unit_run(c->db, "UPDATE consultants SET"
	    " busy_url = 'https://example.org/other.ics'"), MAG_OK);
	ck_assert_int_eq(mag_feed_write(c, &f, one, 1), MAG_OK);
	ck_assert_int_eq(mag_feed_failed(c, &f, "no"), MAG_OK);
	ck_assert_int_eq(busy(c), 0);
	ck_assert_int_eq(unit_number(c->db, "SELECT count(*) FROM consultants"
	    " WHERE busy_fetched_at IS NULL AND busy_error IS NULL"), 1);
}
END_TEST

Suite *
suite_feed(void)
{
	Suite *s = suite_create("feed");
	TCase *t = unit_case(s, "feed");

	tcase_add_test(t, one_is_claimed_once_in_five_minutes);
	tcase_add_test(t, exactly_what_is_in_it_is_kept);
	tcase_add_test(t, what_has_not_changed_moves_only_its_age);
	tcase_add_test(t, an_address_that_was_changed_meanwhile_gets_nothing);
	return s;
}
