/* SPDX-License-Identifier: MIT */
/*
 * Who came to a webinar, as the meeting program has written it down.  Zoom
 * and Teams put several tables into one file, each under a line of its own;
 * a table counts if one of its columns is the e-mail address.  Somebody who
 * left and came back stands there more than once.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/csv.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>

#include "noun.h"
#include "webinar.h"

#define MINUTES_MAX	1440
#define UNKNOWN_MAX	100	/* addresses that the answer names */
#define NAME_BYTES	100	/* a column's name is shorter */
#define NONE		((size_t)-1)
#define NO_TIME		(-1)

/* The columns of the table that is being read. */
struct columns {
	size_t		 email, attended, duration;
	int		 number;	/* of the table in its file */
};

struct guest {
	const char	*folded;
	int		 table;		/* the last that named them */
	int64_t		 seconds;	/* in that table; or NO_TIME */
	int64_t		 most;		/* in any; or NO_TIME */
};

struct guests {
	struct mag_arena *a;
	struct guest	*v;
	size_t		 n, room;
	int64_t		 rows;
};

/* ---- what a line says ---- */

static bool
has_any(const char *name, const char *const words[])
{

	for (; *words != NULL; words++)
		if (strstr(name, *words) != NULL)
			return true;
	return false;
}

static char *
lower(struct mag_arena *a, const struct mag_str *s)
{
	char *out = mag_dup(a, s->p, s->n), *p;

	for (p = out; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return out;
}

static size_t
find_column(struct mag_arena *a, const struct mag_str *cells, size_t n,
    const char *const words[])
{
	size_t i;

	for (i = 0; i < n; i++)
		if (cells[i].n < NAME_BYTES &&
		    memchr(cells[i].p, '@', cells[i].n) == NULL &&
		    has_any(lower(a, &cells[i]), words))
			return i;
	return NONE;
}

/* A line of names begins a table. */
static bool
begins_table(struct columns *at, struct mag_arena *a,
    const struct mag_str *cells, size_t n)
{
	static const char *const email[] = { "email", "e-mail", NULL };
	static const char *const attended[] = { "attended", "teilgenommen",
	    NULL };
	static const char *const duration[] = { "duration", "dauer",
	    "time in session", "zeit in", NULL };
	size_t column;

	/* A table of one column would be any text at all. */
	if (n < 2 || (column = find_column(a, cells, n, email)) == NONE)
		return false;
	at->email = column;
	at->attended = find_column(a, cells, n, attended);
	at->duration = find_column(a, cells, n, duration);
	at->number++;
	return true;
}

static bool
says_no(const struct mag_str *s)
{

	return s->n > 0 && strchr("nNfF0", *s->p) != NULL;
}

/* Seconds of "45", "1:02:03", "1h 2m 3s", "1 Std. 2 Min."; or NO_TIME. */
static int64_t
read_duration(struct mag_arena *a, const struct mag_str *s)
{
	const char *p = mag_dup(a, s->p, s->n);
	int64_t seconds = 0, parts = 0;
	char *end;
	long v;

	if (strchr(p, ':') != NULL) {
		for (; *p >= '0' && *p <= '9'; p = end + (*end == ':')) {
			v = strtol(p, &end, 10);
			if (v > MINUTES_MAX * 60 || ++parts > 3)
				return NO_TIME;
			seconds = seconds * 60 + v;
		}
		return parts < 2 || *p != '\0' ? NO_TIME : seconds;
	}
	for (; *p >= '0' && *p <= '9'; parts++) {
		v = strtol(p, &end, 10);
		if (v > MINUTES_MAX * 60 || parts == 3)
			return NO_TIME;
		for (p = end; *p == ' '; p++)
			;
		seconds += v * (*p == 'h' || strncmp(p, "St", 2) == 0 ? 3600 :
		    *p == 's' || *p == 'S' ? 1 : 60);
		p += strcspn(p, "0123456789");
	}
	return parts == 0 ? NO_TIME : seconds;
}

static const struct mag_str *
at_column(const struct mag_str *cells, size_t n, size_t column)
{
	static const struct mag_str empty = { "", 0 };

	return column < n ? &cells[column] : &empty;
}

static struct guest *
guest_of(struct guests *g, const char *folded)
{
	struct guest *more;

	if (g->n == g->room) {
		more = mag_alloc(g->a, (g->room * 2 + 64) * sizeof(*more));
		if (g->n > 0)
			memcpy(more, g->v, g->n * sizeof(*more));
		g->v = more;
		g->room = g->room * 2 + 64;
	}
	g->v[g->n] = (struct guest){ folded, 0, NO_TIME, NO_TIME };
	return &g->v[g->n++];
}

static void
read_guest(struct guests *g, const struct columns *at,
    const struct mag_str *cells, size_t n)
{
	const struct mag_str *email = at_column(cells, n, at->email);
	struct guest *who;

	if (email->n > MAG_EMAIL_MAX || !mag_email_valid(email->p, email->n))
		return;
	g->rows++;
	if (says_no(at_column(cells, n, at->attended)))
		return;
	who = guest_of(g, mag_fold_email(g->a, mag_dup(g->a, email->p,
	    email->n)));
	who->table = at->number;
	who->seconds = read_duration(g->a, at_column(cells, n, at->duration));
}

/* ---- one person, one line ---- */

static int
by_person(const void *x, const void *y)
{
	const struct guest *a = x, *b = y;
	int order = strcmp(a->folded, b->folded);

	return order != 0 ? order : a->table - b->table;
}

/* Within a table the stays of a person add up.  Another table tells of the
 * same stays in another way, so the longest sum counts. */
static void
merge(struct guests *g)
{
	struct guest *to = g->v, *from;
	size_t i;

	if (g->n == 0)
		return;
	qsort(g->v, g->n, sizeof(*g->v), by_person);
	to->most = to->seconds;
	for (i = 1; i < g->n; i++) {
		from = &g->v[i];
		if (strcmp(to->folded, from->folded) != 0) {
			*++to = *from;
			to->most = to->seconds;
			continue;
		}
		if (to->table != from->table)
			to->seconds = NO_TIME;
		to->table = from->table;
		if (from->seconds != NO_TIME)
			to->seconds = from->seconds +
			    (to->seconds == NO_TIME ? 0 : to->seconds);
		if (to->seconds > to->most)
			to->most = to->seconds;
	}
	g->n = (size_t)(to - g->v) + 1;
}

static void
read_tables(struct guests *g, const struct mag_str *text, char separator)
{
	struct mag_csv t = { text->p, text->p + text->n, separator };
	struct columns at = { NONE, NONE, NONE, 0 };
	struct mag_str *cells;
	size_t n;

	g->n = 0;
	g->rows = 0;
	while (mag_csv_row(&t, g->a, &cells, &n))
		if (!begins_table(&at, g->a, cells, n) && at.email != NONE)
			read_guest(g, &at, cells, n);
}

/* ---- into the registrations ---- */

static const char sql_seated[] =
    "SELECT id FROM webinar_registrations WHERE webinar_id = ?1"
    " AND email_folded = ?2 AND status = 'confirmed'";
static const char sql_came[] =
    "UPDATE webinar_registrations SET attended = 1,"
    " attendance_duration = COALESCE(?2, attendance_duration),"
    " updated_at = ?3, revision = revision + 1 WHERE id = ?1"
    " AND (attended = 0 OR COALESCE(attendance_duration, -1) <>"
    " COALESCE(?2, attendance_duration, -1))";

struct noting {
	struct mag_call	*c;
	int64_t		 webinar;
	struct guests	 guests;
	struct mag_attendance *out;
};

static enum mag_status
note_guest(struct noting *w, const struct guest *g)
{
	struct mag_attendance *out = w->out;
	struct mag_bind binds[3] = { { .kind = MAG_BIND_INT },
	    { .kind = MAG_BIND_NULL },
	    { .kind = MAG_BIND_TIME, .i = w->c->now } };
	enum mag_status st;
	int64_t minutes = (g->most + 30) / 60;

	st = mag_db_int(&binds[0].i, w->c->db, sql_seated, "is", w->webinar,
	    g->folded);
	if (st == MAG_NOT_FOUND) {
		if (out->nunknown++ < UNKNOWN_MAX)
			mag_buf_addf(&out->unknown, "%s%s",
			    out->unknown.len > 0 ? "\n" : "", g->folded);
		return MAG_OK;
	}
	if (st != MAG_OK)
		return st;
	out->matched++;
	if (g->most != NO_TIME) {
		binds[1].kind = MAG_BIND_INT;
		binds[1].i = minutes < MINUTES_MAX ? minutes : MINUTES_MAX;
	}
	st = mag_db_runv(w->c->db, sql_came, binds, 3);
	out->changed += mag_db_changes(w->c->db);
	return st;
}

static enum mag_status
note_all(struct mag_db *db, void *arg)
{
	struct noting *w = arg;
	struct mag_record *webinar;
	enum mag_status st;
	size_t i;

	(void)db;
	mag_problem_reset(w->c);
	*w->out = (struct mag_attendance){ .rows = w->guests.rows };
	mag_buf_init(&w->out->unknown, w->c->a, 256);
	st = mag_noun_get(&webinar, w->c, &mag_webinar, w->webinar);
	for (i = 0; i < w->guests.n && st == MAG_OK; i++)
		st = note_guest(w, &w->guests.v[i]);
	return st != MAG_OK || w->out->changed == 0 ? st :
	    mag_audit_json(w->c, "attendance", "webinar", w->webinar, NULL,
	    mag_printf(w->c->a, "{\"changed\":%lld}",
	    (long long)w->out->changed));
}

enum mag_status
mag_attendance_import(struct mag_attendance *out, struct mag_call *c,
    int64_t webinar, const char *csv, size_t n)
{
	static const char separators[] = "\t;,";
	struct noting w = { .c = c, .webinar = webinar, .guests = { .a = c->a },
	    .out = out };
	struct mag_str text;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (mag_csv_text(&text, c->a, csv, n) != MAG_OK)
		return mag_fail(c, MAG_MALFORMED,
		    "This is not a table in UTF-8 or UTF-16.");
	for (i = 0; separators[i] != '\0' && w.guests.rows == 0; i++)
		read_tables(&w.guests, &text, separators[i]);
	if (w.guests.rows == 0) {
		mag_wrong(c, "", "must have a column of e-mail addresses",
		    NULL);
		return mag_verdict(c);
	}
	merge(&w.guests);
	return mag_db_write(c->db, note_all, &w);
}
