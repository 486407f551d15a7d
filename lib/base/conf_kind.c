/* SPDX-License-Identifier: MIT */
/* How each plain kind of setting is read and shown: texts, numbers, words. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "settings.h"

static void
show_text(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{
	const char *text = *(const char *const *)from;

	(void)c;
	(void)k;
	snprintf(out, size, "%s", text == NULL ? "" : text);
}

static const char *
read_text(struct reading *r, void *to, const char *text)
{
	char *copy = mag_strdup(r->a, text);

	if (r->s->secret)
		conf_keep(r->c, copy, strlen(copy));
	*(const char **)to = copy;
	return NULL;
}
const struct kind kind_text = { read_text, show_text, NULL };

static const char *
read_flag(struct reading *r, void *to, const char *text)
{
	static const char *const words[] = {
		"false", "true", "no", "yes", "off", "on", "0", "1"
	};
	size_t i;

	(void)r;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0) {
			*(bool *)to = i % 2 == 1;
			return NULL;
		}
	return "must be true or false";
}

static void
show_flag(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{

	(void)c;
	(void)k;
	snprintf(out, size, "%s", *(const bool *)from ? "true" : "false");
}
const struct kind kind_flag = { read_flag, show_flag, NULL };

/* Digits, and a minus where the limits allow one; nothing else. */
static const char *
number(struct reading *r, int64_t *out, const char *text)
{
	const char *digits = text + (text[0] == '-');
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (digits[0] < '0' || digits[0] > '9' || *end != '\0' || errno != 0 ||
	    *out < r->s->low || *out > r->s->high)
		return mag_printf(r->a, "must be a whole number from %" PRId64
		    " to %" PRId64, r->s->low, r->s->high);
	return NULL;
}

static const char *
read_number(struct reading *r, void *to, const char *text)
{
	const char *wrong;
	int64_t v;

	if ((wrong = number(r, &v, text)) == NULL)
		*(int *)to = (int)v;
	return wrong;
}

