/* SPDX-License-Identifier: MIT */
/* Templates: what each tag does, and what becomes of a broken one. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <magnetiq/embed.h>
#include <magnetiq/template.h>

#include "unit.h"

static const char *
render(const char *text, const struct mag_data *d, enum mag_escape escape)
{
	struct mag_template *t;
	struct mag_buf b;
	char error[100] = "";

	ck_assert_msg(mag_template_parse(&t, a, error, sizeof(error), text,
	    strlen(text)) == MAG_OK, "%s: %s", text, error);
	mag_buf_init(&b, a, 64);
	ck_assert_int_eq(mag_template_run(&b, t, d, "de", escape), MAG_OK);
	return b.p;
}

/* A person with a list of two pages and a list of two words. */
static struct mag_data *
sample(void)
{
	struct mag_data *d = mag_data_new(a), *page;

	mag_data_text(d, "name", "Tom & \"Ann\"");
	mag_data_text(d, "html", "<b>bold</b>");
	mag_data_text(d, "empty", "");
	mag_data_text(d, "missing", NULL);
	mag_data_int(d, "n", 42);
	mag_data_bool(d, "yes", true);
	mag_data_bool(d, "no", false);
	mag_data_text(mag_data_object(d, "home"), "title", "Home");
	page = mag_data_each(d, "pages");
	mag_data_text(page, "title", "One");
	mag_data_bool(page, "last", false);
	page = mag_data_each(d, "pages");
	mag_data_text(page, "title", "Two");
	mag_data_bool(page, "last", true);
	mag_data_line(d, "words", "red");
	mag_data_line(d, "words", "blue");
	return d;
}

START_TEST(tags_become_what_the_data_says)
{
	static const struct {
		const char	*text, *html;
	} cases[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "{{name}}", "Tom &amp; &quot;Ann&quot;" },
		{ "{{ n }}!", "42!" },
		{ "{{html}}", "&lt;b&gt;bold&lt;/b&gt;" },
		{ "{{{html}}}", "<b>bold</b>" },
		{ "[{{missing}}{{empty}}{{nobody}}{{pages}}]", "[]" },
		{ "{{#yes}}a{{/yes}}{{#no}}b{{/no}}", "a" },
		{ "{{^yes}}a{{/yes}}{{^no}}b{{/no}}{{^nobody}}c{{/nobody}}", "bc" },
		{ "{{#n}}a{{/n}}{{#empty}}b{{/empty}}{{^empty}}c{{/empty}}", "ac" },
		{ "{{#home}}{{title}} {{n}}{{/home}}", "Home 42" },
		{ "{{#pages}}{{title}}{{^last}}, {{/last}}{{/pages}}", "One, Two" },
		{ "{{#words}}<{{.}}>{{/words}}", "<red><blue>" },
		{ "a{{! nobody reads this }}b", "ab" },
		{ "{{_ There is nothing here.}}", "Hier ist nichts." },
		{ "{{_ not in any catalogue & so}}", "not in any catalogue &amp; so" },
		{ "{{_ must be at most %s|n}}", "darf höchstens 42 sein" },
		{ "{{_ names %s|name}}", "names Tom &amp; &quot;Ann&quot;" },
		{ "} }} {", "} }} {" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(render(cases[i].text, sample(),
		    MAG_ESCAPE_HTML), cases[i].html);
}
END_TEST

START_TEST(a_letter_is_not_escaped)
{

	ck_assert_str_eq(render("Dear {{name}},", sample(), MAG_ESCAPE_NONE),
	    "Dear Tom & \"Ann\",");
}
END_TEST

START_TEST(a_line_with_only_a_section_tag_disappears)
{

	ck_assert_str_eq(render("begin\n  {{#pages}}  \n- {{title}}\n"
	    "{{/pages}}\r\n{{! a remark }}\n{{^no}}\nend\n{{/no}}",
	    sample(), MAG_ESCAPE_NONE),
	    "begin\n- One\n- Two\nend\n");
	ck_assert_str_eq(render("a {{#yes}}\nb{{/yes}}\n", sample(),
	    MAG_ESCAPE_NONE), "a \nb\n");
}
END_TEST

START_TEST(a_broken_template_names_its_line)
{
	static const struct {
		const char	*text, *error;
	} cases[] = {
		{ "a\n{{b", "2: a tag is not closed" },
		{ "{{{b}}", "1: a tag is not closed" },
		{ "{{}}", "1: a tag has no name" },
		{ "\n\n{{#  }}", "3: a tag has no name" },
		{ "{{#a}}\n{{#b}}\n{{/a}}", "3: another section is open here" },
		{ "x\n{{#a}}\n", "2: this section is not closed" },
		{ "{{/a}}", "1: no section is open here" },
		{ "{{A b}}", "1: this is no name" },
		{ "{{_ Hello %s| }}", "1: a tag has no name" },
	};
	struct mag_template *t;
	char error[100];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(mag_template_parse(&t, a, error, sizeof(error),
		    cases[i].text, strlen(cases[i].text)), MAG_INVALID);
		ck_assert_str_eq(error, cases[i].error);
		ck_assert_ptr_null(t);
	}
}
END_TEST

