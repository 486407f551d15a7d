/* SPDX-License-Identifier: MIT */
/* Statements that take long: one line in the log for each time. */
#include <magnetiq/clock.h>
#include <magnetiq/log.h>

#include "conn.h"

static int64_t limit_us;

void
mag_db_slow(int ms)
{

	limit_us = (int64_t)ms * 1000;
}

int
db_step(struct mag_row *r)
{
	int64_t began;
	int rc;

	if (limit_us == 0)
		return sqlite3_step(r->stmt);
	began = mag_clock_us();
	rc = sqlite3_step(r->stmt);
	r->us += mag_clock_us() - began;
	return rc;
}

/* Its text is a constant, or made of the names in a field table: a value never
 * stands in it. */
void
db_slow_tell(const struct mag_row *r)
{

	if (limit_us > 0 && r->us >= limit_us)
		mag_log(MAG_WARN, "slow_query", "%lld ms: %s",
		    (long long)r->us / 1000, r->sql);
}
