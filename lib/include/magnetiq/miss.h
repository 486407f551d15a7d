/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/miss.h -- searches of visitors that found nothing, for a report.
 *
 * Workers count them on the scoreboard (magnetiq/tally.h), a job brings the
 * sums into the table `missed_searches`.  Who searched is not known, and what
 * may be an address or a number of a person is never counted.
 */
#ifndef MAGNETIQ_MISS_H
#define MAGNETIQ_MISS_H

#include <magnetiq/noun.h>
#include <magnetiq/scoreboard.h>

extern MAG_API struct mag_noun mag_miss;

/**
 * mag_miss_text(a, lang, query): what a search in ${lang} (NULL: in all
 * languages) counts as on the scoreboard: its folded words, with German
 * letters as two.  NULL if it is not to be counted: it has no words, is longer
 * than MAG_MISS_MAX, has an @ or what stands for one, or more than
 * MAG_MISS_DIGITS digits in a word, or in a row without a letter between them.
 */
MAG_API const char *mag_miss_text(struct mag_arena *, const char *lang,
    const char *query);
/**
 * mag_miss_collect(done, c, board): bring what stands on the scoreboard into
 * the database; how many searches that were.  Of all that were ever made
 * MAG_MISSES_MAX stay: those that most people, and the last ones, asked for.
 */
MAG_API enum mag_status mag_miss_collect(int64_t *done, struct mag_call *,
    struct mag_scoreboard *) MAG_CHECK;

#endif
