/* SPDX-License-Identifier: MIT */
/*
 * sheet.h -- tables as files for an office: a workbook (XLSX), and paper
 * (PDF).  What is written stays in memory until it is whole.
 */
#ifndef TEXT_SHEET_H
#define TEXT_SHEET_H

#include <magnetiq/arena.h>
#include <magnetiq/table.h>

#define SHEET_TEXT_MAX	(16 * 1024 * 1024)	/* bytes of text in a workbook */
#define SHEET_PDF_MAX	(32 * 1024 * 1024)	/* memory for pages; 2,000 lines
						 * take a fifth of that */
#define SHEET_CELL_MAX	32767	/* characters that Excel allows in a cell */

struct sheet {
	const char	*name;		/* of the sheet: at most 31 letters */
	const char	*title;		/* of the whole */
	const char	*when;		/* on paper under the title, or NULL */
	const char	*zone;		/* the one of times on paper, or NULL */
	const char	*lang;		/* of paper */
	int64_t		 now;
	const struct mag_table_column *columns;	/* live as long as the file */
	size_t		 n;
	size_t		 memory;	/* for a PDF; 0: SHEET_PDF_MAX */
	const char	*fonts;		/* their folder; NULL: the usual one */
};

/**
 * How a kind of file is made: open(out, sheet), row(file, cells, n) for each
 * line, close(b, file), which appends it to ${b}; and in any case free(file),
 * which takes NULL.  MAG_TOO_LARGE if it is too much for one file,
 * MAG_UNAVAILABLE if there are no fonts, MAG_FAILED if the library fails;
 * after any of them the rest says the same.  One PDF at a time.
 */
struct sheet_kind {
	enum mag_status	(*open)(void **out, const struct sheet *);
	mag_table_fn	*row;
	enum mag_status	(*close)(struct mag_buf *, void *);
	void		(*free)(void *);
};

extern const struct sheet_kind sheet_xlsx, sheet_pdf;

#endif
