/* SPDX-License-Identifier: MIT */
/* Who works on this site, with which program and which settings, and who else
 * has its database open. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "checks.h"

#define WORKER	"magnetiq-fcgi"
#define JOBS	"magnetiq-jobs"
#define FILES_LEAST	1024		/* that a worker may have open */

static bool
is_ours(const struct process *p)
{

	return strstr(p->name, WORKER) != NULL || strstr(p->name, JOBS) != NULL;
}

#define AGAIN	"magnetiq-upgrade --reload (or spawn/dev reload) starts what " \
		"is there now"

/* All that are alike are one finding. */
static void
tell(struct mag_checkup *k, const char *what, const struct process *first,
    int n)
{

	if (n > 0)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .what = what, .arg = mag_printf(k->c->a, "%s (process %d, "
		    "%d in all)", first->name, first->pid, n),
		    .cure = AGAIN });
}

/* The soft limit on open files; 0 if nobody says. */
static long
files_of(struct mag_arena *a, const struct process *p)
{
	const char *text = text_of(a, mag_printf(a, "/proc/%d/limits",
	    p->pid));
	const char *line = text == NULL ? NULL : strstr(text, "Max open files");
	long n = 0;

	return line != NULL && sscanf(line, "Max open files %ld", &n) == 1 ?
	    n : 0;
}

static void
look_at_files(struct mag_checkup *k, const struct process *p)
{
	long files = files_of(k->c->a, p);

	if (files > 0 && files < FILES_LEAST)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = p->name, .what = "%s may open too few files",
		    .arg = mag_printf(k->c->a, "%s (%ld)", p->name, files),
		    .cure = "LimitNOFILE=4096 in its unit, or ulimit -n 4096 "
		    "where it is started" });
}

static int64_t
edited(void)
{
	const char *file = mag_conf_file();
	struct stat sb;

	return file != NULL && stat(file, &sb) == 0 ? (int64_t)sb.st_mtime : 0;
}

void
check_running(struct mag_checkup *k)
{
	const struct process *p, *old = NULL, *ignorant = NULL, *jobs = NULL;
	bool root = false;
	int nold = 0, nignorant = 0, njobs = 0;

	for (p = processes(k->c->a); p != NULL; p = p->next) {
		if (!is_ours(p) || !has_open(k->c->a, p, k->c->conf->database))
			continue;
		look_at_files(k, p);
		root = root || p->root;
		if (p->deleted && nold++ == 0)
			old = p;
		else if (p->started + 2 < edited() && nignorant++ == 0)
			ignorant = p;
		if (strstr(p->name, JOBS) != NULL && p->argument[0] == '\0' &&
		    njobs++ == 0)
			jobs = p;
	}
	tell(k, "A program is still at work that has been replaced: %s", old,
	    nold);
	tell(k, "A program does not know the settings of now: %s", ignorant,
	    nignorant);
	if (root && k->c->conf->environment == MAG_PRODUCTION)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .what = "The site's programs work as root, which they need "
		    "for nothing", .cure = "Start them by their units, as "
		    "User=magnetiq; chown -R magnetiq: of STATE_DIR first" });
	if (njobs > 1)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .what = "magnetiq-jobs runs more than once",
		    .cure = "End the one that no unit keeps: kill %s",
		    .cure_arg = mag_printf(k->c->a, "%d", jobs->pid) });
}

/* SQLite of others moves the log whenever it likes; see decision 0003. */
void
check_others(struct mag_checkup *k)
{
	const char *database = k->c->conf->database, *who;
	const struct process *p;

	for (p = processes(k->c->a); p != NULL; p = p->next) {
		if (is_ours(p) || p->pid == getpid() || p->name[0] == '\0' ||
		    strcmp(p->name, "magnetiq") == 0 ||
		    !has_open(k->c->a, p, database))
			continue;
		who = mag_printf(k->c->a, "%s (process %d)", p->name, p->pid);
		mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
		    .id = who, .what = "Another program has the database "
		    "open: %s", .arg = who, .cure = "End it, or let it say "
		    "PRAGMA wal_autocheckpoint = 0 first: its checkpoints are "
		    "not guarded" });
	}
}

/* Does somebody hold it?  The kernel's list says so without a connection. */
static bool
is_held(struct mag_arena *a, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd, rc = -1;

	(void)a;
	if (strlen(path) >= sizeof(to.sun_path))
		return true;
	memcpy(to.sun_path, path, strlen(path));
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0)) == -1)
		return true;
	rc = connect(fd, (struct sockaddr *)&to, sizeof(to));
	if (rc == -1 && errno != ECONNREFUSED)
		rc = 0;			/* its queue is full, or not for us */
	close(fd);
	return rc == 0;
}

static void
look_at_socket(struct mag_checkup *k, const char *pool, const char *path)
{
	struct stat sb;

	if (stat(path, &sb) == -1)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = pool, .what = "There is no socket of a pool: %s",
		    .arg = path, .cure = "systemctl restart magnetiq-%s (or "
		    "spawn/dev)", .cure_arg = pool });
	else if (!is_held(k->c->a, path))
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = pool, .what = "Nobody listens to the socket of a "
		    "pool: %s", .arg = path, .cure = "systemctl restart "
		    "magnetiq-%s (or spawn/dev); it makes a new one",
		    .cure_arg = pool });
	else if ((sb.st_mode & 0060) != 0060 || (sb.st_mode & 0006) != 0)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = pool, .what = "The socket of a pool has a wrong "
		    "mode, so that nginx cannot use it or everybody can: %s",
		    .arg = path, .cure = "chmod 660 %s", .cure_arg = path });
}

void
check_sockets(struct mag_checkup *k)
{
	static const char *const pools[] = { "app", "auth" };
	const char *run = installed(k->c->a, MAG_RUN);
	size_t i;

	/* spawn/dev has them in the folder of the site. */
	if (k->c->conf->environment != MAG_PRODUCTION || access(run, F_OK) ==
	    -1)
		run = k->c->conf->state_dir;
	for (i = 0; i < sizeof(pools) / sizeof(pools[0]); i++)
		look_at_socket(k, pools[i], mag_printf(k->c->a, "%s/%s.sock",
		    run, pools[i]));
}
