/* SPDX-License-Identifier: MIT */
/* privacy.h -- what retention shares with erasure; used only in lib/model. */
#ifndef MODEL_PRIVACY_H
#define MODEL_PRIVACY_H

#include <magnetiq/privacy.h>

/** privacy_emptied(a, table): `a = '', b = NULL`: all that is about a person. */
const char	*privacy_emptied(struct mag_arena *, const char *table);

#endif
