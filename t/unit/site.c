/* SPDX-License-Identifier: MIT */
/* What the public site shows: where pages stand, what they say, menus. */
#include <magnetiq/menu.h>
#include <magnetiq/page.h>
#include <magnetiq/template.h>

#include "unit.h"

static struct mag_call *c;
static const struct mag_conf conf = { .site_url = "https://site.example" };

static void
open_db(void)
{

	c = unit_db_call(unit_db());
	c->conf = &conf;
	c->who = (struct mag_actor){ .role = MAG_ADMIN };
}

static void
sql(const char *text)
{

	ck_assert_int_eq(unit_run(c->db, text), MAG_OK);
	mag_site_forget(c);
}

/* A published page; `more` begins with a comma. */
static struct mag_record *
make(const char *slug, const char *more)
{
	struct mag_record *page;
	enum mag_status st;

	st = mag_noun_create(&page, c, &mag_page, unit_json(mag_printf(a,
	    "{\"slug\":\"%s\",\"title\":{\"en\":\"Title\"},"
	    "\"status\":\"published\"%s}", slug, more)));
	ck_assert_msg(st == MAG_OK, "%d %s", st, unit_problem(c));
	return page;
}

/* What a template of ours makes of the page's content. */
static const char *
shown(struct mag_page_shown *out, const struct mag_record *page,
    const char *lang)
{
	struct mag_data *d = mag_data_new(a);
	struct mag_buf b;

	mag_page_content(out, d, c, page, lang);
	mag_buf_init(&b, a, 256);
	ck_assert_int_eq(mag_template_render(&b, "site/blocks.html", d, lang,
	    MAG_ESCAPE_HTML), MAG_OK);
	return b.p;
}

START_TEST(a_page_stands_at_its_slug_in_each_language)
{
	struct mag_record *page;

	open_db();
	page = make("about", ",\"slugs\":{\"de\":\"ueber-uns\"}");
	ck_assert_str_eq(mag_page_url(c, page, "en"),
	    "https://site.example/en/about");
	ck_assert_str_eq(mag_page_url(c, page, "de"),
	    "https://site.example/de/ueber-uns");
	ck_assert_str_eq(mag_page_public_url(c, mag_record_id(page), "de"),
	    "https://site.example/de/ueber-uns");
	ck_assert(mag_page_speaks(c, page, "en"));
	ck_assert(!mag_page_speaks(c, page, "de"));
}
END_TEST

START_TEST(the_home_page_stands_at_the_language_itself)
{
	struct mag_record *page;

	open_db();
	page = make("start", "");
	sql("UPDATE system_settings SET value = 'start' WHERE key = 'home_page'");
	ck_assert_str_eq(mag_page_url(c, page, "de"), "https://site.example/de/");
}
END_TEST

START_TEST(what_is_not_public_has_no_address)
{
	struct mag_record *page, *draft;

	open_db();
	page = make("about", "");
	ck_assert_int_eq(mag_page_set_status(&draft, c, mag_record_id(page),
	    "draft"), MAG_OK);
	ck_assert_ptr_null(mag_page_public_url(c, mag_record_id(page), "en"));
	ck_assert_ptr_null(mag_page_public_url(c, 999, "en"));
}
END_TEST

START_TEST(content_comes_in_the_language_or_in_the_default_one)
{
	struct mag_page_shown s;
	struct mag_record *page;

	open_db();
	page = make("a", ",\"content\":{\"en\":\"# Hi\\n\\n<b>*there*</b>\","
	    "\"de\":\"\"}");
	ck_assert_str_eq(shown(&s, page, "de"), "<div class=\"text\">\n"
	    "<h1>Hi</h1>\n<p><em>there</em></p>\n\n</div>\n");
	ck_assert_str_eq(s.lang, "en");
	ck_assert(!s.headed);
	ck_assert_str_eq(shown(&s, make("b", ""), "en"), "");
	ck_assert_str_eq(s.lang, "en");
}
END_TEST

