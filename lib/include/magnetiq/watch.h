/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/watch.h -- what the site says of itself, unasked: findings are
 * written down, and admins have a letter when one begins, when it gets worse
 * or lasts another day, and when it is over.
 */
#ifndef MAGNETIQ_WATCH_H
#define MAGNETIQ_WATCH_H

#include <magnetiq/check.h>

/**
 * mag_watch_note(told, k): write down what a look found, and the letters that
 * follow from it, in one transaction.  ${k} has all checks of MAG_CHECK_WATCH
 * behind it: what it does not name is well.  *${told} is how many letters
 * were written.
 */
MAG_API enum mag_status mag_watch_note(int64_t *told, struct mag_checkup *)
    MAG_CHECK;
/** mag_watch_size(c): how large the site is today, for the trend. */
MAG_API enum mag_status mag_watch_size(struct mag_call *) MAG_CHECK;
/** mag_watch_print(b, c, k): ${k}'s findings, and those that only the jobs
 * process can make and made last, as a JSON array. */
MAG_API enum mag_status mag_watch_print(struct mag_buf *, struct mag_call *,
    const struct mag_checkup *) MAG_CHECK;

/**
 * mag_reading_set(c, name, value): what was read just now: "certificate"; the
 * same as before is noted once a day.
 * mag_reading(value, at, c, name): what was read last, and when it was noted;
 * MAG_NOT_FOUND if that was never.
 */
MAG_API enum mag_status mag_reading_set(struct mag_call *, const char *name,
    const char *value) MAG_CHECK;
MAG_API enum mag_status mag_reading(const char **value, int64_t *at,
    struct mag_call *, const char *name) MAG_CHECK;

#endif
