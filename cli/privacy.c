/* SPDX-License-Identifier: MIT */
/* What people may ask of whoever keeps data about them. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const char usage[] = "privacy takes export or erase and an e-mail,"
    " or retention [--dry-run]";

int
command_privacy(struct command_state *s)
{
	bool dry_run = flag(s, "--dry-run");
	struct mag_buf b;
	enum mag_status st;
	int64_t rows;

	if (rest(s, 1) && strcmp(s->argv[0], "retention") == 0) {
		mag_buf_init(&b, s->a, 4096);
		st = mag_op_retention(&s->call, dry_run, &b, &rows);
		return st == MAG_OK && puts(b.p) != EOF ? EXIT_DONE :
		    fail(s, st);
	}
	if (dry_run || !rest(s, 2))
		return fail_use(usage);
	mag_buf_init(&b, s->a, 4096);
	if (strcmp(s->argv[0], "export") == 0)
		st = mag_op_privacy_export(&s->call, s->argv[1], &b);
	else if (strcmp(s->argv[0], "erase") == 0)
		st = mag_op_privacy_erase(&s->call, s->argv[1], &b);
	else
		return fail_use(usage);
	if (st != MAG_OK)
		return fail(s, st);
	puts(b.p);
	return EXIT_DONE;
}

int
command_newsletter(struct command_state *s)
{
	struct mag_buf b;
	enum mag_status st;

	if (!rest(s, 1) || strcmp(s->argv[0], "export") != 0)
		return fail_use("newsletter takes the word export");
	mag_buf_init(&b, s->a, 4096);
	if ((st = mag_subscribers_print(&b, &s->call)) != MAG_OK)
		return fail(s, st);
	return fwrite(b.p, 1, b.len, stdout) == b.len ? EXIT_DONE : EXIT_FAILED;
}
