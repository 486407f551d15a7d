/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <magnetiq/excerpt.h>
#include <magnetiq/fold.h>

static const char *
excerpt(const char *text, const char *query)
{
	struct mag_word words[10];
	struct mag_buf b;
	size_t n = mag_fold_words(words, 10, a, query);

	mag_buf_init(&b, a, 0);
	(void)mag_excerpt(&b, (struct mag_str){ text, strlen(text) }, words, n);
	return b.p;
}

START_TEST(what_was_found_is_marked_and_all_else_escaped)
{
	ck_assert_str_eq(excerpt("A <b> Turbine & more", "turb"),
	    "A &lt;b&gt; <mark>Turbine</mark> &amp; more");
	ck_assert_str_eq(excerpt("nothing", "else"), "nothing");
	ck_assert_str_eq(excerpt("", "else"), "");
}
END_TEST

START_TEST(german_words_are_found_however_they_are_typed)
{
	static const char *const queries[] = {
		"größe", "grosse", "groesse", "GRÖSSE", "grö"
	};
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		ck_assert_str_eq(excerpt("die Größe zählt", queries[i]),
		    "die <mark>Größe</mark> zählt");
}
END_TEST

START_TEST(a_long_text_is_cut_around_the_first_find)
{
	struct mag_buf b;
	const char *s;
	int i;

	mag_buf_init(&b, a, 0);
	for (i = 0; i < 200; i++)
		mag_buf_addf(&b, "w%d ", i);
	s = excerpt(b.p, "w100");
	ck_assert_int_eq(strncmp(s, "…w92 w93", strlen("…w92 w93")), 0);
	ck_assert_ptr_nonnull(strstr(s, "<mark>w100</mark> w101"));
	ck_assert_str_eq(s + strlen(s) - strlen("w121 …"), "w121 …");
}
END_TEST

Suite *
suite_excerpt(void)
{
	Suite *s = suite_create("excerpt");
	TCase *tc = unit_case(s, "excerpt");

	tcase_add_test(tc, what_was_found_is_marked_and_all_else_escaped);
	tcase_add_test(tc, german_words_are_found_however_they_are_typed);
	tcase_add_test(tc, a_long_text_is_cut_around_the_first_find);
	return s;
}
