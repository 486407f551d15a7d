/* SPDX-License-Identifier: MIT */
/* path.h -- the target of a request: REQUEST_URI, strictly (RFC 3986 3.3). */
#ifndef HTTP_PATH_H
#define HTTP_PATH_H

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

#define PATH_SEGMENTS	16	/* no route has half as many */

struct path {
	struct mag_str	 path;		/* decoded; begins with a slash */
	struct mag_str	 query;		/* as sent, without `?`; or empty */
	unsigned	 count;		/* of segments; more than fit: all */
	struct mag_str	 segment[PATH_SEGMENTS]; /* parts of path */
};

/**
 * path_read(out, a, uri, n): take ${uri} apart.  All strings live in ${a} and
 * end in NUL, save the segments, which point into the path.  `/` has one
 * segment, which is empty; so has a slash at the end.
 *
 * MAG_MALFORMED if it does not begin with a slash, is longer than
 * MAG_URI_MAX, has a bad escape, a control character, an escaped slash or
 * backslash, a segment `.` or `..`, a fragment, or is not UTF-8.
 */
enum mag_status path_read(struct path *out, struct mag_arena *,
    const char *uri, size_t n) MAG_CHECK;

/** path_escape(b, p, n): the bytes as one segment, all others %XX. */
void	path_escape(struct mag_buf *, const char *p, size_t n);

#endif
