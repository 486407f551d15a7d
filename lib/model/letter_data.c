/* SPDX-License-Identifier: MIT */
/* A row's JSON as what templates are filled with. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/i18n.h>
#include <magnetiq/noun.h>
#include <magnetiq/when.h>

#include "letter.h"

static void	add_members(struct mag_data *, struct mag_arena *,
		    const struct mag_json *);

static void
add_list(struct mag_data *d, struct mag_arena *a, const char *name,
    const struct mag_json *list)
{
	const struct mag_json *m;

	for (m = mag_json_first(list); m != NULL; m = mag_json_next(m)) {
		if (mag_json_text(m) != NULL)
			mag_data_line(d, name, mag_json_text(m));
		else
			add_members(mag_data_each(d, name), a, m);
	}
}

static void
add_member(struct mag_data *d, struct mag_arena *a, const struct mag_json *m)
{
	const char *name = mag_json_key(m);
	struct mag_buf b;

	switch (mag_json_kind(m)) {
	case MAG_JSON_NULL:
		break;
	case MAG_JSON_BOOL:
		mag_data_bool(d, name, mag_json_true(m));
		break;
	case MAG_JSON_STRING:
		mag_data_text(d, name, mag_json_text(m));
		break;
	case MAG_JSON_NUMBER:
		mag_buf_init(&b, a, 32);
		mag_json_print(&b, m);
		mag_data_text(d, name, b.p);
		break;
	case MAG_JSON_ARRAY:
		add_list(d, a, name, m);
		break;
	case MAG_JSON_OBJECT:
		add_members(mag_data_object(d, name), a, m);
		break;
	}
}

static void
add_members(struct mag_data *d, struct mag_arena *a,
    const struct mag_json *object)
{
	const struct mag_json *m;

	for (m = mag_json_first(object); m != NULL; m = mag_json_next(m))
		if (mag_json_key(m) != NULL)
			add_member(d, a, m);
}

/* `starts_at` also as `starts`, in words; with its end if that is known. */
static void
add_moments(struct mag_data *d, struct mag_arena *a,
    const struct mag_json *json, const char *language)
{
	const char *zone = mag_json_text(mag_json_get(json, "timezone"));
	const struct mag_json *m;
	const char *key, *text;
	int64_t at, minutes;
	size_t n;

	if (!mag_json_int(&minutes, mag_json_get(json, "duration_minutes")))
		minutes = 0;
	for (m = mag_json_first(json); m != NULL; m = mag_json_next(m)) {
		key = mag_json_key(m);
		text = mag_json_text(m);
		n = key == NULL ? 0 : strlen(key);
		if (n < 4 || strcmp(key + n - 3, "_at") != 0 || text == NULL ||
		    !mag_time_parse(&at, text, strlen(text), true))
			continue;
		mag_data_text(d, mag_dup(a, key, n - 3), mag_when(a, language,
		    zone, at, strcmp(key, "starts_at") == 0 && minutes > 0 ?
		    at + minutes * 60 : 0));
	}
}

/* The same moment for whoever receives the visitor, if clocks differ. */
static void
add_host(struct mag_data *d, struct mag_arena *a, const struct mag_json *json,
    const char *language)
{
	const char *host = mag_json_text(mag_json_get(json, "host_timezone"));
	const char *zone = mag_json_text(mag_json_get(json, "timezone"));
	const char *text = mag_json_text(mag_json_get(json, "starts_at"));
	int64_t at;

	if (host != NULL && zone != NULL && text != NULL &&
	    strcmp(host, zone) != 0 &&
	    mag_time_parse(&at, text, strlen(text), true))
		mag_data_text(d, "host_starts", mag_when(a, language, host,
		    at, 0));
}