START_TEST(an_opening_hero_is_the_pages_heading)
{
	struct mag_page_shown s;
	struct mag_record *page;
	const char *html;

	open_db();
	page = make("a", ",\"content\":{\"en\":[{\"type\":\"hero\","
	    "\"heading\":\"<Big>\"},{\"type\":\"hero\",\"heading\":\"Small\"}]}");
	html = shown(&s, page, "en");
	ck_assert(s.headed);
	ck_assert_ptr_nonnull(strstr(html, "<h1>&lt;Big&gt;</h1>"));
	ck_assert_ptr_nonnull(strstr(html, "<h2>Small</h2>"));
	page = make("b", ",\"content\":{\"en\":[{\"type\":\"cta\","
	    "\"heading\":\"Call\"}]}");
	ck_assert_ptr_nonnull(strstr(shown(&s, page, "en"), "<h2>Call</h2>"));
	ck_assert(!s.headed);
}
END_TEST

START_TEST(content_from_hand_written_sql_does_no_harm)
{
	static const char *const contents[] = {
		"5", "[]", "{\"en\":5}", "{\"en\":[5,null,\"x\",{}]}",
		"{\"en\":[{\"type\":\"none\"}]}", "{\"en\":[]}",
		"{\"en\":[{\"type\":\"features\",\"items\":[7,{\"title\":1}]}]}",
		"{\"en\":[{\"type\":\"features\",\"items\":5}]}",
		"{\"en\":[{\"type\":\"image\",\"media_id\":\"x\"}]}",
		"{\"en\":[{\"type\":\"video\",\"url\":\"javascript:x\"}]}",
	};
	struct mag_page_shown s;
	struct mag_record *page, *again;
	const char *html;
	size_t i;

	open_db();
	page = make("a", "");
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		ck_assert_int_eq(mag_db_run(c->db,
		    "UPDATE pages SET content = ?1", "s", contents[i]), MAG_OK);
		ck_assert_int_eq(mag_record_load(&again, c, &mag_page,
		    mag_record_id(page)), MAG_OK);
		html = shown(&s, again, "en");
		ck_assert_ptr_null(strstr(html, "javascript"));
	}
}
END_TEST

START_TEST(a_page_that_would_grow_without_end_is_cut)
{
	struct mag_page_shown s;
	struct mag_buf b;
	int i, j;

	open_db();
	mag_buf_init(&b, a, 0);
	mag_buf_adds(&b, ",\"content\":{\"en\":[");
	for (i = 0; i < 30; i++) {
		mag_buf_adds(&b, i > 0 ? "," : "");
		mag_buf_adds(&b, "{\"type\":\"text\",\"text\":\"[a]: x/");
		for (j = 0; j < 3000; j++)
			mag_buf_addc(&b, 'y');
		mag_buf_adds(&b, "\\n\\n");
		for (j = 0; j < 1000; j++)
			mag_buf_adds(&b, "[a] ");
		mag_buf_adds(&b, "\"}");
	}
	mag_buf_adds(&b, "]}");
	ck_assert_uint_lt(strlen(shown(&s, make("a", b.p), "en")),
	    9 * 1024 * 1024);
}
END_TEST

static void
count(void *arg, struct mag_call *call, const struct mag_record *page)
{
	struct mag_buf *b = arg;

	(void)call;
	mag_buf_addf(b, "%s ", mag_text(page, "slug"));
}

START_TEST(public_pages_are_counted_and_walked_through)
{
	struct mag_buf b;
	int64_t n, last;

	open_db();
	make("one", "");
	c->now += 10;
	make("two", "");
	ck_assert_int_eq(mag_page_set_status(&(struct mag_record *){ NULL }, c,
	    mag_record_id(make("three", "")), "archived"), MAG_OK);
	ck_assert_int_eq(mag_page_count(&n, &last, c), MAG_OK);
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(last, 3);
	mag_buf_init(&b, a, 64);
	ck_assert_int_eq(mag_page_newest(c, 9, count, &b), MAG_OK);
	ck_assert_int_eq(mag_page_between(c, 2, 9, count, &b), MAG_OK);
	ck_assert_str_eq(b.p, "two one two ");
}
END_TEST

