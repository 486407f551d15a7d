/* SPDX-License-Identifier: MIT */
/* Field tables: strict reading of every kind, and printing. */
#include "thing.h"

#define GOOD	"\"name\":\"Ada\",\"title\":{\"en\":\"One\"}"

static struct mag_call *c;

static void
sql(const char *text)
{

	ck_assert_int_eq(unit_run(c->db, text), MAG_OK);
}

static void
open_db(void)
{

	c = unit_db_call(unit_db());
	sql("INSERT INTO admin_users (id, email, email_folded,"
	    " hashed_password, first_name, last_name, role)"
	    " VALUES (1, 'a@b.de', 'a@b.de', 'x', '', '', 'admin')");
	sql("INSERT INTO admin_users (id, email, email_folded,"
	    " hashed_password, first_name, last_name, role, deleted_at)"
	    " VALUES (2, 'c@b.de', 'c@b.de', 'x', '', '', 'admin',"
	    " '2026-01-01 00:00:00')");
}

static struct mag_record *
fresh(void)
{
	struct mag_record *r = mag_alloc(a, sizeof(*r));

	r->noun = &thing;
	return r;
}

static struct mag_record *
reads(const struct mag_record *old, const char *body, enum mag_mode mode)
{
	struct mag_record *r = fresh();
	enum mag_status st;

	memset(&c->problem, 0, sizeof(c->problem));
	st = mag_record_read(c, r, old, unit_json(body), mode);
	ck_assert_msg(st == MAG_OK, "%s: %s", body, unit_problem(c));
	return r;
}

/* A record as it would be stored, with an id. */
static struct mag_record *
stored(const char *body)
{
	struct mag_record *r = reads(NULL, body, MAG_POST);

	r->v[0] = (struct mag_value){ MAG_V_INT, 42, NULL, 0 };
	mag_set_int(r, "stamp", 1790000000);
	return r;
}

static const char *
refused(const struct mag_record *old, const char *body, enum mag_mode mode)
{

	memset(&c->problem, 0, sizeof(c->problem));
	ck_assert_int_eq(mag_record_read(c, fresh(), old, unit_json(body),
	    mode), MAG_INVALID);
	return unit_problem(c);
}

static const char *
printed(const struct mag_record *r, enum mag_view view, const char *lang)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_record_print(&b, c, r, view, lang);
	return b.p;
}

static const char *
value(const struct mag_record *r, const char *name)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_value_print(&b, &thing.fields[mag_noun_field(&thing, name)],
	    mag_value_of(r, name));
	return b.p;
}

START_TEST(what_is_left_out_has_its_preset)
{
	struct mag_record *r = reads(NULL, "{" GOOD "}", MAG_POST);

	ck_assert_str_eq(printed(r, MAG_VIEW_STAFF, NULL),
	    "{\"id\":null,\"name\":\"Ada\",\"note\":\"none\",\"slug\":null,"
	    "\"email\":null,\"url\":null,\"language\":\"en\",\"zone\":\"UTC\","
	    "\"title\":{\"en\":\"One\"},\"about\":null,\"slugs\":null,"
	    "\"content\":null,\"size\":3,\"flag\":false,\"at\":null,"
	    "\"color\":\"red\",\"owner_id\":null,\"tags\":[],\"data\":null,"
	    "\"stamp\":null,\"count\":7,\"kind\":\"a\",\"twice\":6}");
	ck_assert_int_eq(mag_int(r, "inside"), 5);
}
END_TEST

