/* SPDX-License-Identifier: MIT */
/* Public holidays of the German states. */
#include <stddef.h>
#include <string.h>

#include <magnetiq/day.h>
#include <magnetiq/holiday.h>

/* States, in the order of MAG_HOLIDAY_REGIONS. */
enum { BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH, STATES };

#define IN(state)	(1u << (state))
#define ALL		((1u << STATES) - 1)

static const struct holiday {
	const char	*english, *german;
	int		 month, day;	/* month 0: days after Easter Sunday */
	unsigned	 states;
	int		 from, until;	/* years; until 0: for ever */
} holidays[] = {
	{ "New Year's Day", "Neujahr", 1, 1, ALL, 0, 0 },
	{ "Epiphany", "Heilige Drei Könige", 1, 6,
	  IN(BW) | IN(BY) | IN(ST), 0, 0 },
	{ "International Women's Day", "Internationaler Frauentag", 3, 8,
	  IN(BE), 2019, 0 },
	{ "International Women's Day", "Internationaler Frauentag", 3, 8,
	  IN(MV), 2023, 0 },
	{ "Good Friday", "Karfreitag", 0, -2, ALL, 0, 0 },
	{ "Easter Sunday", "Ostersonntag", 0, 0, IN(BB), 0, 0 },
	{ "Easter Monday", "Ostermontag", 0, 1, ALL, 0, 0 },
	{ "Labour Day", "Tag der Arbeit", 5, 1, ALL, 0, 0 },
	{ "Liberation Day", "Tag der Befreiung", 5, 8, IN(BE), 2020, 2020 },
	{ "Liberation Day", "Tag der Befreiung", 5, 8, IN(BE), 2025, 2025 },
	{ "Ascension Day", "Christi Himmelfahrt", 0, 39, ALL, 0, 0 },
	{ "Whit Sunday", "Pfingstsonntag", 0, 49, IN(BB), 0, 0 },
	{ "Whit Monday", "Pfingstmontag", 0, 50, ALL, 0, 0 },
	{ "Corpus Christi", "Fronleichnam", 0, 60,
	  IN(BW) | IN(BY) | IN(HE) | IN(NW) | IN(RP) | IN(SL), 0, 0 },
	{ "75 years since the uprising of 1953",
	  "75. Jahrestag des Aufstandes vom 17. Juni 1953", 6, 17, IN(BE),
	  2028, 2028 },
	{ "Assumption Day", "Mariä Himmelfahrt", 8, 15, IN(BY) | IN(SL), 0, 0 },
	{ "World Children's Day", "Weltkindertag", 9, 20, IN(TH), 2019, 0 },
	{ "German Unity Day", "Tag der Deutschen Einheit", 10, 3, ALL, 0, 0 },
	{ "Reformation Day", "Reformationstag", 10, 31,
	  IN(BB) | IN(HB) | IN(HH) | IN(MV) | IN(NI) | IN(SH) | IN(SN) |
	  IN(ST) | IN(TH), 0, 0 },
	{ "All Saints' Day", "Allerheiligen", 11, 1,
	  IN(BW) | IN(BY) | IN(NW) | IN(RP) | IN(SL), 0, 0 },
	{ "Christmas Day", "Erster Weihnachtstag", 12, 25, ALL, 0, 0 },
	{ "Second Day of Christmas", "Zweiter Weihnachtstag", 12, 26, ALL,
	  0, 0 },
};

/* The algorithm of Meeus, Jones and Butcher, for all years of our calendar. */
int64_t
mag_easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;

	return mag_day(year, n / 31, n % 31 + 1);
}

/* Its place in the list, or STATES. */
static int
state_of(const char *region)
{
	static const char regions[] = MAG_HOLIDAY_REGIONS;
	int i;

	for (i = 0; i < STATES && region != NULL; i++)
		if (strlen(region) == 5 &&
		    memcmp(regions + 6 * i, region, 5) == 0)
			return i;
	return STATES;
}

bool
mag_holiday_region(const char *code)
{

	return state_of(code) < STATES;
}

/* Repentance Day: the Wednesday before the 23rd of November, in Saxony. */
static bool
is_repentance_day(const struct mag_date *d)
{

	return d->month == 11 && d->weekday == 2 && d->day >= 16 &&
	    d->day <= 22;
}

static bool
is_on(const struct holiday *h, int64_t day, const struct mag_date *d,
    int64_t easter)
{

	if (d->year < h->from || (h->until > 0 && d->year > h->until))
		return false;
	return h->month == 0 ? day == easter + h->day :
	    d->month == h->month && d->day == h->day;
}

const char *
mag_holiday(const char *region, int64_t day, const char *lang)
{
	bool german = lang != NULL && strcmp(lang, "de") == 0;
	int state = state_of(region);
	struct mag_date d;
	int64_t easter;
	size_t i;

	if (state == STATES)
		return NULL;
	mag_day_date(&d, day);
	easter = mag_easter(d.year);
	for (i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++)
		if (holidays[i].states & IN(state) &&
		    is_on(&holidays[i], day, &d, easter))
			return german ? holidays[i].german :
			    holidays[i].english;
	if (state == SN && is_repentance_day(&d))
		return german ? "Buß- und Bettag" : "Repentance Day";
	return NULL;
}
