/* SPDX-License-Identifier: MIT */
/* UTF-8 is read to the letter of RFC 3629, and nothing else is. */
#include <magnetiq/utf8.h>

#include "unit.h"

static const struct { const char *bytes; size_t n; } good[] = {
	{ "", 0 }, { "a", 1 }, { "\0", 1 }, { "\x7f", 1 },
	{ "\xc2\x80", 2 }, { "\xdf\xbf", 2 },
	{ "\xe0\xa0\x80", 3 }, { "\xed\x9f\xbf", 3 },	/* before surrogates */
	{ "\xee\x80\x80", 3 }, { "\xef\xbf\xbf", 3 },	/* behind them */
	{ "\xf0\x90\x80\x80", 4 }, { "\xf4\x8f\xbf\xbf", 4 },
	{ "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 11 },
};

static const struct { const char *bytes; size_t n; } bad[] = {
	{ "\x80", 1 }, { "\xbf", 1 },			/* begins in the middle */
	{ "\xc0\x80", 2 }, { "\xc1\xbf", 2 },		/* overlong */
	{ "\xe0\x80\x80", 3 }, { "\xe0\x9f\xbf", 3 },
	{ "\xf0\x80\x80\x80", 4 }, { "\xf0\x8f\xbf\xbf", 4 },
	{ "\xed\xa0\x80", 3 }, { "\xed\xbf\xbf", 3 },	/* surrogates */
	{ "\xed\xa0\xbd\xed\xb8\x80", 6 },		/* a pair of them */
	{ "\xf4\x90\x80\x80", 4 }, { "\xf5\x80\x80\x80", 4 },
	{ "\xf8\x88\x80\x80\x80", 5 }, { "\xfe", 1 }, { "\xff", 1 },
	{ "\xc3", 1 }, { "\xe2\x82", 2 }, { "\xf0\x9f\x98", 3 },	/* cut */
	{ "\xc3(", 2 }, { "\xe2\x28\xa1", 3 }, { "\xf0\x9f\x28\x80", 4 },
	{ "\xe4 ", 2 },					/* Latin-1 */
};

START_TEST(shortest_forms_of_all_that_is_a_code_point_are_valid)
{

	ck_assert(mag_utf8_valid(good[_i].bytes, good[_i].n));
}
END_TEST

START_TEST(overlong_cut_or_impossible_bytes_are_not_valid)
{

	ck_assert(!mag_utf8_valid(bad[_i].bytes, bad[_i].n));
}
END_TEST

/* The bytes behind the end are right, but not ours to read. */
START_TEST(nothing_is_read_beyond_the_given_length)
{
	const char *p = "\xe2\x82\xac";
	uint32_t code = 7;

	ck_assert(!mag_utf8_next(&p, p + 2, &code));
	ck_assert_uint_eq(code, 7);
	ck_assert(!mag_utf8_next(&p, p, &code));
	ck_assert(mag_utf8_next(&p, p + 3, &code));
	ck_assert_uint_eq(code, 0x20ac);
}
END_TEST

START_TEST(every_code_point_is_written_as_it_is_read)
{
	uint32_t code, again;
	char bytes[4];
	const char *p;
	size_t n;

	for (code = 0; code < 0x110000; code += code < 0x1000 ? 1 : 61) {
		if (code >= 0xd800 && code < 0xe000)
			continue;
		p = bytes;
		n = mag_utf8_put(bytes, code);
		ck_assert(mag_utf8_next(&p, bytes + n, &again));
		ck_assert_uint_eq(again, code);
		ck_assert_ptr_eq(p, bytes + n);
	}
}
END_TEST

START_TEST(characters_are_counted_and_broken_bytes_count_as_one)
{

	ck_assert_uint_eq(mag_utf8_count("", 0), 0);
	ck_assert_uint_eq(mag_utf8_count("Gr\xc3\xb6\xc3\x9f" "e", 7), 5);
	ck_assert_uint_eq(mag_utf8_count("\xf0\x9f\x98\x80", 4), 1);
	ck_assert_uint_eq(mag_utf8_count("a\xff\xc3", 3), 3);
}
END_TEST

START_TEST(repair_keeps_what_is_right_and_marks_what_is_not)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_utf8_repair(&b, "a\xc3\xa4\xff\0z\xe2\x82", 8);
	ck_assert_str_eq(b.p, "a\xc3\xa4\xef\xbf\xbd\xef\xbf\xbdz"
	    "\xef\xbf\xbd\xef\xbf\xbd");
	ck_assert(mag_utf8_valid(b.p, b.len));
}
END_TEST

Suite *
suite_utf8(void)
{
	Suite *s = suite_create("utf8");
	TCase *tc = unit_case(s, "utf8");

	tcase_add_loop_test(tc,
	    shortest_forms_of_all_that_is_a_code_point_are_valid, 0,
	    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, overlong_cut_or_impossible_bytes_are_not_valid,
	    0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, nothing_is_read_beyond_the_given_length);
	tcase_add_test(tc, every_code_point_is_written_as_it_is_read);
	tcase_add_test(tc, characters_are_counted_and_broken_bytes_count_as_one);
	tcase_add_test(tc, repair_keeps_what_is_right_and_marks_what_is_not);
	return s;
}
