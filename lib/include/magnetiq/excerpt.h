/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/excerpt.h -- the part of a text where what was searched for stands.
 */
#ifndef MAGNETIQ_EXCERPT_H
#define MAGNETIQ_EXCERPT_H

#include <stdbool.h>

#include <magnetiq/fold.h>

/**
 * mag_excerpt(b, text, words, n): about thirty words of ${text} around the
 * first that begins like one of ${words}, as HTML: escaped, what was found in
 * <mark>.  Without a find, its beginning, and false is returned.
 */
MAG_API bool	mag_excerpt(struct mag_buf *, struct mag_str text,
    const struct mag_word *words, size_t n);

#endif
