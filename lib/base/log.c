/* SPDX-License-Identifier: MIT */
/* One JSON line a fact, on stderr, each in one write(2). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/log.h>

#define LINE_MAX_BYTES	4096	/* what PIPE_BUF keeps in one piece */

static enum mag_level lowest = MAG_INFO;
static char request[64];

static const char *const level_names[MAG_LEVEL__MAX] = {
	"debug", "info", "warn", "error"
};

void
mag_log_level(enum mag_level level)
{

	lowest = level;
}

void
mag_log_request(const char *id)
{

	snprintf(request, sizeof(request), "%s", id == NULL ? "" : id);
}

/* The common head of a line; returns its length. */
static size_t
head(char line[LINE_MAX_BYTES], enum mag_level level, const char *event)
{
	char when[MAG_TIME_TEXT];
	int n;

	mag_time_rfc3339(when, mag_clock_now());
	n = snprintf(line, LINE_MAX_BYTES,
	    "{\"time\":\"%s\",\"level\":\"%s\",\"pid\":%d,\"event\":\"%s\"%s%s%s",
	    when, level_names[level], (int)getpid(), event,
	    request[0] != '\0' ? ",\"request_id\":\"" : "", request,
	    request[0] != '\0' ? "\"" : "");
	return (size_t)n;
}

static void
leave(char line[LINE_MAX_BYTES], size_t n)
{
	ssize_t written;

	memcpy(line + n, "}\n", 2);
	written = write(STDERR_FILENO, line, n + 2);
	(void)written;	/* there is nowhere left to complain */
}

/* Append text as the inside of a JSON string, cut where the line ends. */
static size_t
quote(char line[LINE_MAX_BYTES], size_t n, const char *s)
{

	for (; *s != '\0' && n < LINE_MAX_BYTES - 8; s++) {
		if (*s == '"' || *s == '\\')
			line[n++] = '\\';
		line[n++] = (unsigned char)*s < 0x20 ? ' ' : *s;
	}
	return n;
}

void
mag_log(enum mag_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_BYTES], message[LINE_MAX_BYTES / 2];
	va_list ap;
	size_t n;

	if (level < lowest)
		return;
	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	n = head(line, level, event);
	n += (size_t)snprintf(line + n, LINE_MAX_BYTES - n, ",\"message\":\"");
	n = quote(line, n, message);
	line[n++] = '"';
	leave(line, n);
}

void
mag_log_fields(enum mag_level level, const char *event, const char *json)
{
	char line[LINE_MAX_BYTES];
	size_t n, len = strlen(json);

	if (level < lowest)
		return;
	n = head(line, level, event);
	if (n + len + 4 > LINE_MAX_BYTES)
		return;
	line[n++] = ',';
	memcpy(line + n, json, len);
	leave(line, n + len);
}

void
mag_log_email(char *out, size_t size, const char *email)
{
	const char *at = strrchr(email, '@');
	int first = *email != '\0';

	/* A letter may be several bytes, and half of one is none. */
	while (first > 0 && first < 4 && ((unsigned char)email[first] & 0xc0) ==
	    0x80)
		first++;
	snprintf(out, size, "%.*s***%s", first, email, at == NULL ? "" : at);
}
