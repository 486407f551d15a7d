/* SPDX-License-Identifier: MIT */
/* A moment in words: weekday, day, hours, zone. */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/when.h>
#include <magnetiq/zone.h>

static const char *const weekdays[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday"
};
static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"
};

/* German has names of its own for these; most others are English ones. */
static const char *
zone_letters(struct mag_arena *a, const char *lang, const struct mag_local *l)
{
	static const struct {
		const char	*letters, *german;
	} own[] = {
		{ "CET", "MEZ" }, { "CEST", "MESZ" }, { "EET", "OEZ" },
		{ "EEST", "OESZ" }, { "WET", "WEZ" }, { "WEST", "WESZ" },
	};
	int minutes = (l->offset < 0 ? -l->offset : l->offset) / 60;
	size_t i;

	if (l->letters[0] == '+' || l->letters[0] == '-')
		return mag_printf(a, "UTC%c%02d:%02d", l->letters[0],
		    minutes / 60, minutes % 60);
	for (i = 0; strcmp(lang, "de") == 0 &&
	    i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(own[i].letters, l->letters) == 0)
			return own[i].german;
	return mag_strdup(a, l->letters);
}

static const char *
day(struct mag_arena *a, const char *lang, const struct mag_local *l)
{

	return mag_printf(a, strcmp(lang, "de") == 0 ? "%s, %d. %s %d" :
	    "%s, %d %s %d", mag_tr(lang, weekdays[l->weekday]), l->day,
	    mag_tr(lang, months[l->month - 1]), l->year);
}

/* The end: the hour, with its day if that is another one. */
static const char *
end(struct mag_arena *a, const char *lang, const struct mag_local *from,
    const struct mag_local *until)
{
	const char *hour = mag_printf(a, "%02d:%02d", until->hour,
	    until->minute);

	if (from->year == until->year && from->month == until->month &&
	    from->day == until->day)
		return mag_printf(a, "–%s", hour);
	return mag_printf(a, " – %s, %s", day(a, lang, until), hour);
}

char *
mag_when(struct mag_arena *a, const char *lang, const char *zone,
    int64_t from, int64_t until)
{
	const char *name = zone != NULL && mag_zone_valid(zone) ? zone : "UTC";
	struct mag_local begins, ends;
	const char *letters, *hours;

	mag_zone_local(&begins, name, from);
	letters = zone_letters(a, lang, &begins);
	hours = "";
	if (until > from) {
		mag_zone_local(&ends, name, until);
		hours = end(a, lang, &begins, &ends);
	}
	return mag_printf(a, "%s, %02d:%02d%s%s %s%s", day(a, lang, &begins),
	    begins.hour, begins.minute, hours,
	    strcmp(lang, "de") == 0 ? " Uhr" : "", letters,
	    strcmp(name, letters) == 0 ? "" : mag_printf(a, " (%s)", name));
}

char *
mag_when_day(struct mag_arena *a, const char *lang, const char *zone,
    int64_t at)
{
	struct mag_local l;

	mag_zone_local(&l, zone, at);
	return mag_strdup(a, day(a, lang, &l));
}

char *
mag_when_clock(struct mag_arena *a, const char *zone, int64_t at)
{
	struct mag_local l;

	mag_zone_local(&l, zone, at);
	return mag_printf(a, "%02d:%02d", l.hour, l.minute);
}
