/* SPDX-License-Identifier: MIT */
/* magnetiq(1): finds the command, makes ready what it needs, runs it. */
#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <magnetiq/i18n.h>
#include <magnetiq/progress.h>

#include "command.h"

static const struct command commands[] = {
	{ "setup", "[--site-url URL] [--system] [--user NAME] [--etc DIR]"
	  " [--data DIR]", "Make the folders and an env file with a random key",
	  0, command_setup },
	{ "status", "[--json] [--locks]", "Say how the site is", NEEDS_CONF | NEEDS_ANY_DB,
	  command_status },
	{ "init-db", "", "Make the database, or bring it to this program's schema",
	  NEEDS_CONF | NEEDS_FOLDERS, command_init_db },
	{ "create-admin", "--email E [--password-stdin]",
	  "Make a user who may do everything", NEEDS_CONF | NEEDS_DB,
	  command_create_admin },
	{ "migrate", "[--status [--json]|--dry-run [--keep FILE]]", "Bring a database forward",
	  NEEDS_CONF | NEEDS_FOLDERS, command_migrate },
	{ "user", "list [--json]|unlock|set-role|disable|reset-password ...",
	  "Look after users", NEEDS_CONF | NEEDS_DB, command_user },
	{ "outbox", "list [--state S] [--json]|retry ID...|drop ID...|"
	  "preview [KIND [--language L] [--data FILE] [--to E]]",
	  "Look after letters", NEEDS_CONF | NEEDS_DB, command_outbox },
	{ "config", "show|check", "Show or check the settings", 0,
	  command_config },
	{ "gen-secret", "", "Print a fresh SECRET_KEY", 0, command_gen_secret },
	{ "verify", "[--json]", "Check the database and the media",
	  NEEDS_CONF | NEEDS_DB, command_verify },
	{ "doctor", "[--json] [NAME]|--list", "Find what is wrong, and say the cure", 0,
	  command_doctor },
	{ "maintain", "[--vacuum] [--reindex] [--if-older HOURS]", "Optimize and purge",
	  NEEDS_CONF | NEEDS_DB, command_maintain },
	{ "backup", "[--to DIR] [--keep 7,4,12] [--with-secrets]"
	  " [--snapshot] [--if-older HOURS]",
	  "Write a backup, check it, and remove old ones",
	  NEEDS_CONF | NEEDS_DB, command_backup },
	{ "restore", "FILE|--at TIME [--check] [--without-media]", "Make the site what a backup says",
	  NEEDS_CONF | NEEDS_FOLDERS, command_restore },
	{ "export-v3", "--out DIR [--with-passwords]",
	  "Write everything for another system: JSON, SQL, media",
	  NEEDS_CONF | NEEDS_DB, command_export },
	{ "import-wordpress", "FILE [--dry-run] [--media-dir DIR] [--language L]"
	  " [--make-users] [--json]", "Bring a site of WordPress, from its export",
	  NEEDS_CONF | NEEDS_DB, command_import_wordpress },
	{ "privacy", "export|erase EMAIL | retention [--dry-run]",
	  "All that is known of a person, or forget it",
	  NEEDS_CONF | NEEDS_FOLDERS | NEEDS_DB, command_privacy },
	{ "newsletter", "export", "Print who gets the newsletter, as a CSV for listmonk",
	  NEEDS_CONF | NEEDS_DB, command_newsletter },
	{ "seed-demo", "", "Fill an empty site with a small demo",
	  NEEDS_CONF | NEEDS_DB, command_seed_demo },
	{ "routes", "[--json|--nginx-auth]", "List every door of the API", 0,
	  command_routes },
	{ "openapi", "", "Print the OpenAPI document", NEEDS_CONF,
	  command_openapi },
	{ "healthcheck", "[--port N|--socket FILE [--version V] [ADDRESS]]", "Ask the running site whether it is well",
	  NEEDS_CONF, command_healthcheck },
	{ NULL, NULL, NULL, 0, NULL }
};

void
say(const char *format, ...)
{
	va_list ap;

	mag_progress_end();
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
}

int
fail_use(const char *why)
{

	say("magnetiq: %s; see magnetiq --help", why);
	return EXIT_USE;
}

int
fail(struct command_state *s, enum mag_status st)
{
	struct mag_problem *p = &s->call.problem;
	const struct mag_detail *d;

	if (p->message != NULL)
		say("magnetiq: %s", mag_tr_fill(s->a, "en", p->message,
		    p->arg == NULL ? "" : p->arg));
	else if (st != MAG_INVALID)
		say("magnetiq: %s", st == MAG_UNAVAILABLE ?
		    "the database is busy, or the disk is full" :
		    "this failed; the log above says why");
	for (d = p->first; d != NULL; d = d->next)
		say("  %s: %s", d->field, mag_tr_fill(s->a, "en", d->message,
		    d->arg == NULL ? "" : d->arg));
	return EXIT_FAILED;
}

static void
take_out(struct command_state *s, int i, int n)
{

	memmove(&s->argv[i], &s->argv[i + n],
	    (size_t)(s->argc - i - n) * sizeof(s->argv[0]));
	s->argc -= n;
}

bool
flag(struct command_state *s, const char *name)
{
	int i;

	for (i = 0; i < s->argc; i++)
		if (strcmp(s->argv[i], name) == 0) {
			take_out(s, i, 1);
			return true;
		}
	return false;
}