const char *
mag_letter_meeting(struct mag_arena *a, const char *lang, const char *type,
    const char *phone)
{

	if (type == NULL)
		return NULL;
	if (strcmp(type, "phone") != 0)
		return mag_tr(lang, strcmp(type, "video") == 0 ? "By video" :
		    "In person");
	return phone == NULL || *phone == '\0' ? mag_tr(lang, "By telephone") :
	    mag_printf(a, "%s: %s", mag_tr(lang, "By telephone"), phone);
}

const char *
letter_meeting(struct mag_arena *a, const struct mag_json *json,
    const char *lang)
{

	return mag_letter_meeting(a, lang,
	    mag_json_text(mag_json_get(json, "meeting_type")),
	    mag_json_text(mag_json_get(json, "phone")));
}

struct mag_data *
letter_data(struct mag_call *c, const struct mag_json *json,
    const char *language)
{
	struct mag_data *d = mag_data_new(c->a);
	struct mag_str title;

	/* Ours come first: what stands in the row does not hide them. */
	(void)mag_ml(&title, c, &mag_site(c)->title, language);
	mag_data_bytes(d, "site_title", title.p, title.n);
	mag_data_text(d, "site_url", c->conf->site_url);
	mag_data_text(d, "language", language);
	add_moments(d, c->a, json, language);
	add_host(d, c->a, json, language);
	mag_data_text(d, "meeting", letter_meeting(c->a, json, language));
	add_members(d, c->a, json);
	return d;
}

const char *
mag_letter_example(void)
{
	static const char text[] = "{"
	    "\"attended\":true,"
	    "\"booking_url\":\"https://www.example.org/en/booking\","
	    "\"calendar_url\":\"https://www.example.org/calendar.ics?token=EXAMPLE\","
	    "\"came\":31,"
	    "\"company\":\"Lovelace & Söhne\","
	    "\"consultant\":\"Konrad Zuse\","
	    "\"days\":7,"
	    "\"duration_minutes\":60,"
	    "\"email\":\"ada@example.org\","
	    "\"first_name\":\"Ada\","
	    "\"host_timezone\":\"America/New_York\","
	    "\"hours\":24,"
	    "\"job_title\":\"Mathematician\","
	    "\"last_name\":\"Lovelace\","
	    "\"late\":false,"
	    "\"lines\":[\"The first line.\",\"The second line.\"],"
	    "\"manage_url\":\"https://www.example.org/en/manage?token=EXAMPLE\","
	    "\"meeting_type\":\"video\","
	    "\"meeting_url\":\"https://meet.example.org/room\","
	    "\"message\":\"The first line.\","
	    "\"missed\":false,"
	    "\"name\":\"Ada Lovelace\","
	    "\"old_starts_at\":\"2026-12-01T13:00:00Z\","
	    "\"panel_url\":\"https://www.example.org/admin/\","
	    "\"pending\":false,"
	    "\"phone\":\"+49 30 123456\","
	    "\"place\":\"Hauptstraße 1, Berlin\","
	    "\"position\":3,"
	    "\"presenter_name\":\"Charles Babbage\","
	    "\"problem\":\"There is no fresh backup\","
	    "\"reason\":\"The presenter is ill.\","
	    "\"recording_url\":\"https://www.example.org/recording\","
	    "\"reference\":\"WEB-7K2M9QXT\","
	    "\"registered\":42,"
	    "\"reply_name\":\"Ada Lovelace\","
	    "\"reply_to\":\"ada@example.org\","
	    "\"starts_at\":\"2026-12-01T14:00:00Z\","
	    "\"subject\":\"Engines for everybody\","
	    "\"timezone\":\"Europe/Berlin\","
	    "\"title\":\"Analytical Engines: an introduction\","
	    "\"url\":\"https://www.example.org/en/confirm?token=EXAMPLE\","
	    "\"waiting\":3,"
	    "\"waitlisted\":false,"
	    "\"webinar_url\":\"https://www.example.org/en/webinars/engines\","
	    "\"withdrawn\":4}";

	return text;
}