/* What is sent, and how it comes back. */
static const char *const good[][3] = {
	{ "name", "\"Gräß\"", NULL },
	{ "name", "\"O'N,/\"", NULL },
	{ "note", "\"a\\n\\tb\\r\\n\"", NULL },
	{ "note", "\"\"", NULL },
	{ "note", "null", "\"none\"" },
	{ "slug", "\"a-1\"", NULL },
	{ "email", "\"Ada@Example.org\"", NULL },
	{ "url", "\"/x?y#z\"", NULL },
	{ "language", "\"de\"", NULL },
	{ "zone", "\"Europe/Berlin\"", NULL },
	{ "title", "{\"en\":\"1\",\"de\":\"\"}", NULL },
	{ "title", "{\"en\":\"1\",\"de\":null}", "{\"en\":\"1\"}" },
	{ "about", "{}", "null" },
	{ "about", "{\"en\":\"\"}", NULL },
	{ "slugs", "{\"de\":\"eins\"}", NULL },
	{ "content", "{\"en\":\"# One\\n<b>\"}", NULL },
	{ "content", "{\"en\":[],\"de\":[{\"type\":\"text\",\"text\":\"x\"}]}",
	  NULL },
	{ "size", "1", NULL }, { "size", "10", NULL }, { "size", "2.0", "2" },
	{ "flag", "true", NULL },
	{ "at", "\"2026-05-01T09:00:00+02:00\"", "\"2026-05-01T07:00:00Z\"" },
	{ "at", "\"2026-05-01T09:00:00.75Z\"", "\"2026-05-01T09:00:00Z\"" },
	{ "color", "\"dark\"", NULL },
	{ "owner_id", "1", NULL },
	{ "tags", "[\"ab\",\"größ\",\"\"]", NULL },
	{ "data", "{\"a\":[1,null,\"\\u00e4\"]}", "{\"a\":[1,null,\"ä\"]}" },
	{ "kind", "\"b\"", NULL },
};

START_TEST(what_is_right_comes_back_as_it_was_sent)
{
	const char *name = good[_i][0], *sent = good[_i][1], *want = good[_i][2];
	struct mag_record *r;

	r = reads(NULL, mag_printf(a, "{%s,\"%s\":%s}",
	    strcmp(name, "name") == 0 ? "\"title\":{\"en\":\"One\"}" :
	    strcmp(name, "title") == 0 ? "\"name\":\"Ada\"" : GOOD, name, sent),
	    MAG_POST);
	ck_assert_str_eq(value(r, name), want == NULL ? sent : want);
}
END_TEST

