/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "http/query.h"

static struct query q;

static enum mag_status
read_query(const char *s)
{

	return query_read(&q, a, s, strlen(s));
}

START_TEST(names_and_values_are_decoded)
{

	ck_assert_int_eq(read_query("a=1&b=x+y%26z&&c&=d&e=f=g&%c3%a4=%c3%b6"),
	    MAG_OK);
	ck_assert_uint_eq(q.count, 6);
	ck_assert_str_eq(query_get(&q, "a"), "1");
	ck_assert_str_eq(query_get(&q, "b"), "x y&z");
	ck_assert_str_eq(query_get(&q, "c"), "");
	ck_assert_str_eq(query_get(&q, ""), "d");
	ck_assert_str_eq(query_get(&q, "e"), "f=g");
	ck_assert_str_eq(query_get(&q, "\xc3\xa4"), "\xc3\xb6");
	ck_assert_ptr_null(query_get(&q, "A"));
}
END_TEST

START_TEST(an_empty_query_has_no_parameters)
{

	ck_assert_int_eq(read_query(""), MAG_OK);
	ck_assert_uint_eq(q.count, 0);
	ck_assert_int_eq(read_query("&&"), MAG_OK);
	ck_assert_uint_eq(q.count, 0);
	ck_assert_int_eq(query_read(&q, a, NULL, 0), MAG_OK);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_malformed)
{
	static const char *const bad[] = {
		"a=%", "a=%4", "a=%xy", "%=a", "a=%00", "%00=a", "a=%ff",
		"\xff=a", "a=1&b=%c3", "a=%ed%a0%80",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(read_query(bad[i]) == MAG_MALFORMED,
		    "%s", bad[i]);
	ck_assert_int_eq(query_read(&q, a, "a=\0", 3), MAG_MALFORMED);
}
END_TEST

START_TEST(a_name_that_comes_twice_is_named)
{

	ck_assert_int_eq(read_query("a=1&b=2&%61=3&b=4&c=5"), MAG_INVALID);
	ck_assert_str_eq(q.duplicate, "a");
	ck_assert_uint_eq(q.count, 5);
	ck_assert_str_eq(query_get(&q, "a"), "1");
	ck_assert_str_eq(query_get(&q, "c"), "5");
}
END_TEST

START_TEST(there_are_not_too_many_parameters)
{
	struct mag_buf b;
	int i;

	mag_buf_init(&b, a, 0);
	for (i = 0; i < MAG_QUERY_PARAMS; i++)
		mag_buf_addf(&b, "n%d=%d&", i, i);
	ck_assert_int_eq(read_query(b.p), MAG_OK);
	ck_assert_uint_eq(q.count, MAG_QUERY_PARAMS);
	mag_buf_adds(&b, "more");
	ck_assert_int_eq(read_query(b.p), MAG_MALFORMED);
}
END_TEST

START_TEST(numbers_are_decimal_and_within_bounds)
{
	static const struct { const char *value; enum query_is is; } cases[] = {
		{ "1", QUERY_OK }, { "100", QUERY_OK }, { "007", QUERY_WRONG },
		{ "0", QUERY_WRONG }, { "101", QUERY_WRONG },
		{ "-5", QUERY_WRONG }, { "", QUERY_WRONG },
		{ "-", QUERY_WRONG }, { "1.0", QUERY_WRONG },
		{ "+1", QUERY_WRONG }, { " 1", QUERY_WRONG },
		{ "1 ", QUERY_WRONG }, { "0x10", QUERY_WRONG },
		{ "1e1", QUERY_WRONG }, { "9223372036854775808", QUERY_WRONG },
		{ "18446744073709551617", QUERY_WRONG },
	};
	int64_t v;
	size_t i;

	q.count = 1;
	q.param[0].name = "n";
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		q.param[0].value = cases[i].value;
		v = 20;
		ck_assert_msg(query_int(&v, &q, "n", 1, 100) == cases[i].is,
		    "%s", cases[i].value);
		if (cases[i].is != QUERY_OK)
			ck_assert_int_eq(v, 20);
	}
	q.param[0].value = "-12";
	ck_assert_int_eq(query_int(&v, &q, "n", -20, 0), QUERY_OK);
	ck_assert_int_eq(v, -12);
	ck_assert_int_eq(query_int(&v, &q, "m", 1, 100), QUERY_ABSENT);
}
END_TEST

START_TEST(words_and_truths_are_exact)
{
	static const char *const orders[] = { "asc", "desc", NULL };
	unsigned at = 7;
	bool yes = false;

	ck_assert_int_eq(read_query("order=desc&a=true&b=1&Asc=ASC"), MAG_OK);
	ck_assert_int_eq(query_choice(&at, &q, "order", orders), QUERY_OK);
	ck_assert_uint_eq(at, 1);
	ck_assert_int_eq(query_choice(&at, &q, "Asc", orders), QUERY_WRONG);
	ck_assert_int_eq(query_choice(&at, &q, "none", orders), QUERY_ABSENT);
	ck_assert_int_eq(query_bool(&yes, &q, "a"), QUERY_OK);
	ck_assert(yes);
	ck_assert_int_eq(query_bool(&yes, &q, "b"), QUERY_WRONG);
}
END_TEST

Suite *
suite_http_query(void)
{
	Suite *s = suite_create("http_query");
	TCase *tc = unit_case(s, "query");

	tcase_add_test(tc, names_and_values_are_decoded);
	tcase_add_test(tc, an_empty_query_has_no_parameters);
	tcase_add_test(tc, bytes_that_are_no_text_are_malformed);
	tcase_add_test(tc, a_name_that_comes_twice_is_named);
	tcase_add_test(tc, there_are_not_too_many_parameters);
	tcase_add_test(tc, numbers_are_decimal_and_within_bounds);
	tcase_add_test(tc, words_and_truths_are_exact);
	return s;
}
