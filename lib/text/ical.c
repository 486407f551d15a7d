/* SPDX-License-Identifier: MIT */
/* Calendars as text: folded, escaped, one property a line. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/ical.h>
#include <magnetiq/utf8.h>

#define LINE_MAX_BYTES	75	/* RFC 5545 3.1, without the line's end */

static const char *const methods[] = {
	[MAG_ICAL_PUBLISH] = "PUBLISH",
	[MAG_ICAL_REQUEST] = "REQUEST",
	[MAG_ICAL_CANCEL] = "CANCEL"
};

/*
 * One line, cut where it is too long, but never within a character: a blank
 * begins what belongs to the line before (RFC 5545 3.1).
 */
static void
add_line(struct mag_buf *b, const char *name, const char *value)
{
	const char *line = mag_printf(b->a, "%s%s", name, value), *p, *end;
	size_t room = LINE_MAX_BYTES, n;
	uint32_t code;

	end = line + strlen(line);
	while ((size_t)(end - line) > room) {
		for (p = line; p < end; line = p) {
			if (!mag_utf8_next(&p, end, &code))
				p++;
			n = (size_t)(p - line);
			if (n > room)
				break;
			mag_buf_add(b, line, n);
			room -= n;
		}
		mag_buf_adds(b, "\r\n ");
		room = LINE_MAX_BYTES - 1;
	}
	mag_buf_add(b, line, (size_t)(end - line));
	mag_buf_adds(b, "\r\n");
}

/* Whatever came: UTF-8, no control characters but line ends. */
static const char *
tame(struct mag_arena *a, const char *s)
{
	struct mag_buf whole, b;
	size_t i;

	mag_buf_init(&whole, a, strlen(s) + 1);
	mag_utf8_repair(&whole, s, strlen(s));
	mag_buf_init(&b, a, whole.len + 1);
	for (i = 0; i < whole.len; i++) {
		if (whole.p[i] == '\r' && whole.p[i + 1] == '\n')
			continue;
		if (whole.p[i] == '\r')
			mag_buf_addc(&b, '\n');
		else if (whole.p[i] == '\n' || whole.p[i] == '\t' ||
		    ((unsigned char)whole.p[i] >= ' ' && whole.p[i] != 0x7f))
			mag_buf_addc(&b, whole.p[i]);
	}
	return b.p;
}

/* RFC 5545 3.3.11: a text. */
static void
add_text(struct mag_buf *b, const char *name, const char *text)
{
	struct mag_buf v;
	const char *p;

	if (text == NULL || *text == '\0')
		return;
	p = tame(b->a, text);
	mag_buf_init(&v, b->a, strlen(p) + 16);
	for (; *p != '\0'; p++) {
		if (strchr("\\;,", *p) != NULL)
			mag_buf_addc(&v, '\\');
		if (*p == '\n')
			mag_buf_adds(&v, "\\n");
		else
			mag_buf_addc(&v, *p);
	}
	add_line(b, name, v.p);
}

/* An address holds what RFC 3986 lets it hold, and the rest as %XX. */
static const char *
uri(struct mag_arena *a, const char *s, const char *also)
{
	struct mag_buf b;

	mag_buf_init(&b, a, strlen(s) + 1);
	for (; *s != '\0'; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || strchr(also, *s) != NULL)
			mag_buf_addc(&b, *s);
		else
			mag_buf_addf(&b, "%%%02X", (unsigned char)*s);
	return b.p;
}

/*
 * A name in a parameter stands in quotes, which it cannot hold itself
 * (RFC 5545 3.2); few calendars know the way of RFC 6868 around that.
 */
static void
add_person(struct mag_buf *b, const char *what, const struct mag_ical_person *p)
{
	struct mag_buf v;
	const char *s;

	if (p->email == NULL)
		return;
	mag_buf_init(&v, b->a, 128);
	if (p->name != NULL && *p->name != '\0') {
		mag_buf_adds(&v, ";CN=\"");
		for (s = tame(b->a, p->name); *s != '\0'; s++)
			mag_buf_addc(&v, *s == '"' ? '\'' :
			    *s == '\n' || *s == '\t' ? ' ' : *s);
		mag_buf_addc(&v, '"');
	}
	mag_buf_addf(&v, ":mailto:%s", uri(b->a, p->email, "@.-_~+!$&'*="));
	add_line(b, what, v.p);
}

/* 20261123T100000Z */
static void
add_time(struct mag_buf *b, const char *name, int64_t t)
{
	char when[MAG_TIME_TEXT], value[MAG_TIME_TEXT], *v = value;
	const char *p;

	mag_time_rfc3339(when, t);
	for (p = when; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			*v++ = *p;
	*v = '\0';
	add_line(b, name, value);
}

void
mag_ical_begin(struct mag_buf *b, enum mag_ical_method method,
    const char *name)
{

	add_line(b, "BEGIN:VCALENDAR", "");
	add_line(b, "VERSION:2.0", "");
	add_line(b, "PRODID:-//Magnetiq//Magnetiq 2//EN", "");
	add_line(b, "CALSCALE:GREGORIAN", "");
	add_line(b, "METHOD:", methods[method]);
	if (name == NULL)
		return;
	/* What everybody reads, and what RFC 7986 calls it. */
	add_text(b, "X-WR-CALNAME:", name);
	add_text(b, "NAME:", name);
	add_line(b, "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "");
	add_line(b, "X-PUBLISHED-TTL:PT15M", "");
}

void
mag_ical_event(struct mag_buf *b, enum mag_ical_method method,
    const struct mag_ical_event *e)
{
	char number[32];

	assert(e->uid != NULL && *e->uid != '\0');
	snprintf(number, sizeof(number), "%lld", (long long)e->sequence);
	add_line(b, "BEGIN:VEVENT", "");
	add_text(b, "UID:", e->uid);
	add_line(b, "SEQUENCE:", number);
	add_time(b, "DTSTAMP:", e->stamp);
	add_time(b, "DTSTART:", e->starts);
	if (e->ends > e->starts)
		add_time(b, "DTEND:", e->ends);
	add_text(b, "SUMMARY:", e->summary);
	add_text(b, "DESCRIPTION:", e->description);
	add_text(b, "LOCATION:", e->location);
	if (e->url != NULL)
		add_line(b, "URL:", uri(b->a, e->url,
		    "-._~:/?#[]@!$&'()*+,;=%"));
	add_person(b, "ORGANIZER", &e->organizer);
	if (method != MAG_ICAL_PUBLISH)
		add_person(b, e->accepted ? "ATTENDEE;ROLE=REQ-PARTICIPANT"
		    ";PARTSTAT=ACCEPTED" : "ATTENDEE;ROLE=REQ-PARTICIPANT"
		    ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE", &e->attendee);
	add_line(b, "STATUS:", e->cancelled ? "CANCELLED" :
	    e->tentative ? "TENTATIVE" : "CONFIRMED");
	add_line(b, "TRANSP:", e->free || e->cancelled ? "TRANSPARENT" :
	    "OPAQUE");
	add_line(b, "END:VEVENT", "");
}

void
mag_ical_end(struct mag_buf *b)
{

	add_line(b, "END:VCALENDAR", "");
}

const char *
mag_ical_type(enum mag_ical_method method)
{
	static const char *const types[] = {
		[MAG_ICAL_PUBLISH] =
		    "text/calendar; charset=utf-8; method=PUBLISH",
		[MAG_ICAL_REQUEST] =
		    "text/calendar; charset=utf-8; method=REQUEST",
		[MAG_ICAL_CANCEL] =
		    "text/calendar; charset=utf-8; method=CANCEL"
	};

	return types[method];
}
