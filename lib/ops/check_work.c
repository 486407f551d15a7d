/* SPDX-License-Identifier: MIT */
/* Who should be at work, and is what has its hour done? */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/ops.h>
#include <magnetiq/scoreboard.h>

#include "backup.h"
#include "checks.h"

#define HOUR		(60 * 60)
#define DAY		(24 * HOUR)
#define JOBS_SLEEP	600		/* seconds without any operation */
#define BACKUP_OLD	(36 * HOUR)
#define DRILL_OLD	(8 * DAY)

/* By pool, those alive. */
static bool
count(int n[MAG_POOL__MAX], struct mag_call *c)
{
	struct mag_worker *w = mag_alloc(c->a,
	    MAG_SCOREBOARD_WORKERS * sizeof(*w));
	struct mag_scoreboard *board;
	enum mag_status st;
	size_t i, all;

	n[MAG_POOL_APP] = n[MAG_POOL_AUTH] = 0;
	st = mag_scoreboard_look(&board, c->conf->state_dir);
	if (st == MAG_NOT_FOUND)
		return true;		/* nobody of this version works here */
	if (st != MAG_OK)
		return false;
	all = mag_scoreboard_workers(board, w, MAG_SCOREBOARD_WORKERS);
	for (i = 0; i < all; i++)
		n[w[i].pool]++;
	mag_scoreboard_close(board);
	return true;
}

void
check_workers(struct mag_checkup *k)
{
	static const char *const names[MAG_POOL__MAX] = { "app", "auth" };
	const struct mag_conf *conf = k->c->conf;
	const int wanted[MAG_POOL__MAX] = { conf->workers, conf->auth_workers };
	int there[MAG_POOL__MAX], i;

	if (!count(there, k->c))
		return;
	for (i = 0; i < MAG_POOL__MAX; i++) {
		if (there[i] >= wanted[i])
			continue;
		mag_found(k, (struct mag_finding){
		    .gravity = there[i] == 0 ? MAG_URGENT : MAG_MAJOR,
		    .id = names[i],
		    .what = there[i] == 0 ? "No worker of the pool %s is there." :
		    "Workers are missing: %s.",
		    .arg = there[i] == 0 ? names[i] : mag_printf(k->c->a,
		    "%s %d/%d", names[i], there[i], wanted[i]),
		    .cure = "systemctl restart magnetiq-%s (or spawn/dev), and "
		    "look into its log",
		    .cure_arg = names[i] });
	}
}

static const char sql_last[] = "SELECT max(last_run) FROM jobs";

/* Seconds since the jobs process did anything; it notes that each minute. */
static int64_t
asleep(struct mag_call *c)
{
	struct mag_row *row = NULL;
	int64_t last = 0;

	if (mag_db_row(&row, c->db, sql_last, "") == MAG_OK)
		last = mag_row_time(row, 0);
	mag_row_done(row);
	return c->now - last;
}

void
check_jobs(struct mag_checkup *k)
{

	if (asleep(k->c) <= JOBS_SLEEP)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
	    .what = "magnetiq-jobs does not run: nothing is published, sent, "
	    "backed up or tidied.",
	    .cure = "systemctl restart magnetiq-jobs (or spawn/dev), and look "
	    "into its log" });
}

static const char sql_operations[] =
    "SELECT name, last_error, next_run FROM jobs";

static void
look_at_operation(struct mag_checkup *k, const struct mag_op *op,
    const char *error, int64_t next)
{
	struct mag_call *c = k->c;
	/* What should run each second may wait for what takes long. */
	int64_t late = c->now - next;

	if (error != NULL)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = op->name, .what = "An operation failed: %s.",
		    .arg = mag_printf(c->a, "%s: %s", op->name, error),
		    .cure = "Mend what it says; it is tried again by itself, "
		    "or at once: POST /api/v1/admin/jobs/%s/run",
		    .cure_arg = op->name });
	else if (next != 0 && late > HOUR && asleep(c) <= JOBS_SLEEP)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = op->name, .what = "An operation is late: %s.",
		    .arg = mag_printf(c->a, "%s, %lld min", op->name,
		    (long long)late / 60),
		    .cure = "See what the jobs process does instead: "
		    "journalctl -u magnetiq-jobs" });
}

