/* SPDX-License-Identifier: MIT */
/* Foreign HTML is let through by an allow list, and only so. */
#include <magnetiq/html.h>
#include <magnetiq/utf8.h>

#include "unit.h"

static const char *
clean(const char *s, size_t n)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_html_clean(&b, s, n);
	return b.p;
}

static const char *const table[][2] = {
	{ "<p>One <b>two</b></p>", "<p>One <b>two</b></p>" },
	{ "plain", "<p>plain</p>" },
	{ "", "" },
	{ "<p>a<br>b<hr/>", "<p>a<br>b</p><hr>" },
	{ "<P CLASS=x STYLE='y'>a</P>", "<p>a</p>" },
	{ "<p><font color=red>a <i>b</i></font>", "<p>a <i>b</i></p>" },
	{ "<p>&lt;b&gt; &amp; &quot;x&quot;</p>",
	  "<p>&lt;b&gt; &amp; &quot;x&quot;</p>" },
	{ "<p>Größe &euro; &#x1F600;</p>", "<p>Größe € 😀</p>" },
	{ "<a href=/x title=y>z</a>",
	  "<a href=\"/x\" rel=\"noopener nofollow\">z</a>" },
	{ "<a href='/x?a=1&amp;b=\"2'>z</a>",
	  "<a rel=\"noopener nofollow\">z</a>" },
	{ "<a href='/x?a=1&amp;b=2'>z</a>",
	  "<a href=\"/x?a=1&amp;b=2\" rel=\"noopener nofollow\">z</a>" },
	{ "<img src=/a.png alt='x \"y\"' width=1>",
	  "<img src=\"/a.png\" alt=\"x &quot;y&quot;\">" },
	{ "<table><tr><td colspan=2>a</table>",
	  "<table><tr><td colspan=\"2\">a</td></tr></table>" },
	{ "<table><tr><td colspan=a rowspan='1 '>a</table>",
	  "<table><tr><td>a</td></tr></table>" },
	{ "<p><b>one</p>two</b>", "<p><b>one</b></p>two" },
	{ "<!DOCTYPE html><html><head><title>t</title></head><body><p>a</body>",
	  "<p>a</p>" },
};

START_TEST(allowed_elements_come_out_well_formed)
{
	const char *s = table[_i][0];

	ck_assert_str_eq(clean(s, strlen(s)), table[_i][1]);
}
END_TEST

/* After the well-known cheat sheet: none may leave anything that runs. */
static const char *const attacks[] = {
	"<script>alert(1)</script>", "<SCRIPT SRC=//x/y.js></SCRIPT>",
	"<script/x>alert(1)</script>", "<<script>alert(1)//<</script>",
	"<scr<script>ipt>alert(1)</script>", "<script>alert(1)",
	"<img src=x onerror=alert(1)>", "<img src=x onerror\n=alert(1)>",
	"<img/src='x'/onerror=alert(1)>", "<img src=javascript:alert(1)>",
	"<img src=`javascript:alert(1)`>", "<img \"\"\"><script>alert(1)</script>\">",
	"<img src='x:x' onerror='alert(1)'>", "<img src=data:image/svg+xml,x>",
	"<a href=javascript:alert(1)>x</a>", "<a href=JaVaScRiPt:alert(1)>x</a>",
	"<a href='&#106;avascript:alert(1)'>x</a>",
	"<a href='&#x6a;avascript&colon;alert(1)'>x</a>",
	"<a href='java\tscript:alert(1)'>x</a>",
	"<a href='jav&#x0A;ascript:alert(1)'>x</a>",
	"<a href=' javascript:alert(1)'>x</a>",
	"<a href='\x01javascript:alert(1)'>x</a>",
	"<a href='data:text/html,<script>alert(1)</script>'>x</a>",
	"<a href='vbscript:x'>x</a>", "<a href='//evil.example/'>x</a>",
	"<a href='/\\evil.example/'>x</a>",
	"<a onmouseover=alert(1) href=/>x</a>",
	"<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
	"<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
	"<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
	"<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<b>'>",
	"<object data=javascript:alert(1)>", "<embed src=x>",
	"<form action=javascript:alert(1)><input type=submit></form>",
	"<button formaction=javascript:alert(1)>x</button>",
	"<style>@import 'x';</style>", "<style>*{x:expression(alert(1))}</style>",
	"<link rel=stylesheet href=x>", "<meta http-equiv=refresh content=0>",
	"<base href='javascript:alert(1);//'>", "<body onload=alert(1)>",
	"<div style='background:url(javascript:alert(1))'>x</div>",
	"<p id=x name=y onclick=alert(1)>x</p>", "<details ontoggle=alert(1) open>",
	"<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>",
	"<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
	"<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
	"<title><img src=x onerror=alert(1)></title>",
	"<xmp><img src=x onerror=alert(1)></xmp>",
	"<template><script>alert(1)</script></template>",
	"<!--><img src=x onerror=alert(1)>-->", "<!--[if IE]><script>x</script>-->",
	"<![CDATA[<script>alert(1)</script>]]>", "<?xml version='1.0'?><script>x",
	"<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
	"<img alt='\"><script>alert(1)</script>' src=/x>",
	"<td colspan='1\" onclick=\"alert(1)'>x</td>",
	"<a href='/x\" onclick=\"alert(1)'>x</a>",
};

