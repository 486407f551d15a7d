/* SPDX-License-Identifier: MIT */
/* magnetiq doctor: what is wrong, from the settings to the running site. */
#include <magnetiq/clock.h>

#include "command.h"

static enum mag_status
look(struct command_state *s, struct mag_buf *b)
{
	char error[512];
	enum mag_status st;

	if (mag_conf_load(&s->conf, error, sizeof(error)) != MAG_OK) {
		mag_buf_addf(b, "%s -- mend that setting; see "
		    "magnetiq.env(5)\n", error);
		return MAG_OK;
	}
	mag_clock_offset_file(s->conf->clock_offset_file);
	s->call.conf = s->conf;
	s->call.now = mag_clock_now();
	st = mag_db_open(&s->db, s->conf->database, 0, 0);
	if (st == MAG_NOT_FOUND)
		mag_buf_adds(b, "there is no database -- magnetiq init-db, or "
		    "magnetiq restore FILE\n");
	else if (st != MAG_OK)
		mag_buf_adds(b, "the database cannot be opened -- see the log "
		    "above; if it is broken: magnetiq restore FILE\n");
	s->call.db = s->db;
	if ((st = mag_op_doctor(&s->call, b)) != MAG_OK)
		return st;
	if (!site_is_well(s, "/api/v1/health"))
		mag_buf_adds(b, "the site does not answer -- start the pools "
		    "and nginx, and look into their logs\n");
	return MAG_OK;
}

int
command_doctor(struct command_state *s)
{
	bool json = flag(s, "--json");
	struct mag_buf report;
	enum mag_status st;

	if (!rest(s, 0))
		return fail_use("doctor takes only --json");
	mag_buf_init(&report, s->a, 1024);
	if ((st = look(s, &report)) != MAG_OK)
		return fail(s, st);
	if (json)
		print_findings(s, &report);
	else if (report.len == 0)
		say("Nothing is wrong.");
	else
		print_report(&report);
	return report.len == 0 ? EXIT_DONE : EXIT_FAILED;
}
