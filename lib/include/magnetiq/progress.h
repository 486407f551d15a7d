/* SPDX-License-Identifier: MIT */
/* magnetiq/progress.h -- long work says how far it is, if anybody looks. */
#ifndef MAGNETIQ_PROGRESS_H
#define MAGNETIQ_PROGRESS_H

#include <stdint.h>

#include <magnetiq/status.h>

/**
 * mag_progress_to(fn): who hears of it from now on, in this process; NULL, as
 * at the beginning: nobody.  The text is borrowed; NULL: that work is over.
 */
MAG_API void	mag_progress_to(void (*)(const char *text));

/**
 * mag_progress(what, n, of): ${what} is at ${n} of ${of}; ${of} 0: nobody
 * knows of how many.  May be called for each row: it is told on five times a
 * second, and where other work begins.
 */
MAG_API void	mag_progress(const char *what, int64_t n, int64_t of);

/** mag_progress_end(): that work is over.  Whoever began it says so. */
MAG_API void	mag_progress_end(void);

#endif
