/* SPDX-License-Identifier: MIT */
/*
 * A calendar feed, component by component.  Of an event only the lines that
 * say when it is are handed on to libical, one event at a time: so neither
 * the length of a feed nor its attachments take memory, and nothing of
 * libical is met by what nobody needs.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/utf8.h>

#include "ics_busy.h"

#define DEPTH_MAX	16	/* components in components */

/* The properties that say when somebody is busy. */
static const char *const wanted[] = {
	"DTEND", "DTSTART", "DURATION", "EXDATE", "FREEBUSY", "RDATE",
	"RECURRENCE-ID", "RRULE", "STATUS", "TRANSP", "UID",
	"X-MICROSOFT-CDO-BUSYSTATUS", NULL
};

enum mag_status
ics_refuse(struct ics_reading *r, const char *why)
{

	if (r->out->why == NULL)
		r->out->why = why;
	return MAG_INVALID;
}

enum mag_status
ics_add(struct ics_reading *r, int64_t starts, int64_t ends)
{
	struct ics_busy *out = r->out;
	struct ics_span *more;

	if (starts < r->from)
		starts = r->from;
	if (ends > r->until)
		ends = r->until;
	if (starts >= ends)
		return MAG_OK;
	if (out->n == ICS_SPANS_MAX)
		return ics_refuse(r, "it has too many events");
	if (out->n == r->spans_max) {
		r->spans_max = r->spans_max == 0 ? 64 : 2 * r->spans_max;
		more = mag_alloc(r->a, r->spans_max * sizeof(*more));
		if (out->n > 0)
			memcpy(more, out->spans, out->n * sizeof(*more));
		out->spans = more;
	}
	out->spans[out->n++] = (struct ics_span){ starts, ends };
	return MAG_OK;
}

/* ---- lines ---- */

struct scan {
	struct ics_reading *r;
	const char	*p, *end;
	const char	*line;		/* folded as it came ... */
	size_t		 n;		/* ... without the end of its last part */
	int		 depth;		/* components that are open */
	bool		 open;		/* a VCALENDAR is */
	size_t		 calendars;
};

/* The next line together with those that go on with it. */
static bool
next_line(struct scan *s)
{
	const char *p = s->p, *end;

	if (p >= s->end)
		return false;
	s->line = p;
	for (;;) {
		end = memchr(p, '\n', (size_t)(s->end - p));
		s->n = (size_t)((end == NULL ? s->end : end) - s->line);
		p = end == NULL ? s->end : end + 1;
		if (p >= s->end || (*p != ' ' && *p != '\t'))
			break;
	}
	if (s->n > 0 && s->line[s->n - 1] == '\r')
		s->n--;
	s->p = p;
	return true;
}

static bool
is(const struct scan *s, const char *text)
{
	size_t n = strlen(text), k = s->n;

	while (k > 0 && (s->line[k - 1] == ' ' || s->line[k - 1] == '\t'))
		k--;
	return k == n && strncasecmp(s->line, text, n) == 0;
}

static bool
begins(const struct scan *s, const char *text)
{

	return s->n >= strlen(text) &&
	    strncasecmp(s->line, text, strlen(text)) == 0;
}

static bool
is_wanted(const struct scan *s)
{
	const char *const *name;

	for (name = wanted; *name != NULL; name++)
		if (begins(s, *name) && s->n > strlen(*name) &&
		    strchr(":;", s->line[strlen(*name)]) != NULL)
			return true;
	return false;
}

/* ---- components ---- */

/* Behind the END of what began in this line. */
static enum mag_status
skip(struct scan *s)
{
	int depth = 1;

	while (depth > 0) {
		if (!next_line(s))
			return ics_refuse(s->r, "it is not complete");
		if (begins(s, "BEGIN:") && ++depth > DEPTH_MAX)
			return ics_refuse(s->r, "it is nested too deep");
		if (begins(s, "END:"))
			depth--;
	}
	return MAG_OK;
}

