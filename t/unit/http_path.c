/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "http/path.h"

static enum mag_status
read_path(struct path *p, const char *uri)
{

	return path_read(p, a, uri, strlen(uri));
}

START_TEST(a_path_is_decoded_and_cut_at_its_slashes)
{
	struct path p;

	ck_assert_int_eq(read_path(&p, "/api/v1/%c3%a4+b/?q=%20&x=/"), MAG_OK);
	ck_assert_str_eq(p.path.p, "/api/v1/\xc3\xa4+b/");
	ck_assert_uint_eq(p.path.n, strlen(p.path.p));
	ck_assert_str_eq(p.query.p, "q=%20&x=/");
	ck_assert_uint_eq(p.query.n, 9);
	ck_assert_uint_eq(p.count, 4);
	ck_assert_uint_eq(p.segment[0].n, 3);
	ck_assert_int_eq(memcmp(p.segment[2].p, "\xc3\xa4+b", 4), 0);
	ck_assert_uint_eq(p.segment[3].n, 0);
}
END_TEST

START_TEST(the_root_has_one_empty_segment)
{
	struct path p;

	ck_assert_int_eq(read_path(&p, "/"), MAG_OK);
	ck_assert_uint_eq(p.count, 1);
	ck_assert_uint_eq(p.segment[0].n, 0);
	ck_assert_uint_eq(p.query.n, 0);
	ck_assert_str_eq(p.query.p, "");
	ck_assert_int_eq(read_path(&p, "/?"), MAG_OK);
	ck_assert_uint_eq(p.count, 1);
}
END_TEST

START_TEST(what_could_mean_two_paths_is_malformed)
{
	static const char *const bad[] = {
		"", "*", "api", "http://example.org/", "?q=/",
		"/%", "/%4", "/%zz", "/a%00b", "/%2", "/a%2fb", "/a%2Fb",
		"/a%5cb", "/..", "/../a", "/a/..", "/a/../b", "/a/./b", "/.",
		"/%2e%2e/a", "/.%2E", "/a#b", "/a%0ab", "/a%7fb", "/a\x01",
		"/%ff", "/%c3", "/\xc3", "/%ed%a0%80",
	};
	struct path p;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(read_path(&p, bad[i]) == MAG_MALFORMED,
		    "%s", bad[i]);
}
END_TEST

START_TEST(dots_within_a_name_and_double_slashes_are_only_names)
{
	static const char *const good[] = {
		"/...", "/a..b", "/.well-known/x", "/a.", "//", "/a//b",
		"/a?b=../..&c=%2f", "/a?%", "/\xc3\xa4", "/%25", "/a%23b",
	};
	struct path p;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(read_path(&p, good[i]) == MAG_OK, "%s", good[i]);
	ck_assert_int_eq(read_path(&p, "/a//b"), MAG_OK);
	ck_assert_uint_eq(p.count, 3);
}
END_TEST

START_TEST(a_path_may_be_as_long_as_nginx_lets_it)
{
	char *uri = mag_alloc(a, MAG_URI_MAX + 2);
	struct path p;

	memset(uri, 'x', MAG_URI_MAX + 1);
	uri[0] = '/';
	ck_assert_int_eq(path_read(&p, a, uri, MAG_URI_MAX), MAG_OK);
	ck_assert_int_eq(path_read(&p, a, uri, MAG_URI_MAX + 1),
	    MAG_MALFORMED);
	memset(uri, '/', MAG_URI_MAX);
	ck_assert_int_eq(path_read(&p, a, uri, MAG_URI_MAX), MAG_OK);
	ck_assert_uint_eq(p.count, MAG_URI_MAX);
}
END_TEST

START_TEST(an_escaped_segment_reads_back_as_it_was)
{
	static const char name[] = "a/b c?%\xc3\xa4~-._'";
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	path_escape(&b, name, strlen(name));
	ck_assert_str_eq(b.p, "a%2Fb%20c%3F%25%C3%A4~-._%27");
}
END_TEST

Suite *
suite_http_path(void)
{
	Suite *s = suite_create("http_path");
	TCase *tc = unit_case(s, "path");

	tcase_add_test(tc, a_path_is_decoded_and_cut_at_its_slashes);
	tcase_add_test(tc, the_root_has_one_empty_segment);
	tcase_add_test(tc, what_could_mean_two_paths_is_malformed);
	tcase_add_test(tc,
	    dots_within_a_name_and_double_slashes_are_only_names);
	tcase_add_test(tc, a_path_may_be_as_long_as_nginx_lets_it);
	tcase_add_test(tc, an_escaped_segment_reads_back_as_it_was);
	return s;
}
