/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "http/mime.h"

#define COUNT(x)	(sizeof(x) / sizeof((x)[0]))

static struct mime m;

static enum mag_status
read_mime(const char *s)
{

	return mime_read(&m, a, s, strlen(s));
}

START_TEST(a_type_has_parameters)
{

	ck_assert_int_eq(read_mime("Application/JSON"), MAG_OK);
	ck_assert_str_eq(m.type, "application/json");
	ck_assert_uint_eq(m.count, 0);
	ck_assert(mime_is_utf8(&m));
	ck_assert_int_eq(read_mime(
	    " text/html ; Charset=\"UTF-8\";; level=1 ; "), MAG_OK);
	ck_assert_str_eq(m.type, "text/html");
	ck_assert_str_eq(mime_get(&m, "charset"), "UTF-8");
	ck_assert_str_eq(mime_get(&m, "level"), "1");
	ck_assert_ptr_null(mime_get(&m, "Level"));
	ck_assert(mime_is_utf8(&m));
	ck_assert_int_eq(read_mime("text/plain;charset=latin1"), MAG_OK);
	ck_assert(!mime_is_utf8(&m));
}
END_TEST

START_TEST(quotes_may_hold_what_browsers_put_there)
{

	ck_assert_int_eq(read_mime("form-data; name=\"a;b=c\"; filename=\""
	    "C:\\dir\\\xc3\xa4 \\\"x\\\" \\\\.jpg\""), MAG_OK);
	ck_assert_str_eq(m.type, "form-data");
	ck_assert_str_eq(mime_get(&m, "name"), "a;b=c");
	ck_assert_str_eq(mime_get(&m, "filename"),
	    "C:\\dir\\\xc3\xa4 \"x\" \\.jpg");
	ck_assert_int_eq(read_mime("form-data; name=\"\""), MAG_OK);
	ck_assert_str_eq(mime_get(&m, "name"), "");
}
END_TEST

START_TEST(what_is_no_type_is_malformed)
{
	static const char *const bad[] = {
		"", " ", "/", "text/", "/html", "text/html/x", "text html",
		"text/html;charset", "text/html;charset=", "text/html;=x",
		"text/html; a=1 b=2", "text/html; a=1; A=2",
		"text/html; a=\"x", "text/html; a=\"x\\\"",
		"text/html; a=\"x\"y", "text/html; a = 1", "text/html, b/c",
		"text/html; a=\"\xff\"", "text/html; a=\"\x01\"",
		"a/b;1=1;2=2;3=3;4=4;5=5;6=6;7=7;8=8;9=9",
	};
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		ck_assert_msg(read_mime(bad[i]) == MAG_MALFORMED,
		    "%s", bad[i]);
	ck_assert_int_eq(mime_read(&m, a, "a/b;c=\"\0\"", 9), MAG_MALFORMED);
}
END_TEST

START_TEST(an_extended_value_is_utf8)
{
	static const char *const bad[] = {
		"", "x", "UTF-8", "UTF-8'x", "ISO-8859-1''a", "UTF-8''%",
		"UTF-8''%ff", "UTF-8''%00", "UTF-8''a%0Ab",
	};
	size_t i;

	ck_assert_str_eq(mime_extended(a, "UTF-8''na%C3%AFve+x"),
	    "na\xc3\xafve+x");
	ck_assert_str_eq(mime_extended(a, "utf-8'de'a"), "a");
	ck_assert_str_eq(mime_extended(a, "UTF-8''"), "");
	for (i = 0; i < COUNT(bad); i++)
		ck_assert_msg(mime_extended(a, bad[i]) == NULL, "%s", bad[i]);
}
END_TEST

START_TEST(the_most_specific_range_says_how_welcome_a_type_is)
{
	static const struct { const char *accept; int csv, json; } cases[] = {
		{ NULL, 1000, 1000 },
		{ "", 1000, 1000 },
		{ "*/*", 1000, 1000 },
		{ "text/csv", 1000, 0 },
		{ "TEXT/CSV", 1000, 0 },
		{ "application/json", 0, 1000 },
		{ "text/*", 1000, 0 },
		{ "text/csv;q=0.5, */*;q=0.1", 500, 100 },
		{ "*/*, text/csv;q=0", 0, 1000 },
		{ "text/csv; header=present; q=0.25", 250, 0 },
		{ "text/csv;q=0.123, text/*", 123, 0 },
		{ "text/csv ; q=1.000 , application/json;Q=0.9", 1000, 900 },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,"
		    "*/*;q=0.8", 800, 800 },
		{ "text/csvx, atext/csv", 0, 0 },
		{ "text/csv;q=2", 1000, 1000 },
		{ "text/csv;q=x", 1000, 1000 },
		{ "text/csv;q=0.1234", 1000, 1000 },
		{ "csv", 1000, 1000 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		ck_assert_msg(mime_quality(cases[i].accept, "text/csv") ==
		    cases[i].csv, "csv, case %zu", i);
		ck_assert_msg(mime_quality(cases[i].accept, "application/json")
		    == cases[i].json, "json, case %zu", i);
		ck_assert_int_eq(mime_prefers(cases[i].accept, "text/csv",
		    "application/json"), cases[i].csv > cases[i].json);
	}
}
END_TEST

START_TEST(a_file_name_cannot_leave_its_header)
{
	static const struct { const char *name, *want; } cases[] = {
		{ "report.pdf", "attachment; filename=\"report.pdf\"" },
		{ "a b'c,d;e.pdf", "attachment; filename=\"a b'c,d;e.pdf\"" },
		{ "a\"b\\c.pdf", "attachment; filename=\"a_b_c.pdf\"; "
		    "filename*=UTF-8''a%22b%5Cc.pdf" },
		{ "\xc3\xbc""ber \xe2\x82\xac.pdf",
		    "attachment; filename=\"_ber _.pdf\"; "
		    "filename*=UTF-8''%C3%BCber%20%E2%82%AC.pdf" },
		{ "a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie_"
		    " x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x" },
		{ "100%.csv", "attachment; filename=\"100_.csv\"; "
		    "filename*=UTF-8''100%25.csv" },
		{ "", "attachment; filename=\"\"" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_str_eq(mime_disposition(a, "attachment",
		    cases[i].name), cases[i].want);
}
END_TEST

Suite *
suite_http_mime(void)
{
	Suite *s = suite_create("http_mime");
	TCase *tc = unit_case(s, "mime");

	tcase_add_test(tc, a_type_has_parameters);
	tcase_add_test(tc, quotes_may_hold_what_browsers_put_there);
	tcase_add_test(tc, what_is_no_type_is_malformed);
	tcase_add_test(tc, an_extended_value_is_utf8);
	tcase_add_test(tc,
	    the_most_specific_range_says_how_welcome_a_type_is);
	tcase_add_test(tc, a_file_name_cannot_leave_its_header);
	return s;
}
