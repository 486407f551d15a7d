/* SPDX-License-Identifier: MIT */
/* bytes.h -- what the readers of http/ share: %XX, letters' case. */
#ifndef HTTP_BYTES_H
#define HTTP_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/status.h>

/** bytes_hex(c): the value of a hexadecimal digit, or -1. */
int	bytes_hex(char c);

/**
 * bytes_unescape(out, p, n, plus): decode %XX (RFC 3986 2.1), and `+` as a
 * blank if ${plus}, into ${out}, which has room for ${n} + 1 bytes; a NUL
 * follows.  Returns the length, or -1 for an escape that is none, for %00
 * and for a NUL.
 */
long	bytes_unescape(char *out, const char *p, size_t n, bool plus)
	    MAG_CHECK;

/** bytes_lower(p, n): A to Z become a to z, in place. */
void	bytes_lower(char *p, size_t n);

/** bytes_same(p, n, s): equal to the C string ${s}, whatever the case? */
bool	bytes_same(const char *p, size_t n, const char *s);

#endif
