/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/csv.h -- tables as text (RFC 4180), safe to open in a spreadsheet.
 */
#ifndef MAGNETIQ_CSV_H
#define MAGNETIQ_CSV_H

#include <stdbool.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>
#include <magnetiq/table.h>

/**
 * mag_csv_cell(b, p, n): one cell, and a comma before it unless it begins a
 * line.  A cell that a spreadsheet would take for a formula (it begins with
 * = + - @, a tab or CR) gets an apostrophe before it.
 */
MAG_API void	mag_csv_cell(struct mag_buf *, const char *p, size_t n);
/** mag_csv_end(b): the end of a line. */
MAG_API void	mag_csv_end(struct mag_buf *);
/**
 * mag_csv_line(b, cells, n): a whole line: texts as they are, all else as it
 * would stand in JSON, nothing for what is empty.
 */
MAG_API void	mag_csv_line(struct mag_buf *, const struct mag_cell *,
    size_t n);

/**
 * mag_csv_text(out, a, p, n): a file as UTF-8: what it was, or UTF-16 if it
 * begins with a byte order mark.  MAG_MALFORMED if it is neither.
 */
MAG_API enum mag_status mag_csv_text(struct mag_str *out, struct mag_arena *,
    const char *p, size_t n) MAG_CHECK;

/** A table being read; the caller sets all three. */
struct mag_csv {
	const char	*p, *end;
	char		 separator;
};
/**
 * mag_csv_row(t, a, cells, n): the cells of the next line, without quotes and
 * blanks around them; an empty line has one empty cell, and what is beyond 200
 * is left out.  They point into the text or the arena and end with no NUL.
 * False at the end.
 */
MAG_API bool	mag_csv_row(struct mag_csv *, struct mag_arena *,
    struct mag_str **cells, size_t *n);

#endif
