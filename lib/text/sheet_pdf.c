/* SPDX-License-Identifier: MIT */
/*
 * A table on paper: a title, what it is of, and as many pages of lines as it
 * takes, each under the names of its columns.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/when.h>
#include <magnetiq/zone.h>

#include "pdf.h"
#include "sheet.h"

#define FONTS		"/usr/share/fonts/truetype/dejavu"
#define COLUMNS_MAX	16
#define MARGIN		30.0
#define ROOM		(PDF_WIDTH - 2 * MARGIN)
#define LINE		14.0	/* from one to the next */
#define RISE		4.0	/* of the text above its line */
#define GAP		6.0	/* between columns */
#define FOOT		20.0
#define BOTTOM		(FOOT + LINE)
#define TITLE_SIZE	14.0
#define SIZE		8.0

struct paper {
	struct pdf	*pdf;
	const struct sheet *about;
	struct mag_arena *a;		/* for one cell */
	size_t		 column[COLUMNS_MAX], n;	/* those on paper */
	double		 left[COLUMNS_MAX + 1];
	double		 y;		/* of the last line */
	size_t		 pages;
	int64_t		 rows;
};

static void
say(struct paper *x, double y, enum pdf_font font, double size, const char *s)
{

	if (s != NULL)
		pdf_text(x->pdf, MARGIN, y, ROOM, font, size, s, strlen(s));
}

static void
put(struct paper *x, size_t i, enum pdf_font font, const char *p, size_t n)
{

	pdf_text(x->pdf, x->left[i], x->y + RISE, x->left[i + 1] - x->left[i] -
	    GAP, font, SIZE, p, n);
}

/* The words of all columns, wherever a page begins. */
static void
put_names(struct paper *x)
{
	const char *name;
	size_t i;

	x->y -= LINE;
	pdf_bar(x->pdf, MARGIN, x->y, ROOM, LINE);
	for (i = 0; i < x->n; i++) {
		name = mag_tr(x->about->lang,
		    x->about->columns[x->column[i]].paper);
		put(x, i, PDF_BOLD, name, strlen(name));
	}
}

/* Room for the next line, on another page if it must be. */
static void
next_line(struct paper *x)
{

	if (x->y - LINE < BOTTOM) {
		pdf_page(x->pdf);
		x->pages++;
		x->y = PDF_HEIGHT - MARGIN;
		put_names(x);
	}
	x->y -= LINE;
}

/* Each column gets its share of the width. */
static void
share(struct paper *x)
{
	const struct sheet *s = x->about;
	double left = MARGIN + GAP / 2, all = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->columns[i].paper != NULL) {
			assert(x->n < COLUMNS_MAX);
			x->column[x->n++] = i;
			all += s->columns[i].width;
		}
	for (i = 0; i < x->n; i++) {
		x->left[i] = left;
		left += s->columns[x->column[i]].width / all * (ROOM - GAP);
	}
	x->left[x->n] = left + GAP;
}

static void
begin(struct paper *x)
{
	const struct sheet *s = x->about;

	share(x);
	pdf_title(x->pdf, s->title);
	pdf_page(x->pdf);
	x->pages = 1;
	x->y = PDF_HEIGHT - MARGIN - TITLE_SIZE;
	say(x, x->y, PDF_BOLD, TITLE_SIZE, s->title);
	x->y -= 18;
	say(x, x->y, PDF_PLAIN, 9, s->when);
	x->y -= 14;	/* how many there are is known in the end */
	x->y -= 10;
	put_names(x);
}

static enum mag_status
paper_open(void **out, const struct sheet *s)
{
	struct paper *x = calloc(1, sizeof(*x));
	enum mag_status st;

	if (x == NULL)
		return MAG_FAILED;
	*out = x;
	x->about = s;
	x->a = mag_arena_new(64 * 1024);
	st = pdf_new(&x->pdf, s->fonts == NULL ? FONTS : s->fonts,
	    s->memory == 0 ? SHEET_PDF_MAX : s->memory);
	if (st == MAG_OK)
		begin(x);
	return st;
}

/* ---- lines ---- */

static const char *
moment(struct paper *x, int64_t at)
{
	struct mag_local t;

	mag_zone_local(&t, x->about->zone, at);
	return mag_printf(x->a, "%04d-%02d-%02d %02d:%02d", t.year, t.month,
	    t.day, t.hour, t.minute);
}

static struct mag_str
words(struct paper *x, const struct mag_cell *cell)
{
	const char *lang = x->about->lang, *s = "";

	mag_arena_reset(x->a);
	switch (cell->kind) {
	case MAG_CELL_TEXT:
		return (struct mag_str){ cell->s, cell->n };
	case MAG_CELL_WORD:
		s = mag_tr(lang, mag_dup(x->a, cell->s, cell->n));
		break;
	case MAG_CELL_NUMBER:
		s = mag_printf(x->a, "%" PRId64, cell->i);
		break;
	case MAG_CELL_BOOL:
		s = mag_tr(lang, cell->i != 0 ? "yes" : "no");
		break;
	case MAG_CELL_TIME:
		s = moment(x, cell->i);
		break;
	case MAG_CELL_EMPTY:
		break;
	}
	return (struct mag_str){ s, strlen(s) };
}

static enum mag_status
paper_row(void *file, const struct mag_cell *cells, size_t n)
{
	struct paper *x = file;
	struct mag_str s;
	size_t i;

	assert(n == x->about->n);
	next_line(x);
	for (i = 0; i < x->n; i++) {
		s = words(x, &cells[x->column[i]]);
		if (s.n > 0)
			put(x, i, PDF_PLAIN, s.p, s.n);
	}
	pdf_rule(x->pdf, MARGIN, x->y, ROOM);
	x->rows++;
	return pdf_status(x->pdf);
}

/* ---- what is known in the end ---- */

static void
count(struct paper *x)
{
	const struct sheet *s = x->about;
	const char *rows = mag_printf(x->a, "%" PRId64, x->rows);

	pdf_turn(x->pdf, 0);
	say(x, PDF_HEIGHT - MARGIN - TITLE_SIZE - 32, PDF_PLAIN, 9,
	    mag_printf(x->a, "%s    %s",
	    mag_tr_fill(x->a, s->lang, "Entries: %s", rows),
	    mag_tr_fill(x->a, s->lang, "Times: %s",
	    s->zone == NULL ? "UTC" : s->zone)));
}

static void
foot(struct paper *x, size_t page)
{
	const struct sheet *s = x->about;
	const char *number = mag_printf(x->a, "%zu/%zu", page + 1, x->pages);

	pdf_turn(x->pdf, page);
	say(x, FOOT, PDF_PLAIN, SIZE, mag_printf(x->a, "%s    %s    %s",
	    mag_tr_fill(x->a, s->lang, "Page %s", number), s->title,
	    mag_tr_fill(x->a, s->lang, "As of %s", mag_when(x->a, s->lang,
	    s->zone, s->now, 0))));
}

static enum mag_status
paper_close(struct mag_buf *b, void *file)
{
	struct paper *x = file;
	size_t i;

	mag_arena_reset(x->a);
	count(x);
	for (i = 0; i < x->pages; i++) {
		mag_arena_reset(x->a);
		foot(x, i);
	}
	return pdf_out(b, x->pdf);
}

static void
paper_free(void *file)
{
	struct paper *x = file;

	if (x == NULL)
		return;
	pdf_free(x->pdf);
	mag_arena_free(x->a);
	free(x);
}

const struct sheet_kind sheet_pdf = {
	paper_open, paper_row, paper_close, paper_free
};