START_TEST(no_attack_leaves_anything_that_runs)
{
	static const char *const banned[] = { "<script", "javascript:", " on",
		"style=", "<svg", "<iframe", "<object", "<embed", "<form",
		"<style", "<link", "<meta", "<base", "<!", "<?", "data:", "evil" };
	const char *s = attacks[_i], *p, *out = clean(s, strlen(s));
	bool tag = false, quoted = false;
	size_t i;

	/* Text may say what it likes: look at what stands in tags. */
	struct mag_buf tags;
	mag_buf_init(&tags, a, 0);
	for (p = out; *p != '\0'; p++) {
		tag |= *p == '<';
		if (tag)
			mag_buf_addc(&tags, *p);
		if (tag && *p == '"')
			quoted = !quoted;
		tag &= *p != '>' || quoted;
	}
	ck_assert(!quoted && !tag);
	for (i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		ck_assert_msg(strstr(tags.p, banned[i]) == NULL, "%s gives %s",
		    s, out);
}
END_TEST

START_TEST(cleaning_what_is_clean_changes_nothing)
{
	const char *once = clean(table[_i][0], strlen(table[_i][0]));

	ck_assert_str_eq(clean(once, strlen(once)), once);
}
END_TEST

START_TEST(deep_nesting_is_cut_off_not_followed)
{
	struct mag_buf b;
	const char *out;
	int i;

	mag_buf_init(&b, a, 0);
	mag_buf_adds(&b, "<p>before</p>");
	for (i = 0; i < 50000; i++)
		mag_buf_adds(&b, "<div><b>");
	mag_buf_adds(&b, "deep");
	out = clean(b.p, b.len);
	ck_assert_ptr_nonnull(strstr(out, "<p>before</p>"));
	ck_assert_ptr_null(strstr(out, "deep"));
	ck_assert_uint_lt(strlen(out), 10000);
}
END_TEST

START_TEST(bytes_that_are_no_utf8_do_not_spoil_the_rest)
{
	static const char bytes[] = "<p>\xe4 \0 Gr\xc3\xb6\xc3\x9f" "e</p>";
	const char *out = clean(bytes, sizeof(bytes) - 1);

	ck_assert(mag_utf8_valid(out, strlen(out)));
	ck_assert_ptr_nonnull(strstr(out, "Größe"));
}
END_TEST

START_TEST(the_text_is_what_a_reader_reads)
{
	static const char html[] = "<h1>One</h1><p>two <b>th</b>ree<br>four"
	    "<script>five</script><style>six</style><ul><li>seven<li>eight";
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_html_text(&b, html, strlen(html));
	ck_assert_str_eq(b.p, "One\ntwo three\nfour\nseven\neight\n");
}
END_TEST

START_TEST(html_is_what_begins_with_a_tag)
{
	static const char *const html[] = { "<p>", "<p", " \n\t<div class=x>",
		"<br/>", "<h1>", "<P\n>", "<!DOCTYPE html>", "<!-- x -->",
		"<my-tag>" };
	static const char *const other[] = { "", " ", "<", "< p>", "text <p>",
		"<3", "<-", "</p>", "<https://example.com>", "<me@example.com>",
		"<!", "# title", "&lt;p&gt;" };
	size_t i;

	for (i = 0; i < sizeof(html) / sizeof(html[0]); i++)
		ck_assert_msg(mag_html_looks(html[i], strlen(html[i])), "%s",
		    html[i]);
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		ck_assert_msg(!mag_html_looks(other[i], strlen(other[i])), "%s",
		    other[i]);
	ck_assert(!mag_html_looks("<p>", 1));
}
END_TEST

#define COUNT(table)	(int)(sizeof(table) / sizeof((table)[0]))

Suite *
suite_html(void)
{
	Suite *s = suite_create("html");
	TCase *tc = unit_case(s, "html");

	tcase_add_loop_test(tc, allowed_elements_come_out_well_formed, 0,
	    COUNT(table));
	tcase_add_loop_test(tc, cleaning_what_is_clean_changes_nothing, 0,
	    COUNT(table));
	tcase_add_loop_test(tc, no_attack_leaves_anything_that_runs, 0,
	    COUNT(attacks));
	tcase_add_test(tc, deep_nesting_is_cut_off_not_followed);
	tcase_add_test(tc, bytes_that_are_no_utf8_do_not_spoil_the_rest);
	tcase_add_test(tc, the_text_is_what_a_reader_reads);
	tcase_add_test(tc, html_is_what_begins_with_a_tag);
	return s;
}
