/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "unit.h"

struct text { const char *p; size_t n; };
#define T(s)	{ s, sizeof(s) - 1 }

static enum mag_status
parse(const struct mag_json **out, struct mag_call **c, const char *p, size_t n)
{

	*c = unit_call();
	return mag_json_parse(out, *c, p, n);
}

static const struct mag_json *
good(const char *s)
{
	const struct mag_json *v;
	struct mag_call *c;

	ck_assert_msg(parse(&v, &c, s, strlen(s)) == MAG_OK, "%s", s);
	ck_assert_ptr_nonnull(v);
	return v;
}

static const char *
printed(const struct mag_json *v)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_json_print(&b, v);
	return b.p;
}

/* ${n} times ${s}, between two ends. */
static struct mag_str
repeat(const char *left, const char *s, int n, const char *right)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	for (mag_buf_adds(&b, left); n > 0; n--)
		mag_buf_adds(&b, s);
	mag_buf_adds(&b, right);
	return (struct mag_str){ b.p, b.len };
}

START_TEST(what_is_not_json_is_malformed)
{
	static const struct text bad[] = {
		T(""), T(" "), T("\xef\xbb\xbf{}"), T("{} x"), T("{}{}"),
		T("{}\0"), T("[1\0,2]"), T("\0"), T("[1,]"), T("[,1]"),
		T("[1 2]"), T("{\"a\":1,}"), T("{,}"), T("{\"a\"}"),
		T("{a:1}"), T("{'a':1}"), T("{\"a\" 1}"), T("{1:2}"),
		T("["), T("]"), T("{"), T("}"), T("{\"a\":"), T("[1}"),
		T("01"), T("[01]"), T("[1.]"), T("[.5]"), T("[+1]"), T("[-]"),
		T("[1e]"), T("[1e+]"), T("[0x1]"), T("[-01]"), T("[1.e1]"),
		T("NaN"), T("[Infinity]"), T("nul"), T("truex"), T("True"),
		T("\""), T("\"a"), T("\"\\\""), T("\"\\"), T("\"\\x\""),
		T("\"\\u12\""), T("\"\\u12g4\""), T("\"\\u\""), T("\"\\\0\""),
		T("\"a\tb\""), T("\"a\nb\""), T("\"\x1f\""), T("\"a\0b\""),
		T("\"\\ud800\""), T("\"\\udc00\""), T("\"\\ud800\\u0041\""),
		T("\"\\ud800\\ud800\""), T("\"\\ud83dx\""), T("\"\\udc00\\ud800\""),
		T("\"\x80\""), T("\"\xc0\xaf\""), T("\"\xc1\x81\""),
		T("\"\xe0\x80\xaf\""), T("\"\xed\xa0\x80\""), T("\"\xf0\x80\x80\x80\""),
		T("\"\xf4\x90\x80\x80\""), T("\"\xf5\x80\x80\x80\""), T("\"\xff\""),
		T("\"\xe2\x82\""), T("\"\xc3\""), T("\xc3\xa4"), T("/**/1"), T("1//"),
	};
	const struct mag_json *v;
	struct mag_call *c;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert_msg(parse(&v, &c, bad[i].p, bad[i].n) ==
		    MAG_MALFORMED, "case %zu: %s", i, bad[i].p);
		ck_assert_ptr_null(v);
		ck_assert_ptr_nonnull(c->problem.message);
		ck_assert_ptr_null(c->problem.first);
		ck_assert_ptr_null(mag_json_own(a, bad[i].p, bad[i].n));
	}
}
END_TEST

START_TEST(what_is_json_comes_back_as_it_was)
{
	static const struct { const char *in, *out; } same[] = {
		{ "null", "null" }, { " true\r\n\t", "true" }, { "false", "false" },
		{ "0", "0" }, { "-0", "0" }, { "-1.50", "-1.5" }, { "1E2", "100" },
		{ "0.1", "0.1" }, { "1e-7", "1e-07" }, { "1e300", "1e+300" },
		{ "1e-400", "0" }, { "[]", "[]" }, { "{}", "{}" },
		{ "[ 1 , [ ] , { } ]", "[1,[],{}]" },
		{ "{\"b\":1,\"a\":{\"c\":[null]}}", "{\"b\":1,\"a\":{\"c\":[null]}}" },
		{ "9007199254740991", "9007199254740991" },
		{ "-9007199254740991", "-9007199254740991" },
		{ "9007199254740992", "9007199254740992" },
		{ "1700000000123", "1700000000123" },
		{ "0.30000000000000004", "0.30000000000000004" },
		{ "\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"", "\"/\\u0008\\u000c\\n\\r\\t\\\"\\\\\"" },
		{ "\"\\u00fc\\uD83D\\ude00\"", "\"\xc3\xbc\xf0\x9f\x98\x80\"" },
		{ "\"\x7f\xf4\x8f\xbf\xbf\xee\x80\x80\"", "\"\x7f\xf4\x8f\xbf\xbf\xee\x80\x80\"" },
		{ "{\"\":1,\" \":2}", "{\"\":1,\" \":2}" },
		{ "{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}" },
	};
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(*same); i++)
		ck_assert_str_eq(printed(good(same[i].in)), same[i].out);
}
END_TEST

