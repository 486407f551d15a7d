/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/lead.h -- leads: one row a person, over all that they have done.
 *
 * A lead is made from the rows of registrations, downloads and bookings with
 * its folded e-mail, and from what tables brought; triggers note whose rows
 * have changed.  Its score is the sum of the rules in the setting lead_rules,
 * halved for each half_life_days that nothing was heard of somebody.
 */
#ifndef MAGNETIQ_LEAD_H
#define MAGNETIQ_LEAD_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_lead;

/**
 * mag_lead_catch_up(done, c, limit): make up to ${limit} leads anew whose
 * rows have changed.  Lists call it first, so they are never behind.
 */
MAG_API enum mag_status mag_lead_catch_up(int64_t *done, struct mag_call *,
    int64_t limit) MAG_CHECK;
/** What came of a table of people. */
struct mag_lead_imported {
	int64_t		 rows, created, changed, unchanged, refused;
	struct mag_buf	 problems;	/* JSON objects: row, field, message */
	struct mag_buf	 ignored;	/* JSON strings: names of columns */
};
/**
 * mag_lead_import(out, c, csv, n): one row a person, known by the folded
 * e-mail; empty cells change nothing.  Rows that are wrong are left out and
 * named, the first hundred cells of them; all others are written, in one
 * transaction.  Columns that say nothing of who somebody is (consent, scores)
 * are named and not read.
 */
MAG_API enum mag_status mag_lead_import(struct mag_lead_imported *out,
    struct mag_call *, const char *csv, size_t n) MAG_CHECK;
/** The names of the members of lead_rules, blank-separated. */
extern MAG_API const char mag_lead_rules[];
/** mag_lead_again(c): all of them: a rule has changed, or a day has passed. */
MAG_API enum mag_status mag_lead_again(struct mag_call *) MAG_CHECK;
/**
 * mag_lead_print(b, c, lead): the whole lead: fields, history, letters, and
 * the score explained.
 */
MAG_API enum mag_status mag_lead_print(struct mag_buf *, struct mag_call *,
    const struct mag_record *) MAG_CHECK;

#endif
