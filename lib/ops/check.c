/* SPDX-License-Identifier: MIT */
/* The table of checks, and running them one by one. */
#include <string.h>

#include <magnetiq/i18n.h>

#include "checks.h"

#define DB	MAG_CHECK_DB
#define PANEL	MAG_CHECK_PANEL
#define WATCH	MAG_CHECK_WATCH

static const struct mag_check checks[] = {
	{ "disk", "disk", "Free disk: 80 % in use and less than 20 GB left; "
	  "95 % and less than 4 GB, where uploads are refused; less than "
	  "256 MB left", PANEL | WATCH, 0, check_disk },
	{ "files", "disk", "Free inodes: from 90 % on", PANEL | WATCH, 0,
	  check_files },
	{ "size", "disk", "The database: from 10 GB on, or growing so that the "
	  "disk is full within a month", DB | PANEL | WATCH, 0, check_size },
	{ "wal", "disk", "The write-ahead log: from 64 MB on", PANEL | WATCH,
	  600, check_wal },
	{ "copies", "disk", "Copies of the database beside it: none older than "
	  "30 days", PANEL, 0, check_copies },
	{ "logs", "disk", "Logs: from 512 MB a file on, or not rotated for "
	  "eight days", PANEL | WATCH, 0, check_logs },
	{ "schema", "database", "The schema: one that this program can work on",
	  PANEL | WATCH, 0, check_schema },
	{ "users", "database", "Users: one at least, and an admin among them",
	  DB | PANEL, 0, check_users },
	{ "sign-ins", "security", "Failed sign-ins: fewer than fifty within a day",
	  DB | PANEL | WATCH, 0, check_sign_ins },
	{ "maintenance", "database", "Maintenance mode: for more than a day",
	  DB | PANEL | WATCH, 0, check_maintenance },
	{ "workers", "pool", "Workers: as many as the settings say", PANEL |
	  WATCH, 180, check_workers },
	{ "jobs", "jobs", "The jobs process: something ran within ten minutes",
	  DB | PANEL, 0, check_jobs },
	{ "operations", "jobs", "Each operation: no error, and not late",
	  DB | PANEL | WATCH, 300, check_operations },
	{ "outbox", "mail", "Letters: none is due for more than 15 minutes",
	  DB | PANEL | WATCH, 0, check_outbox },
	{ "failed", "mail", "Letters: more than ten failed within a day",
	  DB | PANEL | WATCH, 0, check_failed },
	{ "feeds", "jobs", "Consultants' calendars: read within an hour",
	  DB | PANEL | WATCH, 0, check_feeds },
	{ "backup", "backup", "Backups: the newest is younger than 36 hours, "
	  "and not empty; none is dated in the future",
	  DB | PANEL | WATCH, 0, check_backup },
	{ "drill", "backup", "The restore drill: it went well, within eight days",
	  DB | PANEL | WATCH, 0, check_drill },
	{ NULL, NULL, NULL, 0, 0, NULL }
};

const struct mag_check *
mag_checks(void)
{

	return checks;
}

int
mag_check_run(struct mag_checkup *k, const struct mag_check *list,
    unsigned with, unsigned without, const char *name)
{
	const struct mag_check *check;
	int n = 0;

	for (check = list; check->name != NULL; check++) {
		if ((check->flags & with) != with || (check->flags & without))
			continue;
		if (name != NULL && strcmp(name, check->name) != 0 &&
		    strcmp(name, check->part) != 0)
			continue;
		n++;
		k->check = check;
		if (!(check->flags & MAG_CHECK_DB) || k->c->db != NULL)
			check->look(k);
	}
	return n;
}

void
mag_found(struct mag_checkup *k, struct mag_finding f)
{
	struct mag_finding *copy = mag_alloc(k->c->a, sizeof(*copy));

	*copy = f;
	copy->next = NULL;
	copy->check = k->check;
	if (copy->id == NULL)
		copy->id = copy->what;
	*(k->last == NULL ? &k->first : &k->last->next) = copy;
	k->last = copy;
	k->count++;
}

const char *
mag_gravity_name(enum mag_gravity g)
{
	static const char *const names[MAG_GRAVITY__MAX] = {
		"minor", "major", "urgent"
	};

	return names[g];
}

static const char *
filled(struct mag_arena *a, const char *lang, const char *text, const char *arg)
{

	return arg == NULL ? mag_tr(lang, text) :
	    mag_tr_fill(a, lang, text, arg);
}

const char *
mag_finding_what(struct mag_arena *a, const char *lang,
    const struct mag_finding *f)
{

	return filled(a, lang, f->what, f->arg);
}

const char *
mag_finding_cure(struct mag_arena *a, const char *lang,
    const struct mag_finding *f)
{

	return filled(a, lang, f->cure, f->cure_arg);
}