/* The items of the main menu as text. */
static const char *
menu(const char *lang)
{
	static const char text[] = "{{#main_menu}}{{#items}}{{label}}={{url}}"
	    "{{#current}}!{{/current}}({{#below}}{{#items}}{{label}}"
	    "{{/items}}{{/below}}) {{/items}}{{/main_menu}}";
	struct mag_data *d = mag_data_new(a);
	struct mag_template *t;
	struct mag_buf b;
	char error[100];

	mag_menu_data(d, c, "main", lang, "https://site.example/de/a");
	mag_buf_init(&b, a, 64);
	ck_assert_int_eq(mag_template_parse(&t, a, error, sizeof(error), text,
	    sizeof(text) - 1), MAG_OK);
	ck_assert_int_eq(mag_template_run(&b, t, d, lang, MAG_ESCAPE_NONE),
	    MAG_OK);
	return b.p;
}

START_TEST(a_menu_is_right_whoever_changed_it)
{
	struct mag_record *page;
	struct mag_db *other;

	open_db();
	ck_assert_str_eq(menu("de"), "");
	page = make("a", "");
	ck_assert_int_eq(mag_db_run(c->db, "INSERT INTO menus (name, items)"
	    " VALUES ('main', '[{\"label\":{\"en\":\"A\",\"de\":\"Ah\"},"
	    "\"page_id\":1,\"children\":[{\"label\":{\"en\":\"B\"},"
	    "\"url\":\"/x\"}]},{\"label\":{\"en\":\"C\"}}]')", ""), MAG_OK);
	ck_assert_str_eq(menu("de"),
	    "Ah=https://site.example/de/a!(B) C=() ");
	ck_assert_str_eq(menu("en"), "A=https://site.example/en/a(B) C=() ");
	ck_assert_int_eq(mag_page_set_status(&page, c, 1, "draft"), MAG_OK);
	ck_assert_str_eq(menu("de"), "C=() ");
	other = unit_db_again();
	ck_assert_int_eq(mag_db_run(other, "DELETE FROM menus", ""), MAG_OK);
	mag_db_close(other);
	ck_assert_str_eq(menu("de"), "");
}
END_TEST

START_TEST(a_plain_site_title_counts_for_every_language)
{
	struct mag_str s;

	open_db();
	sql("UPDATE system_settings SET value = 'Plain' WHERE key = 'site_title'");
	(void)mag_ml(&s, c, &mag_site(c)->title, "de");
	ck_assert_str_eq(s.p, "Plain");
	sql("UPDATE system_settings SET value = '\"Quoted\"'"
	    " WHERE key = 'site_title'");
	(void)mag_ml(&s, c, &mag_site(c)->title, "en");
	ck_assert_str_eq(s.p, "Quoted");
	sql("UPDATE system_settings SET value = NULL WHERE key = 'site_title'");
	(void)mag_ml(&s, c, &mag_site(c)->title, "en");
	ck_assert_str_eq(s.p, "");
}
END_TEST

Suite *
suite_site(void)
{
	Suite *s = suite_create("site");
	TCase *tc = unit_case(s, "site");

	tcase_add_test(tc, a_page_stands_at_its_slug_in_each_language);
	tcase_add_test(tc, the_home_page_stands_at_the_language_itself);
	tcase_add_test(tc, what_is_not_public_has_no_address);
	tcase_add_test(tc, content_comes_in_the_language_or_in_the_default_one);
	tcase_add_test(tc, an_opening_hero_is_the_pages_heading);
	tcase_add_test(tc, content_from_hand_written_sql_does_no_harm);
	tcase_add_test(tc, a_page_that_would_grow_without_end_is_cut);
	tcase_add_test(tc, public_pages_are_counted_and_walked_through);
	tcase_add_test(tc, a_menu_is_right_whoever_changed_it);
	tcase_add_test(tc, a_plain_site_title_counts_for_every_language);
	return s;
}
