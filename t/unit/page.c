/* SPDX-License-Identifier: MIT */
/* Pages: publishing, versions, and what follows from each write. */
#include <stdlib.h>

#include "page_case.h"

static int64_t
generation(void)
{
	int64_t n[3];

	ck_assert_int_eq(mag_generation(n, c->db), MAG_OK);
	return n[0];
}

START_TEST(a_draft_is_not_found_until_it_is_published)
{
	struct mag_record *page = make("About us", "");
	struct mag_page_found found;

	ck_assert_str_eq(mag_text(page, "slug"), "about-us");
	ck_assert_str_eq(mag_text(page, "status"), "draft");
	ck_assert_int_eq(find(&found, NULL, "about-us"), MAG_NOT_FOUND);
	ck_assert_ptr_null(found.page);

	ck_assert_int_eq(mag_page_set_status(&page, c, mag_record_id(page),
	    "published"), MAG_OK);
	ck_assert_int_eq(find(&found, NULL, "about-us"), MAG_OK);
	ck_assert_int_eq(mag_record_id(found.page), mag_record_id(page));

	ck_assert_int_eq(mag_page_set_status(&page, c, mag_record_id(page),
	    "archived"), MAG_OK);
	ck_assert_int_eq(find(&found, NULL, "about-us"), MAG_NOT_FOUND);
}
END_TEST

START_TEST(the_first_publishing_is_remembered)
{
	struct mag_record *page = make("A", ",\"status\":\"published\"");
	int64_t id = mag_record_id(page), first = c->now;

	ck_assert_int_eq(mag_int(page, "published_at"), first);
	c->now += 60;
	page = patch(id, "{\"status\":\"draft\"}");
	ck_assert_int_eq(mag_int(page, "published_at"), first);
	c->now += 60;
	page = patch(id, "{\"status\":\"published\"}");
	ck_assert_int_eq(mag_int(page, "published_at"), first);
	ck_assert_int_eq(mag_int(page, "updated_at"), c->now);
}
END_TEST

START_TEST(a_page_belongs_to_who_made_it)
{
	struct mag_record *page = make("A", "");

	ck_assert_int_eq(mag_int(page, "author_id"), 1);
	page = patch(mag_record_id(page), "{\"author_id\":null}");
	ck_assert_int_eq(mag_value(page, "author_id")->kind, MAG_V_NULL);
}
END_TEST

static const char *
versions(int64_t id)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_page_versions(&b, c, id), MAG_OK);
	return b.p;
}

START_TEST(every_change_is_a_version_that_stays)
{
	struct mag_record *page = make("One", ",\"content\":{\"en\":\"first\"}");
	int64_t id = mag_record_id(page);
	const char *json;

	ck_assert_int_eq(mag_int(page, "version"), 1);
	page = patch(id, "{\"content\":{\"en\":\"second\"}}");
	ck_assert_int_eq(mag_int(page, "version"), 2);
	ck_assert_str_eq(versions(id), "["
	    "{\"version\":2,\"status\":\"draft\",\"author_id\":1,"
	    "\"author_name\":\"Ada L\",\"created_at\":\"2026-09-21T14:13:20Z\"},"
	    "{\"version\":1,\"status\":\"draft\",\"author_id\":1,"
	    "\"author_name\":\"Ada L\",\"created_at\":\"2026-09-21T14:13:20Z\"}]");
	ck_assert_int_eq(mag_page_version(&json, c, id, 1), MAG_OK);
	ck_assert_ptr_nonnull(strstr(json, "\"content\":{\"en\":\"first\"}"));
	ck_assert_int_eq(mag_page_version(&json, c, id, 3), MAG_NOT_FOUND);
	ck_assert_ptr_null(json);
	ck_assert_int_eq(mag_page_version(&json, c, id + 1, 1), MAG_NOT_FOUND);

	ck_assert_int_ne(unit_run(c->db, "UPDATE page_versions SET"
	    " snapshot = '{}' WHERE version = 1"), MAG_OK);
}
END_TEST

