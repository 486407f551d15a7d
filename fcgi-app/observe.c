/* SPDX-License-Identifier: MIT */
/* What is written down of a request: never its query, its body or a token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe.h"

/* Which table the numbers of routes mean: another program, other numbers. */
static uint64_t
fingerprint(void)
{
	uint64_t h = 0xcbf29ce484222325u;
	const char *p;
	size_t i;

	for (i = 0; i < nroutes; i++)
		for (p = routes[i].path; *p != '\0'; p++)
			h = (h ^ (unsigned char)*p ^ routes[i].method) *
			    0x100000001b3u;
	return h;
}

void
observe_begin(struct worker *w)
{
	const char *pool = getenv("MAGNETIQ_POOL");
	int64_t now = mag_clock_now();

	if (mag_scoreboard_open(&w->board, w->conf->state_dir, now) != MAG_OK)
		w->board = NULL;
	mag_scoreboard_routes(w->board, fingerprint());
	if (!mag_scoreboard_join(w->board, pool != NULL &&
	    strcmp(pool, "auth") == 0 ? MAG_POOL_AUTH : MAG_POOL_APP, now))
		mag_log(MAG_WARN, "scoreboard", "this worker is not counted");
}

void
observe_end(struct worker *w)
{

	mag_scoreboard_close(w->board);
}

void
observe_request(struct worker *w)
{

	mag_scoreboard_begin(w->board);
}

void
observe(struct exchange *x)
{
	const struct route *r = x->match.route;
	int64_t us = mag_clock_us() - x->began_us;
	char line[512];

	mag_scoreboard_end(x->board, r == NULL ? MAG_SCOREBOARD_ROUTES :
	    (unsigned)router_number(r), x->status, us);
	mag_scoreboard_busy(x->board, mag_db_busy_waits(x->call.db) -
	    x->waits);
	snprintf(line, sizeof(line),
	    "\"method\":\"%s\",\"route\":\"%s\",\"status\":%d,"
	    "\"duration_us\":%lld,\"user_id\":%lld,\"bytes\":%zu",
	    r == NULL ? "" : x->head ? "HEAD" : method_name(r->method),
	    r == NULL ? "" : r->path, x->status, (long long)us,
	    (long long)x->call.who.user_id, x->head ? 0 : x->out.len);
	mag_log_fields(x->status >= 500 ? MAG_ERROR : MAG_INFO, "request", line);
}
