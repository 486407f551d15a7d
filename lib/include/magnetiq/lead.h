/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/lead.h -- leads: one row a person, over all that they have done.
 *
 * A lead is made from the rows of registrations, downloads and bookings with
 * its folded e-mail; triggers note whose rows have changed.  Its score is the
 * sum of the rules in the setting lead_rules.
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
/** mag_lead_again(c): all of them: a rule has changed, or a day has passed. */
MAG_API enum mag_status mag_lead_again(struct mag_call *) MAG_CHECK;
/**
 * mag_lead_print(b, c, lead): the whole lead: fields, history, and the score
 * explained.
 */
MAG_API enum mag_status mag_lead_print(struct mag_buf *, struct mag_call *,
    const struct mag_record *) MAG_CHECK;

#endif
