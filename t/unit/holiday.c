/* SPDX-License-Identifier: MIT */
/* Holidays as the calendars of the states printed them. */
#include <stdlib.h>

#include <magnetiq/day.h>
#include <magnetiq/holiday.h>

#include "unit.h"

static int64_t
day(const char *text)
{
	int64_t d;

	ck_assert_msg(mag_day_parse(&d, text, strlen(text)), "%s", text);
	return d;
}

START_TEST(easter_is_when_the_calendars_have_it)
{
	static const char *const sundays[] = { "2018-04-01", "2019-04-21",
		"2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09",
		"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
		"2028-04-16", "2029-04-01", "2030-04-21", "2038-04-25",
		"2285-03-22", "1818-03-22", "1943-04-25" };
	size_t i;

	for (i = 0; i < sizeof(sundays) / sizeof(sundays[0]); i++)
		ck_assert_int_eq(mag_easter((int)strtol(sundays[i], NULL, 10)),
		    day(sundays[i]));
}
END_TEST

static const struct {
	const char	*region, *day, *german;	/* NULL: a day like others */
} days[] = {
	{ "DE-BE", "2024-01-01", "Neujahr" },
	{ "DE-BY", "2024-01-06", "Heilige Drei Könige" },
	{ "DE-BW", "2029-01-06", "Heilige Drei Könige" },
	{ "DE-HE", "2024-01-06", NULL },
	{ "DE-BE", "2024-03-08", "Internationaler Frauentag" },
	{ "DE-BE", "2018-03-08", NULL },
	{ "DE-MV", "2023-03-08", "Internationaler Frauentag" },
	{ "DE-MV", "2022-03-08", NULL },
	{ "DE-NW", "2024-03-29", "Karfreitag" },
	{ "DE-NW", "2025-04-18", "Karfreitag" },
	{ "DE-HH", "2026-04-03", "Karfreitag" },
	{ "DE-HH", "2026-04-06", "Ostermontag" },
	{ "DE-HH", "2026-04-05", NULL },
	{ "DE-BB", "2026-04-05", "Ostersonntag" },
	{ "DE-SH", "2027-05-01", "Tag der Arbeit" },
	{ "DE-BE", "2025-05-08", "Tag der Befreiung" },
	{ "DE-BE", "2026-05-08", NULL },
	{ "DE-BB", "2025-05-08", NULL },
	{ "DE-NI", "2024-05-09", "Christi Himmelfahrt" },
	{ "DE-NI", "2025-05-29", "Christi Himmelfahrt" },
	{ "DE-NI", "2026-05-14", "Christi Himmelfahrt" },
	{ "DE-NI", "2027-05-06", "Christi Himmelfahrt" },
	{ "DE-NI", "2028-05-25", "Christi Himmelfahrt" },
	{ "DE-BB", "2024-05-19", "Pfingstsonntag" },
	{ "DE-RP", "2024-05-20", "Pfingstmontag" },
	{ "DE-RP", "2030-06-10", "Pfingstmontag" },
	{ "DE-HE", "2024-05-30", "Fronleichnam" },
	{ "DE-NW", "2025-06-19", "Fronleichnam" },
	{ "DE-SL", "2026-06-04", "Fronleichnam" },
	{ "DE-SN", "2026-06-04", NULL },
	{ "DE-BE", "2028-06-17",
	  "75. Jahrestag des Aufstandes vom 17. Juni 1953" },
	{ "DE-BE", "2027-06-17", NULL },
	{ "DE-SL", "2025-08-15", "Mariä Himmelfahrt" },
	{ "DE-BY", "2025-08-15", "Mariä Himmelfahrt" },
	{ "DE-BW", "2025-08-15", NULL },
	{ "DE-TH", "2024-09-20", "Weltkindertag" },
	{ "DE-ST", "2024-09-20", NULL },
	{ "DE-HB", "2026-10-03", "Tag der Deutschen Einheit" },
	{ "DE-HB", "2024-10-31", "Reformationstag" },
	{ "DE-BE", "2024-10-31", NULL },
	{ "DE-BY", "2024-11-01", "Allerheiligen" },
	{ "DE-HB", "2024-11-01", NULL },
	{ "DE-SN", "2024-11-20", "Buß- und Bettag" },
	{ "DE-SN", "2025-11-19", "Buß- und Bettag" },
	{ "DE-SN", "2026-11-18", "Buß- und Bettag" },
	{ "DE-SN", "2027-11-17", "Buß- und Bettag" },
	{ "DE-SN", "2028-11-22", "Buß- und Bettag" },
	{ "DE-SN", "2029-11-21", "Buß- und Bettag" },
	{ "DE-SN", "2030-11-20", "Buß- und Bettag" },
	{ "DE-BY", "2024-11-20", NULL },
	{ "DE-TH", "2030-12-25", "Erster Weihnachtstag" },
	{ "DE-TH", "2030-12-26", "Zweiter Weihnachtstag" },
	{ "DE-TH", "2030-12-24", NULL },
	{ "DE-TH", "2030-12-31", NULL },
	{ "DE", "2024-01-01", NULL },
	{ "DE-XX", "2024-01-01", NULL },
	{ "", "2024-01-01", NULL },
	{ "DE-BY DE-HB", "2024-01-01", NULL },
};