const char *
option(struct command_state *s, const char *name)
{
	size_t n = strlen(name);
	const char *value;
	int i;

	for (i = 0; i < s->argc; i++) {
		value = s->argv[i];
		if (strncmp(value, name, n) == 0 && value[n] == '=') {
			take_out(s, i, 1);
			return value + n + 1;
		}
		if (strcmp(value, name) == 0 && i + 1 < s->argc) {
			value = s->argv[i + 1];
			take_out(s, i, 2);
			return value;
		}
	}
	return NULL;
}

int64_t
hours(struct command_state *s)
{
	const char *text = option(s, "--if-older");
	char *end;
	long n;

	if (text == NULL)
		return 0;
	n = strtol(text, &end, 10);
	return end != text && *end == '\0' && n > 0 && n <= 24 * 366 ? n : -1;
}

bool
rest(const struct command_state *s, int n)
{

	return s->argc == n;
}

/* One line, its end cut off; longer than any password is none. */
static char *
read_line(struct command_state *s)
{
	char line[MAG_PASSWORD_MAX + 2], *text;
	size_t n;

	if (fgets(line, sizeof(line), stdin) == NULL)
		return NULL;
	n = strcspn(line, "\r\n");
	if (line[n] == '\0' && !feof(stdin))
		return NULL;
	text = mag_dup(s->a, line, n);
	mag_wipe(line, sizeof(line));
	return text;
}

char *
password_read(struct command_state *s, bool from_stdin, const char *prompt)
{
	struct termios was, quiet;
	char *text;

	if (from_stdin)
		return read_line(s);
	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &was) == -1) {
		say("magnetiq: no terminal to ask on; use --password-stdin");
		return NULL;
	}
	fprintf(stderr, "%s: ", prompt);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	text = read_line(s);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	fputc('\n', stderr);
	return text;
}

static void
help(void)
{
	const struct command *c;

	puts("usage: magnetiq COMMAND [ARGUMENTS]\n");
	for (c = commands; c->name != NULL; c++)
		printf("  %-13s %-32s %s\n", c->name, c->usage, c->what);
	puts("\nExit status: 0 done, 1 failed, 2 wrong use."
	    "  See magnetiq(1).");
}

/* Settings, folders, database: each with a message that says what to do. */
static int
prepare(struct command_state *s, unsigned needs)
{
	char error[512];
	enum mag_status st;

	if (!(needs & NEEDS_CONF))
		return EXIT_DONE;
	if ((needs & (NEEDS_FOLDERS | NEEDS_DB | NEEDS_ANY_DB)) &&
	    !become_owner(s))
		return EXIT_FAILED;
	st = needs & (NEEDS_FOLDERS | NEEDS_DB) ?
	    mag_conf_load(&s->conf, error, sizeof(error)) :
	    mag_conf_read(&s->conf, error, sizeof(error));
	if (st != MAG_OK) {
		say("magnetiq: %s", error);
		return EXIT_FAILED;
	}
	mag_clock_offset_file(s->conf->clock_offset_file);
	s->call.conf = s->conf;
	s->call.now = mag_clock_now();
	if (!(needs & (NEEDS_DB | NEEDS_ANY_DB)))
		return EXIT_DONE;
	st = mag_db_open(&s->db, s->conf->database, 0,
	    s->conf->sqlite_cache_kib);
	if (st != MAG_OK) {
		say("magnetiq: %s: %s", s->conf->database,
		    st == MAG_NOT_FOUND ?
		    "no such file; magnetiq init-db makes it" :
		    "cannot be opened");
		return EXIT_FAILED;
	}
	s->call.db = s->db;
	if ((needs & NEEDS_DB) &&
	    mag_migrate_check(s->db, error, sizeof(error)) != MAG_OK) {
		say("magnetiq: %s", error);
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}

/* One line of the terminal, written over until the work is done. */
static void
show_progress(const char *text)
{

	fprintf(stderr, "\r%s\033[K", text == NULL ? "" : text);
}

static int
run(const struct command *c, int argc, char **argv)
{
	struct command_state s = { .argc = argc, .argv = argv };
	int status;

	s.a = mag_arena_new(MAG_REQUEST_ARENA);
	s.call.a = s.a;
	s.call.lang = "en";
	s.call.request_id = s.call.address = s.call.user_agent = "";
	if ((status = prepare(&s, c->needs)) == EXIT_DONE)
		status = c->run(&s);
	mag_db_close(s.db);
	mag_conf_free(s.conf);
	mag_arena_free(s.a);
	return fflush(stdout) == 0 ? status : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	const struct command *c;

	mag_log_level(MAG_WARN);
	if (isatty(STDERR_FILENO))
		mag_progress_to(show_progress);
	if (mag_crypto_init() != MAG_OK)
		return EXIT_FAILED;
	if (argc < 2)
		return fail_use("a command is missing");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		help();
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("magnetiq " PACKAGE_VERSION);
		return EXIT_DONE;
	}
	for (c = commands; c->name != NULL; c++)
		if (strcmp(c->name, argv[1]) == 0)
			break;
	if (c->name == NULL)
		return fail_use("there is no such command");
	if (argc > 2 && strcmp(argv[2], "--help") == 0) {
		printf("usage: magnetiq %s %s\n%s.\n", c->name, c->usage,
		    c->what);
		return EXIT_DONE;
	}
	return run(c, argc - 2, argv + 2);
}
