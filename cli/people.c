/* SPDX-License-Identifier: MIT */
/* Commands about people.  A password never comes from the command line. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/fold.h>
#include <magnetiq/role.h>
#include <magnetiq/user.h>

#include "command.h"

/* Make a user through the same door as the API, with the same rules. */
static enum mag_status
create(struct command_state *s, const char *email, const char *password)
{
	struct mag_record *r;
	struct mag_buf b;

	mag_buf_init(&b, s->a, 256);
	mag_buf_adds(&b, "{\"role\":\"admin\",\"email\":");
	mag_buf_jsons(&b, email);
	mag_buf_adds(&b, ",\"password\":");
	mag_buf_jsons(&b, password);
	mag_buf_addc(&b, '}');
	return mag_user_create(&r, &s->call, mag_json_own(s->a, b.p, b.len));
}

int
command_create_admin(struct command_state *s)
{
	bool from_stdin = flag(s, "--password-stdin");
	const char *email = option(s, "--email");
	char *password, *again;
	enum mag_status st;

	if (email == NULL || !rest(s, 0))
		return fail_use("create-admin takes --email E [--password-stdin]");
	if ((password = password_read(s, from_stdin, "Password")) == NULL)
		return EXIT_FAILED;
	if (!from_stdin) {
		again = password_read(s, false, "Once more");
		if (again == NULL || strcmp(password, again) != 0) {
			say("magnetiq: the two are not the same");
			return EXIT_FAILED;
		}
	}
	st = create(s, email, password);
	mag_wipe(password, strlen(password));
	if (st != MAG_OK)
		return fail(s, st);
	say("%s may sign in now.", email);
	return EXIT_DONE;
}

static const char sql_list[] =
    "SELECT id, email, role, is_active, last_login, locked_until"
    " FROM admin_users WHERE deleted_at IS NULL ORDER BY id";

static void
print_one(struct command_state *s, struct mag_row *row)
{

	printf("%-5lld %-40s %-7s %-8s %s\n", (long long)mag_row_int(row, 0),
	    mag_row_dup(row, 1, s->a), mag_row_dup(row, 2, s->a),
	    mag_row_int(row, 3) ? "active" : "disabled",
	    mag_row_null(row, 4) ? "never signed in" :
	    mag_row_dup(row, 4, s->a));
}

static void
add_time(struct mag_buf *b, const char *name, struct mag_row *row, int i)
{
	char when[MAG_TIME_TEXT];

	mag_buf_addf(b, ",\"%s\":", name);
	mag_time_rfc3339(when, mag_row_time(row, i));
	mag_buf_jsons(b, mag_row_null(row, i) ? NULL : when);
}

/* With the names that they have in the API. */
static void
print_json(struct command_state *s, struct mag_row *row, bool first)
{
	struct mag_buf b;

	mag_buf_init(&b, s->a, 256);
	mag_buf_addf(&b, "%s{\"id\":%lld,\"email\":", first ? "" : ",\n",
	    (long long)mag_row_int(row, 0));
	mag_buf_jsons(&b, mag_row_dup(row, 1, s->a));
	mag_buf_adds(&b, ",\"role\":");
	mag_buf_jsons(&b, mag_row_dup(row, 2, s->a));
	mag_buf_addf(&b, ",\"is_active\":%s",
	    mag_row_int(row, 3) ? "true" : "false");
	add_time(&b, "last_login", row, 4);
	add_time(&b, "locked_until", row, 5);
	printf("%s}", b.p);
}

static int
list(struct command_state *s, bool json)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	bool first = true;

	if (json)
		putchar('[');
	st = mag_db_query(&row, s->db, sql_list, "");
	for (; st == MAG_OK && (st = mag_row_next(row)) == MAG_OK;
	    first = false)
		if (json)
			print_json(s, row, first);
		else
			print_one(s, row);
	mag_row_done(row);
	if (json)
		puts("]");
	return st == MAG_NOT_FOUND ? EXIT_DONE : fail(s, st);
}

static enum mag_status
patch(struct command_state *s, int64_t id, const char *json)
{
	struct mag_record *r;

	return mag_noun_change(&r, &s->call, &mag_user, id,
	    mag_json_own(s->a, json, strlen(json)), MAG_PATCH);
}

static enum mag_status
act(struct command_state *s, const char *what, int64_t id)
{
	struct mag_record *r;

	if (strcmp(what, "unlock") == 0)
		return mag_user_unlock(&r, &s->call, id);
	if (strcmp(what, "disable") == 0)
		return patch(s, id, "{\"is_active\":false}");
	if (strcmp(what, "reset-password") == 0)
		return mag_user_send_reset(&s->call, id);
	return patch(s, id, mag_printf(s->a, "{\"role\":\"%s\"}", s->argv[0]));
}

/* user WHAT EMAIL [ROLE] */
int
command_user(struct command_state *s)
{
	const char *what = s->argc > 0 ? s->argv[0] : "";
	bool role = strcmp(what, "set-role") == 0, json;
	struct mag_record *r;
	enum mag_status st;

	if (strcmp(what, "list") == 0) {
		json = flag(s, "--json");
		return rest(s, 1) ? list(s, json) :
		    fail_use("user list takes --json");
	}
	if (!role && strcmp(what, "unlock") != 0 &&
	    strcmp(what, "disable") != 0 && strcmp(what, "reset-password") != 0)
		return fail_use("user takes list, or unlock, set-role, disable "
		    "or reset-password and an e-mail address");
	if (!rest(s, role ? 3 : 2))
		return fail_use(role ? "user set-role takes an e-mail address "
		    "and a role" : "an e-mail address is missing");
	if (role && mag_role_parse(s->argv[2]) == MAG_NOBODY)
		return fail_use("a role is viewer, editor or admin");
	st = mag_record_find(&r, &s->call, &mag_user, "email_folded",
	    mag_fold_email(s->a, s->argv[1]));
	if (st != MAG_OK)
		return fail(s, st);
	s->argv += role ? 2 : 1;
	if ((st = act(s, what, mag_record_id(r))) != MAG_OK)
		return fail(s, st);
	say("Done.");
	return EXIT_DONE;
}
