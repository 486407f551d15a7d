/* SPDX-License-Identifier: MIT */
/* A child that talks to others: told to stop, its call, its end. */
#include <string.h>

#include <magnetiq.h>

#include "child.h"
#include "egress/smtp.h"

volatile sig_atomic_t child_stopping;

static void
on_stop(int number)
{

	(void)number;
	child_stopping = 1;
}

bool
child_begin(struct mag_call *c, const struct mag_conf *conf)
{
	struct sigaction stop = { .sa_handler = on_stop };

	*c = (struct mag_call){ .conf = conf, .lang = "en", .request_id = "",
	    .address = "", .user_agent = "" };
	sigaction(SIGTERM, &stop, NULL);
	if (!egress_begin() ||
	    mag_db_open(&c->db, conf->database, 0, 0) != MAG_OK)
		return false;
	c->a = mag_arena_new(MAG_REQUEST_ARENA);
	c->now = mag_clock_now();
	return true;
}

void
child_next(struct mag_call *c)
{

	mag_db_idle(c->db);
	mag_arena_reset(c->a);
	memset(&c->problem, 0, sizeof(c->problem));
	c->site = NULL;
	c->now = mag_clock_now();
}

void
child_end(struct mag_call *c)
{

	mag_db_close(c->db);
	mag_arena_free(c->a);
}
