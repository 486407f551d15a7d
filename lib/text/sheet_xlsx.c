/* SPDX-License-Identifier: MIT */
/*
 * Workbooks, by libxlsxwriter.  Each cell is a text, a number, a moment or a
 * yes or no by its type, so no text is ever run as a formula.
 */
#define _GNU_SOURCE	/* memfd_create */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include <magnetiq/log.h>
#include <magnetiq/utf8.h>

#include "sheet.h"

#define MOMENT	"yyyy-mm-dd hh:mm:ss \"UTC\""
#define DAY_1970	25569	/* what spreadsheets number it */

struct book {
	lxw_workbook	*book;
	lxw_worksheet	*sheet;
	lxw_format	*head, *moment;
	const struct sheet *about;
	struct mag_arena *a;		/* for one text */
	size_t		 bytes;		/* of texts */
	lxw_row_t	 rows;
	int		 fd;		/* the finished file, in memory */
	enum mag_status	 st;		/* what is wrong with it */
};

/*
 * The library asks lxw_tmpfile() for files to write the parts of a workbook
 * into; its authors let others replace it.  Ours are memory: what they hold
 * of people is on no disk, and a full one cannot cut them short unnoticed.
 * By its name for the linker, since its argument became const in between.
 */
__attribute__((visibility("default"))) FILE *part_file(const char *)
    __asm__("lxw_tmpfile");

FILE *
part_file(const char *tmpdir)
{
	int fd = memfd_create("part", MFD_CLOEXEC);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w+");

	(void)tmpdir;
	if (f == NULL && fd != -1)
		close(fd);
	return f;
}

static enum mag_status
check(struct book *x, lxw_error error)
{

	if (error == LXW_NO_ERROR || x->st != MAG_OK)
		return x->st;
	mag_log(MAG_ERROR, "workbook", "%s", lxw_strerror(error));
	return x->st = MAG_FAILED;
}

/* What XML has no room for becomes a mark; no cell is longer than Excel's. */
static const char *
clean(struct book *x, const char *p, size_t n)
{
	const char *end = p + n;
	struct mag_buf b;
	uint32_t code;
	char bytes[4];
	size_t count = 0;

	mag_arena_reset(x->a);
	mag_buf_init(&b, x->a, 256);
	while (p < end && count++ < SHEET_CELL_MAX) {
		if (!mag_utf8_next(&p, end, &code)) {
			code = 0xfffd;
			p++;
		}
		/* It counts in UTF-16. */
		count += code > 0xffff;
		if ((code < 0x20 && code != '\t' && code != '\n') ||
		    code == 0xfffe || code == 0xffff)
			code = 0xfffd;
		mag_buf_add(&b, bytes, mag_utf8_put(bytes, code));
	}
	return b.p;
}

static enum mag_status
put_text(struct book *x, lxw_col_t column, const char *p, size_t n,
    lxw_format *format)
{

	if ((x->bytes += n) > SHEET_TEXT_MAX)
		return x->st = MAG_TOO_LARGE;
	return n == 0 ? MAG_OK : check(x, worksheet_write_string(x->sheet,
	    x->rows, column, clean(x, p, n), format));
}

static enum mag_status
put(struct book *x, lxw_col_t column, const struct mag_cell *cell)
{

	switch (cell->kind) {
	case MAG_CELL_EMPTY:
		break;
	case MAG_CELL_TEXT:
	case MAG_CELL_WORD:
		return put_text(x, column, cell->s, cell->n, NULL);
	case MAG_CELL_NUMBER:
		return check(x, worksheet_write_number(x->sheet, x->rows,
		    column, (double)cell->i, NULL));
	case MAG_CELL_BOOL:
		return check(x, worksheet_write_boolean(x->sheet, x->rows,
		    column, cell->i != 0, NULL));
	case MAG_CELL_TIME:
		return check(x, worksheet_write_number(x->sheet, x->rows,
		    column, DAY_1970 + (double)cell->i / 86400, x->moment));
	}
	return MAG_OK;
}

