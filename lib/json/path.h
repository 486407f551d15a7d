/* SPDX-License-Identifier: MIT */
/* path.h -- where in a document a value stands; used only inside lib/json. */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <magnetiq/call.h>

/** A step from the value above to one below; NULL is the whole document. */
struct path {
	const struct path *up;
	const char	*key;		/* of a member; NULL: an element */
	size_t		 n;		/* bytes of the key */
	size_t		 index;		/* of an element, from 0 */
};

/** path_wrong(c, at, message): note the value at ${at} as a wrong field. */
void	path_wrong(struct mag_call *, const struct path *at,
    const char *message);

#endif