START_TEST(a_patch_that_changes_nothing_makes_no_version)
{
	struct mag_record *page = make("One", ",\"content\":{\"en\":\"x\","
	    "\"de\":[{\"type\":\"text\",\"text\":\"y\"}]}");
	int64_t id = mag_record_id(page), revision = mag_int(page, "revision");
	int64_t audits = number("SELECT count(*) FROM audit_log");

	c->now += 60;
	patch(id, "{}");
	patch(id, "{\"title\":{\"en\":\"One\"},\"status\":\"draft\"}");
	page = patch(id, "{\"content\":{\"de\":[{\"text\":\"y\","
	    "\"type\":\"text\"}]},\"slug\":\"one\"}");
	ck_assert_int_eq(mag_int(page, "version"), 1);
	ck_assert_int_eq(mag_int(page, "revision"), revision);
	ck_assert_int_eq(mag_int(page, "updated_at"), c->now - 60);
	ck_assert_int_eq(number("SELECT count(*) FROM page_versions"), 1);
	ck_assert_int_eq(number("SELECT count(*) FROM audit_log"), audits);
}
END_TEST

START_TEST(restoring_a_version_makes_a_new_one)
{
	struct mag_record *page = make("One", ",\"content\":{\"en\":\"first\"},"
	    "\"sort_order\":5,\"is_featured\":true");
	int64_t id = mag_record_id(page);

	patch(id, "{\"content\":{\"en\":\"second\"},\"excerpt\":{\"en\":\"e\"},"
	    "\"sort_order\":0,\"is_featured\":false,\"status\":\"published\"}");
	ck_assert_int_eq(mag_page_restore(&page, c, id, 1), MAG_OK);
	ck_assert_int_eq(mag_int(page, "version"), 3);
	ck_assert_str_eq(mag_text(page, "content"), "{\"en\":\"first\"}");
	ck_assert_int_eq(mag_value(page, "excerpt")->kind, MAG_V_NULL);
	ck_assert_int_eq(mag_int(page, "sort_order"), 5);
	ck_assert_int_eq(mag_int(page, "is_featured"), 1);
	/* What was public stays so. */
	ck_assert_str_eq(mag_text(page, "status"), "published");
	ck_assert_int_eq(number("SELECT count(*) FROM page_versions"), 3);
	ck_assert_int_eq(mag_page_restore(&page, c, id, 9), MAG_NOT_FOUND);
	ck_assert_ptr_null(page);
}
END_TEST

START_TEST(a_version_whose_slug_is_taken_now_is_not_restored)
{
	int64_t id = mag_record_id(make("One", ",\"slug\":\"one\""));
	struct mag_record *page;

	patch(id, "{\"slug\":\"two\"}");
	make("Other", ",\"slug\":\"one\"");
	calm();
	ck_assert_int_eq(mag_page_restore(&page, c, id, 1), MAG_SLUG_TAKEN);
	ck_assert_str_eq(c->problem.message, "This slug is taken.");
	ck_assert_int_eq(number("SELECT version FROM pages WHERE slug = 'two'"),
	    2);
}
END_TEST

START_TEST(a_copy_is_a_draft_with_a_free_slug_and_its_own_history)
{
	struct mag_record *page = make("One", ",\"slug\":\"one\","
	    "\"slugs\":{\"de\":\"eins\"},\"status\":\"published\","
	    "\"content\":{\"en\":[{\"type\":\"image\",\"media_id\":7}]}");
	struct mag_record *copy, *third;

	patch(mag_record_id(page), "{\"sort_order\":2}");
	ck_assert_int_eq(mag_page_duplicate(&copy, c, mag_record_id(page)),
	    MAG_OK);
	ck_assert_int_ne(mag_record_id(copy), mag_record_id(page));
	ck_assert_str_eq(mag_text(copy, "slug"), "one-2");
	ck_assert_str_eq(mag_text(copy, "status"), "draft");
	ck_assert_int_eq(mag_value(copy, "published_at")->kind, MAG_V_NULL);
	ck_assert_int_eq(mag_value(copy, "slugs")->kind, MAG_V_NULL);
	ck_assert_int_eq(mag_int(copy, "version"), 1);
	ck_assert_int_eq(mag_int(copy, "sort_order"), 2);
	ck_assert_int_eq(number("SELECT count(*) FROM media_uses"
	    " WHERE media_id = 7"), 2);
	ck_assert_int_eq(mag_page_duplicate(&third, c, mag_record_id(copy)),
	    MAG_OK);
	ck_assert_str_eq(mag_text(third, "slug"), "one-2-2");
	ck_assert_int_eq(mag_page_duplicate(&third, c, 999), MAG_NOT_FOUND);
}
END_TEST

