/* SPDX-License-Identifier: MIT */
/* unit.h -- what unit tests share: a fresh arena for each test. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <string.h>

#include <magnetiq.h>

/** The arena of the running test; made before it, freed after it. */
extern struct mag_arena *a;

/** unit_case(s, name): a case whose tests each get a fresh arena. */
TCase	*unit_case(Suite *, const char *name);
/** unit_call(): a fresh call in the test's arena, without a database. */
struct mag_call *unit_call(void);

#define SUITE(name) Suite *suite_##name(void);
#include "suites.def"
#undef SUITE

#endif
