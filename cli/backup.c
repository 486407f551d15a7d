/* SPDX-License-Identifier: MIT */
/* Commands about backups. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/clock.h>

#include "../lib/ops/backup.h"
#include "command.h"

#define SERVES_SECONDS	15	/* workers that ended begin anew by then */
#define LETTERS_SECONDS	150	/* longer than a batch of them takes */

/* The newest one that counts, if it is that young; each that has its name has
 * been read again. */
static bool
made_within(struct command_state *s, int64_t most)
{
	const char *path = mag_backup_newest(&s->call);
	struct stat st;

	if (most == 0 || path == NULL || stat(path, &st) == -1 ||
	    s->call.now - st.st_mtime >= most * 3600)
		return false;
	say("%s is younger than that; nothing to do", path);
	return true;
}

int
command_backup(struct command_state *s)
{
	struct backup_wish wish = { .secrets = flag(s, "--with-secrets"),
	    .snapshot = flag(s, "--snapshot") };
	struct mag_buf report;
	const char *path;
	enum mag_status st;
	int most[3];
	int64_t older = hours(s);

	wish.dir = option(s, "--to");
	wish.keep = option(s, "--keep");
	if (!rest(s, 0))
		return fail_use("backup takes --to, --keep, --with-secrets, "
		    "--snapshot and --if-older");
	if (older < 0 || (older > 0 && wish.dir != NULL))
		return fail_use("--if-older wants hours, and BACKUP_DIR");
	if (wish.keep != NULL && !backup_rule(most, wish.keep))
		return fail_use("--keep wants three numbers, as in 7,4,12");
	if (made_within(s, older))
		return EXIT_DONE;
	mag_buf_init(&report, s->a, 256);
	st = backup_make(&path, &s->call, &wish, &report);
	print_report(&report);
	if (st != MAG_OK)
		return fail(s, st);
	puts(path);
	return EXIT_DONE;
}

static int
check(struct command_state *s, const char *path)
{
	const char *dir = mag_printf(s->a, "%s.checking-%d", s->conf->database,
	    (int)getpid());
	struct backup_facts facts;
	char when[MAG_TIME_TEXT];
	enum mag_status st;

	if ((st = backup_check(&facts, &s->call, path, dir,
	    BACKUP_DATABASE)) == MAG_OK)
		st = backup_try(&s->call, dir);
	folder_remove(dir);
	if (st != MAG_OK)
		return fail(s, st);
	mag_time_rfc3339(when, facts.created);
	say("A whole %s of %s: Magnetiq %s, schema %lld, %lld files.",
	    facts.snapshot ? "snapshot" : "backup", when, facts.version, (long long)facts.schema,
	    (long long)facts.files);
	return EXIT_DONE;
}

/* Does it answer out of what has its name now, within some seconds?  A disk
 * that is nearly full was so before, and going back would not mend it. */
static bool
comes_to_serve(struct command_state *s)
{
	int64_t end = mag_clock_us() + SERVES_SECONDS * 1000000LL;

	do {
		if (site_has_database(s))
			return true;
		mag_clock_sleep_ms(100);
	} while (mag_clock_us() < end);
	return false;
}

static void
go_back(struct command_state *s, const char *kept)
{
	const char *failed;

	say("magnetiq: the site does not serve with it; going back");
	if (backup_undo(&failed, &s->call, kept) != MAG_OK)
		say("magnetiq: that failed; the database of before is %s",
		    kept);
	else
		say("magnetiq: the database of before is in its place again; "
		    "the one of the backup is %s", failed);
}

static int
restore(struct command_state *s, const struct restore_wish *wish)
{
	bool ran = site_is_well(s, "/api/v1/health");
	struct mag_buf report;
	enum mag_status st;
	const char *kept;
	int turn;

	mag_buf_init(&report, s->a, 256);
	/* Until it is known that this site stays, no letter leaves it. */
	if (!mag_letters_turn(&turn, &s->call, LETTERS_SECONDS * 1000000LL)) {
		say("magnetiq: letters are being sent, and do not come to an "
		    "end; nothing was changed. Try again.");
		return EXIT_FAILED;
	}
	st = backup_restore(&kept, &s->call, wish, &report);
	print_report(&report);
	if (st != MAG_OK)
		return fail(s, st);
	if (ran && !comes_to_serve(s)) {
		go_back(s, kept);
		return EXIT_FAILED;
	}
	mag_letters_turn_end(turn);
	say("The site is what the backup says; the database of before is %s",
	    kept);
	return EXIT_DONE;
}

/* The newest backup or snapshot of a moment, or before it. */
static const char *
made_by(struct command_state *s, const char *moment)
{
	const char *path;
	int64_t at;

	if (!mag_time_parse(&at, moment, strlen(moment), false)) {
		say("magnetiq: --at wants a time such as 2026-11-28T14:05:00Z");
		return NULL;
	}
	if ((path = mag_copy_at(&s->call, at)) == NULL)
		say("magnetiq: no backup or snapshot is that old");
	else
		say("The newest of then is %s", path);
	return path;
}

int
command_restore(struct command_state *s)
{
	bool only = flag(s, "--check");
	struct restore_wish wish = {
	    .without_media = flag(s, "--without-media") };
	const char *at = option(s, "--at");

	if (!rest(s, at == NULL ? 1 : 0))
		return fail_use("restore needs FILE or --at TIME, and takes "
		    "--check and --without-media");
	wish.path = at == NULL ? s->argv[0] : made_by(s, at);
	if (wish.path == NULL)
		return EXIT_FAILED;
	return only ? check(s, wish.path) : restore(s, &wish);
}
