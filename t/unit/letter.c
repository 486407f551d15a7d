/* SPDX-License-Identifier: MIT */
/* Letters: their templates, their times in words, their bytes. */
#include <string.h>

#include <magnetiq/html.h>
#include <magnetiq/template.h>
#include <magnetiq/when.h>
#include <magnetiq/zone.h>

#include "unit.h"

START_TEST(every_template_asks_only_for_what_its_letter_has)
{
	struct mag_buf b;

	mag_template_init(NULL);
	mag_buf_init(&b, a, 256);
	mag_letter_check(&b, a);
	ck_assert_str_eq(b.p, "");
}
END_TEST

START_TEST(kinds_stand_in_order_and_are_found_by_name)
{
	const struct mag_letter_kind *k = mag_letter_kinds();

	ck_assert_ptr_nonnull(k->name);
	for (; k[1].name != NULL; k++)
		ck_assert_msg(strcmp(k->name, k[1].name) < 0, "%s", k->name);
	ck_assert_str_eq(mag_letter_kind("contact")->name, "contact");
	ck_assert_ptr_null(mag_letter_kind("layout"));
	ck_assert_ptr_null(mag_letter_kind(""));
}
END_TEST

START_TEST(moments_are_told_in_words_and_in_a_zone)
{
	static const struct {
		const char	*lang, *zone;
		int64_t		 from, until;
		const char	*words;
	} cases[] = {
		{ "en", "Europe/Berlin", 1796130000, 1796133600,
		  "Tuesday, 1 December 2026, 14:00–15:00 CET (Europe/Berlin)" },
		{ "de", "Europe/Berlin", 1796130000, 1796133600,
		  "Dienstag, 1. Dezember 2026, 14:00–15:00 Uhr MEZ"
		  " (Europe/Berlin)" },
		{ "de", "Europe/Berlin", 1774746000, 0,
		  "Sonntag, 29. März 2026, 03:00 Uhr MESZ (Europe/Berlin)" },
		{ "en", "UTC", 0, 0, "Thursday, 1 January 1970, 00:00 UTC" },
		{ "en", NULL, 0, 0, "Thursday, 1 January 1970, 00:00 UTC" },
		{ "en", "../../etc/passwd", 0, 0,
		  "Thursday, 1 January 1970, 00:00 UTC" },
		{ "en", "Asia/Kathmandu", 1796130000, 0,
		  "Tuesday, 1 December 2026, 18:45 UTC+05:45"
		  " (Asia/Kathmandu)" },
		{ "en", "America/Sao_Paulo", 1796130000, 0,
		  "Tuesday, 1 December 2026, 10:00 UTC-03:00"
		  " (America/Sao_Paulo)" },
		{ "en", "UTC", 82800, 90000,
		  "Thursday, 1 January 1970, 23:00 –"
		  " Friday, 2 January 1970, 01:00 UTC" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(mag_when(a, cases[i].lang, cases[i].zone,
		    cases[i].from, cases[i].until), cases[i].words);
}
END_TEST

START_TEST(the_text_of_a_letter_is_made_from_its_html)
{
	static const struct {
		const char	*html, *text;
	} cases[] = {
		{ "", "" },
		{ "<p>One</p>\n<p>Two\n three</p>", "One\n\nTwo three" },
		{ "<p>a<br>b<br><br>c</p>", "a\nb\n\nc" },
		{ "<p><a href=\"https://x/?a=1&amp;b=2\">Here</a></p><p>z</p>",
		  "Here:\nhttps://x/?a=1&b=2\n\nz" },
		{ "<table>\n<tr><th>When</th><td>now</td></tr>\n"
		  "<tr><th>Who</th><td>you</td></tr>\n</table>",
		  "When: now\nWho: you" },
		{ "<ul><li>a</li><li>b</li></ul>", "- a\n- b" },
		{ "<head><title>no</title><style>p{}</style></head><p>yes</p>",
		  "yes" },
		{ "&lt;b&gt; &amp;amp; &quot;&#39; & &x;", "<b> &amp; \"' & &x;" },
		{ "a<b", "a" }, { "<", "" }, { "<a href=\"", "" },
		{ "<a href=\"u>x</a>", "x" }, { "<a>x</a>", "x" },
	};
	struct mag_buf b;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mag_buf_init(&b, a, 64);
		mag_html_letter(&b, cases[i].html, strlen(cases[i].html));
		ck_assert_str_eq(b.p, cases[i].text);
	}
}
END_TEST

static struct mag_letter
plain_letter(void)
{

	return (struct mag_letter){
		.from_email = "site@example.org", .to = "ann@example.org",
		.subject = "Hello", .message_id = "1@example.org",
		.date = 1796130000, .language = "en", .text = "Hi.\n",
		.html = "<p>Hi.</p>"
	};
}

static const char *
printed(const struct mag_letter *l)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 1024);
	mag_letter_print(&b, l);
	return b.p;
}

