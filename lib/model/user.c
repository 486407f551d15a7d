/* SPDX-License-Identifier: MIT */
/* Users: their fields, and what follows from changing them. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/password.h>
#include <magnetiq/user.h>

#include "account.h"
#include "noun.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_PERSONAL | MAG_FIND },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "hashed_password", MAG_TEXT, .preset = "\"\"",
	  .flags = MAG_HIDDEN | MAG_SECRET | MAG_PERSONAL },
	{ "password", MAG_TEXT, .max = MAG_PASSWORD_MAX,
	  .flags = MAG_VIRTUAL | MAG_SECRET | MAG_CREATE | MAG_LONG,
	  .what = "without one the user gets an invitation" },
	{ "first_name", MAG_TEXT, .max = MAG_NAME_MAX, .preset = "\"\"",
	  .flags = MAG_LIST | MAG_PERSONAL | MAG_FIND },
	{ "last_name", MAG_TEXT, .max = MAG_NAME_MAX, .preset = "\"\"",
	  .flags = MAG_LIST | MAG_PERSONAL | MAG_FIND },
	{ "role", MAG_ENUM, .values = "viewer editor admin",
	  .preset = "\"viewer\"", .flags = MAG_LIST | MAG_FILTER },
	{ "is_active", MAG_BOOL, .preset = "true", .flags = MAG_LIST | MAG_FILTER },
	{ "language", MAG_LANGUAGE, .max = 20, .preset = "\"en\"", .flags = MAG_LIST },
	{ "timezone", MAG_ZONE, .max = 64, .preset = "\"UTC\"", .flags = MAG_LIST },
	{ "avatar_url", MAG_URL, .max = MAG_URL_MAX,
	  .flags = MAG_LIST | MAG_PERSONAL },
	{ "last_login", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "failed_login_attempts", MAG_INT, .preset = "0", .flags = MAG_HIDDEN },
	{ "locked_until", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "deleted_at", MAG_TIME, .flags = MAG_HIDDEN },
	{ .name = NULL }
};

static const char sql_other_admins[] =
    "SELECT 1 FROM admin_users WHERE role = 'admin' AND is_active = 1"
    " AND deleted_at IS NULL AND id <> ?1 LIMIT 1";
static const char sql_deactivate[] =
    "UPDATE admin_users SET is_active = 0 WHERE id = ?1";

static bool
rules(const struct mag_record *r)
{

	return mag_int(r, "is_active") != 0 &&
	    mag_value_of(r, "deleted_at")->kind == MAG_V_NULL &&
	    mag_is(r, "role", "admin");
}

/* The trigger holds the rule; here it gets its sentence. */
static enum mag_status
check_last_admin(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	int64_t one;
	enum mag_status st;

	if (!rules(old) || rules(r))
		return MAG_OK;
	st = mag_db_int(&one, c->db, sql_other_admins, "i", mag_record_id(old));
	return st != MAG_NOT_FOUND ? st : mag_fail(c, MAG_CONFLICT,
	    "The last active admin can be neither removed nor demoted.");
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{

	if (c->problem.count > 0)
		return mag_verdict(c);
	mag_set_text(r, "email_folded",
	    mag_fold_email(c->a, mag_text(r, "email")));
	return old == NULL ? MAG_OK : check_last_admin(c, r, old);
}

/* Who may no longer sign in is out at once. */
static enum mag_status
saved(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	bool gone = mag_value_of(r, "deleted_at")->kind != MAG_V_NULL;
	enum mag_status st;

	if (old == NULL || (!gone && mag_int(r, "is_active") != 0))
		return MAG_OK;
	st = session_end_all(c, mag_record_id(r), 0);
	return st == MAG_OK && gone ?
	    mag_db_run(c->db, sql_deactivate, "i", mag_record_id(r)) : st;
}

/* Signing in, and being locked out, shows; nobody edited anything. */
static int64_t
sign_ins(struct mag_call *c, const struct mag_record *r)
{

	(void)c;
	return mag_int(r, "last_login") + mag_int(r, "locked_until");
}

struct mag_noun mag_user = {
	.name = "user",
	.plural = "users",
	.table = "admin_users",
	.fields = fields,
	.sort = "created_at",
	.descending = true,
	.soft_delete = true,
	.label = "There is no such user.",
	.check = check,
	.saved = saved,
	.drift = sign_ins,
};

/* What is wrong with the password is told together with all the rest. */
static void
fill(struct mag_call *c, struct mag_record *r, void *arg)
{
	const char *p = mag_text(r, "password"), *email = mag_text(r, "email");

	if (p != NULL)
		mag_password_check(c, "password", p, strlen(p), email);
	mag_set_text(r, "hashed_password", arg);
}

struct making {
	struct mag_call	*c;
	const struct mag_json *body;
	char		*hash;		/* "": none yet */
	struct mag_record *result;
};

/* Whoever has no password yet is asked to choose one. */
static enum mag_status
create(struct mag_db *db, void *arg)
{
	struct making *w = arg;
	enum mag_status st;

	(void)db;
	st = noun_make(&w->result, w->c, &mag_user, w->body, fill, w->hash);
	if (st != MAG_OK || *w->hash != '\0')
		return st;
	return reset_wish(w->c, "invitation",
	    mag_text(w->result, "email_folded"), mag_record_id(w->result));
}

enum mag_status
mag_user_create(struct mag_record **out, struct mag_call *c,
    const struct mag_json *body)
{
	const char *p = mag_json_text(mag_json_get(body, "password"));
	char *hash = mag_alloc(c->a, MAG_PASSWORD_HASH);
	struct making w = { c, body, hash, NULL };
	enum mag_status st;

	*out = NULL;
	/* Before the transaction, and only if it could be taken at all. */
	if (p != NULL) {
		mag_password_check(c, "password", p, strlen(p), NULL);
		if (c->problem.count == 0 && (st = mag_password_hash(hash, p,
		    strlen(p))) != MAG_OK)
			return st;
	}
	if ((st = mag_db_write(c->db, create, &w)) == MAG_OK)
		*out = w.result;
	return st;
}

enum mag_status
mag_user_change_own(struct mag_record **out, struct mag_call *c,
    const struct mag_json *body)
{
	static const char *const names[] = { "email", "role", "is_active" };
	const struct mag_json *given, *has;
	struct mag_record *r;
	struct mag_buf b;
	enum mag_status st;
	size_t i;

	*out = NULL;
	if ((st = mag_noun_get(&r, c, &mag_user, c->who.user_id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(r, "revision"))) != MAG_OK)
		return st;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((given = mag_json_get(body, names[i])) == NULL)
			continue;
		mag_buf_init(&b, c->a, 64);
		mag_value_print(&b,
		    &fields[mag_noun_field(&mag_user, names[i])],
		    mag_value(r, names[i]));
		has = mag_json_own(c->a, b.p, b.len);
		if (has == NULL || !mag_json_equal(given, has))
			mag_wrong(c, names[i], "cannot be changed", NULL);
	}
	/* Named together with the wrong ones among those that can. */
	mag_problem_keep(c);
	return mag_noun_change(out, c, &mag_user, c->who.user_id, body,
	    MAG_PATCH);
}

