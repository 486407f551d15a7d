/* SPDX-License-Identifier: MIT */
/*
 * mime.h -- values with parameters: Content-Type and Content-Disposition,
 * read and written, and what an Accept header would like to have.
 */
#ifndef HTTP_MIME_H
#define HTTP_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

#define MIME_PARAMS	8

struct mime_param {
	const char	*name;		/* lower case */
	const char	*value;		/* without its quotes */
};

struct mime {
	const char	*type;		/* lower case: text/html, form-data */
	unsigned	 count;
	struct mime_param param[MIME_PARAMS];
};

/**
 * mime_read(out, a, p, n): read `type; name=value; name="quoted"` (RFC 9110
 * 5.6.6, 8.3.1).  Within quotes a backslash escapes a quote and itself only:
 * browsers send file names with single ones.  Values are UTF-8 without
 * control characters.  MAG_MALFORMED for anything else, for a parameter that
 * comes twice, and for more than MIME_PARAMS.
 */
enum mag_status mime_read(struct mime *out, struct mag_arena *, const char *p,
    size_t n) MAG_CHECK;

/** mime_get(m, name): the value of a parameter, or NULL. */
const char *mime_get(const struct mime *, const char *name);

/** mime_is_utf8(m): the charset is UTF-8, or not said. */
bool	mime_is_utf8(const struct mime *) MAG_CHECK;

/**
 * mime_extended(a, value): decode an ext-value, `UTF-8''na%C3%AFve` (RFC 8187
 * 3.2).  NULL if it is none, in another charset, or has control characters.
 */
const char *mime_extended(struct mag_arena *, const char *value) MAG_CHECK;

/**
 * mime_quality(accept, type): how welcome ${type} is, from 0 to 1000
 * (RFC 9110 12.5.1: the most specific range counts).  Without the header,
 * and with one that cannot be read, everything is 1000.
 */
int	mime_quality(const char *accept, const char *type) MAG_CHECK;

/** mime_prefers(accept, type, other): is ${type} wanted more than ${other}? */
bool	mime_prefers(const char *accept, const char *type, const char *other)
    MAG_CHECK;

/**
 * mime_disposition(a, kind, filename): a Content-Disposition value (RFC 6266):
 * ${kind} is attachment or inline.  A name that is not plain ASCII comes
 * twice: simplified in filename, whole in filename* (RFC 8187).
 */
char	*mime_disposition(struct mag_arena *, const char *kind,
    const char *filename) MAG_CHECK;

#endif
