/* SPDX-License-Identifier: MIT */
/* CommonMark, without raw HTML and without dangerous links. */
#include <magnetiq/markdown.h>

#include "unit.h"

static const char *
html(const char *s)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_markdown_html(&b, s, strlen(s));
	return b.p;
}

static const char *
text(const char *s)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_markdown_text(&b, s, strlen(s));
	return b.p;
}

static const char *const table[][2] = {
	{ "", "" },
	{ "# One\n\nTwo *three* **four** `five`",
	  "<h1>One</h1>\n<p>Two <em>three</em> <strong>four</strong> "
	  "<code>five</code></p>\n" },
	{ "[a](/b \"c\")", "<p><a href=\"/b\" title=\"c\">a</a></p>\n" },
	{ "![a](/b.png)", "<p><img src=\"/b.png\" alt=\"a\" /></p>\n" },
	{ "~~x~~", "<p><del>x</del></p>\n" },
	{ "a < b & \"c\"", "<p>a &lt; b &amp; &quot;c&quot;</p>\n" },
	{ "<div onclick=x>\nraw\n</div>\n\nkept", "<p>kept</p>\n" },
	{ "a <b onclick=x>bold</b> c", "<p>a bold c</p>\n" },
	{ "a <!-- b --> c", "<p>a  c</p>\n" },
	{ "<script>alert(1)</script>", "" },
	{ "`<script>`", "<p><code>&lt;script&gt;</code></p>\n" },
	{ "    <b>", "<pre><code>&lt;b&gt;\n</code></pre>\n" },
};

START_TEST(commonmark_becomes_html_and_raw_html_is_dropped)
{

	ck_assert_str_eq(html(table[_i][0]), table[_i][1]);
}
END_TEST

static const char *const dangerous[] = {
	"[x](javascript:alert(1))", "[x](JAVASCRIPT:alert(1))",
	"[x](&#106;avascript:alert(1))", "[x](java%73cript:x)",
	"[x](<java script:alert(1)>)", "<javascript:alert(1)>",
	"[x](vbscript:x)", "[x](data:text/html,x)", "![x](javascript:x)",
	"[x][y]\n\n[y]: javascript:alert(1)", "[x](file:///etc/passwd)",
	"[x](&#x6A&#x61;vascript:x)", "![x](data:text/html;base64,x)",
};

START_TEST(no_link_leads_to_a_script)
{
	static const char *const banned[] = { "\"javascript:", "\"vbscript:",
		"\"data:", "\"file:", "\"JAVASCRIPT:", "<script" };
	const char *out = html(dangerous[_i]);
	size_t i;

	for (i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		ck_assert_msg(strstr(out, banned[i]) == NULL, "%s gives %s",
		    dangerous[_i], out);
}
END_TEST

START_TEST(tables_and_bare_links_are_known)
{
	const char *out = html("| a | b |\n|---|---|\n| 1 | https://x.de |\n");

	ck_assert_ptr_nonnull(strstr(out, "<table>"));
	ck_assert_ptr_nonnull(strstr(out, "<a href=\"https://x.de\">"));
}
END_TEST

START_TEST(the_text_has_no_marks_and_no_raw_html)
{

	ck_assert_str_eq(text("# One\n\n*Two* [three](/x)\n`four`\n\n"
	    "<b>five</b> <!-- six -->\n\n    seven\n"),
	    "One\nTwo three four\nfive \nseven\n");
	ck_assert_str_eq(text("* a\n* b\n\n> c"), "a\nb\nc\n");
	ck_assert_ptr_nonnull(strstr(text("|a|b|\n|-|-|\n|c|d|"), "c"));
}
END_TEST

/* Table cells are words of their own. */
START_TEST(cells_of_a_table_do_not_run_together)
{

	ck_assert_ptr_null(strstr(text("|a|b|\n|-|-|\n|c|d|"), "cd"));
}
END_TEST

START_TEST(a_text_that_nests_as_deep_as_a_body_allows_is_read_quickly)
{
	static const char *const units[] = { "> ", "* ", "[", "_", "*a_", "<",
		"![", "`", "a@b.c ", "&" };
	int64_t began = mag_clock_us();
	struct mag_buf b, out;
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		mag_buf_init(&b, a, 0);
		while (b.len < 60000)
			mag_buf_adds(&b, units[i]);
		mag_buf_init(&out, a, 0);
		mag_markdown_html(&out, b.p, b.len);
	}
	ck_assert_int_lt(mag_clock_us() - began, 10 * 1000 * 1000);
}
END_TEST

