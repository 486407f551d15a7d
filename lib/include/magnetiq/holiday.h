/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/holiday.h -- public holidays of the German states, as a preset for
 * days on which nobody works.
 *
 * They stand in laws of the states, and change now and then: the table has
 * them as of 2026, and from which year each holds, back to 2018.
 */
#ifndef MAGNETIQ_HOLIDAY_H
#define MAGNETIQ_HOLIDAY_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/status.h>

/** The regions (ISO 3166-2), blank-separated: for the values of a field. */
#define MAG_HOLIDAY_REGIONS "DE-BB DE-BE DE-BW DE-BY DE-HB DE-HE DE-HH DE-MV" \
    " DE-NI DE-NW DE-RP DE-SH DE-SL DE-SN DE-ST DE-TH"

/** mag_holiday_region(code): is it one of them? */
MAG_API bool	mag_holiday_region(const char *code);

/**
 * mag_holiday(region, day, lang): the holiday on that day (magnetiq/day.h),
 * in German for "de", else in English; NULL on all other days, and for an
 * unknown region.  What holds only in some places of a state is left out,
 * but for Assumption in Bavaria, which most of it keeps.
 */
MAG_API const char *mag_holiday(const char *region, int64_t day,
    const char *lang);

/** mag_easter(year): Easter Sunday. */
MAG_API int64_t	mag_easter(int year);

#endif
