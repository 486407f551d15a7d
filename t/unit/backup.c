/* SPDX-License-Identifier: MIT */
/* Which backups stay. */
#include "../../lib/ops/backup.h"
#include "unit.h"

#define DAY	86400
#define NOW	1790000000		/* a Monday in September 2026 */

static size_t
kept(const int64_t *times, size_t n, int d, int w, int m, bool *keep)
{
	size_t i, count = 0;

	backup_kept(keep, times, n, d, w, m);
	for (i = 0; i < n; i++)
		count += keep[i];
	return count;
}

START_TEST(a_year_of_nights_leaves_days_weeks_and_months)
{
	int64_t times[400];
	bool keep[400];
	size_t i;

	for (i = 0; i < 400; i++)
		times[i] = NOW - (int64_t)i * DAY;
	ck_assert_uint_eq(kept(times, 400, 7, 0, 0, keep), 7);
	ck_assert(keep[0] && keep[6] && !keep[7]);
	ck_assert_uint_eq(kept(times, 400, 0, 4, 0, keep), 4);
	ck_assert_uint_eq(kept(times, 400, 0, 0, 12, keep), 12);
	i = kept(times, 400, 7, 4, 12, keep);
	ck_assert_uint_ge(i, 7 + 2 + 10);
	ck_assert_uint_le(i, 7 + 4 + 12);
}
END_TEST

START_TEST(what_was_made_today_stays_and_so_does_the_last_one)
{
	int64_t times[] = { NOW, NOW - 60, NOW - 3600, NOW - 3 * DAY };
	bool keep[4];

	ck_assert_uint_eq(kept(times, 4, 1, 0, 0, keep), 3);
	ck_assert(!keep[3]);
	ck_assert_uint_eq(kept(times, 4, 0, 0, 0, keep), 3);
	ck_assert_uint_eq(kept(times + 3, 1, 0, 0, 0, keep), 1);
	ck_assert_uint_eq(kept(times, 0, 7, 4, 12, keep), 0);
}
END_TEST

START_TEST(snapshots_of_a_day_stay_and_one_an_hour_of_the_day_before)
{
	int64_t times[400];
	bool keep[400];
	size_t i, day = 0, before = 0;

	for (i = 0; i < 400; i++)
		times[i] = NOW - (int64_t)i * 15 * 60;
	snapshots_kept(keep, times, 400);
	for (i = 0; i < 400; i++)
		*(times[i] > NOW - DAY ? &day : &before) += keep[i];
	ck_assert_uint_eq(day, 96);
	ck_assert_uint_le(before, 24);
	ck_assert_uint_ge(before, 23);
	snapshots_kept(keep, times, 0);
}
END_TEST

START_TEST(gaps_do_not_count)
{
	int64_t times[] = { NOW, NOW - 40 * DAY, NOW - 41 * DAY,
	    NOW - 300 * DAY };
	bool keep[4];

	ck_assert_uint_eq(kept(times, 4, 3, 0, 0, keep), 3);
	ck_assert(!keep[3]);
	ck_assert_uint_eq(kept(times, 4, 3, 0, 12, keep), 4);
}
END_TEST

START_TEST(only_our_names_are_backups)
{
	static const char *const others[] = { "", "magnetiq.db",
	    "magnetiq-20261123T101112Z.tar", "magnetiq-20261123T101112Z.tar.zst.x",
	    "magnetiq-20261323T101112Z.tar.zst", "magnetiq-x.tar.zst" };
	int64_t t;
	size_t i;

	ck_assert(backup_time(&t, "magnetiq-20260921T141320Z.tar.zst"));
	ck_assert_int_eq(t, NOW);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(!backup_time(&t, others[i]), "%s", others[i]);
}
END_TEST

START_TEST(what_is_of_the_future_by_more_than_an_hour_is_ahead)
{

	ck_assert(!backup_ahead(NOW, NOW));
	ck_assert(!backup_ahead(NOW - 400 * DAY, NOW));
	ck_assert(!backup_ahead(NOW + 3600, NOW));
	ck_assert(backup_ahead(NOW + 3601, NOW));
	ck_assert(backup_ahead(NOW + 400 * DAY, NOW));
}
END_TEST

START_TEST(a_rule_is_three_numbers)
{
	static const char *const wrong[] = { "", "7", "7,4", "7,4,12,1", "a,b,c",
	    "7,4,-1", "7,4,12 " };
	int rule[3];
	size_t i;

	ck_assert(backup_rule(rule, "7,4,12"));
	ck_assert(rule[0] == 7 && rule[1] == 4 && rule[2] == 12);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(!backup_rule(rule, wrong[i]), "%s", wrong[i]);
}
END_TEST

Suite *
suite_backup(void)
{
	Suite *s = suite_create("backup");
	TCase *tc = unit_case(s, "keep");

	tcase_add_test(tc, a_year_of_nights_leaves_days_weeks_and_months);
	tcase_add_test(tc,
	    what_was_made_today_stays_and_so_does_the_last_one);
	tcase_add_test(tc,
	    snapshots_of_a_day_stay_and_one_an_hour_of_the_day_before);
	tcase_add_test(tc, gaps_do_not_count);
	tcase_add_test(tc, only_our_names_are_backups);
	tcase_add_test(tc,
	    what_is_of_the_future_by_more_than_an_hour_is_ahead);
	tcase_add_test(tc, a_rule_is_three_numbers);
	return s;
}
