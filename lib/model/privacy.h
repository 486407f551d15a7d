/* SPDX-License-Identifier: MIT */
/* privacy.h -- what retention shares with erasure; used only in lib/model. */
#ifndef MODEL_PRIVACY_H
#define MODEL_PRIVACY_H

#include <magnetiq/privacy.h>

/** privacy_emptied(a, table): `a = '', b = NULL`: all that is about a person. */
const char	*privacy_emptied(struct mag_arena *, const char *table);

/**
 * privacy_ahead(c): in the open transaction: seats and hours still to come of
 * people whom nobody knows any more are free, and go to others; consultants of
 * whom that is true take no bookings.
 */
enum mag_status	privacy_ahead(struct mag_call *) MAG_CHECK;

#endif
