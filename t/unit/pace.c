/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/pace.h>

#include "unit.h"

#define MIB		(1024 * 1024)

/* A file of so many bytes, none of which takes room. */
static const char *
large(const char *name, off_t size)
{
	const char *path = unit_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	ck_assert_int_eq(close(fd), 0);
	return path;
}

START_TEST(a_large_file_is_removed_step_by_step)
{
	const char *path = large("large", 40 * MIB);
	int64_t from;

	mag_pace_yield();
	from = mag_clock_us();
	ck_assert_int_eq(mag_pace_remove(path), 0);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_ge(mag_clock_us() - from, 20000);	/* two pauses */
}
END_TEST

START_TEST(a_file_with_another_name_keeps_its_bytes)
{
	const char *path = large("large", 40 * MIB), *twin = unit_path("twin");
	struct stat sb;

	ck_assert_int_eq(link(path, twin), 0);
	mag_pace_yield();
	ck_assert_int_eq(mag_pace_remove(path), 0);
	ck_assert_int_eq(stat(twin, &sb), 0);
	ck_assert_int_eq(sb.st_size, 40 * MIB);
}
END_TEST

START_TEST(a_link_is_removed_and_not_what_it_names)
{
	const char *path = large("large", 40 * MIB), *name = unit_path("name");
	struct stat sb;

	ck_assert_int_eq(symlink(path, name), 0);
	mag_pace_yield();
	ck_assert_int_eq(mag_pace_remove(name), 0);
	ck_assert_int_eq(stat(path, &sb), 0);
	ck_assert_int_eq(sb.st_size, 40 * MIB);
}
END_TEST

/* Two pieces of a mebibyte with 30 ms of work before the second. */
static int64_t
two_pieces(void)
{
	struct mag_pace p = { 0 };
	int fd = open(large("large", MIB), O_WRONLY | O_CLOEXEC);
	int64_t from = mag_clock_us();

	mag_pace(&p, fd, MIB);
	mag_clock_sleep_ms(30);
	mag_pace(&p, fd, MIB);
	from = mag_clock_us() - from;
	ck_assert_int_eq(close(fd), 0);
	return from;
}

START_TEST(who_yields_rests_as_long_as_it_worked)
{

	mag_pace_yield();
	ck_assert_int_ge(two_pieces(), 60000);
}
END_TEST

/* Ten pieces of 4 ms each. */
static int64_t
ten_pieces(void)
{
	struct mag_pace p = { 0 };
	int64_t from = mag_clock_us();
	int i;

	for (i = 0; i < 10; i++) {
		mag_pace_rest(&p);
		mag_clock_sleep_ms(4);
	}
	mag_pace_rest(&p);
	return mag_clock_us() - from;
}

START_TEST(who_yields_rests_between_reading_too)
{

	mag_pace_yield();
	ck_assert_int_ge(ten_pieces(), 72000);
}
END_TEST

Suite *
suite_pace(void)
{
	Suite *s = suite_create("pace");
	TCase *tc = unit_case(s, "pace");

	tcase_add_test(tc, a_large_file_is_removed_step_by_step);
	tcase_add_test(tc, a_file_with_another_name_keeps_its_bytes);
	tcase_add_test(tc, a_link_is_removed_and_not_what_it_names);
	tcase_add_test(tc, who_yields_rests_as_long_as_it_worked);
	tcase_add_test(tc, who_yields_rests_between_reading_too);
	return s;
}
