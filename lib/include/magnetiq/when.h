/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/when.h -- moments as people read them, in their language and zone.
 */
#ifndef MAGNETIQ_WHEN_H
#define MAGNETIQ_WHEN_H

#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/**
 * mag_when(a, lang, zone, from, until): `Tuesday, 1 December 2026, 15:00–16:00
 * CET (Europe/Berlin)`, `Dienstag, 1. Dezember 2026, 15:00–16:00 Uhr MEZ
 * (Europe/Berlin)`; ${until} 0: without an end.  A zone that tzdata does not
 * know, and NULL, is UTC.
 */
MAG_API char	*mag_when(struct mag_arena *, const char *lang,
    const char *zone, int64_t from, int64_t until) MAG_CHECK;
/** The parts of it: `Tuesday, 1 December 2026`, and `15:00`. */
MAG_API char	*mag_when_day(struct mag_arena *, const char *lang,
    const char *zone, int64_t at) MAG_CHECK;
MAG_API char	*mag_when_clock(struct mag_arena *, const char *zone,
    int64_t at) MAG_CHECK;

#endif
