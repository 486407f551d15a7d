/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/table.h -- a table on its way out: what its columns are, and what
 * stands in its cells, whoever writes them down.
 */
#ifndef MAGNETIQ_TABLE_H
#define MAGNETIQ_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

struct mag_table_column {
	const char	*name;		/* as the API has it */
	const char	*paper;		/* English words above it on paper;
					 * NULL: it is not on paper */
	int		 width;		/* in characters: what is usual in it */
};

struct mag_cell {
	enum {
		MAG_CELL_EMPTY,
		MAG_CELL_TEXT,
		MAG_CELL_WORD,		/* a text that is one of ours */
		MAG_CELL_NUMBER,
		MAG_CELL_BOOL,
		MAG_CELL_TIME		/* seconds */
	} kind;
	int64_t		 i;
	const char	*s;		/* TEXT and WORD: n bytes, no NUL after */
	size_t		 n;
};

/** Whoever takes a table line by line; what it is given is gone after it. */
typedef enum mag_status	mag_table_fn(void *arg, const struct mag_cell *,
		    size_t n);

#endif
