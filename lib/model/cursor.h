/* SPDX-License-Identifier: MIT */
/*
 * cursor.h -- a place in a list, as clients carry it about.
 *
 * They could read it and make others; it only ever says where to go on in
 * what they may read anyway.
 */
#ifndef MODEL_CURSOR_H
#define MODEL_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/arena.h>

#define CURSOR_LIST	8	/* hex digits that stand for sort and filters */

struct cursor {
	char		 list[CURSOR_LIST + 1];
	int64_t		 id;	/* of the last item */
	const char	*key;	/* what it was sorted by, as the column has it */
};

char	*cursor_print(struct mag_arena *, const struct cursor *);
/** cursor_read(out, a, text): false if ${text} was never printed above. */
bool	cursor_read(struct cursor *, struct mag_arena *, const char *text);
/** cursor_whole(out, text): a whole number and nothing else. */
bool	cursor_whole(int64_t *out, const char *text);

#endif