static const char *const bad[][2] = {
	{ "\"name\":null", "name is required" },
	{ "\"name\":\"\"", "name must not be empty" },
	{ "\"name\":\" \\t\"", "name must not be empty" },
	{ "\"name\":\"Großes\"", "name must have at most 5 characters" },
	{ "\"name\":1", "name must be a string" },
	{ "\"name\":[\"a\"]", "name must be a string" },
	{ "\"name\":\"a\\nb\"", "name must not hold control characters" },
	{ "\"note\":\"\\u0007\"", "note must not hold control characters" },
	{ "\"slug\":\"A b\"",
	  "slug must be lower-case letters, digits and single hyphens" },
	{ "\"email\":\"a@b\"", "email must be an e-mail address" },
	{ "\"url\":\"javascript:x\"", "url must be an https, http, mailto, tel"
	  " or relative address" },
	{ "\"url\":\"//evil\"", "url must be an https, http, mailto, tel"
	  " or relative address" },
	{ "\"language\":\"fr\"", "language must be one of the site's languages" },
	{ "\"zone\":\"../etc\"", "zone must be a time zone" },
	{ "\"title\":\"One\"", "title must be an object of languages" },
	{ "\"title\":{}", "title.en is required" },
	{ "\"title\":{\"de\":\"Eins\"}", "title.en is required" },
	{ "\"title\":{\"en\":null}", "title.en is required" },
	{ "\"title\":{\"en\":\" \"}", "title.en must not be empty" },
	{ "\"title\":{\"en\":\"123456\"}",
	  "title.en must have at most 5 characters" },
	{ "\"title\":{\"en\":\"1\",\"fr\":\"2\"}",
	  "title.fr is not a language of this site" },
	{ "\"title\":{\"en\":\"1\",\"de\":2}", "title.de must be a string" },
	{ "\"about\":{\"de\":\"x\"}", "about.en is required" },
	{ "\"slugs\":{\"de\":\"A\"}",
	  "slugs.de must be lower-case letters, digits and single hyphens" },
	{ "\"content\":\"x\"", "content must be an object of languages" },
	{ "\"content\":{\"en\":7}",
	  "content.en must be text or a list of blocks" },
	{ "\"size\":0", "size must be at least 1" },
	{ "\"size\":11", "size must be at most 10" },
	{ "\"size\":1.5", "size must be a whole number" },
	{ "\"size\":\"1\"", "size must be a whole number" },
	{ "\"size\":1e300", "size must be a whole number" },
	{ "\"flag\":1", "flag must be true or false" },
	{ "\"flag\":\"true\"", "flag must be true or false" },
	{ "\"at\":\"2026-05-01\"",
	  "at must be a time with an offset, as in 2026-05-01T09:00:00Z" },
	{ "\"at\":\"2026-05-01T09:00:00\"",
	  "at must be a time with an offset, as in 2026-05-01T09:00:00Z" },
	{ "\"at\":\"2026-02-30T09:00:00Z\"",
	  "at must be a time with an offset, as in 2026-05-01T09:00:00Z" },
	{ "\"at\":1790000000",
	  "at must be a time with an offset, as in 2026-05-01T09:00:00Z" },
	{ "\"color\":\"blue\"", "color must be one of: red dark green" },
	{ "\"color\":\"red dark\"", "color must be one of: red dark green" },
	{ "\"color\":\"re\"", "color must be one of: red dark green" },
	{ "\"color\":\"\"", "color must be one of: red dark green" },
	{ "\"owner_id\":\"1\"", "owner_id must be an id" },
	{ "\"owner_id\":0", "owner_id must be an id" },
	{ "\"owner_id\":3", "owner_id names nothing that exists" },
	{ "\"owner_id\":2", "owner_id names nothing that exists" },
	{ "\"tags\":\"a\"", "tags must be a list of strings" },
	{ "\"tags\":[\"a\",1]", "tags.1 must be a string" },
	{ "\"tags\":[\"12345\"]", "tags.0 must have at most 4 characters" },
	{ "\"count\":8", "count cannot be changed" },
	{ "\"id\":1", "id cannot be changed" },
	{ "\"inside\":5", "inside is not a known field" },
	{ "\"Size\":5", "Size is not a known field" },
	{ "\"\":5", " is not a known field" },
};

START_TEST(what_is_wrong_is_named)
{
	const char *member = bad[_i][0];
	const char *rest = strncmp(member, "\"name\"", 6) == 0 ?
	    "\"title\":{\"en\":\"One\"}" :
	    strncmp(member, "\"title\"", 7) == 0 ? "\"name\":\"Ada\"" : GOOD;

	ck_assert_str_eq(refused(NULL, mag_printf(a, "{%s,%s}", rest, member),
	    MAG_POST), bad[_i][1]);
}
END_TEST

START_TEST(every_wrong_field_is_named_at_once)
{

	ck_assert_str_eq(refused(NULL, "{\"title\":{\"de\":1,\"fr\":\"x\"},"
	    "\"size\":99,\"flag\":null,\"tags\":[1],\"nose\":1}", MAG_POST),
	    "name is required; title.de must be a string; "
	    "title.fr is not a language of this site; title.en is required; "
	    "size must be at most 10; tags.0 must be a string; "
	    "nose is not a known field");
	ck_assert_str_eq(refused(NULL, "{}", MAG_POST),
	    "name is required; title is required");
	ck_assert_str_eq(refused(NULL, "[]", MAG_POST), " must be an object");
}
END_TEST

