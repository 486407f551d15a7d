/* SPDX-License-Identifier: MIT */
/* thing.h -- a noun with a field of each kind.  It is only read and printed, so
 * the database has no table of it. */
#ifndef THING_H
#define THING_H

#include "unit.h"

extern struct mag_noun thing;

#endif
