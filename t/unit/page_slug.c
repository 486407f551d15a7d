/* SPDX-License-Identifier: MIT */
/* The addresses of pages: made, taken, freed, and where old ones lead. */
#include "page_case.h"

START_TEST(a_slug_is_made_from_the_title_and_is_free)
{

	ck_assert_str_eq(mag_text(make("Größe", ""), "slug"), "groesse");
	ck_assert_str_eq(mag_text(make("Größe", ""), "slug"), "groesse-2");
	ck_assert_str_eq(mag_text(make("GRÖSSE!", ""), "slug"), "groesse-3");
	ck_assert_str_eq(mag_text(make("東京", ""), "slug"), "page");
	ck_assert_str_eq(mag_text(make("京都", ""), "slug"), "page-2");
}
END_TEST

/* Cut anywhere, a slug may end in a hyphen; one more would stand behind it. */
START_TEST(a_slug_of_full_length_is_kept_and_numbered)
{
	char title[MAG_SLUG_MAX + 1], slug[MAG_SLUG_MAX + 1];
	const char *second;
	size_t i;

	memset(title, 'a', MAG_SLUG_MAX);
	title[MAG_SLUG_MAX] = '\0';
	for (i = 1; i < MAG_SLUG_MAX - 1; i += 2)
		title[i] = ' ';
	memcpy(slug, title, sizeof(slug));
	for (i = 0; slug[i] != '\0'; i++)
		if (slug[i] == ' ')
			slug[i] = '-';
	ck_assert_str_eq(mag_text(make(title, ""), "slug"), slug);
	second = mag_text(make(title, ""), "slug");
	ck_assert_msg(mag_slug_valid(second, strlen(second)), "%s", second);
	ck_assert_str_eq(second + strlen(second) - 4, "-a-2");
}
END_TEST

START_TEST(a_taken_slug_is_refused_over_all_languages)
{
	struct mag_record *page;
	int64_t id;

	make("One", ",\"slug\":\"one\",\"slugs\":{\"de\":\"eins\"}");
	ck_assert_int_eq(create(&page, "{\"title\":{\"en\":\"x\"},"
	    "\"slug\":\"one\"}"), MAG_SLUG_TAKEN);
	ck_assert_ptr_null(page);
	ck_assert_str_eq(c->problem.message, "This slug is taken.");
	ck_assert_int_eq(create(&page, "{\"title\":{\"en\":\"x\"},"
	    "\"slug\":\"eins\"}"), MAG_SLUG_TAKEN);
	ck_assert_int_eq(create(&page, "{\"title\":{\"en\":\"x\"},"
	    "\"slugs\":{\"de\":\"one\"}}"), MAG_SLUG_TAKEN);
	ck_assert_int_eq(create(&page, "{\"title\":{\"en\":\"x\"},"
	    "\"slugs\":{\"en\":\"eins\"}}"), MAG_SLUG_TAKEN);
	ck_assert_int_eq(number("SELECT count(*) FROM pages"), 1);

	id = mag_record_id(make("Two", ""));
	ck_assert_int_eq(try_patch(&page, id, "{\"slug\":\"one\"}"),
	    MAG_SLUG_TAKEN);
	ck_assert_int_eq(try_patch(&page, id, "{\"slugs\":{\"en\":\"one\"}}"),
	    MAG_SLUG_TAKEN);
	ck_assert_str_eq(mag_text(make("Eins", ""), "slug"), "eins-2");
}
END_TEST

START_TEST(a_page_may_use_its_own_slug_in_a_language)
{
	struct mag_record *page = make("One", "");

	page = patch(mag_record_id(page), "{\"slugs\":{\"en\":\"one\","
	    "\"de\":\"eins\"}}");
	page = patch(mag_record_id(page), "{\"slugs\":{\"en\":\"eins\","
	    "\"de\":\"one\"}}");
	ck_assert_str_eq(mag_page_slug(c, page, "en"), "eins");
	ck_assert_str_eq(mag_page_slug(c, page, "fr"), "one");
}
END_TEST

