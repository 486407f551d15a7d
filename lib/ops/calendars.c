/* SPDX-License-Identifier: MIT */
/* The operation `calendars`: a process of its own reads those that are due. */
#include <magnetiq/feed.h>

#include "ops.h"

enum mag_status
op_calendars(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static pid_t pid;
	enum mag_status st = mag_feed_due(c);

	*done = st == MAG_OK;
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	return op_background(report, &pid, "--calendars");
}
