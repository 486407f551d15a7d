/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/utf8.h -- UTF-8, strictly (RFC 3629).
 */
#ifndef MAGNETIQ_UTF8_H
#define MAGNETIQ_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/**
 * mag_utf8_next(p, end, code): read one code point at *p and move past it.
 * False for an overlong form, a surrogate, above U+10FFFF, or a cut one.
 */
MAG_API bool	mag_utf8_next(const char **p, const char *end, uint32_t *code);
/** mag_utf8_valid(p, n): are these bytes UTF-8?  (NUL is.) */
MAG_API bool	mag_utf8_valid(const char *p, size_t n);
/** mag_utf8_count(p, n): code points; a broken byte counts as one. */
MAG_API size_t	mag_utf8_count(const char *p, size_t n);
/** mag_utf8_put(out, code): 1 to 4 bytes; returns how many. */
MAG_API size_t	mag_utf8_put(char out[4], uint32_t code);
/**
 * mag_utf8_repair(b, p, n): append the bytes, U+FFFD in place of each that is
 * broken or NUL: for what never went through a check, as old databases.
 */
MAG_API void	mag_utf8_repair(struct mag_buf *, const char *p, size_t n);

#endif
