/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <magnetiq/utf8.h>

#include "http/bytes.h"

START_TEST(only_utf8_in_its_shortest_form_is_utf8)
{
	static const struct { const char *p; bool good; } cases[] = {
		{ "", true }, { "plain", true },
		{ "\xc3\xa4", true }, { "\xe2\x82\xac", true },
		{ "\xf0\x9f\x98\x80", true },
		{ "\xed\x9f\xbf", true }, { "\xee\x80\x80", true },
		{ "\xf4\x8f\xbf\xbf", true },
		{ "\xc0\x80", false }, { "\xc1\xbf", false },
		{ "\xe0\x9f\xbf", false }, { "\xf0\x8f\xbf\xbf", false },
		{ "\xed\xa0\x80", false }, { "\xf4\x90\x80\x80", false },
		{ "\xf8\x88\x80\x80\x80", false }, { "\x80", false },
		{ "\xc3", false }, { "\xe2\x82", false },
		{ "\xf0\x9f\x98", false }, { "\xc3(", false },
		{ "a\xff", false }, { "\xe2(\xac", false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(mag_utf8_valid(cases[i].p, strlen(cases[i].p)) ==
		    cases[i].good, "case %zu", i);
}
END_TEST

START_TEST(an_escape_is_two_digits_and_never_nul)
{
	static const struct { const char *in, *plain, *plus; } cases[] = {
		{ "a+b", "a+b", "a b" },
		{ "%41%7a%2B", "Az+", "Az+" },
		{ "%c3%A4", "\xc3\xa4", "\xc3\xa4" },
		{ "%", NULL, NULL }, { "%4", NULL, NULL },
		{ "%4g", NULL, NULL }, { "%g4", NULL, NULL },
		{ "a%00b", NULL, NULL }, { "%%41", NULL, NULL },
	};
	const char *in;
	char out[64];
	long n;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		in = cases[i].in;
		n = bytes_unescape(out, in, strlen(in), false);
		ck_assert_int_eq(n < 0, cases[i].plain == NULL);
		if (n >= 0)
			ck_assert_str_eq(out, cases[i].plain);
		n = bytes_unescape(out, in, strlen(in), true);
		ck_assert_int_eq(n < 0, cases[i].plus == NULL);
		if (n >= 0)
			ck_assert_str_eq(out, cases[i].plus);
	}
	ck_assert_int_eq(bytes_unescape(out, "a\0b", 3, false), -1);
}
END_TEST

Suite *
suite_http_bytes(void)
{
	Suite *s = suite_create("http_bytes");
	TCase *tc = unit_case(s, "bytes");

	tcase_add_test(tc, only_utf8_in_its_shortest_form_is_utf8);
	tcase_add_test(tc, an_escape_is_two_digits_and_never_nul);
	return s;
}
