/* SPDX-License-Identifier: MIT */
/* What is written down of a request: never its query, its body or a token. */
#include <stdio.h>

#include "observe.h"

void
observe(struct exchange *x)
{
	const struct route *r = x->match.route;
	int64_t us = mag_clock_us() - x->began_us;
	char line[512];

	snprintf(line, sizeof(line),
	    "\"method\":\"%s\",\"route\":\"%s\",\"status\":%d,"
	    "\"duration_us\":%lld,\"user_id\":%lld,\"bytes\":%zu",
	    r == NULL ? "" : x->head ? "HEAD" : method_name(r->method),
	    r == NULL ? "" : r->path, x->status, (long long)us,
	    (long long)x->call.who.user_id, x->head ? 0 : x->out.len);
	mag_log_fields(x->status >= 500 ? MAG_ERROR : MAG_INFO, "request", line);
}
