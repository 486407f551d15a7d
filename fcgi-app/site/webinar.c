/* SPDX-License-Identifier: MIT */
/* What the page of a webinar shows beside its words. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/i18n.h>
#include <magnetiq/speaker.h>
#include <magnetiq/webinar.h>
#include <magnetiq/when.h>

#include "../exchange.h"
#include "site.h"

#define SESSIONS	20	/* of one topic that a page names */

static const char *
text(struct exchange *x, const struct mag_record *r, const char *field,
    const char *lang)
{
	struct mag_str s;

	(void)mag_ml(&s, &x->call, mag_value_of(r, field), lang);
	return mag_dup(x->a, s.p, s.n);
}

static const char *
when(struct exchange *x, const struct mag_record *r, const char *lang)
{
	int64_t starts = mag_int(r, "scheduled_at");

	return mag_when(x->a, lang, mag_text(r, "timezone"), starts,
	    starts + mag_int(r, "duration_minutes") * 60);
}

/* A form, or why there is none. */
static void
add_door(struct exchange *x, struct mag_data *d, const struct mag_record *r,
    const char *lang)
{

	mag_data_text(d, "button", mag_tr(lang, "Register"));
	x->good_until = mag_webinar_turn(&x->call, r);
	if (mag_webinar_open(&x->call, r))
		mag_data_bool(d, "form", true);
	else if (x->good_until == 0)
		mag_data_bool(d, "closed", true);
	else	/* not yet */
		mag_data_text(d, "opens", mag_when(x->a, lang,
		    mag_text(r, "timezone"), x->good_until, 0));
}

static void
add_speakers(struct exchange *x, struct mag_data *d,
    const struct mag_record *r, const char *lang)
{
	struct mag_record *speakers[MAG_SPEAKERS_MAX];
	struct mag_data *to;
	size_t n, i;

	if (mag_webinar_speakers(speakers, &n, &x->call, r) != MAG_OK)
		return;
	mag_data_bool(d, "spoken", n > 0);
	for (i = 0; i < n; i++) {
		to = mag_data_each(d, "speakers");
		mag_data_text(to, "name", mag_text(speakers[i], "name"));
		mag_data_text(to, "is", text(x, speakers[i], "title", lang));
		mag_data_text(to, "bio", text(x, speakers[i], "bio", lang));
		mag_data_text(to, "website", mag_text(speakers[i], "website"));
	}
}

static void
add_session(struct exchange *x, struct mag_data *d,
    const struct mag_json *j, const char *lang)
{
	const char *at = mag_json_text(mag_json_get(j, "scheduled_at"));
	const char *zone = mag_json_text(mag_json_get(j, "timezone"));
	struct mag_data *to;
	int64_t starts;

	if (at == NULL || !mag_time_parse(&starts, at, strlen(at), true))
		return;
	to = mag_data_each(d, "sessions");
	mag_data_text(to, "title", mag_json_text(mag_json_get(j, "title")));
	mag_data_text(to, "when", mag_when(x->a, lang, zone, starts, 0));
	mag_data_text(to, "url", site_url(x, mag_printf(x->a,
	    "/%s/webinars/%s", lang,
	    mag_json_text(mag_json_get(j, "slug")))));
}

/* The other webinars of its topic, in their order. */
static void
add_sessions(struct exchange *x, struct mag_data *d,
    const struct mag_record *r, const char *lang)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = lang,
	    .page = 1, .per_page = SESSIONS, .ordered = true };
	const struct mag_json *j;
	struct mag_buf b;
	int64_t id;

	l.filters[l.nfilters++] = (struct mag_filter){ "topic_id = ?",
	    { MAG_BIND_INT, mag_int(r, "topic_id"), NULL, 0 }, true };
	l.filters[l.nfilters++] = (struct mag_filter){
	    .sql = "status <> 'cancelled'" };
	mag_buf_init(&b, x->a, 4096);
	if (mag_noun_list(&b, &x->call, &mag_webinar, &l) != MAG_OK)
		return;
	for (j = mag_json_first(mag_json_own(x->a, b.p, b.len)); j != NULL;
	    j = mag_json_next(j))
		if (mag_json_int(&id, mag_json_get(j, "id")) &&
		    id != mag_record_id(r))
			add_session(x, d, j, lang);
}

static void
add_topic(struct exchange *x, struct mag_data *d, const struct mag_record *r,
    const char *lang)
{
	struct mag_record *topic;

	if (mag_value_of(r, "topic_id")->kind != MAG_V_INT ||
	    mag_record_load(&topic, &x->call, &mag_topic,
	    mag_int(r, "topic_id")) != MAG_OK ||
	    mag_value_of(topic, "deleted_at")->kind != MAG_V_NULL)
		return;
	mag_data_text(d, "topic", text(x, topic, "title", lang));
	add_sessions(x, d, r, lang);
}

void
webinar_page(struct exchange *x, struct mag_data *d,
    const struct mag_record *r, const char *lang)
{

	mag_data_text(d, "when", when(x, r, lang));
	mag_data_text(d, "presenter", mag_text(r, "presenter_name"));
	add_door(x, d, r, lang);
	add_speakers(x, d, r, lang);
	add_topic(x, d, r, lang);
}