START_TEST(what_is_not_accepted_changes_nothing)
{
	int64_t id = mag_record_id(make("One", "")), revision = 99;
	struct mag_record *page;

	c->match = (struct mag_match){ .given = true, .n = 1,
	    .revision = &revision };
	ck_assert_int_eq(try_patch(&page, id, "{\"sort_order\":1}"), MAG_STALE);
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_STALE);
	ck_assert_int_eq(mag_page_restore(&page, c, id, 1), MAG_STALE);
	ck_assert_int_eq(mag_noun_undelete(&page, c, &mag_page, id), MAG_STALE);
	ck_assert_int_eq(try_patch(&page, id + 1, "{}"), MAG_NOT_FOUND);
	revision = 1;
	ck_assert_int_eq(try_patch(&page, id, "{\"sort_order\":1}"), MAG_OK);
	ck_assert_int_eq(try_patch(&page, id, "{\"sort_order\":2}"), MAG_STALE);
	ck_assert_int_eq(number("SELECT sort_order FROM pages"), 1);
}
END_TEST

START_TEST(media_that_a_page_shows_are_noted)
{
	int64_t id = mag_record_id(make("One", ",\"content\":{"
	    "\"en\":[{\"type\":\"image\",\"media_id\":7},"
	    "{\"type\":\"hero\",\"image_id\":8}],"
	    "\"de\":[{\"type\":\"image\",\"media_id\":7}]}"));

	ck_assert_int_eq(number("SELECT count(*) FROM media_uses"), 2);
	patch(id, "{\"content\":{\"en\":\"text\"}}");
	ck_assert_int_eq(number("SELECT media_id FROM media_uses"), 7);
	ck_assert_int_eq(number("SELECT count(*) FROM media_uses"), 1);
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM media_uses"), 0);
}
END_TEST

static int64_t
due(void)
{
	int64_t done;

	ck_assert_int_eq(mag_page_due(&done, c), MAG_OK);
	return done;
}

START_TEST(a_page_goes_out_and_back_by_its_appointments)
{
	struct mag_record *page = make("One",
	    ",\"publish_at\":\"2026-09-21T15:00:00Z\","
	    "\"unpublish_at\":\"2026-09-21T16:00:00Z\"");
	int64_t id = mag_record_id(page);

	ck_assert_int_eq(due(), 0);
	c->now = mag_int(page, "publish_at");
	ck_assert_int_eq(due(), 1);
	ck_assert_int_eq(due(), 0);
	ck_assert_int_eq(mag_noun_get(&page, c, &mag_page, id), MAG_OK);
	ck_assert_str_eq(mag_text(page, "status"), "published");
	ck_assert_int_eq(mag_int(page, "published_at"), c->now);
	ck_assert_int_eq(mag_value(page, "publish_at")->kind, MAG_V_NULL);

	c->now = mag_int(page, "unpublish_at");
	ck_assert_int_eq(due(), 1);
	ck_assert_int_eq(mag_noun_get(&page, c, &mag_page, id), MAG_OK);
	ck_assert_str_eq(mag_text(page, "status"), "draft");
	ck_assert_int_eq(mag_value(page, "unpublish_at")->kind, MAG_V_NULL);
	ck_assert_int_eq(due(), 0);
}
END_TEST

START_TEST(an_archived_page_stays_so_at_its_appointment)
{
	int64_t id = mag_record_id(make("One",
	    ",\"status\":\"archived\","
	    "\"unpublish_at\":\"2026-09-21T16:00:00Z\""));
	struct mag_record *page;

	c->now += 86400;
	due();
	ck_assert_int_eq(mag_noun_get(&page, c, &mag_page, id), MAG_OK);
	ck_assert_str_eq(mag_text(page, "status"), "archived");
	ck_assert_int_eq(mag_value(page, "unpublish_at")->kind, MAG_V_NULL);
}
END_TEST

START_TEST(appointments_lie_in_their_order)
{
	struct mag_record *page;

	ck_assert_int_eq(create(&page, "{\"title\":{\"en\":\"x\"},"
	    "\"publish_at\":\"2026-10-01T00:00:00Z\","
	    "\"unpublish_at\":\"2026-10-01T00:00:00Z\"}"), MAG_INVALID);
	ck_assert_str_eq(unit_problem(c),
	    "unpublish_at must be after publish_at");
}
END_TEST

START_TEST(a_page_in_the_trash_keeps_no_appointment)
{
	int64_t id = mag_record_id(make("One",
	    ",\"publish_at\":\"2026-09-21T15:00:00Z\""));

	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	c->now += 86400;
	ck_assert_int_eq(due(), 0);
}
END_TEST