START_TEST(what_is_json_but_not_allowed_is_named)
{
	static const struct { const char *in, *fields[4]; } bad[] = {
		{ "\"x\\u0000y\"", { "body" } },
		{ "{\"title\":{\"de\":\"\\u0000\"}}", { "title.de" } },
		{ "{\"x\":[1,{\"y\":\"\\u0000\"}],\"z\":\"\\u0000\"}", { "x.1.y", "z" } },
		{ "{\"t\":{\"a\\u0000\":1}}", { "t" } },
		{ "{\"role\":\"admin\",\"role\":\"user\"}", { "role" } },
		{ "{\"a\":{\"b\":1,\"c\":2,\"\\u0062\":3}}", { "a.b" } },
		{ "[{\"x\":1,\"x\":1,\"y\":0,\"y\":0}]", { "0.x", "0.y" } },
		{ "{\"n\":1e400}", { "n" } }, { "[0,-1e999]", { "1" } },
	};
	const struct mag_json *v;
	struct mag_detail *d;
	struct mag_call *c;
	size_t i, j;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert_msg(parse(&v, &c, bad[i].in, strlen(bad[i].in)) ==
		    MAG_INVALID, "%s", bad[i].in);
		/* The rest of it can still be looked at. */
		ck_assert_ptr_nonnull(v);
		ck_assert_ptr_nonnull(c->problem.message);
		d = c->problem.first;
		for (j = 0; bad[i].fields[j] != NULL; j++, d = d->next) {
			ck_assert_ptr_nonnull(d);
			ck_assert_str_eq(d->field, bad[i].fields[j]);
		}
		ck_assert_ptr_null(d);
	}
}
END_TEST

START_TEST(malformed_wins_over_a_wrong_field)
{
	const struct mag_json *v;
	struct mag_call *c = unit_call();
	const char *s = "{\"a\":\"\\u0000\",}";

	mag_wrong(c, "earlier", "This is wrong.", NULL);
	ck_assert_int_eq(mag_json_parse(&v, c, s, strlen(s)), MAG_MALFORMED);
	ck_assert_uint_eq(c->problem.count, 1);
	ck_assert_str_eq(c->problem.first->field, "earlier");
	ck_assert_ptr_null(c->problem.first->next);
}
END_TEST

START_TEST(thirty_two_levels_pass_and_one_more_does_not)
{
	struct mag_str s = repeat("", "[", 32, "");
	const struct mag_json *v;
	struct mag_call *c;
	const char *p;

	p = repeat(s.p, "]", 32, "").p;
	ck_assert_int_eq(parse(&v, &c, p, strlen(p)), MAG_OK);
	p = repeat("[", p, 1, "]").p;
	ck_assert_int_eq(parse(&v, &c, p, strlen(p)), MAG_MALFORMED);
	s = repeat("", "[", 256 * 1024, "");
	ck_assert_int_eq(parse(&v, &c, s.p, s.n), MAG_MALFORMED);
	s = repeat("", "{\"a\":", 50000, "");
	ck_assert_int_eq(parse(&v, &c, s.p, s.n), MAG_MALFORMED);
}
END_TEST

START_TEST(too_many_members_are_refused)
{
	const struct mag_json *v;
	struct mag_call *c;
	struct mag_str s;

	s = repeat("[0", ",0", MAG_JSON_MEMBERS, "]");
	ck_assert_int_eq(parse(&v, &c, s.p, s.n), MAG_OK);
	ck_assert_uint_eq(mag_json_count(v), MAG_JSON_MEMBERS + 1);
	s = repeat("[0", ",0", MAG_JSON_MEMBERS + 1, "]");
	ck_assert_int_eq(parse(&v, &c, s.p, s.n), MAG_INVALID);
	ck_assert_ptr_null(v);
	ck_assert_str_eq(c->problem.first->field, "body");
}
END_TEST

START_TEST(a_very_long_number_is_refused)
{
	const struct mag_json *v;
	struct mag_call *c;
	struct mag_str s;

	s = repeat("", "1", 63, "");
	ck_assert_int_eq(parse(&v, &c, s.p, s.n), MAG_OK);
	s = repeat("", "1", 64, "");
	ck_assert_int_eq(parse(&v, &c, s.p, s.n), MAG_INVALID);
}
END_TEST

