/* SPDX-License-Identifier: MIT */
/* Speakers of webinars: their fields, and who speaks where. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/speaker.h>

#include "noun.h"
#include "offer.h"
#include "webinar.h"

#define SEEN	(MAG_LIST | MAG_PUBLIC)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "name", MAG_TEXT, .max = 200,
	  .flags = MAG_REQUIRED | SEEN | MAG_FIND | MAG_PERSONAL },
	{ "title", MAG_ML, .max = 200, .flags = SEEN | MAG_PERSONAL,
	  .what = "what they are" },
	{ "bio", MAG_ML, .max = 5000,
	  .flags = SEEN | MAG_LONG | MAG_PERSONAL },
	{ "photo_id", MAG_REF, .values = "media",
	  .flags = SEEN | MAG_PERSONAL },
	{ "website", MAG_URL, .max = MAG_URL_MAX,
	  .flags = SEEN | MAG_PERSONAL },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = MAG_LIST | MAG_FIND | MAG_PERSONAL,
	  .what = "where the briefing goes" },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "language", MAG_LANGUAGE, .max = 20, .preset = "\"en\"",
	  .flags = MAG_LIST, .what = "of letters" },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	(void)old;
	if (mag_value(r, "email")->kind == MAG_V_TEXT)
		mag_set_text(r, "email_folded",
		    mag_fold_email(c->a, mag_text(r, "email")));
	else
		mag_set_null(r, "email_folded");
	return mag_verdict(c);
}

static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	static const char *const media[] = { "photo_id", NULL };

	(void)old;
	return offer_media_save(c, r, media);
}

struct mag_noun mag_speaker = {
	.name = "speaker",
	.plural = "speakers",
	.table = "speakers",
	.fields = fields,
	.sort = "id",
	.soft_delete = true,
	.label = "There is no such speaker.",
	.check = check,
	.saved = saved,
};

/* ---- who speaks where ---- */

static const struct mag_json *
ids_of(struct mag_call *c, const struct mag_record *webinar)
{
	const struct mag_value *v = mag_value_of(webinar, "speaker_ids");

	return v->kind != MAG_V_TEXT ? NULL : mag_json_own(c->a, v->s, v->n);
}

static bool
stands_before(const struct mag_json *list, const struct mag_json *end,
    int64_t id)
{
	const struct mag_json *j;
	int64_t other;

	for (j = mag_json_first(list); j != end; j = mag_json_next(j))
		if (mag_json_int(&other, j) && other == id)
			return true;
	return false;
}

static const char *
fault(struct mag_call *c, const struct mag_json *list,
    const struct mag_json *one)
{
	struct mag_record *r;
	int64_t id;

	if (!mag_json_int(&id, one))
		return "must be an id";
	if (stands_before(list, one, id))
		return "stands there twice";
	if (mag_record_load(&r, c, &mag_speaker, id) != MAG_OK ||
	    mag_value_of(r, "deleted_at")->kind != MAG_V_NULL)
		return "names nothing that exists";
	return NULL;
}

void
speakers_check(struct mag_call *c, const struct mag_record *webinar)
{
	const struct mag_json *list = ids_of(c, webinar), *j;
	const char *wrong;
	int i = 0;

	if (list == NULL || mag_json_kind(list) != MAG_JSON_ARRAY ||
	    mag_json_count(list) > MAG_SPEAKERS_MAX) {
		mag_wrong(c, "speaker_ids", "must be a list of at most %s ids",
		    mag_printf(c->a, "%d", MAG_SPEAKERS_MAX));
		return;
	}
	for (j = mag_json_first(list); j != NULL; j = mag_json_next(j), i++)
		if ((wrong = fault(c, list, j)) != NULL)
			mag_wrong(c, mag_printf(c->a, "speaker_ids.%d", i),
			    wrong, NULL);
}

enum mag_status
mag_webinar_speakers(struct mag_record **out, size_t *n, struct mag_call *c,
    const struct mag_record *webinar)
{
	const struct mag_json *j;
	enum mag_status st;
	int64_t id;

	*n = 0;
	for (j = mag_json_first(ids_of(c, webinar)); j != NULL &&
	    *n < MAG_SPEAKERS_MAX; j = mag_json_next(j)) {
		if (!mag_json_int(&id, j))
			continue;
		st = mag_record_load(&out[*n], c, &mag_speaker, id);
		if (st == MAG_NOT_FOUND)
			continue;
		if (st != MAG_OK)
			return st;
		if (mag_value_of(out[*n], "deleted_at")->kind == MAG_V_NULL)
			++*n;
	}
	return MAG_OK;
}
