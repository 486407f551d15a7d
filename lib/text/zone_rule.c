/* SPDX-License-Identifier: MIT */
/* The rule at the end of a zone's file: when clocks change in all years. */
#include <string.h>

#include <magnetiq/day.h>

#include "zone.h"

#define LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* ---- reading it ---- */

/* `CET`, or `<+0330>` for what is not only letters. */
static bool
read_name(char out[16], const char **p)
{
	const char *from = *p;
	bool quoted = *from == '<';
	size_t n;

	from += quoted;
	n = strspn(from, quoted ? LETTERS "+-0123456789" : LETTERS);
	if (n >= 16)
		return false;
	memcpy(out, from, n);
	out[n] = '\0';
	if (quoted && from[n] != '>')
		return false;
	*p = from + n + quoted;
	return n >= 2;
}

static bool
read_number(int *out, const char **p, int max)
{

	if (**p < '0' || **p > '9')
		return false;
	for (*out = 0; **p >= '0' && **p <= '9'; ++*p)
		if ((*out = *out * 10 + (**p - '0')) > max)
			return false;
	return true;
}

/* `-3:30`, `167`, `+1:02:03`: hours, minutes, seconds. */
static bool
read_time(int32_t *out, const char **p)
{
	int part, sign = **p == '-' ? -1 : 1, i;
	int32_t unit = 3600;

	if (**p == '-' || **p == '+')
		++*p;
	for (*out = 0, i = 0; i < 3; i++, unit /= 60) {
		if (!read_number(&part, p, i == 0 ? 167 : 59))
			return false;
		*out += part * unit;
		if (**p != ':')
			break;
		++*p;
	}
	*out *= sign;
	return true;
}

static bool
read_date(struct zone_date *d, const char **p)
{

	*d = (struct zone_date){ .kind = ZONE_DAY, .time = 2 * 3600 };
	if (**p == 'M') {
		d->kind = ZONE_WEEKDAY;
		++*p;
		if (!read_number(&d->month, p, 12) || *(*p)++ != '.' ||
		    !read_number(&d->week, p, 5) || *(*p)++ != '.' ||
		    !read_number(&d->day, p, 6) || d->month < 1 || d->week < 1)
			return false;
	} else {
		if (**p == 'J') {
			d->kind = ZONE_JULIAN;
			++*p;
		}
		if (!read_number(&d->day, p, 365))
			return false;
	}
	if (**p != '/')
		return true;
	++*p;
	return read_time(&d->time, p);
}

bool
zone_rule_parse(struct zone_rule *r, const char *p)
{

	*r = (struct zone_rule){ .changes = false };
	if (!read_name(r->letters[0], &p) || !read_time(&r->standard, &p))
		return false;
	/* POSIX counts what must be added to come to UTC. */
	r->standard = -r->standard;
	if (*p == '\0')
		return true;
	r->changes = true;
	r->daylight = r->standard + 3600;
	if (!read_name(r->letters[1], &p))
		return false;
	if (*p != ',') {
		if (!read_time(&r->daylight, &p))
			return false;
		r->daylight = -r->daylight;
	}
	if (*p++ != ',' || !read_date(&r->begins, &p) || *p++ != ',' ||
	    !read_date(&r->ends, &p))
		return false;
	return *p == '\0';
}

/* ---- following it ---- */

static int64_t
day_in(int year, const struct zone_date *d)
{
	struct mag_date first;
	int64_t day;

	if (d->kind == ZONE_DAY)
		return mag_day(year, 1, 1) + d->day;
	if (d->kind == ZONE_JULIAN)
		return mag_day(year, 1, d->day) + (d->day > 59 &&
		    mag_month_days(year, 2) == 29);
	day = mag_day(year, d->month, 1);
	mag_day_date(&first, day);
	/* 0 is Sunday there, and Monday here. */
	day += (d->day + 6 - first.weekday + 7) % 7 + 7 * (d->week - 1);
	if (day >= mag_day(year, d->month, 1) + mag_month_days(year, d->month))
		day -= 7;
	return day;
}

/* The clocks show `time` in the offset that ends then. */
static int64_t
instant(int year, const struct zone_date *d, int32_t before)
{

	return day_in(year, d) * MAG_DAY + d->time - before;
}

/* The changes of the years around an instant; ${begins}: to daylight time. */
struct change {
	int64_t		 at;
	bool		 begins;
};

static int
changes_near(struct change out[8], const struct zone_rule *r, int64_t utc)
{
	struct mag_date d;
	struct change c;
	int year, i, n = 0;

	mag_day_date(&d, mag_day_of(utc));
	for (year = d.year - 1; year <= d.year + 2; year++) {
		out[n++] = (struct change){ instant(year, &r->begins,
		    r->standard), true };
		out[n++] = (struct change){ instant(year, &r->ends,
		    r->daylight), false };
	}
	for (i = 1; i < n; i++)
		if (out[i].at < out[i - 1].at) {
			c = out[i];
			out[i] = out[i - 1];
			out[i - 1] = c;
			i = i > 1 ? i - 2 : 0;
		}
	return n;
}

bool
zone_rule_daylight(const struct zone_rule *r, int64_t utc)
{
	struct change changes[8];
	bool daylight = false;
	int i, n = r->changes ? changes_near(changes, r, utc) : 0;

	for (i = 0; i < n && changes[i].at <= utc; i++)
		daylight = changes[i].begins;
	return daylight;
}

int32_t
zone_rule_offset(const struct zone_rule *r, int64_t utc)
{

	return zone_rule_daylight(r, utc) ? r->daylight : r->standard;
}

bool
zone_rule_next(int64_t *out, const struct zone_rule *r, int64_t utc)
{
	struct change changes[8];
	int i, n;

	if (!r->changes)
		return false;
	n = changes_near(changes, r, utc);
	for (i = 0; i < n; i++)
		if (changes[i].at > utc) {
			*out = changes[i].at;
			return true;
		}
	return false;
}