START_TEST(each_state_keeps_its_own_holidays)
{
	ck_assert_pstr_eq(mag_holiday(days[_i].region, day(days[_i].day),
	    "de"), days[_i].german);
}
END_TEST

/* How many there are, Sundays counted: as the states' own lists say. */
START_TEST(each_state_has_as_many_as_its_law_names)
{
	static const struct {
		const char	*region;
		int		 n;
	} states[] = { { "DE-BB", 12 }, { "DE-BE", 10 }, { "DE-BW", 12 },
		{ "DE-BY", 13 }, { "DE-HB", 10 }, { "DE-HE", 10 },
		{ "DE-HH", 10 }, { "DE-MV", 11 }, { "DE-NI", 10 },
		{ "DE-NW", 11 }, { "DE-RP", 11 }, { "DE-SH", 10 },
		{ "DE-SL", 12 }, { "DE-SN", 11 }, { "DE-ST", 11 },
		{ "DE-TH", 11 } };
	int64_t d;
	size_t i;
	int n;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		for (n = 0, d = day("2026-01-01"); d <= day("2026-12-31"); d++)
			n += mag_holiday(states[i].region, d, "en") != NULL;
		ck_assert_msg(n == states[i].n, "%s has %d",
		    states[i].region, n);
		ck_assert(mag_holiday_region(states[i].region));
	}
	ck_assert(!mag_holiday_region("DE-"));
	ck_assert(!mag_holiday_region(NULL));
}
END_TEST

START_TEST(a_day_and_its_number_are_the_same)
{
	struct mag_date date;
	char text[MAG_DAY_TEXT];
	int64_t d, was = day("1896-12-31");

	ck_assert_int_eq(mag_day(1970, 1, 1), 0);
	ck_assert_int_eq(mag_day_of(-1), -1);
	ck_assert_int_eq(mag_day(2024, 3, 0), day("2024-02-29"));
	for (d = day("1897-01-01"); d < day("2105-01-01"); d++) {
		mag_day_date(&date, d);
		mag_day_print(text, d);
		ck_assert_int_eq(mag_day(date.year, date.month, date.day), d);
		ck_assert_int_eq(day(text), d);
		ck_assert_int_eq(was + 1, d);
		was = d;
	}
	mag_day_date(&date, day("2026-11-23"));
	ck_assert_int_eq(date.weekday, 0);
	ck_assert_int_eq(mag_month_days(2100, 2), 28);
	ck_assert_int_eq(mag_month_days(2000, 2), 29);
}
END_TEST

START_TEST(what_is_no_day_is_refused)
{
	static const char *const no[] = { "2026-02-29", "2026-13-01",
		"2026-00-01", "2026-01-00", "2026-1-1", "0000-01-01",
		"2026-01-01 ", "2026/01/01", "", "+026-01-01", "20260101" };
	int64_t d;
	size_t i;

	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!mag_day_parse(&d, no[i], strlen(no[i])), "%s",
		    no[i]);
}
END_TEST

Suite *
suite_holiday(void)
{
	Suite *s = suite_create("holiday");
	TCase *tc = unit_case(s, "holiday");

	tcase_add_test(tc, easter_is_when_the_calendars_have_it);
	tcase_add_loop_test(tc, each_state_keeps_its_own_holidays, 0,
	    sizeof(days) / sizeof(days[0]));
	tcase_add_test(tc, each_state_has_as_many_as_its_law_names);
	tcase_add_test(tc, a_day_and_its_number_are_the_same);
	tcase_add_test(tc, what_is_no_day_is_refused);
	return s;
}
