/* SPDX-License-Identifier: MIT */
/* Topics: what several webinars are sessions of. */
#include <magnetiq/limits.h>
#include <magnetiq/speaker.h>

#include "noun.h"
#include "offer.h"

#define SEEN	(MAG_LIST | MAG_PUBLIC)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "slug", MAG_SLUG, .max = MAG_SLUG_MAX, .flags = SEEN | MAG_KEEP |
	  MAG_FIND, .what = "from the title if left out" },
	{ "title", MAG_ML, .max = MAG_TITLE_MAX,
	  .flags = MAG_REQUIRED | SEEN | MAG_FIND },
	{ "description", MAG_ML, .max = 20000, .flags = SEEN | MAG_LONG },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | SEEN | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	(void)old;
	return c->problem.count > 0 ? mag_verdict(c) : offer_slug_fill(c, r);
}

struct mag_noun mag_topic = {
	.name = "topic",
	.plural = "topics",
	.table = "topics",
	.fields = fields,
	.sort = "id",
	.soft_delete = true,
	.label = "There is no such topic.",
	.check = check,
};

enum mag_status
mag_topic_public(struct mag_record **out, struct mag_call *c,
    const char *slug)
{

	return offer_find(out, c, &mag_topic, slug);
}
