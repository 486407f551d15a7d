/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs: runs the operations of lib/ops by the clock. */
#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq.h>
#include <magnetiq/i18n.h>
#include <magnetiq/ops.h>
#include <magnetiq/template.h>

#include "backup.h"
#include "child.h"
#include "image.h"
#include "letters.h"
#include "paper.h"
#include "watch.h"

#define NAP_MS		250	/* a request from the panel waits no longer */
#define OPS_MAX		64	/* more than lib/ops has */
#define QUIET_SECONDS	60	/* between two notes that nothing was to be done */

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{

	(void)sig;
	stopping = 1;
}

static int
refuse(const char *why)
{

	fprintf(stderr, "magnetiq-jobs: %s\n", why);
	return 1;
}

static void
call_begin(struct mag_call *c, struct mag_arena *a, struct mag_db *db,
    const struct mag_conf *conf)
{

	mag_arena_reset(a);
	memset(c, 0, sizeof(*c));
	c->a = a;
	c->db = db;
	c->conf = conf;
	c->now = mag_clock_now();
	c->lang = "en";
	c->request_id = c->address = c->user_agent = "";
}

/* One operation, for as many as asked for it: what it did stands in the log,
 * what failed in its row. */
static void
run(struct mag_call *c, const struct mag_op *op, int64_t *noted, int64_t asked)
{
	int64_t began = mag_clock_us(), done = 0, ms;
	struct mag_buf report;
	const char *error = NULL;
	enum mag_status st;

	mag_buf_init(&report, c->a, 256);
	if ((st = op->run(c, &report, &done)) != MAG_OK)
		error = c->problem.message != NULL ? c->problem.message :
		    report.len > 0 ? report.p : "failed; see the log";
	ms = (mag_clock_us() - began) / 1000;
	if (error != NULL)
		mag_log(MAG_ERROR, "job_failed", "%s: %s", op->name, error);
	else if (done > 0)
		mag_log(MAG_INFO, "job", "%s: %s (%lld ms)", op->name, report.p,
		    (long long)ms);
	if (error == NULL && done == 0 && c->now >= *noted &&
	    c->now - *noted < QUIET_SECONDS)
		return;
	*noted = error == NULL ? c->now : 0;
	if (mag_ops_note(c, op, ms, error, asked) != MAG_OK)
		mag_log(MAG_ERROR, "job_failed", "%s: cannot be noted", op->name);
}

/* The clock of each operation, kept here: a job that found nothing to do is
 * written down once a minute, not every two seconds. */
struct turn {
	int64_t		 next, noted;
};

static void
begin(struct turn *turns, struct mag_call *c)
{
	const struct mag_op *op;

	if (mag_ops_enter(c) != MAG_OK)
		mag_log(MAG_ERROR, "job_failed", "the table of jobs is closed");
	for (op = mag_ops(); op->name != NULL; op++)
		if (mag_ops_begin(&turns[op - mag_ops()].next, c, op) != MAG_OK)
			turns[op - mag_ops()].next = mag_op_next(op, c->now);
}

/* The first operation whose time has come; NULL if none. */
static const struct mag_op *
due(const struct turn *turns, int64_t now)
{
	const struct mag_op *op;
	const struct turn *t;

	for (op = mag_ops(); op->name != NULL; op++) {
		t = &turns[op - mag_ops()];
		/* Later than it could be: the clock was set back. */
		if (t->next != 0 && (t->next <= now ||
		    t->next > mag_op_next(op, now)))
			return op;
	}
	return NULL;
}

/* Until somebody says stop, or another file is the database. */
static void
work(struct mag_arena *a, struct mag_db *db, const struct mag_conf *conf)
{
	static struct turn turns[OPS_MAX];
	const struct mag_op *op;
	struct mag_call c;
	int64_t asked;

	call_begin(&c, a, db, conf);
	begin(turns, &c);
	while (!stopping && !mag_db_replaced(db)) {
		call_begin(&c, a, db, conf);
		if (mag_ops_asked(&op, &asked, &c) != MAG_OK)
			op = NULL;
		if (op != NULL)
			turns[op - mag_ops()].noted = 0;
		else
			op = due(turns, c.now);
		if (op == NULL)
			mag_clock_sleep_ms(NAP_MS);
		else {
			run(&c, op, &turns[op - mag_ops()].noted, asked);
			turns[op - mag_ops()].next = mag_op_next(op, c.now);
		}
		mag_db_idle(db);
	}
}

static const char *
open_database(struct mag_db **db, const struct mag_conf *conf)
{
	static char why[512];

	if (mag_db_open(db, conf->database, 0, conf->sqlite_cache_kib) != MAG_OK)
		return "the database cannot be opened";
	return mag_migrate_check(*db, why, sizeof(why)) == MAG_OK ? NULL : why;
}

/* What this program is as a child of itself; false if it is none. */
static bool
child(int *status, const char *flag, struct mag_conf *conf)
{

	if (strcmp(flag, "--backup") == 0 || strcmp(flag, "--snapshot") == 0 ||
	    strcmp(flag, "--drill") == 0)
		*status = backup_main(conf, flag);
	else if (strcmp(flag, "--letters") == 0)
		*status = letters_main(conf);
	else if (strcmp(flag, "--calendars") == 0)
		*status = calendars_main(conf);
	else if (strcmp(flag, "--webhooks") == 0)
		*status = webhooks_main(conf);
	else if (strcmp(flag, "--watch") == 0)
		*status = watch_main(conf);
	else
		return false;
	return true;
}

int
main(int argc, char **argv)
{
	struct sigaction stop = { .sa_handler = on_stop };
	struct mag_arena *a;
	struct mag_conf *conf;
	struct mag_db *db;
	const char *why;
	char error[512];
	int status;

	if (argc > 1 && strcmp(argv[1], "--image") == 0)
		return image_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], "--paper") == 0)
		return paper_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("magnetiq-jobs " PACKAGE_VERSION);
		return 0;
	}
	if (mag_crypto_init() != MAG_OK)
		return refuse("libsodium does not start");
	if (mag_conf_load(&conf, error, sizeof(error)) != MAG_OK)
		return refuse(error);
	mag_log_level(conf->log_level);
	mag_db_slow(conf->slow_query_ms);
	mag_clock_offset_file(conf->clock_offset_file);
	if (argc > 1 && child(&status, argv[1], conf)) {
		mag_conf_free(conf);
		return status;
	}
	mag_i18n_init(conf->template_dir);
	mag_template_init(conf->template_dir);
	mag_op_program("/proc/self/exe");
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGUSR2, &stop, NULL);
	a = mag_arena_new(MAG_REQUEST_ARENA);
	mag_log(MAG_INFO, "jobs_started", "magnetiq %s", PACKAGE_VERSION);
	while (!stopping) {
		if ((why = open_database(&db, conf)) != NULL)
			return refuse(why);
		work(a, db, conf);
		mag_db_close(db);
	}
	mag_log(MAG_INFO, "jobs_stopped", "told to");
	mag_arena_free(a);
	mag_conf_free(conf);
	return 0;
}
