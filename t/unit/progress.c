/* SPDX-License-Identifier: MIT */
#include <magnetiq/progress.h>

#include "unit.h"

static char heard[4096];

static void
hear(const char *text)
{

	strcat(heard, text == NULL ? "." : text);
	strcat(heard, "|");
}

START_TEST(nobody_is_told_what_nobody_wants_to_hear)
{

	mag_progress("copying", 1, 2);
	mag_progress_end();
	ck_assert_str_eq(heard, "");
}
END_TEST

START_TEST(one_hears_of_it_five_times_a_second_and_of_each_new_work)
{
	int i;

	mag_progress_to(hear);
	for (i = 0; i < 10000; i++)
		mag_progress("copying", i, 20000);
	ck_assert_str_eq(heard, "copying: 0 %|");
	mag_clock_sleep_ms(250);
	mag_progress("copying", i, 20000);
	mag_progress("rows", 7, 0);
	mag_progress("checking", 0, 0);
	ck_assert_str_eq(heard, "copying: 0 %|copying: 50 %|rows: 7|checking|");
}
END_TEST

START_TEST(the_end_is_told_once_and_only_of_what_has_begun)
{

	mag_progress_to(hear);
	mag_progress_end();
	mag_progress("copying", 0, 0);
	mag_progress_end();
	mag_progress_end();
	ck_assert_str_eq(heard, "copying|.|");
}
END_TEST

Suite *
suite_progress(void)
{
	Suite *s = suite_create("progress");
	TCase *tc = unit_case(s, "progress");

	tcase_add_test(tc, nobody_is_told_what_nobody_wants_to_hear);
	tcase_add_test(tc, one_hears_of_it_five_times_a_second_and_of_each_new_work);
	tcase_add_test(tc, the_end_is_told_once_and_only_of_what_has_begun);
	return s;
}
