/* SPDX-License-Identifier: MIT */
/* Commands about people. */
#include "command.h"

int
command_create_admin(struct command_state *s)
{

	(void)s;
	return EXIT_FAILED;
}

int
command_user(struct command_state *s)
{

	(void)s;
	return EXIT_FAILED;
}
