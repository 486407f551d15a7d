/* SPDX-License-Identifier: MIT */
/* Text made comparable: slugs, addresses, words to search for. */
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>

#include "unit.h"

static const char *const slugs[][2] = {
	{ "About us", "about-us" },
	{ "  --Hello,   World!--  ", "hello-world" },
	{ "Über die Größe", "ueber-die-groesse" },
	{ "GRÖẞE & ÄÖÜ", "groesse-aeoeue" },
	{ "u\xcc\x88" "ber A\xcc\x88pfel", "ueber-aepfel" },	/* as macOS writes */
	{ "Cafe\xcc\x81 Café", "cafe-cafe" },
	{ "Łódź, București, Ťažký", "lodz-bucuresti-tazky" },
	{ "Việt Nam", "viet-nam" },
	{ "Ærø œuvre Þór", "aero-oeuvre-thor" },
	{ "Don't, don’t", "dont-dont" },
	{ "C++ / C#", "c-c" },
	{ "10 % off – today", "10-off-today" },
	{ "Москва", "" },
	{ "東京 2026", "2026" },
	{ "\xff\xfe" "a\xc3", "a" },
	{ "", "" },
};

START_TEST(a_title_becomes_a_slug)
{
	const char *title = slugs[_i][0], *slug;

	slug = mag_slugify(a, title, strlen(title));
	ck_assert_str_eq(slug, slugs[_i][1]);
	ck_assert(*slug == '\0' || mag_slug_valid(slug, strlen(slug)));
}
END_TEST

START_TEST(a_slug_is_cut_at_its_limit_and_stays_one)
{
	char title[1000];
	const char *slug;

	memset(title, 'a', sizeof(title));
	slug = mag_slugify(a, title, sizeof(title));
	ck_assert_uint_eq(strlen(slug), MAG_SLUG_MAX);
	title[MAG_SLUG_MAX - 1] = ' ';
	slug = mag_slugify(a, title, sizeof(title));
	ck_assert_uint_eq(strlen(slug), MAG_SLUG_MAX - 1);
	ck_assert(mag_slug_valid(slug, strlen(slug)));
}
END_TEST

