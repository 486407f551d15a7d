/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/csv.h -- tables as text (RFC 4180), safe to open in a spreadsheet.
 */
#ifndef MAGNETIQ_CSV_H
#define MAGNETIQ_CSV_H

#include <stdbool.h>

#include <magnetiq/arena.h>

/**
 * mag_csv_cell(b, p, n): one cell, and a comma before it unless it begins a
 * line.  A cell that a spreadsheet would take for a formula (it begins with
 * = + - @, a tab or CR) gets an apostrophe before it.
 */
MAG_API void	mag_csv_cell(struct mag_buf *, const char *p, size_t n);
/** mag_csv_end(b): the end of a line. */
MAG_API void	mag_csv_end(struct mag_buf *);

#endif
