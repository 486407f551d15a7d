/* SPDX-License-Identifier: MIT */
/*
 * Which rule of the database was broken, as the status that a client reads.
 * SQLite names a UNIQUE rule by its columns ("pages.slug"), or by its index
 * if that has an expression; a trigger speaks for itself: RAISE(ABORT, CODE).
 */
#include <string.h>

#include "conn.h"

static const struct rule {
	const char	*name;
	enum mag_status	 st;
} rules[] = {
	/* UNIQUE */
	{ "admin_users.email",			MAG_EMAIL_TAKEN },
	{ "admin_users.email_folded",		MAG_EMAIL_TAKEN },
	{ "consultants.email",			MAG_EMAIL_TAKEN },
	{ "consultants.email_folded",		MAG_EMAIL_TAKEN },
	{ "page_slugs.slug, page_slugs.lang",	MAG_SLUG_TAKEN },
	{ "pages.slug",				MAG_SLUG_TAKEN },
	{ "webinar_registrations.webinar_id, webinar_registrations.email_folded",
						MAG_ALREADY_REGISTERED },
	{ "webinars.slug",			MAG_SLUG_TAKEN },
	{ "whitepapers.slug",			MAG_SLUG_TAKEN },
	/* what triggers say */
	{ "ALREADY_REGISTERED",			MAG_ALREADY_REGISTERED },
	{ "CONFLICT",				MAG_CONFLICT },
	{ "EMAIL_TAKEN",			MAG_EMAIL_TAKEN },
	{ "GONE",				MAG_GONE },
	{ "LAST_ADMIN",				MAG_CONFLICT },
	{ "MEDIA_IN_USE",			MAG_CONFLICT },
	{ "NOT_FOUND",				MAG_NOT_FOUND },
	{ "REGISTRATION_CLOSED",		MAG_REGISTRATION_CLOSED },
	{ "SLOT_TAKEN",				MAG_SLOT_TAKEN },
	{ "SLUG_TAKEN",				MAG_SLUG_TAKEN },
	{ "VALIDATION_ERROR",			MAG_INVALID },
	{ "WEBINAR_FULL",			MAG_WEBINAR_FULL },
};

static enum mag_status
find(const char *name, enum mag_status otherwise)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(rules[i].name, name) == 0)
			return rules[i].st;
	return otherwise;
}

enum mag_status
db_constraint(int rc, const char *message)
{
	static const char head[] = "UNIQUE constraint failed: ";

	switch (rc) {
	case SQLITE_CONSTRAINT_TRIGGER:
		return find(message, MAG_CONFLICT);
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		if (strncmp(message, head, sizeof(head) - 1) == 0)
			message += sizeof(head) - 1;
		return find(message, MAG_CONFLICT);
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return MAG_CONFLICT;
	case SQLITE_CONSTRAINT_COMMITHOOK:
		return MAG_UNAVAILABLE;	/* see on_commit() in write.c */
	default:
		/* CHECK, NOT NULL, a type: the model let a wrong value pass. */
		return MAG_FAILED;
	}
}