struct acting {
	struct mag_call	*c;
	int64_t		 id;
	struct mag_record *result;
};

static enum mag_status
unlock(struct mag_db *db, void *arg)
{
	struct acting *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *old, *new = mag_alloc(c->a, sizeof(*new));
	enum mag_status st;

	(void)db;
	if ((st = mag_noun_get(&old, c, &mag_user, w->id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(old, "revision"))) != MAG_OK ||
	    (st = lockout_clear(c, mag_text(old, "email_folded"))) != MAG_OK)
		return st;
	*new = *old;
	mag_set_int(new, "failed_login_attempts", 0);
	mag_set_null(new, "locked_until");
	w->result = new;
	if ((st = mag_record_update(c, new, old)) != MAG_OK)
		return st;
	return mag_audit(c, "unlock", mag_user.name, w->id, old, new);
}

enum mag_status
mag_user_unlock(struct mag_record **out, struct mag_call *c, int64_t id)
{
	struct acting w = { c, id, NULL };
	enum mag_status st = mag_db_write(c->db, unlock, &w);

	*out = st == MAG_OK ? w.result : NULL;
	return st;
}

static enum mag_status
send_reset(struct mag_db *db, void *arg)
{
	struct acting *w = arg;
	struct mag_record *r;
	enum mag_status st;

	(void)db;
	if ((st = mag_noun_get(&r, w->c, &mag_user, w->id)) != MAG_OK)
		return st;
	if ((st = reset_wish(w->c, "reset", mag_text(r, "email_folded"),
	    w->id)) != MAG_OK)
		return st;
	return mag_audit_json(w->c, "send_reset", mag_user.name, w->id, NULL,
	    NULL);
}

enum mag_status
mag_user_send_reset(struct mag_call *c, int64_t id)
{
	struct acting w = { c, id, NULL };

	return mag_db_write(c->db, send_reset, &w);
}