START_TEST(a_patch_changes_what_it_names_and_merges_languages)
{
	struct mag_record *old = stored("{\"name\":\"Ada\",\"size\":4,"
	    "\"title\":{\"en\":\"One\",\"de\":\"Eins\"},\"about\":{\"en\":\"x\"},"
	    "\"tags\":[\"a\",\"b\"]}");
	struct mag_record *r;

	r = reads(old, "{\"title\":{\"de\":\"Ein\"},\"tags\":[\"c\"]}",
	    MAG_PATCH);
	ck_assert_str_eq(value(r, "title"), "{\"en\":\"One\",\"de\":\"Ein\"}");
	ck_assert_str_eq(value(r, "tags"), "[\"c\"]");
	ck_assert_str_eq(value(r, "name"), "\"Ada\"");
	ck_assert_int_eq(mag_int(r, "size"), 4);

	r = reads(old, "{\"title\":{\"de\":null},\"about\":null,\"size\":null}",
	    MAG_PATCH);
	ck_assert_str_eq(value(r, "title"), "{\"en\":\"One\"}");
	ck_assert_str_eq(value(r, "about"), "null");
	ck_assert_int_eq(mag_int(r, "size"), 3);
	ck_assert_str_eq(refused(old, "{\"title\":{\"en\":null}}", MAG_PATCH),
	    "title.en is required");
	ck_assert_str_eq(refused(old, "{\"title\":null}", MAG_PATCH),
	    "title is required");
}
END_TEST

START_TEST(a_patch_that_says_what_stands_changes_nothing)
{
	static const char *const patches[] = {
		"{}", "{\"name\":\"Ada\"}", "{\"title\":{\"en\":\"One\"}}",
		"{\"title\":{\"de\":\"Eins\"}}",
		"{\"title\":{\"de\":\"Eins\",\"en\":\"One\"}}",
		"{\"size\":3,\"at\":\"2026-05-01T11:00:00+02:00\"}",
		"{\"data\":{\"y\":2,\"x\":1}}", "{\"title\":{\"fr\":null}}",
		"{\"content\":{\"en\":[{\"text\":\"a\",\"type\":\"text\"}]}}",
	};
	struct mag_record *old = stored("{\"name\":\"Ada\","
	    "\"title\":{\"en\":\"One\",\"de\":\"Eins\"},"
	    "\"at\":\"2026-05-01T09:00:00Z\",\"data\":{\"x\":1,\"y\":2},"
	    "\"content\":{\"en\":[{\"type\":\"text\",\"text\":\"a\"}]}}");
	size_t i;

	for (i = 0; i < sizeof(patches) / sizeof(patches[0]); i++)
		ck_assert_msg(!mag_record_differs(reads(old, patches[i],
		    MAG_PATCH), old), "%s", patches[i]);
}
END_TEST

/* As the earlier Magnetiq wrote it: blanks behind colons and commas. */
START_TEST(a_stored_map_with_blanks_is_the_same_map)
{
	struct mag_record *old = stored("{" GOOD "}");

	mag_set_text(old, "title", "{\"en\": \"One\", \"de\": \"Eins\"}");
	ck_assert(!mag_record_differs(reads(old, "{\"title\":{\"de\":\"Eins\"}}",
	    MAG_PATCH), old));
	ck_assert(!mag_record_differs(reads(old, "{\"name\":\"Ada\","
	    "\"title\":{\"de\":\"Eins\",\"en\":\"One\"}}", MAG_PUT), old));
}
END_TEST

START_TEST(a_put_returns_what_it_leaves_out_to_its_preset)
{
	struct mag_record *old = stored("{\"name\":\"Ada\",\"size\":4,"
	    "\"note\":\"x\",\"slug\":\"ada\",\"kind\":\"b\",\"key\":\"k\","
	    "\"title\":{\"en\":\"One\",\"de\":\"Eins\"},\"flag\":true}");
	struct mag_record *r = reads(old, "{\"name\":\"Bob\","
	    "\"title\":{\"en\":\"Two\"}}", MAG_PUT);

	ck_assert_str_eq(value(r, "title"), "{\"en\":\"Two\"}");
	ck_assert_str_eq(value(r, "note"), "\"none\"");
	ck_assert_int_eq(mag_int(r, "size"), 3);
	ck_assert_int_eq(mag_int(r, "flag"), 0);
	/* ... but not its address, its secrets and what only POST may set. */
	ck_assert_str_eq(value(r, "slug"), "\"ada\"");
	ck_assert_str_eq(value(r, "key"), "\"k\"");
	ck_assert_str_eq(value(r, "kind"), "\"b\"");
	ck_assert_int_eq(mag_record_id(r), 42);
	ck_assert_str_eq(refused(old, "{}", MAG_PUT),
	    "name is required; title is required");
}
END_TEST