static void
show_number(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{

	(void)c;
	(void)k;
	snprintf(out, size, "%d", *(const int *)from);
}
const struct kind kind_number = { read_number, show_number, NULL };

static const char *
read_bytes(struct reading *r, void *to, const char *text)
{

	return number(r, to, text);
}

static void
show_bytes(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{

	(void)c;
	(void)k;
	snprintf(out, size, "%" PRId64, *(const int64_t *)from);
}
const struct kind kind_bytes = { read_bytes, show_bytes, NULL };

/* As PRAGMA cache_size, from which the setting has its name. */
static const char *
read_cache(struct reading *r, void *to, const char *text)
{
	const char *wrong;
	int64_t v;

	if ((wrong = number(r, &v, text)) == NULL)
		*(int64_t *)to = v < 0 ? -v : v * 4;
	return wrong;
}

static void
show_cache(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{

	(void)c;
	(void)k;
	snprintf(out, size, "%" PRId64, -*(const int64_t *)from);
}
const struct kind kind_cache = { read_cache, show_cache, NULL };

/* One of the words of an enum. */
static const char *
word(struct reading *r, void *to, const char *text)
{
	const char *const *words = r->s->kind->words, *list = words[0];
	int i;

	for (i = 0; words[i] != NULL; i++) {
		if (strcasecmp(text, words[i]) == 0) {
			memcpy(to, &i, sizeof(i));
			return NULL;
		}
		if (i > 0)
			list = mag_printf(r->a, "%s%s%s", list,
			    words[i + 1] == NULL ? " or " : ", ", words[i]);
	}
	return mag_printf(r->a, "must be %s, not `%.40s`", list, text);
}

static void
show_word(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{
	int i;

	(void)c;
	memcpy(&i, from, sizeof(i));
	snprintf(out, size, "%s", k->words[i]);
}

const struct kind kind_environment = { word, show_word,
    (const char *const[]){ "development", "production", "test", NULL } };
const struct kind kind_tls = { word, show_word,
    (const char *const[]){ "starttls", "tls", "none", NULL } };

/* Also the name that Python's loggers have for it. */
static const char *
read_level(struct reading *r, void *to, const char *text)
{

	return word(r, to, strcasecmp(text, "warning") == 0 ? "warn" : text);
}
const struct kind kind_level = { read_level, show_word,
    (const char *const[]){ "debug", "info", "warn", "error", NULL } };

_Static_assert(sizeof(enum mag_environment) == sizeof(int) &&
    sizeof(enum mag_level) == sizeof(int), "word() writes an int");

const char *
conf_full_path(struct mag_arena *a, const char *path)
{
	char folder[4096];

	while (strncmp(path, "./", 2) == 0)
		for (path += 2; *path == '/'; path++)
			continue;
	if (path[0] == '/' || getcwd(folder, sizeof(folder)) == NULL)
		return mag_strdup(a, path);
	return mag_printf(a, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder,
	    path);
}

static const char *
read_path(struct reading *r, void *to, const char *text)
{
	size_t n = strlen(text);
	char *path;

	while (n > 1 && text[n - 1] == '/')
		n--;
	path = mag_dup(r->a, text, n);
	*(const char **)to = conf_full_path(r->a, path);
	return NULL;
}
const struct kind kind_path = { read_path, show_text, NULL };

/*
 * sqlite:///x, as SQLAlchemy writes it: three slashes before a relative path,
 * four before an absolute one.  The driver after `+` was Python's.
 */
static const char *
read_database(struct reading *r, void *to, const char *text)
{
	const char *path = text, *mark;
	char *name;

	if ((mark = strstr(text, "://")) != NULL) {
		name = mag_dup(r->a, text, strcspn(text, "+:"));
		if (strcasecmp(name, "sqlite") != 0)
			return "must begin with sqlite:/// or be a path";
		if (mark[3] != '/')
			return "must have three slashes: sqlite:///path";
		path = mark + 4;
		if (strchr(path, '?') != NULL)
			return "must not have parameters after `?`";
	}
	if (path[0] == '\0' || strcmp(path, ":memory:") == 0 ||
	    strncmp(path, "file:", 5) == 0)
		return "must name a file";
	if (path[strlen(path) - 1] == '/')
		return "must name a file, not a folder";
	*(const char **)to = conf_full_path(r->a, path);
	return NULL;
}
const struct kind kind_database = { read_database, show_text, NULL };

/* on, off, or limits of one's own, which also mean on. */
static const char *
read_rates(struct reading *r, void *to, const char *text)
{
	static const struct mag_limit usual[MAG_LIMIT__MAX] = {
		[MAG_LIMIT_AUTH] = { 5, 60 },
		[MAG_LIMIT_REGISTRATION] = { 3, 60 },
		[MAG_LIMIT_DOWNLOAD] = { 10, 300 },
		[MAG_LIMIT_API] = { 100, 60 },
	};

	memcpy(to, usual, sizeof(usual));
	if (read_flag(r, &r->c->rate_limits, text) == NULL)
		return NULL;
	r->c->rate_limits = true;
	return mag_limit_parse(to, text) ? NULL : "must be on, off, or limits "
	    "such as auth=5/60,registration=3/60,download=10/300,api=100/60";
}

static void
show_rates(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{
	char text[MAG_LIMIT_TEXT];

	(void)k;
	mag_limit_text(text, from);
	snprintf(out, size, "%s", c->rate_limits ? text : "off");
}
const struct kind kind_rates = { read_rates, show_rates, NULL };

/* Three numbers: days, weeks, months; one of them at least is not 0. */
static const char *
read_keep(struct reading *r, void *to, const char *text)
{
	unsigned n[3];
	int end = -1;

	if (sscanf(text, "%3u,%3u,%3u%n", &n[0], &n[1], &n[2], &end) != 3 ||
	    text[end] != '\0' || strspn(text, "0123456789,") != (size_t)end ||
	    n[0] + n[1] + n[2] == 0)
		return "must be three numbers, such as 7,4,12";
	*(const char **)to = mag_strdup(r->a, text);
	return NULL;
}
const struct kind kind_keep = { read_keep, show_text, NULL };