START_TEST(a_slug_is_free_again_after_a_delete)
{
	struct mag_record *page = make("One", ",\"slug\":\"one\","
	    "\"slugs\":{\"de\":\"eins\"}");
	int64_t id = mag_record_id(page), other;

	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_noun_get(&page, c, &mag_page, id), MAG_NOT_FOUND);
	other = mag_record_id(make("Two", ",\"slug\":\"one\","
	    "\"slugs\":{\"de\":\"eins\"}"));

	/* Now it cannot come back, until they are free once more. */
	calm();
	ck_assert_int_eq(mag_noun_undelete(&page, c, &mag_page, id),
	    MAG_SLUG_TAKEN);
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, other), MAG_OK);
	ck_assert_int_eq(mag_noun_undelete(&page, c, &mag_page, id), MAG_OK);
	ck_assert_str_eq(mag_page_slug(c, page, "de"), "eins");
	patch(id, "{\"status\":\"published\"}");
	ck_assert_str_eq(moved_to("de", "eins"), "here");
}
END_TEST

START_TEST(old_slugs_lead_to_the_new_one)
{
	struct mag_record *page = make("One", ",\"slug\":\"one\","
	    "\"status\":\"published\"");
	int64_t id = mag_record_id(page);

	patch(id, "{\"slug\":\"two\"}");
	patch(id, "{\"slug\":\"three\"}");
	ck_assert_str_eq(moved_to(NULL, "one"), "three");
	ck_assert_str_eq(moved_to("en", "two"), "three");
	ck_assert_str_eq(moved_to("en", "three"), "here");

	/* Who takes an old slug has it. */
	make("Other", ",\"slug\":\"one\",\"status\":\"published\"");
	ck_assert_str_eq(moved_to(NULL, "one"), "here");
	ck_assert_str_eq(moved_to(NULL, "two"), "three");

	/* And back again. */
	patch(id, "{\"slug\":\"two\"}");
	ck_assert_str_eq(moved_to(NULL, "two"), "here");
	ck_assert_str_eq(moved_to(NULL, "three"), "two");
}
END_TEST

START_TEST(each_language_has_its_own_address)
{
	struct mag_record *page = make("One", ",\"slug\":\"one\","
	    "\"slugs\":{\"de\":\"eins\"},\"status\":\"published\"");
	int64_t id = mag_record_id(page);

	ck_assert_str_eq(moved_to("de", "eins"), "here");
	ck_assert_str_eq(moved_to("de", "one"), "eins");
	ck_assert_str_eq(moved_to("en", "one"), "here");
	ck_assert_str_eq(moved_to("en", "eins"), "one");
	ck_assert_str_eq(moved_to(NULL, "eins"), "here");
	ck_assert_str_eq(moved_to(NULL, "one"), "here");

	patch(id, "{\"slugs\":{\"de\":\"ein\"}}");
	ck_assert_str_eq(moved_to("de", "eins"), "ein");
	patch(id, "{\"slugs\":null}");
	ck_assert_str_eq(moved_to("de", "ein"), "one");
	ck_assert_str_eq(moved_to("de", "one"), "here");
}
END_TEST

START_TEST(an_old_slug_of_a_draft_or_of_the_trash_leads_nowhere)
{
	struct mag_record *page = make("One", ",\"slug\":\"one\","
	    "\"status\":\"published\"");
	int64_t id = mag_record_id(page);
	struct mag_page_found found;

	patch(id, "{\"slug\":\"two\",\"status\":\"draft\"}");
	ck_assert_int_eq(find(&found, NULL, "one"), MAG_NOT_FOUND);
	patch(id, "{\"status\":\"published\"}");
	ck_assert_str_eq(moved_to(NULL, "one"), "two");
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	ck_assert_int_eq(find(&found, NULL, "one"), MAG_NOT_FOUND);
	ck_assert_int_eq(find(&found, NULL, "two"), MAG_NOT_FOUND);
	ck_assert_int_eq(find(&found, NULL, "never"), MAG_NOT_FOUND);
}
END_TEST

Suite *
suite_page_slug(void)
{
	Suite *s = suite_create("page_slug");
	TCase *tc = page_case(s, "page_slug");

	tcase_add_test(tc, a_slug_is_made_from_the_title_and_is_free);
	tcase_add_test(tc, a_slug_of_full_length_is_kept_and_numbered);
	tcase_add_test(tc, a_taken_slug_is_refused_over_all_languages);
	tcase_add_test(tc, a_page_may_use_its_own_slug_in_a_language);
	tcase_add_test(tc, a_slug_is_free_again_after_a_delete);
	tcase_add_test(tc, old_slugs_lead_to_the_new_one);
	tcase_add_test(tc, each_language_has_its_own_address);
	tcase_add_test(tc, an_old_slug_of_a_draft_or_of_the_trash_leads_nowhere);
	return s;
}
