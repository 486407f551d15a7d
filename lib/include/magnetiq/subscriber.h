/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/subscriber.h -- who gets the newsletter, and how they end it.
 *
 * Whoever asks gets a letter, and is a subscriber only once its link was
 * followed; until then nothing is kept longer than a week.
 */
#ifndef MAGNETIQ_SUBSCRIBER_H
#define MAGNETIQ_SUBSCRIBER_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_subscriber;

/**
 * mag_subscribe(c, body): {email, language, privacy_consent}.  Whether the
 * address is known cannot be told from the answer.
 */
MAG_API enum mag_status mag_subscribe(struct mag_call *,
    const struct mag_json *body) MAG_CHECK;
/**
 * mag_subscribe_confirm(c, token): the letter's link; twice is once.
 * MAG_NOT_FOUND for a wrong one, MAG_GONE for one that is over.
 */
MAG_API enum mag_status mag_subscribe_confirm(struct mag_call *,
    const char *token) MAG_CHECK;
/**
 * mag_subscribe_check(c, token), mag_unsubscribe_check(c, token): would the
 * link do?  Changes nothing.
 */
MAG_API enum mag_status mag_subscribe_check(struct mag_call *,
    const char *token) MAG_CHECK;
MAG_API enum mag_status mag_unsubscribe_check(struct mag_call *,
    const char *token) MAG_CHECK;
/**
 * mag_unsubscribe(c, token): no more marketing to the address of the token;
 * its consents to that are withdrawn.  Twice is once.
 */
MAG_API enum mag_status mag_unsubscribe_address(struct mag_call *,
    const char *email) MAG_CHECK;
MAG_API enum mag_status mag_unsubscribe(struct mag_call *, const char *token)
    MAG_CHECK;

/**
 * mag_subscribers_print(b, c): all readers of the newsletter as CSV, with the
 * columns that listmonk imports: email, name, attributes (JSON).
 */
MAG_API enum mag_status mag_subscribers_print(struct mag_buf *,
    struct mag_call *) MAG_CHECK;

#endif