/* A header of `columns`, and under it rows of one cell. */
static struct mag_buf
wide_table(int columns, int rows)
{
	struct mag_buf b;
	int i;

	mag_buf_init(&b, a, 0);
	for (i = 0; i < columns; i++)
		mag_buf_adds(&b, "a|");
	mag_buf_addc(&b, '\n');
	for (i = 0; i < columns; i++)
		mag_buf_adds(&b, "-|");
	mag_buf_addc(&b, '\n');
	for (i = 0; i < rows; i++)
		mag_buf_adds(&b, "x|\n");
	return b;
}

START_TEST(a_table_does_not_grow_beyond_what_was_written)
{
	struct mag_buf text = wide_table(20, 1000), html;

	mag_buf_init(&html, a, 0);
	mag_markdown_html(&html, text.p, text.len);
	ck_assert_ptr_nonnull(strstr(html.p, "<table>"));
	/* Rows are filled up with cells: these would be three million. */
	text = wide_table(300, 10000);
	mag_buf_init(&html, a, 0);
	mag_markdown_html(&html, text.p, text.len);
	ck_assert_ptr_null(strstr(html.p, "<table>"));
	ck_assert_uint_lt(html.len, 3 * text.len);
	/* One line of these alone took seconds. */
	text = wide_table(50000, 0);
	mag_buf_init(&html, a, 0);
	mag_markdown_html(&html, text.p, text.len);
	ck_assert_ptr_null(strstr(html.p, "<table>"));
}
END_TEST

START_TEST(one_long_address_is_not_copied_without_end)
{
	struct mag_buf text, html;
	int i;

	mag_buf_init(&text, a, 0);
	mag_buf_adds(&text, "[a]: http://x.example/");
	for (i = 0; i < 60000; i++)
		mag_buf_addc(&text, 'y');
	mag_buf_adds(&text, "\n\n");
	for (i = 0; i < 30000; i++)
		mag_buf_adds(&text, "[a] ");
	/* These would be 1.8 GB. */
	mag_buf_init(&html, a, 0);
	mag_markdown_html(&html, text.p, text.len);
	ck_assert_uint_lt(html.len, 2 * text.len);
	ck_assert_int_eq(strncmp(html.p, "<p>[a]: http", 12), 0);
	mag_buf_init(&html, a, 0);
	mag_markdown_text(&html, text.p, text.len);
	ck_assert_uint_eq(html.len, text.len);
	/* The next text is read as ever. */
	mag_buf_init(&html, a, 0);
	mag_markdown_html(&html, "*x*", 3);
	ck_assert_str_eq(html.p, "<p><em>x</em></p>\n");
}
END_TEST

Suite *
suite_markdown(void)
{
	Suite *s = suite_create("markdown");
	TCase *tc = unit_case(s, "markdown");

	tcase_add_loop_test(tc, commonmark_becomes_html_and_raw_html_is_dropped,
	    0, sizeof(table) / sizeof(table[0]));
	tcase_add_loop_test(tc, no_link_leads_to_a_script, 0,
	    sizeof(dangerous) / sizeof(dangerous[0]));
	tcase_add_test(tc, tables_and_bare_links_are_known);
	tcase_add_test(tc, the_text_has_no_marks_and_no_raw_html);
	tcase_add_test(tc, cells_of_a_table_do_not_run_together);
	tcase_add_test(tc,
	    a_text_that_nests_as_deep_as_a_body_allows_is_read_quickly);
	tcase_add_test(tc, one_long_address_is_not_copied_without_end);
	tcase_add_test(tc, a_table_does_not_grow_beyond_what_was_written);
	return s;
}