START_TEST(what_get_gave_can_be_put_back)
{
	struct mag_record *old = stored("{\"name\":\"Ada\",\"size\":4,"
	    "\"title\":{\"en\":\"One\",\"de\":\"Eins\"},\"owner_id\":1,"
	    "\"at\":\"2026-05-01T09:00:00Z\",\"tags\":[\"a\"],\"kind\":\"b\"}");
	const char *body = printed(old, MAG_VIEW_STAFF, NULL);

	ck_assert(!mag_record_differs(reads(old, body, MAG_PUT), old));
	ck_assert(!mag_record_differs(reads(old, body, MAG_PATCH), old));

	/* Also what no longer keeps to the rules of today. */
	mag_set_int(old, "owner_id", 2);
	mag_set_text(old, "slug", "Old_Slug");
	mag_set_text(old, "name", "much too long");
	mag_set_text(old, "title", "{\"en\":\"One\",\"fr\":\"Un\"}");
	body = printed(old, MAG_VIEW_STAFF, NULL);
	ck_assert(!mag_record_differs(reads(old, body, MAG_PUT), old));
	ck_assert(!mag_record_differs(reads(old, body, MAG_PATCH), old));
}
END_TEST

START_TEST(a_read_only_field_may_only_be_sent_as_it_is)
{
	struct mag_record *old = stored("{" GOOD "}");

	reads(old, "{\"id\":42,\"count\":7,\"twice\":6,"
	    "\"stamp\":\"2026-09-21T14:13:20Z\"}", MAG_PATCH);
	ck_assert_str_eq(refused(old, "{\"id\":43,\"count\":null,\"twice\":7,"
	    "\"stamp\":null,\"kind\":\"b\"}", MAG_PATCH),
	    "id cannot be changed; count cannot be changed; "
	    "twice cannot be changed; stamp cannot be changed; "
	    "kind cannot be changed");
}
END_TEST

START_TEST(a_stranger_sees_what_is_public_in_one_language)
{
	struct mag_record *r = stored("{\"name\":\"Ada\","
	    "\"title\":{\"en\":\"One\",\"de\":\"Eins\"},"
	    "\"about\":{\"en\":\"x\",\"de\":\"\"},\"key\":\"secret\"}");

	ck_assert_str_eq(printed(r, MAG_VIEW_PUBLIC, "de"),
	    "{\"id\":42,\"name\":\"Ada\",\"title\":\"Eins\",\"about\":\"x\","
	    "\"slugs\":null,\"twice\":6,\"language\":\"de\",\"fallback\":true}");
	ck_assert_str_eq(printed(r, MAG_VIEW_PUBLIC, "en"),
	    "{\"id\":42,\"name\":\"Ada\",\"title\":\"One\",\"about\":\"x\","
	    "\"slugs\":null,\"twice\":6,\"language\":\"en\"}");
	ck_assert_str_eq(printed(r, MAG_VIEW_PUBLIC_LIST, "en"),
	    "{\"id\":42,\"name\":\"Ada\",\"twice\":6,\"language\":\"en\"}");
}
END_TEST

START_TEST(an_empty_text_of_the_default_language_stays_a_text)
{
	struct mag_record *r = stored("{" GOOD ",\"about\":{\"en\":\"\"}}");

	ck_assert_ptr_nonnull(strstr(printed(r, MAG_VIEW_PUBLIC, "de"),
	    "\"about\":\"\""));
}
END_TEST

