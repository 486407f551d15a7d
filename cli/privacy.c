/* SPDX-License-Identifier: MIT */
/* What people may ask of whoever keeps data about them. */
#include <stdio.h>
#include <string.h>

#include "command.h"

int
command_privacy(struct command_state *s)
{
	struct mag_buf b;
	enum mag_status st;

	if (!rest(s, 2))
		return fail_use("privacy takes export or erase, and an e-mail");
	mag_buf_init(&b, s->a, 4096);
	if (strcmp(s->argv[0], "export") == 0)
		st = mag_op_privacy_export(&s->call, s->argv[1], &b);
	else if (strcmp(s->argv[0], "erase") == 0)
		st = mag_op_privacy_erase(&s->call, s->argv[1], &b);
	else
		return fail_use("privacy takes export or erase, and an e-mail");
	if (st != MAG_OK)
		return fail(s, st);
	puts(b.p);
	return EXIT_DONE;
}
