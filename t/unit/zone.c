/* SPDX-License-Identifier: MIT */
/* Only names that stand in tzdata's own list are zones. */
#include <magnetiq/zone.h>

#include "unit.h"

START_TEST(names_of_the_iana_database_are_zones)
{
	static const char *const names[] = { "UTC", "Europe/Berlin",
		"America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/GMT+5",
		"US/Pacific", "Europe/Kyiv" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(mag_zone_valid(names[i]), "%s", names[i]);
}
END_TEST

START_TEST(nothing_that_leads_to_another_file_is_a_zone)
{
	static const char *const names[] = { "", " ", "utc", "europe/berlin",
		"Europe", "Europe/", "/Europe/Berlin", "../../etc/passwd",
		"Europe/Berlin/", "Europe/../Europe/Berlin", "tzdata.zi",
		"posix/Europe/Berlin", "CEST", "UTC+1", "Mars/Olympus",
		"Europe/Berlin\n", ":Europe/Berlin" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(!mag_zone_valid(names[i]), "%s", names[i]);
}
END_TEST

Suite *
suite_zone(void)
{
	Suite *s = suite_create("zone");
	TCase *tc = unit_case(s, "zone");

	tcase_add_test(tc, names_of_the_iana_database_are_zones);
	tcase_add_test(tc, nothing_that_leads_to_another_file_is_a_zone);
	return s;
}
