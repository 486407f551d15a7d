/* SPDX-License-Identifier: MIT */
/* Days of the (proleptic Gregorian) calendar, by their numbers. */
#include <stdio.h>

#include <magnetiq/day.h>

/*
 * The calendar repeats after 400 years, which have 146,097 days.  A year that
 * begins in March has its leap day last, so that months have a formula.
 */
#define ERA		146097
#define TO_1970		719468	/* days from 0000-03-01 */

int64_t
mag_day(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year, era, in_era;
	int64_t shifted = month > 2 ? month - 3 : month + 9;

	era = (y >= 0 ? y : y - 399) / 400;
	in_era = y - era * 400;
	return era * ERA + in_era * 365 + in_era / 4 - in_era / 100 +
	    (153 * shifted + 2) / 5 + day - 1 - TO_1970;
}

void
mag_day_date(struct mag_date *out, int64_t day)
{
	int64_t z = day + TO_1970;
	int64_t era = (z >= 0 ? z : z - (ERA - 1)) / ERA, n = z - era * ERA;
	int64_t year = (n - n / 1460 + n / 36524 - n / (ERA - 1)) / 365;
	int64_t in_year = n - (365 * year + year / 4 - year / 100);
	int64_t shifted = (5 * in_year + 2) / 153;

	out->day = (int)(in_year - (153 * shifted + 2) / 5 + 1);
	out->month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	out->year = (int)(year + era * 400 + (out->month <= 2));
	out->weekday = (int)(((day + 3) % 7 + 7) % 7);
}

int64_t
mag_day_of(int64_t seconds)
{

	return (seconds >= 0 ? seconds : seconds - (MAG_DAY - 1)) / MAG_DAY;
}

int
mag_month_days(int year, int month)
{

	return (int)(mag_day(month == 12 ? year + 1 : year,
	    month == 12 ? 1 : month + 1, 1) - mag_day(year, month, 1));
}

void
mag_day_print(char out[MAG_DAY_TEXT], int64_t day)
{
	struct mag_date d;

	mag_day_date(&d, day);
	snprintf(out, MAG_DAY_TEXT, "%04u-%02u-%02u",
	    (unsigned)d.year % 10000, (unsigned)d.month, (unsigned)d.day);
}

static bool
number(int *out, const char *p, size_t n)
{

	for (*out = 0; n > 0; p++, n--) {
		if (*p < '0' || *p > '9')
			return false;
		*out = *out * 10 + (*p - '0');
	}
	return true;
}

bool
mag_day_parse(int64_t *out, const char *p, size_t n)
{
	int year, month, day;

	if (n != 10 || p[4] != '-' || p[7] != '-' || !number(&year, p, 4) ||
	    !number(&month, p + 5, 2) || !number(&day, p + 8, 2) ||
	    year < 1 || month < 1 || month > 12 || day < 1 ||
	    day > mag_month_days(year, month))
		return false;
	*out = mag_day(year, month, day);
	return true;
}
