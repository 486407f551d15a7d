/* SPDX-License-Identifier: MIT */
/* The command that brings a site of WordPress. */
#include <stdio.h>
#include <unistd.h>

#include "../lib/ops/import.h"
#include "command.h"

/* Long work says how far it is, if anybody looks. */
static void
progress(int64_t items)
{

	fprintf(stderr, "\r%lld things read ", (long long)items);
}

int
command_import_wordpress(struct command_state *s)
{
	struct import_wish wish = { .dry = flag(s, "--dry-run"),
	    .users = flag(s, "--make-users"), .json = flag(s, "--json") };
	struct mag_buf report;
	enum mag_status st;

	if (isatty(STDERR_FILENO))
		wish.progress = progress;
	wish.media_dir = option(s, "--media-dir");
	wish.lang = option(s, "--language");
	if (!rest(s, 1))
		return fail_use("import-wordpress needs a FILE");
	wish.path = s->argv[0];
	mag_buf_init(&report, s->a, 4096);
	st = import_wordpress(&s->call, &wish, &report);
	if (wish.progress != NULL)
		fputs("\r\033[K", stderr);
	if (st != MAG_OK)
		return fail(s, st);
	if (wish.json)
		puts(report.p);
	else
		print_report(&report);
	return EXIT_DONE;
}
