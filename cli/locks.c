/* SPDX-License-Identifier: MIT */
/*
 * Who holds the database, and for how long: two seconds of /proc/locks.
 * SQLite locks bytes of the file DATABASE-shm (walformat.html, 2.3.1): 120
 * writes, 121 moves the log, 123 to 127 read.  Who waits for a writer asks
 * again and again and holds nothing, so waits are counted on the scoreboard.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <magnetiq/scoreboard.h>

#include "checks.h"
#include "locks.h"

#define LOOKS		40
#define PAUSE_MS	50
#define HOLDERS_MAX	256

enum what { WRITES, MOVES, READS };

static const char *const words[] = { "writes", "moves the log", "reads" };

struct holder {
	int		 pid;
	enum what	 what;
	int		 run, longest;	/* looks in a row */
	bool		 seen;
};

struct watch {
	struct holder	 list[HOLDERS_MAX];
	size_t		 n;
};

static void
see(struct watch *w, int pid, enum what what)
{
	struct holder *h;

	for (h = w->list; h < w->list + w->n; h++)
		if (h->pid == pid && h->what == what)
			break;
	if (h == w->list + HOLDERS_MAX)
		return;
	if (h == w->list + w->n) {
		w->n++;
		*h = (struct holder){ .pid = pid, .what = what };
	}
	h->seen = true;
}

/* A line is `1: POSIX ADVISORY WRITE 4711 fd:01:131 120 120`. */
static void
look(struct watch *w, struct mag_arena *a, const struct stat *shm)
{
	const char *line = text_of(a, "/proc/locks");
	unsigned long inode;
	unsigned major, minor;
	long long from, to;
	int pid;

	for (; line != NULL && *line != '\0';
	    line += strcspn(line, "\n"), line += *line == '\n')
		if (sscanf(line, "%*d: %*s %*s %*s %d %x:%x:%lu %lld %lld",
		    &pid, &major, &minor, &inode, &from, &to) == 6 &&
		    inode == (unsigned long)shm->st_ino &&
		    major == major(shm->st_dev) &&
		    minor == minor(shm->st_dev) && from <= 127 && to >= 120 &&
		    from != 128)
			see(w, pid, from <= 120 ? WRITES : from == 121 ?
			    MOVES : READS);
}

static void
count(struct watch *w)
{
	struct holder *h;

	for (h = w->list; h < w->list + w->n; h++) {
		h->run = h->seen ? h->run + 1 : 0;
		h->seen = false;
		if (h->run > h->longest)
			h->longest = h->run;
	}
}

static const char *
name_of(struct mag_arena *a, int pid)
{
	const char *text = text_of(a, mag_printf(a, "/proc/%d/comm", pid));

	return text == NULL ? "?" : mag_dup(a, text, strcspn(text, "\n"));
}

static int64_t
waits(struct command_state *s)
{
	struct mag_scoreboard_sums sums = { .busy_waits = 0 };
	struct mag_scoreboard *board;

	if (mag_scoreboard_look(&board, s->conf->state_dir) != MAG_OK)
		return 0;
	mag_scoreboard_sums(board, &sums);
	mag_scoreboard_close(board);
	return sums.busy_waits;
}

static void
print(struct command_state *s, const struct watch *w, int64_t waited, bool json)
{
	const struct holder *h;

	printf(json ? "{\"waits\":%lld,\"holders\":[" :
	    "waits for a writer in these two seconds: %lld\n",
	    (long long)waited);
	for (h = w->list; h < w->list + w->n; h++)
		printf(json ? "%s{\"pid\":%d,\"program\":\"%s\","
		    "\"what\":\"%s\",\"longest_ms\":%d}" :
		    "%sprocess %d, %s, %s: longest %d ms\n",
		    json && h > w->list ? "," : "", h->pid,
		    name_of(s->a, h->pid), words[h->what],
		    h->longest * PAUSE_MS);
	if (json)
		puts("]}");
	else if (w->n == 0)
		puts("nobody held the database for long enough to be seen");
}

int
print_locks(struct command_state *s, bool json)
{
	static struct watch w;
	int64_t before = waits(s);
	struct stat shm;
	int i;

	if (stat(mag_printf(s->a, "%s-shm", s->conf->database), &shm) == -1) {
		say("magnetiq: nobody has the database open");
		return EXIT_FAILED;
	}
	for (i = 0; i < LOOKS; i++) {
		look(&w, s->a, &shm);
		count(&w);
		mag_clock_sleep_ms(PAUSE_MS);
	}
	print(s, &w, waits(s) - before, json);
	return EXIT_DONE;
}
