/* SPDX-License-Identifier: MIT */
/* Commands about the database: make it, bring it forward, check it. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/progress.h>

#include "command.h"

void
print_report(const struct mag_buf *b)
{

	mag_progress_end();
	if (b->len > 0)
		fprintf(stderr, "%s%s", b->p,
		    b->p[b->len - 1] == '\n' ? "" : "\n");
}

int
command_init_db(struct command_state *s)
{
	struct mag_buf report;
	enum mag_status st;

	if (!rest(s, 0))
		return fail_use("init-db takes no arguments");
	mag_buf_init(&report, s->a, 256);
	st = mag_op_init(s->conf, s->call.now, &report);
	print_report(&report);
	if (st != MAG_OK)
		return fail(s, st);
	say("The database is ready: %s", s->conf->database);
	return EXIT_DONE;
}

int
command_seed_demo(struct command_state *s)
{
	struct mag_buf report;
	enum mag_status st;

	if (!rest(s, 0))
		return fail_use("seed-demo takes no arguments");
	mag_buf_init(&report, s->a, 256);
	if ((st = mag_op_demo(&s->call, &report)) != MAG_OK)
		return fail(s, st);
	print_report(&report);
	return EXIT_DONE;
}

int
command_migrate(struct command_state *s)
{
	bool json = flag(s, "--json"), status = flag(s, "--status");
	bool dry = flag(s, "--dry-run");
	const char *keep = option(s, "--keep");
	struct mag_buf report;
	enum mag_status st;

	if (!rest(s, 0) || (status && dry) || (json && !status) ||
	    (keep != NULL && !dry))
		return fail_use("migrate takes --status [--json] or --dry-run "
		    "[--keep FILE]");
	mag_buf_init(&report, s->a, 1024);
	if (status)
		st = mag_op_migrate_status(&s->call, json, &report);
	else if (dry)
		st = mag_op_migrate_try(&s->call, keep, &report);
	else
		st = mag_op_migrate(&s->call, &report);
	if (status && st == MAG_OK)
		fputs(report.p, stdout);
	else
		print_report(&report);
	if (st != MAG_OK)
		return fail(s, st);
	if (dry)
		say("Nothing was changed: %s", s->conf->database);
	else if (!status)
		say("The database is ready: %s", s->conf->database);
	return EXIT_DONE;
}

int
command_maintain(struct command_state *s)
{
	bool vacuum = flag(s, "--vacuum"), reindex = flag(s, "--reindex");
	static const char *const names[] = { "search", "purge", "optimize",
	    "checkpoint" };
	struct mag_buf report;
	enum mag_status st;
	int64_t done;
	int64_t older = hours(s), last;
	size_t i;

	if (!rest(s, 0))
		return fail_use("maintain takes --vacuum, --reindex and "
		    "--if-older");
	if (older < 0)
		return fail_use("--if-older wants hours");
	if (mag_ops_last(&last, &s->call, mag_op_find("optimize")) == MAG_OK &&
	    older > 0 && s->call.now - last < older * 3600) {
		say("That was done within this time; nothing to do");
		return EXIT_DONE;
	}
	if (reindex && (st = mag_search_rebuild(&s->call)) != MAG_OK)
		return fail(s, st);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		mag_buf_init(&report, s->a, 256);
		mag_progress(names[i], 0, 0);
		st = mag_op_find(names[i])->run(&s->call, &report, &done);
		if (st != MAG_OK)
			return fail(s, st);
		mag_progress_end();
		print_report(&report);
	}
	if (vacuum && (st = mag_db_script(s->db, "VACUUM")) != MAG_OK)
		return fail(s, st);
	return EXIT_DONE;
}

/* {"ok":false,"findings":["...", ...]}: a line of the report each. */
void
print_findings(struct command_state *s, const struct mag_buf *report)
{
	const char *line = report->p, *end;
	struct mag_buf b;

	mag_buf_init(&b, s->a, report->len + 64);
	mag_buf_addf(&b, "{\"ok\":%s,\"findings\":[",
	    report->len == 0 ? "true" : "false");
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		mag_buf_adds(&b, line > report->p ? "," : "");
		mag_buf_json(&b, line, (size_t)(end - line));
	}
	mag_buf_adds(&b, "]}");
	puts(b.p);
}

int
command_verify(struct command_state *s)
{
	bool json = flag(s, "--json");
	struct mag_buf report;
	enum mag_status st;

	if (!rest(s, 0))
		return fail_use("verify takes only --json");
	mag_buf_init(&report, s->a, 256);
	if ((st = mag_op_verify(&s->call, &report)) != MAG_OK)
		return fail(s, st);
	if (json)
		print_findings(s, &report);
	else if (report.len == 0)
		say("Nothing is wrong.");
	else
		print_report(&report);
	return report.len == 0 ? EXIT_DONE : EXIT_FAILED;
}

int
command_export(struct command_state *s)
{
	bool passwords = flag(s, "--with-passwords");
	const char *dir = option(s, "--out");
	struct mag_buf report;
	enum mag_status st;

	if (dir == NULL || !rest(s, 0))
		return fail_use("export-v3 needs --out DIR");
	mag_buf_init(&report, s->a, 1024);
	if ((st = mag_op_export(&s->call, dir, passwords, &report)) != MAG_OK)
		return fail(s, st);
	print_report(&report);
	say("Everything is in %s", dir);
	return EXIT_DONE;
}