START_TEST(only_what_the_public_can_see_moves_the_generation)
{
	int64_t id, was = generation();
	struct mag_record *page = make("One", "");

	id = mag_record_id(page);
	patch(id, "{\"title\":{\"en\":\"Two\"},\"slugs\":{\"de\":\"zwei\"}}");
	patch(id, "{\"status\":\"archived\"}");
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	ck_assert_int_eq(mag_noun_undelete(&page, c, &mag_page, id), MAG_OK);
	ck_assert_int_eq(mag_page_duplicate(&page, c, id), MAG_OK);
	ck_assert_int_eq(generation(), was);

	patch(id, "{\"status\":\"published\"}");
	ck_assert_int_gt(generation(), was);
	was = generation();
	patch(id, "{}");
	ck_assert_int_eq(generation(), was);
	patch(id, "{\"slugs\":{\"de\":\"drei\"}}");
	ck_assert_int_gt(generation(), was);
	was = generation();
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	ck_assert_int_gt(generation(), was);
	was = generation();
	sql("UPDATE pages SET sort_order = 9 WHERE status = 'draft'");
	ck_assert_int_eq(generation(), was);
}
END_TEST

static const char *
search(const char *query)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST, .search = query };
	const struct mag_json *j;
	struct mag_buf b, ids;

	calm();
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_noun_list(&b, c, &mag_page, &l), MAG_OK);
	mag_buf_init(&ids, a, 0);
	for (j = mag_json_first(unit_json(b.p)); j != NULL;
	    j = mag_json_next(j))
		mag_buf_addf(&ids, "%s ", mag_json_text(mag_json_get(j, "slug")));
	return ids.p;
}

START_TEST(a_page_is_found_by_the_words_of_each_language)
{
	int64_t id = mag_record_id(make("Sizes", ",\"slug\":\"one\","
	    "\"content\":{\"en\":\"hello\",\"de\":[{\"type\":\"html\","
	    "\"html\":\"<p>Stra\xc3\x9f" "e</p><script>hidden</script>\"}]},"
	    "\"excerpt\":{\"en\":\"short\"}"));

	patch(id, "{\"title\":{\"de\":\"Größe\"}}");
	ck_assert_str_eq(search("hello"), "one ");
	ck_assert_str_eq(search("hel siz sho"), "one ");
	ck_assert_str_eq(search("groesse"), "one ");
	ck_assert_str_eq(search("grosse STRASSE"), "one ");
	ck_assert_str_eq(search("hidden"), "");
	ck_assert_str_eq(search("script"), "");
	ck_assert_str_eq(search("hello nowhere"), "");
	ck_assert_str_eq(search("\"*:-"), "");
	patch(id, "{\"content\":null}");
	ck_assert_str_eq(search("hello"), "");
	ck_assert_int_eq(mag_noun_delete(c, &mag_page, id), MAG_OK);
	ck_assert_int_eq(number("SELECT count(*) FROM search_text"), 0);
}
END_TEST

START_TEST(pages_of_hand_written_sql_are_indexed_when_the_jobs_come_by)
{
	int64_t done;

	ck_assert_int_eq(mag_search_catch_up(&done, c, 100), MAG_OK);
	sql("INSERT INTO pages (slug, title) VALUES"
	    " ('a', '{\"en\": \"Alpha\"}'), ('b', '{\"en\": \"Beta\"}')");
	ck_assert_str_eq(search("alpha"), "");
	ck_assert_int_eq(mag_search_catch_up(&done, c, 1), MAG_OK);
	ck_assert_int_eq(done, 1);
	ck_assert_int_eq(mag_search_catch_up(&done, c, 100), MAG_OK);
	ck_assert_int_eq(done, 1);
	ck_assert_int_eq(mag_search_catch_up(&done, c, 100), MAG_OK);
	ck_assert_int_eq(done, 0);
	ck_assert_str_eq(search("alpha"), "a ");

	sql("UPDATE pages SET title = '{\"en\": \"Gamma\"}' WHERE slug = 'a'");
	sql("DELETE FROM pages WHERE slug = 'b'");
	ck_assert_int_eq(mag_search_catch_up(&done, c, 100), MAG_OK);
	ck_assert_int_eq(done, 2);
	ck_assert_str_eq(search("alpha"), "");
	ck_assert_str_eq(search("beta"), "");
	ck_assert_str_eq(search("gamma"), "a ");

	ck_assert_int_eq(mag_search_rebuild(c), MAG_OK);
	ck_assert_int_eq(mag_search_catch_up(&done, c, 100), MAG_OK);
	ck_assert_str_eq(search("gamma"), "a ");
}
END_TEST

