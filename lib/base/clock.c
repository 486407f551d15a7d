/* SPDX-License-Identifier: MIT */
/* The only place that asks for the time, and the forms a time is written in. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <magnetiq/clock.h>

static const char *offset_file;

void
mag_clock_offset_file(const char *path)
{

	offset_file = path;
}

/* The seconds that a test has written down for us. */
static int64_t
offset(void)
{
	char text[32];
	ssize_t n;
	int fd;

	if (offset_file == NULL)
		return 0;
	if ((fd = open(offset_file, O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return strtoll(text, NULL, 10);
}

int64_t
mag_clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec + offset();
}

int64_t
mag_clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
mag_clock_sleep_ms(unsigned ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&ts, NULL);
}

void
mag_clock_sleep_us(unsigned us)
{
	struct timespec ts = { us / 1000000, (long)(us % 1000000) * 1000 };

	(void)nanosleep(&ts, NULL);
}

/* A moment taken apart; libc's own way costs ten times this, and locks. */
struct moment {
	int		 year, month, day, hour, minute, second, weekday;
};

#define DAY		86400
#define DAYS_TO_1970	719468	/* from 0000-03-01 */
#define DAYS_IN_ERA	146097	/* 400 years */

/* Years begin in March, so that a leap day is the last day of one. */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400, in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * DAYS_IN_ERA + in_era * 365 + in_era / 4 - in_era / 100 +
	    in_year - DAYS_TO_1970;
}

static void
take_apart(struct moment *m, int64_t t)
{
	int64_t days, era, in_era, in_year, year, month, rest;

	if (t < MAG_TIME_MIN)
		t = MAG_TIME_MIN;
	if (t > MAG_TIME_MAX)
		t = MAG_TIME_MAX;
	rest = ((t % DAY) + DAY) % DAY;
	days = (t - rest) / DAY + DAYS_TO_1970;
	era = days / DAYS_IN_ERA;
	in_era = days - era * DAYS_IN_ERA;
	year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (365 * year + year / 4 - year / 100);
	month = (5 * in_year + 2) / 153;
	m->day = (int)(in_year - (153 * month + 2) / 5 + 1);
	m->month = (int)(month < 10 ? month + 3 : month - 9);
	m->year = (int)(year + era * 400 + (m->month <= 2));
	m->hour = (int)(rest / 3600);
	m->minute = (int)(rest / 60 % 60);
	m->second = (int)(rest % 60);
	/* 0000-03-01 was a Wednesday. */
	m->weekday = (int)((days + 3) % 7);
}

static char *
two(char *p, int n)
{

	*p++ = (char)('0' + n / 10 % 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

static void
digits(char out[MAG_TIME_TEXT], int64_t t, char between, const char *end)
{
	struct moment m;
	char *p = out;

	take_apart(&m, t);
	p = two(two(p, m.year / 100), m.year);
	*p++ = '-';
	p = two(p, m.month);
	*p++ = '-';
	p = two(p, m.day);
	*p++ = between;
	p = two(p, m.hour);
	*p++ = ':';
	p = two(p, m.minute);
	*p++ = ':';
	p = two(p, m.second);
	memcpy(p, end, strlen(end) + 1);
}

void
mag_time_db(char out[MAG_TIME_TEXT], int64_t t)
{

	digits(out, t, ' ', "");
}

void
mag_time_rfc3339(char out[MAG_TIME_TEXT], int64_t t)
{

	digits(out, t, 'T', "Z");
}

void
mag_time_http(char out[MAG_TIME_TEXT], int64_t t)
{

	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct moment m;

	take_apart(&m, t);
	snprintf(out, MAG_TIME_TEXT, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + 3 * m.weekday, m.day, months + 3 * (m.month - 1), m.year,
	    m.hour, m.minute, m.second);
}

/* Exactly ${n} digits within bounds; -1 otherwise. */
static int
number(const char **p, const char *end, int n, int low, int high)
{
	int v = 0;

	for (; n > 0; n--, (*p)++) {
		if (*p >= end || **p < '0' || **p > '9')
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v < low || v > high ? -1 : v;
}

static bool
sign(const char **p, const char *end, char c)
{

	if (*p >= end || **p != c)
		return false;
	(*p)++;
	return true;
}

static bool
date(struct moment *to, const char **p, const char *end)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day, last;

	if ((year = number(p, end, 4, 1, 9999)) < 0 || !sign(p, end, '-') ||
	    (month = number(p, end, 2, 1, 12)) < 0 || !sign(p, end, '-') ||
	    (day = number(p, end, 2, 1, 31)) < 0)
		return false;
	last = days[month - 1];
	if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
		last = 29;
	to->year = year;
	to->month = month;
	to->day = day;
	return day <= last;
}

/* Hours, minutes and seconds; a fraction is read and dropped. */
static bool
hours(struct moment *to, const char **p, const char *end, bool lax)
{
	const char *from;

	to->second = 0;
	if ((to->hour = number(p, end, 2, 0, 23)) < 0 || !sign(p, end, ':') ||
	    (to->minute = number(p, end, 2, 0, 59)) < 0)
		return false;
	if (!sign(p, end, ':'))
		return lax;
	/* RFC 3339 allows the leap second 60; it counts as the next one. */
	if ((to->second = number(p, end, 2, 0, 60)) < 0)
		return false;
	if (!sign(p, end, '.'))
		return true;
	for (from = *p; *p < end && **p >= '0' && **p <= '9'; (*p)++)
		continue;
	return *p > from && *p - from <= 9;
}

/* `Z`, `+02:00`, or nothing at all where that is allowed. */
static bool
zone(int64_t *seconds, const char **p, const char *end, bool lax)
{
	int h, m, way;

	*seconds = 0;
	if (*p == end)
		return lax;
	if (sign(p, end, 'Z') || sign(p, end, 'z'))
		return true;
	way = **p == '-' ? -1 : 1;
	if (!sign(p, end, '-') && !sign(p, end, '+'))
		return false;
	if ((h = number(p, end, 2, 0, 23)) < 0)
		return false;
	(void)sign(p, end, ':');
	if ((m = number(p, end, 2, 0, 59)) < 0)
		return false;
	*seconds = way * (h * 3600 + m * 60);
	return true;
}

bool
mag_time_parse(int64_t *out, const char *p, size_t n, bool lax)
{
	const char *end = p + n;
	struct moment to = { 0 };
	int64_t shift = 0, t;

	if (!date(&to, &p, end))
		return false;
	if (p == end) {
		if (!lax)
			return false;
	} else {
		if (*p != 'T' && *p != 't' && *p != ' ')
			return false;
		p++;
		if (!hours(&to, &p, end, lax) || !zone(&shift, &p, end, lax))
			return false;
	}
	t = days_of(to.year, to.month, to.day) * DAY + to.hour * 3600 +
	    to.minute * 60 + to.second - shift;
	if (p != end || t < MAG_TIME_MIN || t > MAG_TIME_MAX)
		return false;
	*out = t;
	return true;
}
