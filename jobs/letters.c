/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --letters: what is due goes to SMTP_HOST, over one connection. */
#include <signal.h>
#include <string.h>

#include <magnetiq.h>
#include <magnetiq/i18n.h>
#include <magnetiq/ops.h>
#include <magnetiq/template.h>

#include "egress/smtp.h"
#include "letters.h"

static volatile sig_atomic_t stopping;

static void
on_stop(int number)
{

	(void)number;
	stopping = 1;
}

/* Until none is due, or they lead nowhere: the operation begins anew soon. */
static void
send_all(struct mag_call *c, struct egress_smtp *server)
{
	enum mag_status st = MAG_OK;
	int n;

	while (st == MAG_OK && !stopping) {
		mag_arena_reset(c->a);
		memset(&c->problem, 0, sizeof(c->problem));
		c->site = NULL;
		c->now = mag_clock_now();
		st = mag_letters_send(&n, c, egress_smtp, server, &stopping);
		mag_db_idle(c->db);
	}
}

int
letters_main(struct mag_conf *conf)
{
	struct sigaction stop = { .sa_handler = on_stop };
	struct mag_call c = { .conf = conf, .lang = "en", .request_id = "",
	    .address = "", .user_agent = "" };

	struct egress_smtp *server = NULL;

	sigaction(SIGTERM, &stop, NULL);
	if (!egress_begin() || (server = egress_smtp_new(conf)) == NULL ||
	    mag_db_open(&c.db, conf->database, 0, 0) != MAG_OK) {
		egress_smtp_free(server);
		return 1;
	}
	mag_i18n_init(conf->template_dir);
	mag_template_init(conf->template_dir);
	c.a = mag_arena_new(MAG_REQUEST_ARENA);
	send_all(&c, server);
	egress_smtp_free(server);
	mag_db_close(c.db);
	mag_arena_free(c.a);
	return 0;
}
