/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "http/header.h"

#define COUNT(x)	(sizeof(x) / sizeof((x)[0]))

static const char *
text(const struct mag_str *s)
{

	return mag_dup(a, s->p, s->n);
}

START_TEST(a_list_is_read_element_by_element)
{
	const char *list = " a ,, \"b,\\\"c\" ;q=1,\td,";
	struct mag_str item;

	ck_assert(header_next(&item, &list));
	ck_assert_str_eq(text(&item), "a");
	ck_assert(header_next(&item, &list));
	ck_assert_str_eq(text(&item), "\"b,\\\"c\" ;q=1");
	ck_assert(header_next(&item, &list));
	ck_assert_str_eq(text(&item), "d");
	ck_assert(!header_next(&item, &list));
	list = "\"open, \\";
	ck_assert(header_next(&item, &list));
	ck_assert(!header_next(&item, &list));
	list = NULL;
	ck_assert(!header_next(&item, &list));
}
END_TEST

START_TEST(a_word_is_found_whatever_its_case)
{

	ck_assert(header_has("content-type, If-Match", "if-match"));
	ck_assert(!header_has("content-type, If-Matchx", "if-match"));
	ck_assert(!header_has("", "if-match"));
	ck_assert(!header_has(NULL, "if-match"));
}
END_TEST

START_TEST(a_token_has_only_the_characters_of_one)
{

	ck_assert(header_token("GET", 3));
	ck_assert(header_token("x-~!#$%&'*+.^_`|", 16));
	ck_assert(!header_token("", 0));
	ck_assert(!header_token("a b", 3));
	ck_assert(!header_token("a\0b", 3));
	ck_assert(!header_token("a:b", 3));
	ck_assert(!header_token("\xc3\xa4", 2));
}
END_TEST

START_TEST(a_bearer_token_is_found)
{
	static const char *const bad[] = {
		"", "Bearer", "Bearer ", "Bearer  ", "Basic YTpi", "Bearertoken",
		"Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer \xc3\xa4",
		" Bearer a",
	};
	struct mag_str token;
	char *longest;
	size_t i;

	ck_assert_int_eq(header_bearer(&token, "Bearer a.b-c_~+/=="), MAG_OK);
	ck_assert_str_eq(text(&token), "a.b-c_~+/==");
	ck_assert_int_eq(header_bearer(&token, "bearer   x "), MAG_OK);
	ck_assert_str_eq(text(&token), "x");
	ck_assert_int_eq(header_bearer(&token, NULL), MAG_NOT_FOUND);
	for (i = 0; i < COUNT(bad); i++)
		ck_assert_msg(header_bearer(&token, bad[i]) ==
		    MAG_UNAUTHENTICATED, "%s", bad[i]);
	longest = mag_alloc(a, MAG_TOKEN_MAX + 16);
	memcpy(longest, "Bearer ", 7);
	memset(longest + 7, 'x', MAG_TOKEN_MAX);
	ck_assert_int_eq(header_bearer(&token, longest), MAG_OK);
	longest[7 + MAG_TOKEN_MAX] = 'x';
	ck_assert_int_eq(header_bearer(&token, longest), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(a_cookie_is_found_by_its_whole_name)
{
	static const char jar[] =
	    "xlead=1; lead=a.b-c; lead=second; q=\"in quotes\"; s=\"s\" ; e=;f";
	struct mag_str v;

	ck_assert(header_cookie(&v, jar, "lead"));
	ck_assert_str_eq(text(&v), "a.b-c");
	ck_assert(header_cookie(&v, jar, "s"));
	ck_assert_str_eq(text(&v), "s");
	ck_assert(header_cookie(&v, jar, "e"));
	ck_assert_uint_eq(v.n, 0);
	ck_assert(header_cookie(&v, ";;lead=1", "lead"));
	ck_assert(header_cookie(&v, "a=b;lead=1", "lead"));
	ck_assert(!header_cookie(&v, jar, "q"));
	ck_assert(!header_cookie(&v, jar, "f"));
	ck_assert(!header_cookie(&v, jar, "ead"));
	ck_assert(!header_cookie(&v, jar, "LEAD"));
	ck_assert(!header_cookie(&v, "", "lead"));
	ck_assert(!header_cookie(&v, NULL, "lead"));
}
END_TEST

START_TEST(an_origin_is_a_scheme_a_host_and_a_port)
{
	static const char *const bad[] = {
		"", "null", "example.org", "//example.org", "ftp://example.org",
		"https://", "https://a b", "https://a/", "https://a?b",
		"https://a:", "https://a:0", "https://a:65536",
		"https://a:999999", "https://a:8x", "https://u@a",
		"https://a, https://b", "https://[::1", "https://[]",
		"https://[::1]x", "https://a:80:80", "file://",
	};
	struct header_site x, y;
	size_t i;

	ck_assert(header_origin(&x, "https://Example.org"));
	ck_assert(header_origin(&y, "HTTPS://example.ORG:443"));
	ck_assert(header_same_site(&x, &y));
	ck_assert_int_eq(x.port, 443);
	ck_assert(header_origin(&y, "http://example.org"));
	ck_assert(!header_same_site(&x, &y));
	ck_assert(header_origin(&y, "https://example.org:8443"));
	ck_assert(!header_same_site(&x, &y));
	ck_assert(header_origin(&y, "https://example.orgx"));
	ck_assert(!header_same_site(&x, &y));
	ck_assert(header_origin(&y, "http://[::1]:3036"));
	ck_assert_str_eq(text(&y.host), "[::1]");
	ck_assert_int_eq(y.port, 3036);
	ck_assert(!header_origin(&y, NULL));
	for (i = 0; i < COUNT(bad); i++)
		ck_assert_msg(!header_origin(&x, bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(a_host_may_have_a_port)
{
	struct header_site x;

	ck_assert(header_host(&x, "localhost:8036"));
	ck_assert_str_eq(text(&x.host), "localhost");
	ck_assert_int_eq(x.port, 8036);
	ck_assert(header_host(&x, "127.0.0.1"));
	ck_assert_int_eq(x.port, 0);
	ck_assert(!header_host(&x, ""));
	ck_assert(!header_host(&x, NULL));
	ck_assert(!header_host(&x, "a/b"));
	ck_assert(!header_host(&x, "a,b"));
}
END_TEST

START_TEST(a_header_that_we_send_has_no_line_end)
{

	ck_assert(header_safe("a\tb \xc3\xa4", 6));
	ck_assert(!header_safe("a\rb", 3));
	ck_assert(!header_safe("a\nb", 3));
	ck_assert(!header_safe("a\0b", 3));
	ck_assert(!header_safe("\x7f", 1));
}
END_TEST

Suite *
suite_http_header(void)
{
	Suite *s = suite_create("http_header");
	TCase *tc = unit_case(s, "header");

	tcase_add_test(tc, a_list_is_read_element_by_element);
	tcase_add_test(tc, a_word_is_found_whatever_its_case);
	tcase_add_test(tc, a_token_has_only_the_characters_of_one);
	tcase_add_test(tc, a_bearer_token_is_found);
	tcase_add_test(tc, a_cookie_is_found_by_its_whole_name);
	tcase_add_test(tc, an_origin_is_a_scheme_a_host_and_a_port);
	tcase_add_test(tc, a_host_may_have_a_port);
	tcase_add_test(tc, a_header_that_we_send_has_no_line_end);
	return s;
}
