/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define NOW	1790000000

static struct mag_scoreboard *board;
static struct mag_conf conf;
static char folder[32];

static void
open_board(void)
{

	strcpy(folder, "/tmp/mag-limit-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(mag_scoreboard_open(&board, folder, NOW), MAG_OK);
	memset(&conf, 0, sizeof(conf));
	conf.rate_limits = true;
	ck_assert(mag_limit_parse(conf.limits,
	    "auth=5/60,registration=3/60,download=10/300,api=100/60"));
}

static void
close_board(void)
{
	char path[64];

	mag_scoreboard_close(board);
	snprintf(path, sizeof(path), "%s/scoreboard", folder);
	unlink(path);
	rmdir(folder);
}

static int
take(enum mag_limit_class k, const char *address, int64_t now)
{

	return mag_limit_take(board, &conf, k, address, now);
}

/* How many of ${n} requests at once are allowed. */
static int
allowed(enum mag_limit_class k, const char *address, int64_t now, int n)
{
	int good = 0;

	for (; n > 0; n--)
		good += take(k, address, now) == 0;
	return good;
}

START_TEST(each_class_has_its_own_limit)
{

	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW, 20), 5);
	ck_assert_int_eq(allowed(MAG_LIMIT_REGISTRATION, "192.0.2.1", NOW, 20), 3);
	ck_assert_int_eq(allowed(MAG_LIMIT_DOWNLOAD, "192.0.2.1", NOW, 20), 10);
	ck_assert_int_eq(allowed(MAG_LIMIT_API, "192.0.2.1", NOW, 200), 100);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.2", NOW, 20), 5);
}
END_TEST

START_TEST(who_waits_as_told_is_allowed_again)
{
	int wait;

	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW, 5), 5);
	wait = take(MAG_LIMIT_AUTH, "192.0.2.1", NOW);
	ck_assert_int_eq(wait, 12);
	ck_assert_int_gt(take(MAG_LIMIT_AUTH, "192.0.2.1", NOW + wait - 1), 0);
	ck_assert_int_eq(take(MAG_LIMIT_AUTH, "192.0.2.1", NOW + wait), 0);
	ck_assert_int_gt(take(MAG_LIMIT_AUTH, "192.0.2.1", NOW + wait), 0);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW + 200, 9), 5);
}
END_TEST

START_TEST(a_clock_that_goes_back_locks_nobody_out)
{

	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW + 86400 * 8, 9), 5);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW, 9), 5);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", 0, 9), 5);
}
END_TEST

START_TEST(an_address_counts_as_what_its_owner_has)
{

	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "2001:db8::1", NOW, 4), 4);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "2001:db8::ffff:2", NOW, 4), 1);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "2001:db8:0:1::1", NOW, 9), 5);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "::ffff:192.0.2.7", NOW, 4), 4);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.7", NOW, 4), 1);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "unix:", NOW, 9), 5);
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "", NOW, 9), 5);
}
END_TEST

START_TEST(without_limits_everything_is_allowed)
{

	ck_assert_int_eq(mag_limit_take(NULL, &conf, MAG_LIMIT_AUTH, "x", NOW), 0);
	conf.rate_limits = false;
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW, 99), 99);
}
END_TEST

START_TEST(a_limit_holds_across_processes_and_outlives_them)
{
	int i, status, sum = 0;

	for (i = 0; i < 8; i++)
		if (fork() == 0) {
			mag_scoreboard_close(board);
			if (mag_scoreboard_open(&board, folder, NOW) != MAG_OK)
				_exit(255);
			_exit(allowed(MAG_LIMIT_API, "192.0.2.9", NOW, 100));
		}
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	ck_assert_int_eq(sum, 100);
	ck_assert_int_eq(allowed(MAG_LIMIT_API, "192.0.2.9", NOW, 9), 0);
}
END_TEST

/* However many ask, those who ask too often are mostly still told so. */
START_TEST(a_flood_of_addresses_does_not_break_the_table)
{
	char address[32];
	int i;

	for (i = 0; i < 200000; i++) {
		snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16,
		    (i >> 8) & 255, i & 255);
		ck_assert_int_eq(take(MAG_LIMIT_API, address, NOW), 0);
	}
	ck_assert_int_eq(allowed(MAG_LIMIT_AUTH, "192.0.2.1", NOW, 20), 5);
}
END_TEST

static const struct {
	const char	*text;
	bool		 good;
} texts[] = {
	{ "auth=1/1", true }, { "api=100000/100000, download=2/3", true },
	{ "", false }, { "auth", false }, { "auth=", false },
	{ "auth=5", false }, { "auth=5/", false }, { "auth=0/60", false },
	{ "auth=5/0", false }, { "auth=5/60,", false }, { "auth=-5/60", false },
	{ "auth=5/60;api=1/1", false }, { "Auth=5/60", false },
	{ "auth=100001/60", false }, { "auth=99999999999999999999/60", false },
	{ "login=5/60", false }, { "auth=5/60 ", false },
};

START_TEST(limits_are_read_strictly)
{
	struct mag_limit l[MAG_LIMIT__MAX];

	memcpy(l, conf.limits, sizeof(l));
	ck_assert_msg(mag_limit_parse(l, texts[_i].text) == texts[_i].good,
	    "%s", texts[_i].text);
	if (!texts[_i].good)
		ck_assert_mem_eq(l, conf.limits, sizeof(l));
}
END_TEST

START_TEST(a_take_costs_less_than_a_microsecond)
{
	int64_t from = mag_clock_us(), best = INT64_MAX, us;
	int i, round;

	for (round = 0; round < 5; round++) {
		from = mag_clock_us();
		for (i = 0; i < 20000; i++)
			(void)!take(MAG_LIMIT_API, "192.0.2.1", NOW);
		us = mag_clock_us() - from;
		best = us < best ? us : best;
	}
	/* Ten times the goal, for sanitizers and busy machines. */
	ck_assert_int_lt(best, 20000 * 10);
}
END_TEST

Suite *
suite_limit(void)
{
	Suite *s = suite_create("limit");
	TCase *tc = unit_case(s, "limit");

	tcase_add_checked_fixture(tc, open_board, close_board);
	tcase_add_test(tc, each_class_has_its_own_limit);
	tcase_add_test(tc, who_waits_as_told_is_allowed_again);
	tcase_add_test(tc, a_clock_that_goes_back_locks_nobody_out);
	tcase_add_test(tc, an_address_counts_as_what_its_owner_has);
	tcase_add_test(tc, without_limits_everything_is_allowed);
	tcase_add_test(tc, a_limit_holds_across_processes_and_outlives_them);
	tcase_add_test(tc, a_flood_of_addresses_does_not_break_the_table);
	tcase_add_loop_test(tc, limits_are_read_strictly, 0,
	    sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tc, a_take_costs_less_than_a_microsecond);
	return s;
}
