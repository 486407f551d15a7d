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

#endif