void
check_operations(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	struct mag_row *row = NULL;
	const struct mag_op *op;
	const char *error;

	if (mag_db_query(&row, c->db, sql_operations, "") != MAG_OK)
		return;
	while (mag_row_next(row) == MAG_OK) {
		op = mag_op_find(mag_row_dup(row, 0, c->a));
		error = mag_row_dup(row, 1, c->a);
		/* How the drill went is a check of its own. */
		if (op != NULL && !(error != NULL &&
		    strcmp(op->name, "drill") == 0))
			look_at_operation(k, op, error, mag_row_time(row, 2));
	}
	mag_row_done(row);
}

/* Dates that nobody can believe; what they would have made others do. */
static void
look_for_ahead(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	struct backup_name *names;
	size_t n = backup_names(&names, c->a, c->conf->backup_dir);

	/* The newest first. */
	if (n > 0 && backup_ahead(names[0].made, c->now))
		mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
		    .id = "ahead",
		    .what = "A backup or snapshot is dated in the future, and "
		    "counts as none: %s.", .arg = names[0].name,
		    .cure = "The clock was wrong when it was made: see "
		    "timedatectl; give it its true date with mv in %s, or "
		    "remove it", .cure_arg = c->conf->backup_dir });
}

void
check_backup(struct mag_checkup *k)
{
	const char *path = mag_backup_newest(k->c);
	int64_t made = 0, old;
	struct stat sb;

	if (path != NULL)
		(void)backup_time(&made, strrchr(path, '/') + 1);
	old = k->c->now - made;
	look_for_ahead(k);
	if (path != NULL && stat(path, &sb) == 0 && sb.st_size == 0)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "empty", .what = "The newest backup is empty: %s.",
		    .arg = path, .cure = "magnetiq backup, then remove that "
		    "file; magnetiq restore --check of the one before" });
	if (made != 0 && old <= BACKUP_OLD)
		return;
	mag_found(k, (struct mag_finding){
	    .gravity = made == 0 || old > 3 * DAY ? MAG_URGENT : MAG_MAJOR,
	    .id = "old",
	    .what = made == 0 ? "There is no backup." :
	    "The newest backup is %s hours old.",
	    .arg = made == 0 ? NULL : mag_printf(k->c->a, "%lld",
	    (long long)old / HOUR),
	    .cure = "magnetiq backup, and look why the jobs process made "
	    "none" });
}

static const char sql_drill[] =
    "SELECT last_run, last_error, (SELECT min(applied_at) FROM"
    " schema_migrations) FROM jobs WHERE name = 'drill'";

void
check_drill(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	struct mag_row *row = NULL;
	const char *error = NULL;
	int64_t last = c->now;

	if (mag_db_row(&row, c->db, sql_drill, "") == MAG_OK) {
		/* A site that is young has had none. */
		last = mag_row_time(row, mag_row_null(row, 0) ? 2 : 0);
		error = mag_row_dup(row, 1, c->a);
	}
	mag_row_done(row);
	if (error != NULL)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "drill",
		    .what = "The newest backup could not be restored in the "
		    "drill: %s.", .arg = error,
		    .cure = "magnetiq backup, then magnetiq restore --check "
		    "of the file that it names" });
	else if (c->now - last > DRILL_OLD)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "drill",
		    .what = "No backup has been tried out for %s days.",
		    .arg = mag_printf(c->a, "%lld",
		    (long long)(c->now - last) / DAY),
		    .cure = "Ask for it: POST /api/v1/admin/jobs/drill/run" });
}
