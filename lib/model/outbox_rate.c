/* SPDX-License-Identifier: MIT */
/* How many letters may leave now: what the provider lets go in a minute and in
 * an hour, counted over what has gone. */
#include <magnetiq/conf.h>
#include <magnetiq/outbox.h>

#define MINUTE	60
#define HOUR	(60 * MINUTE)

static const char sql_gone[] =
    "SELECT count(*) FROM outbox WHERE sent_at > ?1";

static enum mag_status
narrow(size_t *room, struct mag_call *c, int64_t quota, int64_t seconds)
{
	enum mag_status st;
	int64_t gone;

	if (quota == 0)
		return MAG_OK;
	st = mag_db_int(&gone, c->db, sql_gone, "t", c->now - seconds);
	if (st != MAG_OK)
		return st;
	if (gone >= quota)
		*room = 0;
	else if ((int64_t)*room > quota - gone)
		*room = (size_t)(quota - gone);
	return MAG_OK;
}

enum mag_status
mag_outbox_room(size_t *out, struct mag_call *c, size_t max)
{
	enum mag_status st;

	*out = max;
	/* What the claim itself would send to a domain counts only once it is
	 * gone: so they leave one by one. */
	if (c->conf->smtp_domain_per_minute > 0 && *out > 1)
		*out = 1;
	if ((st = narrow(out, c, c->conf->smtp_per_minute, MINUTE)) != MAG_OK)
		return st;
	return narrow(out, c, c->conf->smtp_per_hour, HOUR);
}
