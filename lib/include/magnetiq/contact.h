/* SPDX-License-Identifier: MIT */
/* magnetiq/contact.h -- the form through which anybody may write. */
#ifndef MAGNETIQ_CONTACT_H
#define MAGNETIQ_CONTACT_H

#include <magnetiq/call.h>
#include <magnetiq/json.h>

/**
 * mag_contact(c, body): {name, email, message, privacy_consent} becomes a
 * letter to the setting contact_address, or to all admins.
 */
MAG_API enum mag_status mag_contact(struct mag_call *,
    const struct mag_json *body) MAG_CHECK;

struct mag_outbox_letter;

/** Writes the letter's data in the letter's language. */
typedef enum mag_status mag_contact_words(struct mag_call *,
    struct mag_outbox_letter *, void *arg);

/**
 * mag_contact_staff(c, letter, words, arg): the letter goes to the same
 * people, in the open transaction; recipient and language are filled in.
 * Where its data depends on the language, ${words} writes it for each; NULL
 * if it is there already.
 */
MAG_API enum mag_status mag_contact_staff(struct mag_call *,
    struct mag_outbox_letter *, mag_contact_words *words, void *arg)
    MAG_CHECK;

#endif
