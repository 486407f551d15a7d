/* SPDX-License-Identifier: MIT */
/* locks.h -- who reads and writes the database just now. */
#ifndef LOCKS_H
#define LOCKS_H

#include "command.h"

/** print_locks(s, json): watch for two seconds, and say it. */
int	print_locks(struct command_state *, bool json);

#endif
