/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <time.h>

#include "unit.h"

static const struct {
	const char	*text;
	bool		 lax;
	bool		 good;
	int64_t		 t;
} times[] = {
	{ "2026-11-23T10:00:00Z", false, true, 1795428000 },
	{ "2026-11-23T12:00:00+02:00", false, true, 1795428000 },
	{ "2026-11-23T04:30:00-05:30", false, true, 1795428000 },
	{ "2026-11-23 10:00:00.123456", true, true, 1795428000 },
	{ "2026-11-23T10:00:00", true, true, 1795428000 },
	{ "2026-11-23T10:00:00", false, false, 0 },
	{ "2026-11-23", true, true, 1795392000 },
	{ "2026-11-23", false, false, 0 },
	{ "2024-02-29T00:00:00Z", false, true, 1709164800 },
	{ "2023-02-29T00:00:00Z", false, false, 0 },
	{ "2026-13-01T00:00:00Z", false, false, 0 },
	{ "2026-11-23T24:00:00Z", false, false, 0 },
	{ "2026-11-23T10:00:00Zx", false, false, 0 },
	{ "2026-11-23T10:00:00.Z", false, false, 0 },
	{ "0000-01-01T00:00:00Z", false, false, 0 },
	{ "9999-12-31T23:59:59-01:00", false, false, 0 },
	{ "", true, false, 0 },
};

START_TEST(times_are_read_with_any_offset)
{
	int64_t t = 0;
	bool good = mag_time_parse(&t, times[_i].text, strlen(times[_i].text),
	    times[_i].lax);

	ck_assert_msg(good == times[_i].good, "%s", times[_i].text);
	if (good)
		ck_assert_int_eq(t, times[_i].t);
}
END_TEST

START_TEST(times_are_printed_in_three_forms)
{
	char s[MAG_TIME_TEXT];

	mag_time_db(s, 1795428000);
	ck_assert_str_eq(s, "2026-11-23 10:00:00");
	mag_time_rfc3339(s, 1795428000);
	ck_assert_str_eq(s, "2026-11-23T10:00:00Z");
	mag_time_http(s, 1795428000);
	ck_assert_str_eq(s, "Mon, 23 Nov 2026 10:00:00 GMT");
}
END_TEST

/* Against libc, over all the years that a time may have. */
START_TEST(times_agree_with_the_c_library)
{
	char ours[MAG_TIME_TEXT], theirs[64];
	int64_t t, back;
	struct tm tm;
	time_t when;

	for (t = MAG_TIME_MIN; t < MAG_TIME_MAX; t += 86400LL * 13 + 4567) {
		when = (time_t)t;
		gmtime_r(&when, &tm);
		snprintf(theirs, sizeof(theirs), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec);
		mag_time_rfc3339(ours, t);
		ck_assert_str_eq(ours, theirs);
		ck_assert(mag_time_parse(&back, ours, strlen(ours), false));
		ck_assert_int_eq(back, t);
		strftime(theirs, sizeof(theirs), "%a, %d %b", &tm);
		mag_time_http(ours, t);
		ck_assert_int_eq(strncmp(ours, theirs, strlen(theirs)), 0);
	}
}
END_TEST

Suite *
suite_clock(void)
{
	Suite *s = suite_create("clock");
	TCase *tc = unit_case(s, "clock");

	tcase_add_loop_test(tc, times_are_read_with_any_offset, 0,
	    sizeof(times) / sizeof(times[0]));
	tcase_add_test(tc, times_agree_with_the_c_library);
	tcase_add_test(tc, times_are_printed_in_three_forms);
	return s;
}