START_TEST(a_page_of_hand_written_sql_has_its_first_version)
{
	const char *json;

	sql("INSERT INTO pages (id, slug, title) VALUES (5, 'a',"
	    " '{\"en\": \"Alpha\"}')");
	ck_assert_ptr_nonnull(strstr(versions(5), "\"version\":1,"));
	ck_assert_int_eq(mag_page_version(&json, c, 5, 1), MAG_OK);
	ck_assert_ptr_nonnull(strstr(json, "Alpha"));
}
END_TEST

START_TEST(the_audit_log_says_who_changed_what)
{
	struct mag_record *page = make("One", ",\"content\":{\"en\":\"long\"}");
	int64_t id = mag_record_id(page);
	const char *text;

	c->request_id = "req-1";
	patch(id, "{\"title\":{\"en\":\"Two\"},\"content\":{\"en\":\"longer\"}}");
	ck_assert_int_eq(mag_db_text(&text, a, c->db, "SELECT action || ' ' ||"
	    " resource_type || ' ' || user_email || ' ' || request_id || ' ' ||"
	    " before || ' ' || after FROM audit_log ORDER BY id DESC LIMIT 1",
	    NULL), MAG_OK);
	ck_assert_str_eq(text, "update page ada@b.de req-1 "
	    "{\"title\":{\"en\":\"One\"},\"content\":\"(13 bytes)\","
	    "\"version\":1} "
	    "{\"title\":{\"en\":\"Two\"},\"content\":\"(15 bytes)\","
	    "\"version\":2}");
}
END_TEST

START_TEST(the_audit_log_masks_secrets_and_persons)
{
	struct mag_record *user;
	const char *text;

	c->who.role = MAG_ADMIN;
	ck_assert_int_eq(mag_noun_change(&user, c, &mag_user, 1, unit_json(
	    "{\"email\":\"grace@b.de\",\"first_name\":\"Grace\"}"), MAG_PATCH),
	    MAG_OK);
	ck_assert_int_eq(mag_db_text(&text, a, c->db, "SELECT before || after"
	    " FROM audit_log WHERE action = 'update'", NULL), MAG_OK);
	ck_assert_ptr_null(strstr(text, "grace@b.de"));
	ck_assert_ptr_null(strstr(text, "ada@b.de"));
	ck_assert_ptr_null(strstr(text, "Grace"));
	ck_assert_ptr_nonnull(strstr(text, "\"first_name\":"));
}
END_TEST

Suite *
suite_page(void)
{
	Suite *s = suite_create("page");
	TCase *tc = page_case(s, "page");

	tcase_add_test(tc, a_draft_is_not_found_until_it_is_published);
	tcase_add_test(tc, the_first_publishing_is_remembered);
	tcase_add_test(tc, a_page_belongs_to_who_made_it);
	tcase_add_test(tc, every_change_is_a_version_that_stays);
	tcase_add_test(tc, a_patch_that_changes_nothing_makes_no_version);
	tcase_add_test(tc, restoring_a_version_makes_a_new_one);
	tcase_add_test(tc, a_version_whose_slug_is_taken_now_is_not_restored);
	tcase_add_test(tc,
	    a_copy_is_a_draft_with_a_free_slug_and_its_own_history);
	tcase_add_test(tc, what_is_not_accepted_changes_nothing);
	tcase_add_test(tc, media_that_a_page_shows_are_noted);
	tcase_add_test(tc, a_page_goes_out_and_back_by_its_appointments);
	tcase_add_test(tc, an_archived_page_stays_so_at_its_appointment);
	tcase_add_test(tc, appointments_lie_in_their_order);
	tcase_add_test(tc, a_page_in_the_trash_keeps_no_appointment);
	tcase_add_test(tc, only_what_the_public_can_see_moves_the_generation);
	tcase_add_test(tc, a_page_is_found_by_the_words_of_each_language);
	tcase_add_test(tc,
	    pages_of_hand_written_sql_are_indexed_when_the_jobs_come_by);
	tcase_add_test(tc, a_page_of_hand_written_sql_has_its_first_version);
	tcase_add_test(tc, the_audit_log_says_who_changed_what);
	tcase_add_test(tc, the_audit_log_masks_secrets_and_persons);
	return s;
}
