/* SPDX-License-Identifier: MIT */
#include "unit.h"

START_TEST(memory_is_zeroed_and_aligned)
{
	unsigned char *p;
	size_t i, n;

	for (n = 1; n < 100000; n = n * 3 + 1) {
		p = mag_alloc(a, n);
		ck_assert_uint_eq((uintptr_t)p % 16, 0);
		for (i = 0; i < n; i++)
			ck_assert_int_eq(p[i], 0);
		memset(p, 0xff, n);
	}
}
END_TEST

START_TEST(a_reset_arena_is_used_again)
{
	int i;

	for (i = 0; i < 100; i++) {
		memset(mag_alloc(a, 10 * 1024 * 1024), 1, 10 * 1024 * 1024);
		mag_arena_reset(a);
		ck_assert_uint_eq(mag_arena_used(a), 0);
	}
}
END_TEST

START_TEST(passing_the_limit_kills_the_process)
{
	struct mag_arena *small = mag_arena_new(4096);

	(void)!mag_alloc(small, 8192);
}
END_TEST

START_TEST(a_buffer_grows_and_ends_in_nul)
{
	struct mag_buf b;
	int i;

	mag_buf_init(&b, a, 0);
	for (i = 0; i < 10000; i++)
		mag_buf_addf(&b, "%d,", i % 10);
	ck_assert_uint_eq(b.len, 20000);
	ck_assert_uint_eq(strlen(b.p), 20000);
	ck_assert_int_eq(strncmp(b.p, "0,1,2,", 6), 0);
}
END_TEST

START_TEST(numbers_are_printed_whole)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_buf_addi(&b, INT64_MIN);
	mag_buf_addc(&b, ' ');
	mag_buf_addi(&b, 0);
	mag_buf_addc(&b, ' ');
	mag_buf_addi(&b, INT64_MAX);
	ck_assert_str_eq(b.p, "-9223372036854775808 0 9223372036854775807");
}
END_TEST

START_TEST(json_and_html_are_escaped)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_buf_json(&b, "a\"\\\n\x01\xc3\xbc", 7);
	ck_assert_str_eq(b.p, "\"a\\\"\\\\\\n\\u0001\xc3\xbc\"");
	mag_buf_init(&b, a, 0);
	mag_buf_html(&b, "<a b='c' d=\"e\">&", 16);
	ck_assert_str_eq(b.p,
	    "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;");
}
END_TEST

START_TEST(a_word_is_listed_whole_or_not_at_all)
{

	ck_assert(mag_listed("page per_page order", "page"));
	ck_assert(mag_listed("page per_page order", "order"));
	ck_assert(mag_listed("aab ab", "ab"));
	ck_assert(!mag_listed("page per_page order", "per"));
	ck_assert(!mag_listed("page per_page order", "_page"));
	ck_assert(!mag_listed("page per_page order", "page per_page"));
	ck_assert(!mag_listed("page per_page order", ""));
	ck_assert(!mag_listed("", "page"));
}
END_TEST

Suite *
suite_arena(void)
{
	Suite *s = suite_create("arena");
	TCase *tc = unit_case(s, "arena");

	tcase_add_test(tc, memory_is_zeroed_and_aligned);
	tcase_add_test(tc, a_reset_arena_is_used_again);
	tcase_add_test_raise_signal(tc, passing_the_limit_kills_the_process, 6);
	tcase_add_test(tc, a_buffer_grows_and_ends_in_nul);
	tcase_add_test(tc, numbers_are_printed_whole);
	tcase_add_test(tc, json_and_html_are_escaped);
	tcase_add_test(tc, a_word_is_listed_whole_or_not_at_all);
	return s;
}
