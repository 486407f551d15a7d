/* SPDX-License-Identifier: MIT */
/*
 * What magnetiq-upgrade leaves behind if it is killed: the journal beside the
 * link that says which programs run, and the folder in which it rehearsed;
 * see spawn/lib/upgrade.sh.
 */
#include <string.h>
#include <sys/stat.h>

#include "checks.h"

#define UPGRADE_LONG	(60 * 60)	/* a large copy and a backup take a while */

/* The journal is there for seconds, unless somebody was killed. */
static bool
is_left(struct mag_checkup *k, const char *path, int64_t seconds)
{
	struct stat sb;

	return stat(path, &sb) == 0 && k->c->now - sb.st_mtime > seconds;
}

void
check_upgrade(struct mag_checkup *k)
{
	struct mag_arena *a = k->c->a;
	const char *journals[] = {
	    mag_printf(a, "%s.upgrade", installed(a, MAG_PROGRAMS)),
	    mag_printf(a, "%s/prog.upgrade", k->c->conf->state_dir) };
	const char *scratch = mag_printf(a, "%s.upgrade",
	    k->c->conf->database);
	size_t i;

	for (i = 0; i < sizeof(journals) / sizeof(journals[0]); i++)
		if (is_left(k, journals[i], 120))
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_URGENT, .id = "journal",
			    .what = "An upgrade was cut short: %s",
			    .arg = journals[i],
			    .cure = "magnetiq-upgrade --reload brings it to "
			    "an end: the new version, or the one before" });
	if (is_left(k, scratch, UPGRADE_LONG))
		mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
		    .id = "scratch", .what = "An upgrade that was cut short "
		    "has left a copy of the database: %s", .arg = scratch,
		    .cure = "rm -rf %s, or the next magnetiq-upgrade does it",
		    .cure_arg = scratch });
}
