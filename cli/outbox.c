/* SPDX-License-Identifier: MIT */
/* Commands about letters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/i18n.h>
#include <magnetiq/template.h>

#include "command.h"

static int
list_kinds(void)
{
	const struct mag_letter_kind *k;

	for (k = mag_letter_kinds(); k->name != NULL; k++)
		printf("%-22s %s\n", k->name, k->what);
	return EXIT_DONE;
}

/* A whole file; NULL, with a message, if it cannot be read. */
static char *
read_file(struct command_state *s, const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char part[4096];
	struct mag_buf b;
	size_t n;

	mag_buf_init(&b, s->a, sizeof(part));
	while (f != NULL && b.len < MAG_BODY_MAX &&
	    (n = fread(part, 1, sizeof(part), f)) > 0)
		mag_buf_add(&b, part, n);
	if (f == NULL || ferror(f))
		say("magnetiq: %s cannot be read", path);
	else if (strlen(b.p) == b.len)
		return fclose(f), b.p;
	else
		say("magnetiq: %s is no text", path);
	if (f != NULL)
		fclose(f);
	return NULL;
}

static enum mag_status
add(struct mag_db *db, void *arg)
{
	struct command_state *s = arg;
	struct mag_outbox_letter l = {
		.template = s->argv[1], .recipient = s->argv[2],
		.language = s->argv[3], .data = s->argv[4]
	};

	(void)db;
	return mag_outbox_add(&s->call, &l);
}

/* The same letter, by the way that all go. */
static int
test_send(struct command_state *s, const char *to, const char *language,
    const char *data)
{
	char *letter[] = { NULL, s->argv[1], mag_strdup(s->a, to),
	    mag_strdup(s->a, language), mag_strdup(s->a, data == NULL ?
	    mag_letter_example() : data) };
	enum mag_status st;

	if (!mag_email_valid(to, strlen(to)))
		return fail_use("--to takes an e-mail address");
	s->argv = letter;
	if ((st = mag_db_write(s->db, add, s)) != MAG_OK)
		return fail(s, st);
	say("A letter to %s is in the outbox.", to);
	return EXIT_DONE;
}

/* The letter as it would leave, on stdout: for a pipe, or a mail program. */
static int
preview(struct command_state *s)
{
	const char *language = option(s, "--language");
	const char *file = option(s, "--data"), *data = NULL;
	const char *to = option(s, "--to");
	struct mag_buf b;
	enum mag_status st;

	if (rest(s, 1))
		return list_kinds();
	if (!rest(s, 2))
		return fail_use("outbox preview takes a kind of letter, "
		    "--language, --data and --to");
	if (file != NULL && (data = read_file(s, file)) == NULL)
		return EXIT_FAILED;
	mag_i18n_init(s->conf->template_dir);
	mag_template_init(s->conf->template_dir);
	mag_buf_init(&b, s->a, 16384);
	st = mag_letter_preview(&b, &s->call, s->argv[1],
	    language == NULL ? "en" : language, data);
	if (st != MAG_OK)
		return fail(s, st);
	if (to != NULL)
		return test_send(s, to, language == NULL ? "en" : language,
		    data);
	fwrite(b.p, 1, b.len, stdout);
	return EXIT_DONE;
}

static const char sql_list[] =
    "SELECT id, state, due_at, attempts, template, recipient, last_error,"
    " in_doubt FROM outbox WHERE ?1 IS NULL OR state = ?1"
    " ORDER BY id DESC LIMIT ?2";

#define LIST_MAX	1000

static void
print_one(struct command_state *s, struct mag_row *row, bool json, bool first)
{
	struct mag_buf b;
	int i;

	mag_buf_init(&b, s->a, 256);
	if (!json) {
		printf("%-7lld %-8s %s %2lld %-22s %s%s%s%s\n",
		    (long long)mag_row_int(row, 0), mag_row_dup(row, 1, s->a),
		    mag_row_dup(row, 2, s->a), (long long)mag_row_int(row, 3),
		    mag_row_dup(row, 4, s->a), mag_row_dup(row, 5, s->a),
		    mag_row_int(row, 7) ? "  (in doubt)" : "",
		    mag_row_null(row, 6) ? "" : "  ", mag_row_null(row, 6) ?
		    "" : mag_row_dup(row, 6, s->a));
		return;
	}
	mag_buf_addf(&b, "%s{\"id\":%lld,\"attempts\":%lld,\"in_doubt\":%s",
	    first ? "" : ",\n", (long long)mag_row_int(row, 0),
	    (long long)mag_row_int(row, 3),
	    mag_row_int(row, 7) ? "true" : "false");
	for (i = 1; i < 7; i++) {
		static const char *const names[] = { NULL, "state", "due_at",
		    NULL, "template", "recipient", "last_error" };

		if (names[i] == NULL)
			continue;
		mag_buf_addf(&b, ",\"%s\":", names[i]);
		mag_buf_jsons(&b, mag_row_dup(row, i, s->a));
	}
	printf("%s}", b.p);
}

static int
list(struct command_state *s)
{
	bool json = flag(s, "--json");
	const char *state = option(s, "--state");
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	if (!rest(s, 1))
		return fail_use("outbox list takes --state and --json");
	if (state != NULL && !mag_listed("queued sending sent failed dropped",
	    state))
		return fail_use("a state is queued, sending, sent, failed or "
		    "dropped");
	if (json)
		putchar('[');
	st = mag_db_query(&row, s->db, sql_list, "si", state,
	    (int64_t)LIST_MAX);
	for (; st == MAG_OK && (st = mag_row_next(row)) == MAG_OK; n++)
		print_one(s, row, json, n == 0);
	mag_row_done(row);
	if (json)
		puts("]");
	if (n == LIST_MAX)
		say("These are the newest %d.", LIST_MAX);
	return st == MAG_NOT_FOUND ? EXIT_DONE : fail(s, st);
}

/* For each number of a letter that is given. */
static int
each(struct command_state *s, enum mag_status (*act)(struct command_state *,
    int64_t))
{
	enum mag_status st;
	char *end;
	int64_t id;
	int i;

	if (s->argc < 2)
		return fail_use("which letters? outbox list has their numbers");
	for (i = 1; i < s->argc; i++) {
		id = strtoll(s->argv[i], &end, 10);
		if (id <= 0 || *end != '\0')
			return fail_use("a letter is named by its number");
		if ((st = act(s, id)) != MAG_OK) {
			say("magnetiq: letter %lld:", (long long)id);
			return fail(s, st);
		}
	}
	say("Done.");
	return EXIT_DONE;
}

static enum mag_status
retry(struct command_state *s, int64_t id)
{
	struct mag_record *r;

	return mag_outbox_retry(&r, &s->call, id);
}

static enum mag_status
drop(struct command_state *s, int64_t id)
{

	return mag_outbox_drop(&s->call, id);
}

int
command_outbox(struct command_state *s)
{
	const char *what = s->argc > 0 ? s->argv[0] : "";

	if (strcmp(what, "list") == 0)
		return list(s);
	if (strcmp(what, "retry") == 0)
		return each(s, retry);
	if (strcmp(what, "drop") == 0)
		return each(s, drop);
	if (strcmp(what, "preview") == 0)
		return preview(s);
	return fail_use("outbox takes list, retry, drop or preview");
}
