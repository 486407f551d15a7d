/* SPDX-License-Identifier: MIT */
/* Events: a page looked at, a button pressed. */
#include <config.h>

#include <string.h>

#include <magnetiq/analytics.h>
#include <magnetiq/limits.h>
#include <magnetiq/noun.h>
#include <magnetiq/once.h>
#include <magnetiq/utf8.h>

static const struct event_field {
	const char	*name;
	size_t		 max;		/* characters */
} fields[] = {
	{ "event_type", 50 }, { "event_category", 100 },
	{ "event_action", 100 }, { "event_label", 200 },
	{ "page_path", MAG_URL_MAX }, { "referrer", MAG_URL_MAX },
	{ "utm_source", 200 }, { "utm_medium", 200 }, { "utm_campaign", 200 },
	{ "utm_term", 200 }, { "utm_content", 200 },
};
#define FIELDS	(sizeof(fields) / sizeof(fields[0]))
enum { TYPE = 0, PATH = 4, REFERRER = 5 };

struct event {
	const char	*text[FIELDS];
};

struct adding {
	struct mag_call	*c;
	struct event	 event[MAG_EVENTS_MAX];
	size_t		 n;
};

static int
field_of(const char *name)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void
read_member(struct mag_call *c, struct event *e, const char *at,
    const struct mag_json *m)
{
	const char *name = mag_printf(c->a, "%s%s", at, mag_json_key(m));
	const char *s = mag_json_text(m);
	int i = field_of(mag_json_key(m));

	if (i < 0)
		mag_wrong(c, name, "is not a known field", NULL);
	else if (mag_json_kind(m) == MAG_JSON_NULL)
		return;
	else if (s == NULL)
		mag_wrong(c, name, "must be a string", NULL);
	else if (mag_utf8_count(s, strlen(s)) > fields[i].max)
		mag_wrong(c, name, "must have at most %s characters",
		    mag_printf(c->a, "%zu", fields[i].max));
	else if (*s != '\0')
		e->text[i] = s;
}

/* A path without its query, which may hold anything; of a referrer the host. */
static void
shorten(struct mag_call *c, struct event *e)
{
	const char *s = e->text[PATH], *host;

	if (s != NULL)
		e->text[PATH] = mag_dup(c->a, s, strcspn(s, "?#"));
	if ((s = e->text[REFERRER]) == NULL)
		return;
	host = strstr(s, "://");
	host = host == NULL ? s : host + 3;
	e->text[REFERRER] = mag_dup(c->a, host, strcspn(host, "/?#:"));
}

static void
read_event(struct adding *w, const char *at, const struct mag_json *j)
{
	struct event *e = &w->event[w->n++];
	const struct mag_json *m;

	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		mag_wrong(w->c, at, "must be an object", NULL);
		return;
	}
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m))
		read_member(w->c, e, at, m);
	if (e->text[TYPE] == NULL)
		mag_wrong(w->c, mag_printf(w->c->a, "%sevent_type", at),
		    "is required", NULL);
	else if (strspn(e->text[TYPE], "abcdefghijklmnopqrstuvwxyz_") !=
	    strlen(e->text[TYPE]))
		mag_wrong(w->c, mag_printf(w->c->a, "%sevent_type", at),
		    "must be lower-case letters and _", NULL);
	if (e->text[PATH] != NULL && *e->text[PATH] != '/')
		mag_wrong(w->c, mag_printf(w->c->a, "%spage_path", at),
		    "must be a path that begins with /", NULL);
	shorten(w->c, e);
}

static void
read_events(struct adding *w, const struct mag_json *body)
{
	const struct mag_json *list = mag_json_get(body, "events"), *m;

	if (list == NULL) {
		read_event(w, "", body);
		return;
	}
	for (m = mag_json_first(body); m != NULL; m = mag_json_next(m))
		if (m != list)
			mag_wrong(w->c, mag_json_key(m), "is not a known field",
			    NULL);
	if (mag_json_kind(list) != MAG_JSON_ARRAY ||
	    mag_json_count(list) == 0 ||
	    mag_json_count(list) > MAG_EVENTS_MAX) {
		mag_wrong(w->c, "events", "must be a list of 1 to %s",
		    mag_printf(w->c->a, "%d", MAG_EVENTS_MAX));
		return;
	}
	for (m = mag_json_first(list); m != NULL; m = mag_json_next(m))
		read_event(w, mag_printf(w->c->a, "events.%zu.", w->n), m);
}

/* What calls itself a robot is none of the people we count. */
static bool
is_robot(const char *agent)
{
	static const char *const words[] = { "bot", "crawl", "spider", "slurp",
	    "scrap", "scan", "curl", "wget", "python", "libwww", "java/",
	    "go-http", "okhttp", "axios", "node-fetch", "httpclient", "ruby",
	    "perl", "phantom", "headless", "lighthouse", "pagespeed",
	    "monitor", "uptime", "pingdom", "statuscake", "preview",
	    "facebookexternalhit", "feedfetcher", "validator", "archive" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(agent, words[i]) != NULL)
			return true;
	return *agent == '\0';
}

static const char sql_add[] =
    "INSERT INTO analytics_events (event_type, event_category, event_action,"
    " event_label, page_path, referrer, utm_source, utm_medium, utm_campaign,"
    " utm_term, utm_content, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

static enum mag_status
add(struct mag_db *db, void *arg)
{
	struct adding *w = arg;
	enum mag_status st;
	const char *const *t;
	int64_t none;
	size_t i;

	if ((st = mag_once_seen(&none, w->c, "event")) != MAG_NOT_FOUND)
		return st;
	for (st = MAG_OK, i = 0; i < w->n && st == MAG_OK; i++) {
		t = w->event[i].text;
		st = mag_db_run(db, sql_add, "ssssssssssst", t[0], t[1], t[2],
		    t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10],
		    w->c->now);
	}
	return st != MAG_OK ? st : mag_once_keep(w->c, "event", 0);
}

enum mag_status
mag_events_add(struct mag_call *c, const struct mag_json *body)
{
	struct adding w = { .c = c };
	enum mag_status st;

	read_events(&w, body);
	if ((st = mag_verdict(c)) != MAG_OK || is_robot(c->user_agent))
		return st;
	return mag_db_write(c->db, add, &w);
}
