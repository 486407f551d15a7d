/* SPDX-License-Identifier: MIT */
/* Users: their fields. */
#include <magnetiq/limits.h>
#include <magnetiq/noun.h>
#include <magnetiq/user.h>

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_PERSONAL },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "hashed_password", MAG_TEXT, .preset = "\"\"",
	  .flags = MAG_HIDDEN | MAG_SECRET },
	{ "first_name", MAG_TEXT, .max = MAG_NAME_MAX, .preset = "\"\"",
	  .flags = MAG_LIST | MAG_PERSONAL },
	{ "last_name", MAG_TEXT, .max = MAG_NAME_MAX, .preset = "\"\"",
	  .flags = MAG_LIST | MAG_PERSONAL },
	{ "role", MAG_ENUM, .values = "viewer editor admin",
	  .preset = "\"viewer\"", .flags = MAG_LIST | MAG_FILTER },
	{ "is_active", MAG_BOOL, .preset = "true", .flags = MAG_LIST | MAG_FILTER },
	{ "language", MAG_LANGUAGE, .max = 20, .preset = "\"en\"", .flags = MAG_LIST },
	{ "timezone", MAG_ZONE, .max = 64, .preset = "\"UTC\"", .flags = MAG_LIST },
	{ "avatar_url", MAG_URL, .max = MAG_URL_MAX, .flags = MAG_LIST },
	{ "last_login", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "failed_login_attempts", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "locked_until", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

struct mag_noun mag_user = {
	.name = "user",
	.plural = "users",
	.table = "admin_users",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.soft_delete = true,
	.label = "There is no such user.",
};