START_TEST(names_and_subjects_are_written_as_headers_want_them)
{
	static const struct {
		const char	*words, *header;
	} names[] = {
		{ "Ann", "From: Ann\r\n <site@example.org>\r\n" },
		{ "Miller, Ann", "From: \"Miller, Ann\"\r\n <site@" },
		{ "The \"A\" \\ B", "From: \"The \\\"A\\\" \\\\ B\"\r\n" },
		{ "Büro", "From: =?UTF-8?B?QsO8cm8=?=\r\n <" },
		{ "x\r\nBcc: e", "From: =?UTF-8?B?eCAgQmNjOiBl?=\r\n" },
		{ "", "From: site@example.org\r\n" },
	};
	struct mag_letter l = plain_letter();
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		l.from_name = names[i].words;
		ck_assert_msg(strstr(printed(&l), names[i].header) != NULL,
		    "%s: %s", names[i].words, printed(&l));
	}
	l.subject = "one two three four five six seven eight nine ten eleven "
	    "twelve thirteen fourteen";
	ck_assert_ptr_nonnull(strstr(printed(&l), "Subject: one two three four "
	    "five six seven eight nine ten eleven twelve\r\n thirteen"));
	l.subject = "a\nBcc: evil@example.org";
	ck_assert_ptr_nonnull(strstr(printed(&l),
	    "Subject: a Bcc: evil@example.org\r\n"));
}
END_TEST

START_TEST(a_calendar_entry_stands_beside_the_text_and_as_a_file)
{
	struct mag_letter l = plain_letter();
	const char *p;

	ck_assert_ptr_null(strstr(printed(&l), "calendar"));
	l.calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
	l.calendar_method = "REQUEST";
	p = strstr(printed(&l), "multipart/mixed");
	ck_assert_ptr_nonnull(p);
	p = strstr(p, "multipart/alternative");
	ck_assert_ptr_nonnull(p);
	p = strstr(p, "Content-Type: text/calendar; charset=utf-8; "
	    "method=REQUEST\r\n");
	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(strstr(p, "filename=\"invite.ics\""));
}
END_TEST

START_TEST(a_letter_is_read_as_it_was_written)
{
	static const char *const texts[] = {
		"Hello", "", "Grüße 🎉 aus München, und noch viel mehr, damit es"
		" mehr als ein Wort wird", "=?UTF-8?Q?x?=", "<script>&\"'",
		"one two three four five six seven eight nine ten eleven twelve"
		" thirteen fourteen", " blanks  within ", "a=3D?=b",
	};
	struct mag_letter l = plain_letter(), got;
	const char *bytes;
	size_t i;

	l.calendar = "BEGIN:VCALENDAR\r\nSUMMARY:a long line of it that takes"
	    " more than fifty-seven bytes\r\nEND:VCALENDAR\r\n";
	l.calendar_method = "REQUEST";
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		l.subject = texts[i];
		l.text = mag_printf(a, ".\n%s\n--=_x\n", texts[i]);
		l.html = mag_printf(a, "<p>%s </p>\n", texts[i]);
		bytes = printed(&l);
		mag_letter_read(&got, a, bytes, strlen(bytes));
		ck_assert_str_eq(got.to, l.to);
		ck_assert_str_eq(got.subject, l.subject);
		ck_assert_str_eq(got.language, "en");
		ck_assert_int_eq(got.date, l.date);
		ck_assert_str_eq(got.text, l.text);
		ck_assert_str_eq(got.html, l.html);
		ck_assert_str_eq(got.calendar, l.calendar);
		ck_assert_str_eq(got.calendar_method, "REQUEST");
	}
}
END_TEST

START_TEST(of_a_part_of_a_letter_is_read_what_is_there)
{
	struct mag_letter l = plain_letter(), got;
	const char *bytes;
	size_t n;

	l.calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
	l.calendar_method = "CANCEL";
	bytes = printed(&l);
	for (n = 0; n <= strlen(bytes); n++) {
		mag_letter_read(&got, a, mag_dup(a, bytes, n), n);
		ck_assert_ptr_nonnull(got.to);
		ck_assert_ptr_nonnull(got.subject);
	}
	ck_assert_str_eq(got.html, "<p>Hi.</p>\n");
	bytes = "To: a@example.org\r\n\r\nnothing said of its kind";
	mag_letter_read(&got, a, bytes, strlen(bytes));
	ck_assert_str_eq(got.to, "a@example.org");
	ck_assert_str_eq(got.subject, "");
	ck_assert_ptr_null(got.text);
	ck_assert_ptr_null(got.html);
}
END_TEST

Suite *
suite_letter(void)
{
	Suite *s = suite_create("letter");
	TCase *tc = unit_case(s, "letter");

	tcase_add_test(tc, every_template_asks_only_for_what_its_letter_has);
	tcase_add_test(tc, kinds_stand_in_order_and_are_found_by_name);
	tcase_add_test(tc, moments_are_told_in_words_and_in_a_zone);
	tcase_add_test(tc, the_text_of_a_letter_is_made_from_its_html);
	tcase_add_test(tc, names_and_subjects_are_written_as_headers_want_them);
	tcase_add_test(tc, a_calendar_entry_stands_beside_the_text_and_as_a_file);
	tcase_add_test(tc, a_letter_is_read_as_it_was_written);
	tcase_add_test(tc, of_a_part_of_a_letter_is_read_what_is_there);
	return s;
}