static void
describe(struct book *x)
{
	const struct sheet *s = x->about;
	lxw_doc_properties properties;

	memset(&properties, 0, sizeof(properties));
	/* The library copies it, and does not write to it. */
	properties.title = (char *)clean(x, s->title, strlen(s->title));
	properties.created = (time_t)s->now;
	(void)check(x, workbook_set_properties(x->book, &properties));
}

/* The line of names stays in sight. */
static void
begin(struct book *x)
{
	const struct sheet *s = x->about;
	size_t i;

	x->head = workbook_add_format(x->book);
	x->moment = workbook_add_format(x->book);
	x->sheet = workbook_add_worksheet(x->book, s->name);
	if (x->head == NULL || x->moment == NULL || x->sheet == NULL) {
		(void)check(x, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return;
	}
	format_set_bold(x->head);
	format_set_num_format(x->moment, MOMENT);
	describe(x);
	for (i = 0; i < s->n && x->st == MAG_OK; i++) {
		(void)check(x, worksheet_set_column(x->sheet, (lxw_col_t)i,
		    (lxw_col_t)i, s->columns[i].width + 2, NULL));
		(void)put_text(x, (lxw_col_t)i, s->columns[i].name,
		    strlen(s->columns[i].name), x->head);
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	x->rows = 1;
}

static enum mag_status
book_open(void **out, const struct sheet *s)
{
	struct book *x = calloc(1, sizeof(*x));
	char path[64];

	if (x == NULL)
		return MAG_FAILED;
	*out = x;
	x->about = s;
	x->st = MAG_OK;
	x->a = mag_arena_new(1024 * 1024);
	if ((x->fd = memfd_create("book", MFD_CLOEXEC)) == -1) {
		mag_log(MAG_ERROR, "workbook", "memfd_create: %m");
		return x->st = MAG_FAILED;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", x->fd);
	if ((x->book = workbook_new(path)) == NULL)
		return check(x, LXW_ERROR_MEMORY_MALLOC_FAILED);
	begin(x);
	return x->st;
}

static enum mag_status
book_row(void *file, const struct mag_cell *cells, size_t n)
{
	struct book *x = file;
	size_t i;

	assert(n == x->about->n);
	for (i = 0; i < n && x->st == MAG_OK; i++)
		(void)put(x, (lxw_col_t)i, &cells[i]);
	x->rows++;
	return x->st;
}

static enum mag_status
take(struct mag_buf *b, struct book *x)
{
	off_t size = lseek(x->fd, 0, SEEK_END);
	ssize_t n = -1;

	if (size > 0)
		n = pread(x->fd, mag_buf_room(b, (size_t)size), (size_t)size,
		    0);
	if (n != size) {
		mag_log(MAG_ERROR, "workbook", "it cannot be read: %m");
		return x->st = MAG_FAILED;
	}
	b->len += (size_t)n;
	b->p[b->len] = '\0';
	return MAG_OK;
}

static enum mag_status
book_close(struct mag_buf *b, void *file)
{
	struct book *x = file;
	lxw_error error;

	if (x->st != MAG_OK)
		return x->st;
	(void)check(x, worksheet_autofilter(x->sheet, 0, 0, x->rows - 1,
	    (lxw_col_t)(x->about->n - 1)));
	error = workbook_close(x->book);	/* and it is gone */
	x->book = NULL;
	return check(x, error) != MAG_OK ? x->st : take(b, x);
}

static void
book_free(void *file)
{
	struct book *x = file;

	if (x == NULL)
		return;
	lxw_workbook_free(x->book);
	if (x->fd != -1)
		close(x->fd);
	mag_arena_free(x->a);
	free(x);
}

const struct sheet_kind sheet_xlsx = {
	book_open, book_row, book_close, book_free
};