START_TEST(sections_nest_only_so_deep)
{
	struct mag_template *t;
	struct mag_buf b;
	char error[100];
	int i;

	mag_buf_init(&b, a, 256);
	for (i = 0; i <= MAG_TEMPLATE_DEPTH; i++)
		mag_buf_adds(&b, "{{#yes}}");
	for (i = 0; i <= MAG_TEMPLATE_DEPTH; i++)
		mag_buf_adds(&b, "{{/yes}}");
	ck_assert_int_eq(mag_template_parse(&t, a, error, sizeof(error), b.p,
	    b.len), MAG_INVALID);
	ck_assert_str_eq(render(mag_printf(a, "%.*s%.*s", 8 * 20, b.p, 8 * 20,
	    b.p + 8 * (MAG_TEMPLATE_DEPTH + 1)), sample(), MAG_ESCAPE_NONE), "");
}
END_TEST

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(unit_path(name), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static enum mag_status
file(struct mag_buf *b, const char *name)
{

	mag_buf_init(b, a, 64);
	return mag_template_render(b, name, sample(), "en", MAG_ESCAPE_HTML);
}

START_TEST(a_file_in_the_folder_wins_and_may_include_others)
{
	struct mag_buf b;

	put("one.html", "<p>{{>two.html}}</p>");
	put("two.html", "{{name}}\n");
	mag_template_init(unit_dir());
	ck_assert(mag_template_there("one.html"));
	ck_assert(!mag_template_there("three.html"));
	ck_assert_int_eq(file(&b, "one.html"), MAG_OK);
	ck_assert_str_eq(b.p, "<p>Tom &amp; &quot;Ann&quot;\n</p>");
	ck_assert_int_eq(file(&b, "three.html"), MAG_FAILED);
}
END_TEST

START_TEST(a_template_that_never_ends_fails)
{
	struct mag_buf b;

	put("loop.html", "x{{>loop.html}}");
	put("grow.html", "{{#pages}}{{#pages}}{{#pages}}{{#pages}}{{#pages}}"
	    "{{>grow.html}}{{/pages}}{{/pages}}{{/pages}}{{/pages}}{{/pages}}");
	mag_template_init(unit_dir());
	ck_assert_int_eq(file(&b, "loop.html"), MAG_FAILED);
	ck_assert_int_eq(file(&b, "grow.html"), MAG_FAILED);
}
END_TEST

START_TEST(a_broken_file_leaves_ours_in_its_place)
{
	struct mag_str own, other;

	mag_template_init(NULL);
	ck_assert_int_eq(mag_template_file(&own, "site/page.html"), MAG_OK);
	ck_assert_int_eq(mkdir(unit_path("site"), 0700), 0);
	put("site/page.html", "{{#broken}}");
	mag_template_init(unit_dir());
	ck_assert(mag_template_there("site/page.html"));
	ck_assert_int_eq(mag_template_file(&other, "site/page.html"), MAG_OK);
	ck_assert_ptr_eq(own.p, other.p);
}
END_TEST

START_TEST(a_name_leads_out_of_no_folder)
{
	struct mag_str s;

	mag_template_init(unit_dir());
	ck_assert_int_eq(mag_template_file(&s, "../test.db"), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_template_file(&s, "/etc/passwd"), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_template_file(&s, "a/../../b"), MAG_NOT_FOUND);
}
END_TEST

START_TEST(every_template_of_ours_is_whole)
{
	const struct mag_file *f;

	mag_template_init(NULL);
	for (f = mag_files_text; f->name != NULL; f++)
		if (strncmp(f->name, "template/", 9) == 0)
			ck_assert_msg(mag_template_there(f->name + 9), "%s",
			    f->name);
}
END_TEST

Suite *
suite_template(void)
{
	Suite *s = suite_create("template");
	TCase *tc = unit_case(s, "template");

	tcase_add_test(tc, tags_become_what_the_data_says);
	tcase_add_test(tc, a_letter_is_not_escaped);
	tcase_add_test(tc, a_line_with_only_a_section_tag_disappears);
	tcase_add_test(tc, a_broken_template_names_its_line);
	tcase_add_test(tc, sections_nest_only_so_deep);
	tcase_add_test(tc, a_file_in_the_folder_wins_and_may_include_others);
	tcase_add_test(tc, a_template_that_never_ends_fails);
	tcase_add_test(tc, a_broken_file_leaves_ours_in_its_place);
	tcase_add_test(tc, a_name_leads_out_of_no_folder);
	tcase_add_test(tc, every_template_of_ours_is_whole);
	return s;
}
