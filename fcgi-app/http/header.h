/* SPDX-License-Identifier: MIT */
/*
 * header.h -- request headers: tokens and lists, Authorization, cookies,
 * Origin and Host.  Types are in mime.h, entity tags in etag.h.
 *
 * A header that the client did not send is NULL, and every function takes it.
 * Nothing is copied: what is found points into the header.
 */
#ifndef HTTP_HEADER_H
#define HTTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/** header_token(p, n): a token, as names of headers are (RFC 9110 5.6.2). */
bool	header_token(const char *p, size_t n) MAG_CHECK;

/**
 * header_next(item, list): the next element of a comma-separated list
 * (RFC 9110 5.6.1), trimmed; empty ones are skipped, commas within quotes do
 * not count.  Moves *list on; false at the end.
 */
bool	header_next(struct mag_str *item, const char **list) MAG_CHECK;

/** header_has(list, word): is it an element, whatever the case? */
bool	header_has(const char *list, const char *word) MAG_CHECK;

/**
 * header_bearer(out, authorization): the token of `Bearer ...` (RFC 6750 2.1).
 * MAG_NOT_FOUND without the header; MAG_UNAUTHENTICATED for another scheme,
 * for what is no token, or one longer than MAG_TOKEN_MAX.
 */
enum mag_status header_bearer(struct mag_str *out, const char *authorization)
    MAG_CHECK;

/**
 * header_cookie(out, cookie, name): the value of the first cookie of that
 * name (RFC 6265 4.2), its quotes taken off.  False if there is none, or its
 * value is no cookie's.
 */
bool	header_cookie(struct mag_str *out, const char *cookie,
    const char *name) MAG_CHECK;

/** Where something is served: of an Origin or of a Host header. */
struct header_site {
	struct mag_str	 scheme;	/* empty for a Host */
	struct mag_str	 host;		/* as sent; IPv6 with its brackets */
	int		 port;		/* 0: a Host that says none */
};

/**
 * header_origin(out, origin): `https://example.org:8443` (RFC 6454 7.1),
 * http and https only; without a port
 * it is the scheme's own.  False for `null`, a list, a path, anything else.
 */
bool	header_origin(struct header_site *out, const char *origin) MAG_CHECK;
/** header_host(out, host): `example.org:8443` (RFC 9110 7.2). */
bool	header_host(struct header_site *out, const char *host) MAG_CHECK;
/** header_same_site(x, y): equal scheme, host (whatever the case) and port. */
bool	header_same_site(const struct header_site *,
    const struct header_site *) MAG_CHECK;

/**
 * header_safe(p, n): may these bytes stand in a header that we send?  No CR,
 * LF, NUL or other control character (RFC 9110 5.5).
 */
bool	header_safe(const char *p, size_t n) MAG_CHECK;

#endif
