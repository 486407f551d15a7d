/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --backup and --drill: what takes long, apart from the rest. */
#include <string.h>
#include <unistd.h>

#include <magnetiq.h>
#include <magnetiq/ops.h>

#include "../lib/ops/backup.h"
#include "backup.h"

static enum mag_status
back_up(struct mag_call *c, struct mag_buf *report)
{
	const struct backup_wish wish = { .dir = NULL };
	const char *path;

	return backup_make(&path, c, &wish, report);
}

static enum mag_status
drill(struct mag_call *c, struct mag_buf *report)
{
	const char *path = mag_backup_newest(c);
	const char *dir = mag_printf(c->a, "%s/.new-drill", c->conf->backup_dir);
	struct backup_facts facts;
	enum mag_status st;

	if (path == NULL) {
		mag_buf_adds(report, "there is no backup yet");
		return MAG_OK;
	}
	folder_remove(dir);
	st = backup_check(&facts, c, path, dir, true);
	folder_remove(dir);
	return st;
}

/* How it went stands in the table of jobs, as for any other. */
static int
run(struct mag_call *c, const char *name, enum mag_status (*work)(
    struct mag_call *, struct mag_buf *))
{
	int64_t began = mag_clock_us();
	const char *error = NULL;
	struct mag_buf report;
	enum mag_status st;

	mag_buf_init(&report, c->a, 256);
	if ((st = work(c, &report)) != MAG_OK)
		error = c->problem.message == NULL ? "failed; see the log" :
		    c->problem.arg == NULL ? c->problem.message :
		    mag_tr_fill(c->a, "en", c->problem.message, c->problem.arg);
	if (error != NULL)
		mag_log(MAG_ERROR, "job_failed", "%s: %s", name, error);
	else
		mag_log(MAG_INFO, "job", "%s: done %s", name, report.p);
	if (mag_ops_note(c, mag_op_find(name), (mag_clock_us() - began) / 1000,
	    error) != MAG_OK)
		mag_log(MAG_ERROR, "job_failed", "%s: cannot be noted", name);
	return st == MAG_OK ? 0 : 1;
}

int
backup_main(const struct mag_conf *conf, const char *flag)
{
	struct mag_call c = { .conf = conf, .lang = "en", .request_id = "",
	    .address = "", .user_agent = "" };
	int status;

	if (mag_db_open(&c.db, conf->database, 0, 0) != MAG_OK)
		return 1;
	c.a = mag_arena_new(MAG_REQUEST_ARENA);
	c.now = mag_clock_now();
	status = strcmp(flag, "--backup") == 0 ? run(&c, "backup", back_up) :
	    run(&c, "drill", drill);
	mag_db_close(c.db);
	mag_arena_free(c.a);
	return status;
}
