/* SPDX-License-Identifier: MIT */
/* Calendars that others can read; t/ical lets their programs do so. */
#include "unit.h"

#include <magnetiq/ical.h>
#include <magnetiq/utf8.h>

static struct mag_ical_event
event(void)
{

	return (struct mag_ical_event){ .uid = "web-1@example.org",
	    .stamp = 1795000000, .starts = 1795429800, .ends = 1795433400,
	    .summary = "Talk" };
}

static const char *
printed(enum mag_ical_method method, const struct mag_ical_event *e)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 1024);
	mag_ical_begin(&b, method, NULL);
	mag_ical_event(&b, method, e);
	mag_ical_end(&b);
	return b.p;
}

/* Its lines as they were before they were folded. */
static const char *
unfolded(const char *text)
{
	struct mag_buf b;
	const char *p;

	mag_buf_init(&b, a, strlen(text) + 1);
	for (p = text; *p != '\0'; p++)
		if (strncmp(p, "\r\n ", 3) == 0)
			p += 2;
		else if (*p != '\r')
			mag_buf_addc(&b, *p);
	return b.p;
}

static bool
has_line(const char *text, const char *line)
{

	return strstr(unfolded(text), mag_printf(a, "\n%s\n", line)) != NULL;
}

START_TEST(an_event_has_its_times_in_utc)
{
	struct mag_ical_event e = event();
	const char *s = printed(MAG_ICAL_REQUEST, &e);

	ck_assert(strncmp(s, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", 30) == 0);
	ck_assert(has_line(s, "METHOD:REQUEST"));
	ck_assert(has_line(s, "UID:web-1@example.org"));
	ck_assert(has_line(s, "SEQUENCE:0"));
	ck_assert(has_line(s, "DTSTAMP:20261118T110640Z"));
	ck_assert(has_line(s, "DTSTART:20261123T103000Z"));
	ck_assert(has_line(s, "DTEND:20261123T113000Z"));
	ck_assert(has_line(s, "STATUS:CONFIRMED"));
	ck_assert_ptr_null(strstr(s, "ORGANIZER"));
}
END_TEST

START_TEST(what_is_cancelled_says_so_and_blocks_nobody)
{
	struct mag_ical_event e = event();
	const char *s;

	e.cancelled = true;
	e.sequence = 3;
	s = printed(MAG_ICAL_CANCEL, &e);
	ck_assert(has_line(s, "METHOD:CANCEL"));
	ck_assert(has_line(s, "SEQUENCE:3"));
	ck_assert(has_line(s, "STATUS:CANCELLED"));
	ck_assert(has_line(s, "TRANSP:TRANSPARENT"));
	ck_assert_str_eq(mag_ical_type(MAG_ICAL_CANCEL),
	    "text/calendar; charset=utf-8; method=CANCEL");
}
END_TEST

START_TEST(an_instant_has_no_end)
{
	struct mag_ical_event e = event();

	e.ends = e.starts;
	ck_assert_ptr_null(strstr(printed(MAG_ICAL_PUBLISH, &e), "DTEND"));
}
END_TEST

START_TEST(texts_are_escaped_and_end_no_line)
{
	struct mag_ical_event e = event();
	const char *s;

	e.summary = "a,b;c\\d\r\nEND:VEVENT\rX:1\x01\x7f";
	e.description = "one\n\ntwo\tthree";
	e.location = "bad \xff utf-8";
	s = printed(MAG_ICAL_PUBLISH, &e);
	ck_assert(has_line(s, "SUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENT\\nX:1"));
	ck_assert(has_line(s, "DESCRIPTION:one\\n\\ntwo\tthree"));
	ck_assert(has_line(s, "LOCATION:bad \xef\xbf\xbd utf-8"));
}
END_TEST

START_TEST(people_cannot_begin_another_property)
{
	struct mag_ical_event e = event();
	const char *s;

	e.organizer = (struct mag_ical_person){ "Ann \"A\": O'Neil;\r\nX:1",
	    "ann@example.org" };
	e.attendee = (struct mag_ical_person){ NULL,
	    "x\r\nATTENDEE:mailto:y@example.org" };
	e.url = "https://example.org/a?b=1&c=\"\r\nX:2 \xc3\xa4";
	s = printed(MAG_ICAL_REQUEST, &e);
	ck_assert(has_line(s, "ORGANIZER;CN=\"Ann 'A': O'Neil; X:1\""
	    ":mailto:ann@example.org"));
	ck_assert(has_line(s, "ATTENDEE;ROLE=REQ-PARTICIPANT;"
	    "PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
	    ":mailto:x%0D%0AATTENDEE%3Amailto%3Ay@example.org"));
	ck_assert(has_line(s,
	    "URL:https://example.org/a?b=1&c=%22%0D%0AX:2%20%C3%A4"));
	ck_assert_ptr_null(strstr(printed(MAG_ICAL_PUBLISH, &e), "ATTENDEE;"));
	e.accepted = true;
	e.attendee.email = "me+tag@example.org";
	ck_assert(has_line(printed(MAG_ICAL_REQUEST, &e),
	    "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED"
	    ":mailto:me+tag@example.org"));
}
END_TEST

START_TEST(no_line_is_long_and_no_letter_is_cut)
{
	struct mag_ical_event e = event();
	const char *s, *p, *end;
	struct mag_buf text;
	int i, n;

	for (n = 60; n < 80; n++) {
		mag_buf_init(&text, a, 1024);
		for (i = 0; i < n; i++)
			mag_buf_addc(&text, 'x');
		for (i = 0; i < 100; i++)
			mag_buf_adds(&text, i % 3 == 0 ? "\xf0\x9d\x84\x9e" :
			    "\xc3\xa4");
		e.summary = text.p;
		s = printed(MAG_ICAL_PUBLISH, &e);
		ck_assert(has_line(s, mag_printf(a, "SUMMARY:%s", text.p)));
		for (p = s; (end = strstr(p, "\r\n")) != NULL; p = end + 2) {
			ck_assert_uint_le((size_t)(end - p), 75);
			ck_assert(mag_utf8_valid(p, (size_t)(end - p)));
		}
		ck_assert_str_eq(p, "");
	}
}
END_TEST

START_TEST(a_feed_has_a_name_and_any_number_of_events)
{
	struct mag_ical_event e = event();
	struct mag_buf b;

	mag_buf_init(&b, a, 1024);
	mag_ical_begin(&b, MAG_ICAL_PUBLISH, "Beratung, München");
	mag_ical_event(&b, MAG_ICAL_PUBLISH, &e);
	e.uid = "web-2@example.org";
	mag_ical_event(&b, MAG_ICAL_PUBLISH, &e);
	mag_ical_end(&b);
	ck_assert(has_line(b.p, "X-WR-CALNAME:Beratung\\, München"));
	ck_assert(has_line(b.p, "UID:web-1@example.org"));
	ck_assert(has_line(b.p, "UID:web-2@example.org"));
	ck_assert(has_line(b.p, "METHOD:PUBLISH"));
}
END_TEST

Suite *
suite_ical(void)
{
	Suite *s = suite_create("ical");
	TCase *tc = unit_case(s, "ical");

	tcase_add_test(tc, an_event_has_its_times_in_utc);
	tcase_add_test(tc, what_is_cancelled_says_so_and_blocks_nobody);
	tcase_add_test(tc, an_instant_has_no_end);
	tcase_add_test(tc, texts_are_escaped_and_end_no_line);
	tcase_add_test(tc, people_cannot_begin_another_property);
	tcase_add_test(tc, no_line_is_long_and_no_letter_is_cut);
	tcase_add_test(tc, a_feed_has_a_name_and_any_number_of_events);
	return s;
}
