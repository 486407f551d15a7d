/* SPDX-License-Identifier: MIT */
/* The command that brings a site of WordPress. */
#include <stdio.h>

#include "../lib/ops/import.h"
#include "command.h"

int
command_import_wordpress(struct command_state *s)
{
	struct import_wish wish = { .dry = flag(s, "--dry-run"),
	    .users = flag(s, "--make-users"), .json = flag(s, "--json") };
	struct mag_buf report;
	enum mag_status st;

	wish.media_dir = option(s, "--media-dir");
	wish.lang = option(s, "--language");
	if (!rest(s, 1))
		return fail_use("import-wordpress needs a FILE");
	wish.path = s->argv[0];
	mag_buf_init(&report, s->a, 4096);
	st = import_wordpress(&s->call, &wish, &report);
	if (st != MAG_OK)
		return fail(s, st);
	if (wish.json)
		puts(report.p);
	else
		print_report(&report);
	return EXIT_DONE;
}
