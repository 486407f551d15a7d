/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --watch: look at the site, and write down what is not well. */
#include <magnetiq.h>
#include <magnetiq/clock.h>
#include <magnetiq/i18n.h>
#include <magnetiq/ops.h>
#include <magnetiq/watch.h>

#include "egress/probe.h"
#include "watch.h"

static enum mag_status
note_certificate(struct mag_call *c)
{
	char when[MAG_TIME_TEXT];

	if (egress_certificate() == 0)
		return MAG_OK;
	mag_time_rfc3339(when, egress_certificate());
	return mag_reading_set(c, "certificate", when);
}

static enum mag_status
look(struct mag_call *c)
{
	struct mag_checkup k = { .c = c };
	enum mag_status st;
	int64_t told;

	(void)mag_check_run(&k, mag_checks(), MAG_CHECK_WATCH, 0, NULL);
	(void)mag_check_run(&k, egress_checks(), MAG_CHECK_WATCH, 0, NULL);
	if ((st = mag_watch_note(&told, &k)) != MAG_OK ||
	    (st = note_certificate(c)) != MAG_OK)
		return st;
	if (told > 0)
		mag_log(MAG_INFO, "job", "watch: %lld letters written",
		    (long long)told);
	mag_log(MAG_DEBUG, "look", "%u findings, %lld letters", k.count,
	    (long long)told);
	return mag_watch_size(c);
}

/* How it went is noted only where it failed: `watch` runs each minute. */
int
watch_main(const struct mag_conf *conf)
{
	struct mag_call c = { .conf = conf, .lang = "en", .request_id = "",
	    .address = "", .user_agent = "" };
	enum mag_status st;

	if (!egress_begin() ||
	    mag_db_open(&c.db, conf->database, 0, 0) != MAG_OK)
		return 1;
	mag_i18n_init(conf->template_dir);
	c.a = mag_arena_new(MAG_REQUEST_ARENA);
	c.now = mag_clock_now();
	if ((st = look(&c)) != MAG_OK) {
		mag_log(MAG_ERROR, "job_failed", "watch: cannot be noted");
		if (mag_ops_note(&c, mag_op_find("watch"), 0,
		    "failed; see the log", 0) != MAG_OK)
			mag_log(MAG_ERROR, "job_failed", "nor that");
	}
	mag_db_close(c.db);
	mag_arena_free(c.a);
	return st == MAG_OK ? 0 : 1;
}