START_TEST(members_are_found_by_their_exact_name)
{
	const struct mag_json *v = good("{\"Role\":\"admin\",\"role\":\"user\","
	    "\"n\":3,\"t\":true,\"f\":false,\"z\":null,\"l\":[1,2]}");

	ck_assert_int_eq(mag_json_kind(v), MAG_JSON_OBJECT);
	ck_assert_uint_eq(mag_json_count(v), 7);
	ck_assert_str_eq(mag_json_text(mag_json_get(v, "role")), "user");
	ck_assert_str_eq(mag_json_key(mag_json_first(v)), "Role");
	ck_assert_ptr_null(mag_json_get(v, "ROLE"));
	ck_assert_ptr_null(mag_json_get(NULL, "role"));
	ck_assert_ptr_null(mag_json_get(mag_json_get(v, "l"), "role"));
	ck_assert_ptr_null(mag_json_text(mag_json_get(v, "n")));
	ck_assert_ptr_null(mag_json_text(NULL));
	ck_assert(mag_json_true(mag_json_get(v, "t")));
	ck_assert(!mag_json_true(mag_json_get(v, "f")));
	ck_assert(!mag_json_true(mag_json_get(v, "n")));
	ck_assert(!mag_json_true(NULL));
	ck_assert_int_eq(mag_json_kind(mag_json_get(v, "z")), MAG_JSON_NULL);
	ck_assert_ptr_null(mag_json_key(mag_json_first(mag_json_get(v, "l"))));
}
END_TEST

START_TEST(only_whole_numbers_within_a_double_are_integers)
{
	static const struct { const char *in; bool ok; int64_t v; } t[] = {
		{ "0", true, 0 }, { "-7", true, -7 }, { "1.0", true, 1 },
		{ "1e3", true, 1000 }, { "9007199254740991", true, 9007199254740991 },
		{ "-9007199254740991", true, -9007199254740991 },
		{ "9007199254740993", false, 0 }, { "1e30", false, 0 },
		{ "1.5", false, 0 }, { "\"1\"", false, 0 }, { "true", false, 0 },
		{ "null", false, 0 }, { "[1]", false, 0 },
	};
	int64_t v;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(*t); i++) {
		v = 0;
		ck_assert_msg(mag_json_int(&v, good(t[i].in)) == t[i].ok,
		    "%s", t[i].in);
		ck_assert_int_eq(v, t[i].v);
	}
	ck_assert(!mag_json_int(&v, NULL));
}
END_TEST

START_TEST(equality_does_not_look_at_the_order_of_members)
{
	static const struct { const char *x, *y; bool same; } t[] = {
		{ "{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1.0}", true },
		{ "{\"a\":1}", "{\"a\":2}", false }, { "{\"a\":1}", "{\"b\":1}", false },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", false }, { "[1,2]", "[2,1]", false },
		{ "[1,2]", "[1]", false }, { "{}", "[]", false }, { "{}", "{}", true },
		{ "\"a\"", "\"a\"", true }, { "\"a\"", "\"A\"", false },
		{ "true", "false", false }, { "null", "null", true }, { "0", "null", false },
		{ "[{\"x\":{\"y\":1,\"z\":2}}]", "[{\"x\":{\"z\":2,\"y\":1}}]", true },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(*t); i++)
		ck_assert_msg(mag_json_equal(good(t[i].x), good(t[i].y)) ==
		    t[i].same, "%s and %s", t[i].x, t[i].y);
}
END_TEST

START_TEST(many_keys_do_not_take_quadratic_time)
{
	const struct mag_json *x, *y;
	struct mag_call *c;
	struct mag_buf p, q;
	int64_t from;
	int i, n = 9900;

	mag_buf_init(&p, a, 0);
	mag_buf_init(&q, a, 0);
	for (i = 0; i < n; i++) {
		mag_buf_addf(&p, "%c\"key%d\":%d", i == 0 ? '{' : ',', i, i);
		mag_buf_addf(&q, "%c\"key%d\":%d", i == 0 ? '{' : ',',
		    n - 1 - i, n - 1 - i);
	}
	mag_buf_addc(&p, '}');
	mag_buf_addc(&q, '}');
	from = mag_clock_us();
	for (i = 0; i < 10; i++) {
		ck_assert_int_eq(parse(&x, &c, p.p, p.len), MAG_OK);
		ck_assert_int_eq(parse(&y, &c, q.p, q.len), MAG_OK);
		ck_assert(mag_json_equal(x, y));
	}
	/* About 100 ms; quadratic would be tens of seconds. */
	ck_assert_int_lt(mag_clock_us() - from, 3000000);
}
END_TEST

Suite *
suite_json(void)
{
	Suite *s = suite_create("json");
	TCase *tc = unit_case(s, "json");

	tcase_add_test(tc, what_is_not_json_is_malformed);
	tcase_add_test(tc, what_is_json_comes_back_as_it_was);
	tcase_add_test(tc, what_is_json_but_not_allowed_is_named);
	tcase_add_test(tc, malformed_wins_over_a_wrong_field);
	tcase_add_test(tc, thirty_two_levels_pass_and_one_more_does_not);
	tcase_add_test(tc, too_many_members_are_refused);
	tcase_add_test(tc, a_very_long_number_is_refused);
	tcase_add_test(tc, members_are_found_by_their_exact_name);
	tcase_add_test(tc, only_whole_numbers_within_a_double_are_integers);
	tcase_add_test(tc, equality_does_not_look_at_the_order_of_members);
	tcase_add_test(tc, many_keys_do_not_take_quadratic_time);
	return s;
}
