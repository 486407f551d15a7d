/* SPDX-License-Identifier: MIT */
/*
 * Prints what follows from the table of settings: `settings example` the file
 * .env.example, `settings manual` the SETTINGS part of man/magnetiq.env.5.
 * The unit tests of conf hold both files against it.
 */
#include <stdio.h>
#include <string.h>

#include <magnetiq.h>

int
main(int argc, char *argv[])
{
	struct mag_arena *a = mag_arena_new(1024 * 1024);
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	if (argc == 2 && strcmp(argv[1], "example") == 0)
		mag_conf_example(&b);
	else if (argc == 2 && strcmp(argv[1], "manual") == 0)
		mag_conf_manual(&b);
	else {
		fputs("usage: settings example|manual\n", stderr);
		return 2;
	}
	fwrite(b.p, 1, b.len, stdout);
	mag_arena_free(a);
	return 0;
}