/* An address in one language only is no missing translation. */
START_TEST(slugs_of_another_language_are_no_fallback)
{
	struct mag_record *r = stored("{\"name\":\"Ada\","
	    "\"title\":{\"en\":\"One\",\"de\":\"Eins\"},"
	    "\"slugs\":{\"en\":\"one\"}}");

	ck_assert_ptr_null(strstr(printed(r, MAG_VIEW_PUBLIC, "de"),
	    "fallback"));
}
END_TEST

START_TEST(a_site_may_speak_other_languages_than_the_presets)
{
	struct mag_record *r;

	sql("UPDATE system_settings SET value = '[\"fr\",\"it\"]'"
	    " WHERE key = 'supported_languages'");
	sql("UPDATE system_settings SET value = 'fr'"
	    " WHERE key = 'default_language'");
	mag_site_forget(c);
	r = reads(NULL, "{\"name\":\"Ada\",\"title\":{\"fr\":\"Un\"}}", MAG_POST);
	ck_assert_str_eq(value(r, "language"), "\"fr\"");
}
END_TEST

START_TEST(all_languages_of_a_site_may_change_under_a_stored_map)
{
	struct mag_record *old = stored("{" GOOD "}");
	struct mag_buf title, languages;
	int i;

	mag_buf_init(&title, a, 0);
	mag_buf_init(&languages, a, 0);
	for (i = 0; i < 15; i++) {
		mag_buf_addf(&title, "%s\"x%c\":\"1\"", i > 0 ? "," : "{", 'a' + i);
		mag_buf_addf(&languages, "%s\"y%c\"", i > 0 ? "," : "[", 'a' + i);
	}
	mag_set_text(old, "title", mag_printf(a, "%s}", title.p));
	sql(mag_printf(a, "UPDATE system_settings SET value = '%s]'"
	    " WHERE key = 'supported_languages'", languages.p));
	sql("UPDATE system_settings SET value = 'ya'"
	    " WHERE key = 'default_language'");
	mag_site_forget(c);
	ck_assert_str_eq(refused(old, "{\"title\":{\"yb\":\"2\"}}", MAG_PATCH),
	    "title.ya is required");
	reads(old, "{\"title\":{\"ya\":\"1\",\"yb\":\"2\",\"yc\":\"3\"}}",
	    MAG_PATCH);
}
END_TEST

#define COUNT(table)	(int)(sizeof(table) / sizeof((table)[0]))

Suite *
suite_noun(void)
{
	Suite *s = suite_create("noun");
	TCase *tc = unit_case(s, "noun");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_test(tc, what_is_left_out_has_its_preset);
	tcase_add_loop_test(tc, what_is_right_comes_back_as_it_was_sent, 0,
	    COUNT(good));
	tcase_add_loop_test(tc, what_is_wrong_is_named, 0, COUNT(bad));
	tcase_add_test(tc, every_wrong_field_is_named_at_once);
	tcase_add_test(tc, a_patch_changes_what_it_names_and_merges_languages);
	tcase_add_test(tc, a_patch_that_says_what_stands_changes_nothing);
	tcase_add_test(tc, a_stored_map_with_blanks_is_the_same_map);
	tcase_add_test(tc, a_put_returns_what_it_leaves_out_to_its_preset);
	tcase_add_test(tc, what_get_gave_can_be_put_back);
	tcase_add_test(tc, a_read_only_field_may_only_be_sent_as_it_is);
	tcase_add_test(tc, a_stranger_sees_what_is_public_in_one_language);
	tcase_add_test(tc, an_empty_text_of_the_default_language_stays_a_text);
	tcase_add_test(tc, slugs_of_another_language_are_no_fallback);
	tcase_add_test(tc, a_site_may_speak_other_languages_than_the_presets);
	tcase_add_test(tc,
	    all_languages_of_a_site_may_change_under_a_stored_map);
	return s;
}
