/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "http/etag.h"

START_TEST(equal_bytes_have_equal_tags)
{
	const char *x = etag_of(a, "abc", 3);

	ck_assert_str_eq(x, etag_of(a, "abcd", 3));
	ck_assert_str_ne(x, etag_of(a, "abd", 3));
	ck_assert_uint_eq(strlen(x), 24);
	ck_assert_int_eq(x[0], '"');
	ck_assert_int_eq(x[23], '"');
	ck_assert_str_eq(etag_print(a, "p%d-%s", 7, "de"), "\"p7-de\"");
}
END_TEST

START_TEST(a_tag_without_quotes_inside_cannot_be_printed)
{

	ck_assert_ptr_nonnull(etag_print(a, "%s", "a\"b"));
}
END_TEST

START_TEST(a_list_matches_by_any_of_its_tags)
{
	static const struct { const char *list; bool yes; } cases[] = {
		{ "\"a\"", true }, { "W/\"a\"", true }, { "*", true },
		{ " * ", true }, { "\"b\", \"a\"", true },
		{ "\"b\",W/\"a\"", true }, { ", \"b\" ,, \"a\" ,", true },
		{ "\"x,y\", \"a\"", true },
		{ "\"b\"", false }, { "a", false }, { "", false },
		{ "\"a", false }, { "w/\"a\"", false }, { "\"A\"", false },
		{ "\"aa\"", false }, { "\"\"", false }, { "**", false },
		{ "*, \"a\"", false }, { "\"b\" \"a\"", false },
		{ "b, \"a\"", false }, { "\"b\"\"a\"", false },
		{ "\"b a\"", false }, { "W/", false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(etag_matches(cases[i].list, "\"a\"") ==
		    cases[i].yes, "%s", cases[i].list);
	ck_assert(etag_matches("\"a\"", "W/\"a\""));
	ck_assert(!etag_matches(NULL, "\"a\""));
}
END_TEST

Suite *
suite_http_etag(void)
{
	Suite *s = suite_create("http_etag");
	TCase *tc = unit_case(s, "etag");

	tcase_add_test(tc, equal_bytes_have_equal_tags);
	tcase_add_test_raise_signal(tc,
	    a_tag_without_quotes_inside_cannot_be_printed, 6);
	tcase_add_test(tc, a_list_matches_by_any_of_its_tags);
	return s;
}