/* The lines of an event that say when it is. */
static enum mag_status
collect(struct mag_buf *b, struct scan *s, const char *begin, const char *end)
{
	enum mag_status st;

	mag_buf_adds(b, begin);
	mag_buf_adds(b, "\r\n");
	for (;;) {
		if (!next_line(s))
			return ics_refuse(s->r, "it is not complete");
		if (is(s, end))
			break;
		if (begins(s, "END:"))
			return ics_refuse(s->r, "its parts do not match");
		if (begins(s, "BEGIN:") && (st = skip(s)) != MAG_OK)
			return st;
		if (!is_wanted(s))
			continue;
		if (s->n > ICS_LINE_MAX || b->len + s->n > ICS_EVENT_MAX)
			return ics_refuse(s->r, "an event is too long");
		mag_buf_add(b, s->line, s->n);
		mag_buf_adds(b, "\r\n");
	}
	mag_buf_adds(b, end);
	mag_buf_adds(b, "\r\n");
	return MAG_OK;
}

static enum mag_status
component(struct scan *s, struct mag_buf *b, bool first)
{
	bool event = is(s, "BEGIN:VEVENT");
	enum mag_status st;

	if (!event && !is(s, "BEGIN:VFREEBUSY"))
		return skip(s);
	if (++s->r->out->events > ICS_EVENTS_MAX)
		return ics_refuse(s->r, "it has too many events");
	b->len = 0;
	st = event ? collect(b, s, "BEGIN:VEVENT", "END:VEVENT") :
	    collect(b, s, "BEGIN:VFREEBUSY", "END:VFREEBUSY");
	if (st != MAG_OK)
		return st;
	if (event)
		return ics_event(s->r, b->p, first);
	return first ? MAG_OK : ics_freebusy(s->r, b->p);
}

static enum mag_status
read_all(struct ics_reading *r, struct mag_buf *b, const char *p, size_t n,
    bool first)
{
	struct scan s = { .r = r, .p = p, .end = p + n };
	enum mag_status st = MAG_OK;

	r->out->events = 0;
	while (st == MAG_OK && next_line(&s)) {
		if (is(&s, "") || (s.open && !begins(&s, "BEGIN:") &&
		    !begins(&s, "END:")))
			continue;
		if (s.open && is(&s, "END:VCALENDAR"))
			s.open = false;
		else if (!s.open && is(&s, "BEGIN:VCALENDAR")) {
			s.open = true;
			s.calendars++;
		} else if (s.open && begins(&s, "BEGIN:"))
			st = component(&s, b, first);
		else
			st = ics_refuse(r, s.open ? "its parts do not match" :
			    "it is no calendar");
	}
	if (st == MAG_OK && s.open)
		return ics_refuse(r, "it is not complete");
	if (st == MAG_OK && s.calendars == 0)
		return ics_refuse(r, "it is no calendar");
	return st;
}

/* ---- the result ---- */

static int
by_override(const void *x, const void *y)
{
	const struct ics_override *a = x, *b = y;

	if (a->uid != b->uid)
		return a->uid < b->uid ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
by_start(const void *x, const void *y)
{
	const struct ics_span *a = x, *b = y;

	return a->starts < b->starts ? -1 : a->starts > b->starts;
}

/* What overlaps or touches becomes one. */
static void
merge(struct ics_busy *out)
{
	size_t i, n = 0;

	if (out->n == 0)
		return;
	qsort(out->spans, out->n, sizeof(out->spans[0]), by_start);
	for (i = 1; i < out->n; i++)
		if (out->spans[i].starts > out->spans[n].ends)
			out->spans[++n] = out->spans[i];
		else if (out->spans[i].ends > out->spans[n].ends)
			out->spans[n].ends = out->spans[i].ends;
	out->n = n + 1;
}

enum mag_status
ics_busy_read(struct ics_busy *out, struct mag_arena *a, const char *p,
    size_t n, const struct mag_zone *zone, int64_t from, int64_t until)
{
	struct ics_reading r = { .a = a, .zone = zone, .from = from,
	    .until = until, .out = out };
	struct mag_buf b;
	enum mag_status st;

	*out = (struct ics_busy){ .n = 0 };
	if (n > ICS_BYTES_MAX)
		return ics_refuse(&r, "it is too large");
	if (memchr(p, '\0', n) != NULL)
		return ics_refuse(&r, "it is no calendar");
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	mag_buf_init(&b, a, 4096);
	if ((st = read_all(&r, &b, p, n, true)) == MAG_OK) {
		if (r.noverrides > 0)
			qsort(r.overrides, r.noverrides,
			    sizeof(r.overrides[0]), by_override);
		st = read_all(&r, &b, p, n, false);
	}
	if (st == MAG_OK)
		merge(out);
	else
		out->n = 0;
	return st;
}
