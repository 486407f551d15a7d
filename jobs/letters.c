/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --letters: what is due goes to SMTP_HOST, over one connection. */
#include <magnetiq.h>
#include <magnetiq/i18n.h>
#include <magnetiq/ops.h>
#include <magnetiq/template.h>

#include "child.h"
#include "egress/smtp.h"
#include "letters.h"

/* Until none is due, or they lead nowhere: the operation begins anew soon. */
static void
send_all(struct mag_call *c, struct egress_smtp *server)
{
	enum mag_status st = MAG_OK;
	int n;

	for (; st == MAG_OK && !child_stopping; child_next(c))
		st = mag_letters_send(&n, c, egress_smtp, server,
		    &child_stopping);
}

int
letters_main(struct mag_conf *conf)
{
	struct egress_smtp *server = NULL;
	struct mag_call c;
	bool begun;

	begun = child_begin(&c, conf) &&
	    (server = egress_smtp_new(conf)) != NULL;
	if (begun) {
		mag_i18n_init(conf->template_dir);
		mag_template_init(conf->template_dir);
		send_all(&c, server);
	}
	egress_smtp_free(server);
	child_end(&c);
	return begun ? 0 : 1;
}
