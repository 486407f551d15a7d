/* SPDX-License-Identifier: MIT */
/*
 * multipart.h -- multipart/form-data (RFC 7578, RFC 2046 5.1), pushed in
 * pieces of any size, so that a file goes to disk while it comes in.
 *
 * It keeps a delimiter's length of bytes and one part's headers, whatever
 * comes.  Delimiters must be exact: CRLF, no blanks after them.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include <stddef.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct multipart;

/** What the headers of a part say; it lives in the arena. */
struct multipart_part {
	const char	*name;
	const char	*filename;	/* NULL: not a file */
	const char	*type;		/* as the client says; never NULL */
};

/**
 * What is told of each part: begin, data any number of times, end.  If one
 * does not return MAG_OK, reading is over, and that is what came of it.
 */
struct multipart_handler {
	enum mag_status	(*begin)(void *arg, const struct multipart_part *);
	enum mag_status	(*data)(void *arg, const char *p, size_t n);
	enum mag_status	(*end)(void *arg);
};

/**
 * multipart_new(out, a, content_type, handler, arg): for a body of this
 * Content-Type.  MAG_UNSUPPORTED if it is not multipart/form-data;
 * MAG_MALFORMED if the boundary is missing, too long or has odd characters.
 */
enum mag_status multipart_new(struct multipart **out, struct mag_arena *,
    const char *content_type, const struct multipart_handler *, void *arg)
    MAG_CHECK;

/**
 * multipart_push(m, p, n): the next bytes of the body.  MAG_MALFORMED for
 * headers over MAG_PART_HEADER_MAX, more than MAG_PARTS_MAX parts, a part
 * without a name, a transfer encoding, a name that is not UTF-8 or has
 * control characters; or what a handler returned.  Once it has failed it
 * fails for good.
 */
enum mag_status multipart_push(struct multipart *, const char *p, size_t n)
    MAG_CHECK;

/** multipart_end(m): that was all.  MAG_MALFORMED if the end is missing. */
enum mag_status multipart_end(struct multipart *) MAG_CHECK;

#endif
