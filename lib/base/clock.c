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

static void
parts(struct tm *tm, int64_t t)
{
	time_t when;

	if (t < MAG_TIME_MIN)
		t = MAG_TIME_MIN;
	if (t > MAG_TIME_MAX)
		t = MAG_TIME_MAX;
	when = (time_t)t;
	gmtime_r(&when, tm);
}

/* %Y does not pad years before 1000, and is slow: write digits ourselves. */
static void
digits(char out[MAG_TIME_TEXT], int64_t t, char between, const char *end)
{
	struct tm tm;

	parts(&tm, t);
	snprintf(out, MAG_TIME_TEXT, "%04d-%02d-%02d%c%02d:%02d:%02d%s",
	    (tm.tm_year + 1900) % 10000, (tm.tm_mon + 1) % 100,
	    tm.tm_mday % 100, between, tm.tm_hour % 100, tm.tm_min % 100,
	    tm.tm_sec % 100, end);
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

	struct tm tm;

	parts(&tm, t);
	if (strftime(out, MAG_TIME_TEXT, "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		out[0] = '\0';
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
date(struct tm *tm, const char **p, const char *end)
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
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return day <= last;
}

/* Hours, minutes and seconds; a fraction is read and dropped. */
static bool
hours(struct tm *tm, const char **p, const char *end, bool lax)
{
	const char *from;

	tm->tm_sec = 0;
	if ((tm->tm_hour = number(p, end, 2, 0, 23)) < 0 || !sign(p, end, ':') ||
	    (tm->tm_min = number(p, end, 2, 0, 59)) < 0)
		return false;
	if (!sign(p, end, ':'))
		return lax;
	/* RFC 3339 allows the leap second 60; it counts as the next one. */
	if ((tm->tm_sec = number(p, end, 2, 0, 60)) < 0)
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
	struct tm tm;
	int64_t shift = 0, t;

	memset(&tm, 0, sizeof(tm));
	if (!date(&tm, &p, end))
		return false;
	if (p == end) {
		if (!lax)
			return false;
	} else {
		if (*p != 'T' && *p != 't' && *p != ' ')
			return false;
		p++;
		if (!hours(&tm, &p, end, lax) || !zone(&shift, &p, end, lax))
			return false;
	}
	t = (int64_t)timegm(&tm) - shift;
	if (p != end || t < MAG_TIME_MIN || t > MAG_TIME_MAX)
		return false;
	*out = t;
	return true;
}