START_TEST(slugs_are_lower_case_letters_digits_and_single_hyphens)
{
	static const char *const good[] = { "a", "0", "a-b", "a1-2b-c" };
	static const char *const bad[] = { "", "-", "-a", "a-", "a--b", "A",
		"a b", "a_b", "a.b", "a/b", "ä", "a\n" };
	char slug[MAG_SLUG_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(mag_slug_valid(good[i], strlen(good[i])), "%s",
		    good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!mag_slug_valid(bad[i], strlen(bad[i])), "%s",
		    bad[i]);
	memset(slug, 'a', sizeof(slug));
	ck_assert(mag_slug_valid(slug, MAG_SLUG_MAX));
	ck_assert(!mag_slug_valid(slug, MAG_SLUG_MAX + 1));
}
END_TEST

static const char *const emails[] = {
	"a@b.de", "first.last+tag@sub.example.com", "o'brien@example.com",
	"grüße@müller.de", "x_1-2@1and1.com", "!#$%&*/=?^`{|}~@example.com",
};
static const char *const no_emails[] = {
	"", "a", "@", "a@", "@b.de", "a@b", "a@b@c.de", "a b@c.de", "a@b .de",
	"a@b.de ", ".a@b.de", "a.@b.de", "a..b@c.de", "a@.de", "a@b..de",
	"a@b.de.", "a@-b.de", "a@b-.de", "a@b_c.de", "\"a\"@b.de", "a,b@c.de",
	"<a@b.de>", "a@[127.0.0.1]", "a@b.de\n", "a\r\nBcc: x@y.de", "a@b.de,c",
	"a\xff@b.de", "a(b)@c.de",
};

START_TEST(an_email_address_has_one_at_and_a_dotted_host)
{

	ck_assert(mag_email_valid(emails[_i], strlen(emails[_i])));
}
END_TEST

START_TEST(what_could_break_a_header_is_no_email_address)
{

	ck_assert(!mag_email_valid(no_emails[_i], strlen(no_emails[_i])));
}
END_TEST

START_TEST(email_addresses_keep_to_the_lengths_of_rfc_5321)
{
	char s[400];

	memset(s, 'a', sizeof(s));
	memcpy(s + 64, "@b.de", 5);
	ck_assert(mag_email_valid(s, 69));
	memset(s, 'a', sizeof(s));
	memcpy(s + 65, "@b.de", 5);
	ck_assert(!mag_email_valid(s, 70));
	memset(s, 'a', sizeof(s));
	s[1] = '@';
	s[65] = s[129] = s[193] = s[252] = '.';
	ck_assert(mag_email_valid(s, MAG_EMAIL_MAX));
	ck_assert(!mag_email_valid(s, MAG_EMAIL_MAX + 1));
	s[65] = 'a';		/* a label of more than 63 bytes */
	ck_assert(!mag_email_valid(s, 100));
}
END_TEST

START_TEST(email_addresses_are_compared_without_case_and_blanks)
{

	ck_assert_str_eq(mag_fold_email(a, " Ada@Example.COM\n"),
	    "ada@example.com");
	ck_assert_str_eq(mag_fold_email(a, "  "), "");
}
END_TEST

static const char *const urls[] = {
	"https://example.com", "http://example.com:8080/a?b=c#d",
	"HTTPS://EXAMPLE.COM/", "https://müller.de/straße", "https://[::1]/",
	"https://user@example.com/", "mailto:a@b.de", "tel:+49-89-123",
	"/", "/a/b", "a/b", "../a", "?q=1", "#top", "/a:b", "a?b:c", "#a:b",
	"/a//b",
};
static const char *const no_urls[] = {
	"", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x",
	"vbscript:x", "file:///etc/passwd", "ftp://example.com", "//evil.com",
	"//", "\\\\evil.com", "/\\evil.com", "\\/evil.com", "https:/evil.com",
	"https:evil.com", "http:", "https://", "https:///evil.com",
	"https://?x", "https://@evil", "java\tscript:x", " javascript:x",
	"java\nscript:x", "\x01javascript:x", "a b", "/a\"b", "/<b>", "/{x}",
	"x:y", "mailto:", "tel:", "https://a\xff", "/\x7f", "/a|b", "/a`b",
	"/a^b",
};

START_TEST(an_address_on_the_web_is_https_http_mailto_tel_or_relative)
{

	ck_assert_msg(mag_url_valid(urls[_i], strlen(urls[_i])), "%s",
	    urls[_i]);
}
END_TEST

START_TEST(an_address_leads_to_no_script_and_to_no_hidden_host)
{

	ck_assert_msg(!mag_url_valid(no_urls[_i], strlen(no_urls[_i])), "%s",
	    no_urls[_i]);
}
END_TEST

START_TEST(an_address_is_judged_by_its_own_length_only)
{
	char s[MAG_URL_MAX + 2];

	ck_assert(mag_url_valid("a:b", 1));
	ck_assert(mag_url_valid("https://a", 9));
	ck_assert(!mag_url_valid("https://a", 8));
	memset(s, 'a', sizeof(s));
	ck_assert(mag_url_valid(s, MAG_URL_MAX));
	ck_assert(!mag_url_valid(s, MAG_URL_MAX + 1));
}
END_TEST

START_TEST(a_language_is_two_or_three_letters_and_perhaps_a_region)
{
	static const char *const good[] = { "en", "de", "gsw", "de-CH" };
	static const char *const bad[] = { "", "e", "EN", "engl", "en-", "en-us",
		"en-USA", "en_US", "-US", "e1", "../en" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert(mag_lang_valid(good[i], strlen(good[i])));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!mag_lang_valid(bad[i], strlen(bad[i])), "%s",
		    bad[i]);
}
END_TEST

/* What FTS5 makes of a token: case and decomposable marks go. */
static const char *
indexed(const char *text)
{

	return mag_printf(a, " %s", mag_fold_search(a, text));
}

/* Does the word of a query begin a word of the folded text? */
static bool
finds(const char *query, const char *text)
{
	struct mag_word w;

	ck_assert_uint_eq(mag_fold_words(&w, 1, a, query), 1);
	return strstr(indexed(text), mag_printf(a, " %s", w.form[0].p)) !=
	    NULL;
}

START_TEST(an_umlaut_is_found_however_it_is_typed)
{
	static const char *const pairs[][2] = {
		{ "grosse", "Die Größe" }, { "groesse", "Die Größe" },
		{ "GRÖSSE", "Die Größe" }, { "größe", "Die Größe" },
		{ "GRÖẞE", "Die Größe" }, { "Größe", "GRÖSSE" },
		{ "gro\xcc\x88\xc3\x9f" "e", "Die Größe" },
		{ "größe", "Die Gro\xcc\x88\xc3\x9f" "e" },
		{ "uberprufung", "Überprüfung" },
		{ "ueberpruefung", "Überprüfung" },
		{ "ÜBERPRÜFUNG", "Überprüfung" }, { "überprüf", "Überprüfung" },
		{ "strassenbahn", "Straßenbahn" }, { "strasse", "STRAẞE" },
		{ "cafe", "Café" }, { "CAFÉ", "Café" }, { "naive", "naïve" },
		{ "lodz", "Łódź" }, { "oeuvre", "Œuvre" },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		ck_assert_msg(finds(pairs[i][0], pairs[i][1]), "%s in %s: %s",
		    pairs[i][0], pairs[i][1], indexed(pairs[i][1]));
	ck_assert(!finds("gross", "Grüße"));
}
END_TEST

START_TEST(words_of_ascii_are_not_indexed_twice)
{

	ck_assert_str_eq(mag_fold_search(a, "plain words, 42"), "");
	ck_assert_str_eq(mag_fold_search(a, "a café b"), "cafe ");
	ck_assert_str_eq(mag_fold_search(a, "Öl"), "ol oel ");
}
END_TEST

START_TEST(a_query_is_split_at_what_is_neither_letter_nor_digit)
{
	static const char query[] =
	    "  C++ \"title: x\" AND-NOT (a*) it's 10µm „Öl“ \xff \xf0\x9f\x98\x80";
	static const char *const want[] = { "c", "title", "x", "and", "not",
		"a", "it", "s", "10µm", "ol" };
	struct mag_word w[16];
	size_t i, n;

	n = mag_fold_words(w, 16, a, query);
	ck_assert_uint_eq(n, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < n; i++)
		ck_assert_str_eq(w[i].form[0].p, want[i]);
	ck_assert_uint_eq(mag_fold_words(w, 3, a, query), 3);
	ck_assert_uint_eq(mag_fold_words(w, 3, a, " -*\"()"), 0);
}
END_TEST

START_TEST(a_word_with_an_umlaut_has_two_forms)
{
	struct mag_word w[4];

	ck_assert_uint_eq(mag_fold_words(w, 4, a, "Müller Straße Mueller"), 3);
	ck_assert_uint_eq(w[0].forms, 2);
	ck_assert_str_eq(w[0].form[0].p, "muller");
	ck_assert_str_eq(w[0].form[1].p, "mueller");
	ck_assert_uint_eq(w[1].forms, 1);
	ck_assert_str_eq(w[1].form[0].p, "strasse");
	ck_assert_uint_eq(w[2].forms, 1);
	ck_assert_uint_eq(mag_fold_words(w, 4, a, "\xcc\x9c. \xcc\x9c"), 0);
	/* The same word once more says nothing new. */
	ck_assert_uint_eq(mag_fold_words(w, 4, a, "muller MÜLLER"), 1);
}
END_TEST

START_TEST(a_vocabulary_has_each_word_once_folded_both_ways)
{
	static const char text[] = "Stra\xc3\x9f" "e, the STRASSE;\f the "
	    "\xef\xac\x81lter \xff M\xc3\xbcller";
	struct mag_buf b;

	mag_buf_init(&b, a, 16);
	ck_assert_int_eq(mag_fold_vocabulary(&b, text, sizeof(text) - 1, 200),
	    6);
	ck_assert_str_eq(b.p, "strasse the filter muller mueller ");
}
END_TEST

START_TEST(a_vocabulary_is_full_at_its_limit_and_still_counts)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 16);
	ck_assert_int_eq(mag_fold_vocabulary(&b, "one two three four", 18, 9),
	    4);
	ck_assert_str_eq(b.p, "one two ");
}
END_TEST

