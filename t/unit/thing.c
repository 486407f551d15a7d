/* SPDX-License-Identifier: MIT */
#include "thing.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_PUBLIC | MAG_LIST },
	{ "name", MAG_TEXT, .max = 5,
	  .flags = MAG_REQUIRED | MAG_PUBLIC | MAG_LIST },
	{ "note", MAG_TEXT, .max = 20, .preset = "\"none\"", .flags = MAG_LONG },
	{ "slug", MAG_SLUG, .max = 200, .flags = MAG_KEEP },
	{ "email", MAG_EMAIL, .max = 254 },
	{ "url", MAG_URL, .max = 2048 },
	{ "language", MAG_LANGUAGE, .max = 20, .preset = "\"en\"" },
	{ "zone", MAG_ZONE, .max = 64, .preset = "\"UTC\"" },
	{ "title", MAG_ML, .max = 5, .flags = MAG_REQUIRED | MAG_PUBLIC },
	{ "about", MAG_ML, .max = 50, .flags = MAG_PUBLIC | MAG_LONG },
	{ "slugs", MAG_ML_SLUG, .max = 200, .flags = MAG_PUBLIC },
	{ "content", MAG_CONTENT, .flags = 0 },
	{ "size", MAG_INT, .min = 1, .max = 10, .preset = "3" },
	{ "flag", MAG_BOOL, .preset = "false" },
	{ "at", MAG_TIME, .flags = 0 },
	{ "color", MAG_ENUM, .values = "red dark green", .preset = "\"red\"" },
	{ "owner_id", MAG_REF, .values = "user" },
	{ "tags", MAG_STRINGS, .max = 4, .preset = "[]" },
	{ "data", MAG_JSON, .flags = 0 },
	{ "stamp", MAG_TIME, .flags = MAG_READONLY },
	{ "count", MAG_INT, .preset = "7", .flags = MAG_READONLY },
	{ "kind", MAG_TEXT, .max = 9, .preset = "\"a\"", .flags = MAG_CREATE },
	{ "twice", MAG_INT, .flags = MAG_READONLY | MAG_VIRTUAL },
	{ "inside", MAG_INT, .preset = "5", .flags = MAG_HIDDEN },
	{ "key", MAG_TEXT, .max = 9, .flags = MAG_SECRET },
	{ .name = NULL }
};

static void
extra(struct mag_buf *b, struct mag_call *c, const struct mag_record *r,
    enum mag_view view)
{

	(void)c;
	(void)view;
	mag_buf_addf(b, ",\"twice\":%d", 2 * (int)mag_int(r, "size"));
}

struct mag_noun thing = {
	.name = "thing",
	.plural = "things",
	.table = "things",
	.fields = fields,
	.label = "There is no such thing.",
	.extra = extra,
};
