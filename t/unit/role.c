/* SPDX-License-Identifier: MIT */
#include "unit.h"

START_TEST(a_role_has_one_name)
{
	enum mag_role r;

	for (r = MAG_VIEWER; r < MAG_ROLE__MAX; r++)
		ck_assert_int_eq(mag_role_parse(mag_role_name(r)), r);
	ck_assert_str_eq(mag_role_name(MAG_NOBODY), "");
	ck_assert_int_eq(mag_role_parse(""), MAG_NOBODY);
	ck_assert_int_eq(mag_role_parse("ADMIN"), MAG_NOBODY);
	ck_assert_int_eq(mag_role_parse("admins"), MAG_NOBODY);
}
END_TEST

static const struct {
	const char	*scopes;
	bool		 read_page, write_page, read_media, read_booking;
} cases[] = {
	{ NULL, true, true, true, true },
	{ "", false, false, false, false },
	{ "*", true, true, true, true },
	{ "*:read", true, false, true, true },
	{ "content", true, true, true, false },
	{ "content:read", true, false, true, false },
	{ "content:write", true, true, true, false },
	{ "pages", true, true, false, false },
	{ "pages:read", true, false, false, false },
	{ " pages:read  media ", true, false, true, false },
	{ "business:write", false, false, false, true },
	{ "content:delete", false, false, false, false },
	{ "page", false, false, false, false },
	{ "contents", false, false, false, false },
	{ "Content", false, false, false, false },
};

START_TEST(a_scope_covers_a_part_or_a_noun)
{
	const char *s = cases[_i].scopes;

	ck_assert(mag_scope_allows(s, "content", "pages", false) == cases[_i].read_page);
	ck_assert(mag_scope_allows(s, "content", "pages", true) == cases[_i].write_page);
	ck_assert(mag_scope_allows(s, "content", "media", false) == cases[_i].read_media);
	ck_assert(mag_scope_allows(s, "business", "bookings", false) == cases[_i].read_booking);
	ck_assert(mag_scope_allows(s, "content", NULL, false) ==
	    (s == NULL || strstr(s, "content:read") == s || strcmp(s, "content") == 0 ||
	    strcmp(s, "content:write") == 0 || s[0] == '*'));
}
END_TEST

static const struct {
	const char	*text;
	bool		 good;
} texts[] = {
	{ "*", true }, { "*:read", true }, { "pages", true },
	{ "api-keys:write", true }, { "", false }, { ":read", false },
	{ "pages:", false }, { "pages:read:write", false }, { "Pages", false },
	{ "pa ges", false }, { "**", false }, { "pages:all", false },
};

START_TEST(a_scope_is_written_one_way)
{

	ck_assert_msg(mag_scope_valid(texts[_i].text, strlen(texts[_i].text)) ==
	    texts[_i].good, "%s", texts[_i].text);
}
END_TEST

Suite *
suite_role(void)
{
	Suite *s = suite_create("role");
	TCase *tc = unit_case(s, "role");

	tcase_add_test(tc, a_role_has_one_name);
	tcase_add_loop_test(tc, a_scope_covers_a_part_or_a_noun, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, a_scope_is_written_one_way, 0,
	    sizeof(texts) / sizeof(texts[0]));
	return s;
}
