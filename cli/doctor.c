/* SPDX-License-Identifier: MIT */
/*
 * magnetiq doctor: what is wrong, from the settings to the running site.  It
 * runs each check of the three tables by itself, so that one finding hides no
 * other, and needs nothing to be there.
 */
#include <stdio.h>
#include <string.h>

#include <magnetiq/clock.h>

#include "../jobs/egress/probe.h"
#include "checks.h"

static const struct mag_check *
table(size_t i)
{

	return i == 0 ? doctor_checks() : i == 1 ? mag_checks() :
	    i == 2 ? egress_checks() : NULL;
}

static int
run(struct mag_checkup *k, unsigned with, unsigned without, const char *name)
{
	size_t i;
	int n = 0;

	for (i = 0; table(i) != NULL; i++)
		n += mag_check_run(k, table(i), with, without, name);
	return n;
}

/* Is there a check, or a part, of that name? */
static bool
known(const char *name)
{
	const struct mag_check *check;
	size_t i;

	for (i = 0; table(i) != NULL; i++)
		for (check = table(i); check->name != NULL; check++)
			if (strcmp(check->name, name) == 0 ||
			    strcmp(check->part, name) == 0)
				return true;
	return false;
}

static int
list(void)
{
	const struct mag_check *check;
	size_t i;

	for (i = 0; table(i) != NULL; i++)
		for (check = table(i); check->name != NULL; check++)
			printf("%-10s %-12s %s\n", check->part, check->name,
			    check->what);
	return EXIT_DONE;
}

/* What stands before all checks, and is none: it has no name. */
static void
add(struct mag_checkup *k, const char *what, const char *arg,
    const char *cure)
{
	static const struct mag_check start = { .name = "start",
	    .part = "settings" };

	k->check = &start;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT, .what = what,
	    .arg = arg, .cure = cure });
}

static void
open_database(struct command_state *s, struct mag_checkup *k)
{
	enum mag_status st;

	st = mag_db_open(&s->db, s->conf->database, 0, 0);
	s->call.db = s->db;
	if (st == MAG_NOT_FOUND)
		add(k, "There is no database: %s", s->conf->database,
		    "magnetiq init-db, or magnetiq restore FILE");
	else if (st != MAG_OK)
		add(k, "The database cannot be opened: %s", s->conf->database,
		    "See the log above; if it is broken: magnetiq restore "
		    "FILE");
}

static void
look(struct command_state *s, struct mag_checkup *k, const char *name)
{
	static char error[512];
	char why[512];

	if (mag_conf_read(&s->conf, error, sizeof(error)) != MAG_OK) {
		add(k, "%s", error, "Mend that setting; see magnetiq.env(5)");
		return;
	}
	mag_clock_offset_file(s->conf->clock_offset_file);
	s->call.conf = s->conf;
	s->call.now = mag_clock_now();
	(void)run(k, MAG_CHECK_ROOT, 0, name);
	/* Root would leave files of its own beside the database. */
	if (!become_owner(s))
		return;
	open_database(s, k);
	(void)run(k, 0, MAG_CHECK_ROOT | MAG_CHECK_DB, name);
	/* Of rows that another program wrote nothing can be said. */
	if (s->db != NULL && mag_migrate_check(s->db, why, sizeof(why)) ==
	    MAG_OK)
		(void)run(k, MAG_CHECK_DB, MAG_CHECK_ROOT, name);
}

static void
print(struct mag_buf *b, struct command_state *s, const struct mag_checkup *k)
{
	const struct mag_finding *f;
	int g;

	for (g = MAG_GRAVITY__MAX - 1; g >= 0; g--)
		for (f = k->first; f != NULL; f = f->next)
			if ((int)f->gravity == g)
				mag_buf_addf(b, "%s -- %s\n",
				    mag_finding_what(s->a, "en", f),
				    mag_finding_cure(s->a, "en", f));
}

int
command_doctor(struct command_state *s)
{
	bool json = flag(s, "--json");
	struct mag_checkup k = { .c = &s->call };
	const char *name;
	struct mag_buf report;

	if (flag(s, "--list"))
		return rest(s, 0) ? list() : fail_use("--list stands alone");
	name = s->argc > 0 ? s->argv[0] : NULL;
	if (s->argc > 1 || (name != NULL && !known(name)))
		return fail_use("doctor takes --json, and a name that "
		    "doctor --list prints");
	if (!egress_begin())
		return EXIT_FAILED;
	look(s, &k, name);
	mag_buf_init(&report, s->a, 1024);
	print(&report, s, &k);
	if (json)
		print_findings(s, &report);
	else if (report.len == 0)
		say("Nothing is wrong.");
	else
		print_report(&report);
	return report.len == 0 ? EXIT_DONE : EXIT_FAILED;
}