#define COUNT(table)	(int)(sizeof(table) / sizeof((table)[0]))

Suite *
suite_fold(void)
{
	Suite *s = suite_create("fold");
	TCase *tc = unit_case(s, "fold");

	tcase_add_loop_test(tc, a_title_becomes_a_slug, 0, COUNT(slugs));
	tcase_add_test(tc, a_slug_is_cut_at_its_limit_and_stays_one);
	tcase_add_test(tc,
	    slugs_are_lower_case_letters_digits_and_single_hyphens);
	tcase_add_loop_test(tc, an_email_address_has_one_at_and_a_dotted_host,
	    0, COUNT(emails));
	tcase_add_loop_test(tc, what_could_break_a_header_is_no_email_address,
	    0, COUNT(no_emails));
	tcase_add_test(tc, email_addresses_keep_to_the_lengths_of_rfc_5321);
	tcase_add_test(tc, email_addresses_are_compared_without_case_and_blanks);
	tcase_add_loop_test(tc,
	    an_address_on_the_web_is_https_http_mailto_tel_or_relative, 0,
	    COUNT(urls));
	tcase_add_loop_test(tc,
	    an_address_leads_to_no_script_and_to_no_hidden_host, 0,
	    COUNT(no_urls));
	tcase_add_test(tc, an_address_is_judged_by_its_own_length_only);
	tcase_add_test(tc,
	    a_language_is_two_or_three_letters_and_perhaps_a_region);
	tcase_add_test(tc, an_umlaut_is_found_however_it_is_typed);
	tcase_add_test(tc, a_word_with_an_umlaut_has_two_forms);
	tcase_add_test(tc, words_of_ascii_are_not_indexed_twice);
	tcase_add_test(tc,
	    a_query_is_split_at_what_is_neither_letter_nor_digit);
	tcase_add_test(tc, a_vocabulary_has_each_word_once_folded_both_ways);
	tcase_add_test(tc, a_vocabulary_is_full_at_its_limit_and_still_counts);
	return s;
}
