/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --backup, --snapshot, --drill: what takes long, apart. */
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
snapshot(struct mag_call *c, struct mag_buf *report)
{
	const struct backup_wish wish = { .snapshot = true };
	const char *path;

	return backup_make(&path, c, &wish, report);
}

static const char *
why(struct mag_call *c)
{

	return c->problem.message == NULL ? "failed; see the log" :
	    c->problem.arg == NULL ? c->problem.message :
	    mag_tr_fill(c->a, "en", c->problem.message, c->problem.arg);
}

static const char sql_drilled[] =
    "INSERT INTO backup_drills (id, ran_at, name, error, took_ms, files,"
    " tables, rows) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (id) DO UPDATE SET ran_at = excluded.ran_at,"
    " name = excluded.name, error = excluded.error,"
    " took_ms = excluded.took_ms, files = excluded.files,"
    " tables = excluded.tables, rows = excluded.rows";

/* Better one whose date is wrong than none to try. */
static const char *
to_try(struct mag_call *c)
{
	const char *path = mag_backup_newest(c);
	struct backup_name *names;
	size_t i, n;

	if (path != NULL)
		return path;
	n = backup_names(&names, c->a, c->conf->backup_dir);
	for (i = 0; i < n; i++)
		if (!names[i].snapshot)
			return mag_printf(c->a, "%s/%s", c->conf->backup_dir,
			    names[i].name);
	return NULL;
}

/* The newest backup is unpacked with all that is in it, compared with what its
 * manifest says, and brought forward as a restore would. */
static enum mag_status
drill(struct mag_call *c, struct mag_buf *report)
{
	const char *path = to_try(c);
	const char *dir = mag_printf(c->a, "%s/.new-drill", c->conf->backup_dir);
	int64_t began = mag_clock_us();
	struct backup_facts facts;
	enum mag_status st, noted;

	if (path == NULL) {
		mag_buf_adds(report, "there is no backup yet");
		return MAG_OK;
	}
	mag_pace_yield();
	folder_remove(dir);
	if ((st = backup_check(&facts, c, path, dir, BACKUP_ALL)) == MAG_OK)
		st = backup_try(c, dir);
	folder_remove(dir);
	noted = mag_db_run(c->db, sql_drilled, "tssiiii", c->now,
	    strrchr(path, '/') + 1, st == MAG_OK ? NULL : why(c),
	    (mag_clock_us() - began) / 1000, facts.files, facts.tables,
	    facts.rows);
	return st != MAG_OK ? st : noted;
}

struct work {
	const char	*flag, *name;
	enum mag_status	(*run)(struct mag_call *, struct mag_buf *);
	bool		 quiet;		/* writes nothing down if it went well: see
					 * op_snapshot() */
};

static const struct work works[] = {
	{ "--backup", "backup", back_up, false },
	{ "--snapshot", "snapshot", snapshot, true },
	{ "--drill", "drill", drill, false },
};

/* How it went stands in the table of jobs, as for any other. */
static int
run(struct mag_call *c, const struct work *w)
{
	int64_t began = mag_clock_us();
	const char *error = NULL;
	struct mag_buf report;

	mag_buf_init(&report, c->a, 256);
	if (w->run(c, &report) != MAG_OK)
		error = why(c);
	if (error != NULL)
		mag_log(MAG_ERROR, "job_failed", "%s: %s", w->name, error);
	else
		mag_log(MAG_INFO, "job", "%s: done %s", w->name, report.p);
	if ((error != NULL || !w->quiet) && mag_ops_note(c,
	    mag_op_find(w->name), (mag_clock_us() - began) / 1000, error, 0) !=
	    MAG_OK)
		mag_log(MAG_ERROR, "job_failed", "%s: cannot be noted", w->name);
	return error == NULL ? 0 : 1;
}

int
backup_main(const struct mag_conf *conf, const char *flag)
{
	struct mag_call c = { .conf = conf, .lang = "en", .request_id = "",
	    .address = "", .user_agent = "" };
	const struct work *w = works;
	int status;

	while (strcmp(w->flag, flag) != 0)
		w++;
	if (mag_db_open(&c.db, conf->database, 0, 0) != MAG_OK)
		return 1;
	c.a = mag_arena_new(MAG_REQUEST_ARENA);
	c.now = mag_clock_now();
	status = run(&c, w);
	mag_db_close(c.db);
	mag_arena_free(c.a);
	return status;
}
