/* SPDX-License-Identifier: MIT */
/* The scoreboard's file: making it, mapping it, and who is alive. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/log.h>
#include <magnetiq/rand.h>

#include "board.h"

#define PATH_BYTES	4200
#define ATTEMPTS	20	/* others may make it at the same time */
#define LOCK_BASE	((off_t)1 << 40)	/* behind all bytes */
#define MEMORY_EVERY	64	/* requests between two looks at /proc */

/* Put the whole first page of a new file down; the rest is zero. */
static bool
fill(int fd, int64_t now)
{
	struct board *b = calloc(1, sizeof(*b));
	const char *p = (const char *)b;
	size_t n = 0;
	ssize_t done = 0;

	if (b == NULL)
		return false;
	b->magic = BOARD_MAGIC;
	b->version = BOARD_VERSION;
	b->size = sizeof(*b);
	b->began = now;
	mag_rand(b->key, sizeof(b->key));
	/* Really written, since a hole on a full disk would kill us later. */
	while (n < sizeof(*b) &&
	    (done = write(fd, p + n, sizeof(*b) - n)) > 0)
		n += (size_t)done;
	free(b);
	return n == sizeof(struct board);
}

/*
 * Make a new file beside and move it to its place: linked if there should be
 * none, renamed over a bad one.  Nobody ever maps a file that is half made.
 * Made by root, it belongs to whom the folder belongs to.
 */
static bool
make(const char *dir, const char *path, bool replace, int64_t now)
{
	char temporary[PATH_BYTES];
	struct stat st;
	bool good;
	int fd;

	snprintf(temporary, sizeof(temporary), "%s/.scoreboard.XXXXXX", dir);
	if ((fd = mkostemp(temporary, O_CLOEXEC)) == -1)
		return false;
	good = fill(fd, now);
	if (good && geteuid() == 0)
		good = stat(dir, &st) == 0 &&
		    fchown(fd, st.st_uid, st.st_gid) == 0;
	if (good && replace)
		good = rename(temporary, path) == 0;
	else if (good)
		good = link(temporary, path) == 0 || errno == EEXIST;
	close(fd);
	(void)unlink(temporary);
	return good;
}

static bool
sound(const struct board *b)
{

	return b->magic == BOARD_MAGIC && b->version == BOARD_VERSION &&
	    b->size == sizeof(*b);
}

/* Is this still the file that stands at that path? */
static bool
current(int fd, const char *path)
{
	struct stat mine, there;

	return fstat(fd, &mine) == 0 && stat(path, &there) == 0 &&
	    mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

/* Map it if it is what it should be. */
static struct board *
map(int fd)
{
	struct board *b;
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size != (off_t)sizeof(*b))
		return NULL;
	b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (b == MAP_FAILED)
		return NULL;
	if (sound(b))
		return b;
	munmap(b, sizeof(*b));
	return NULL;
}

/* One try; -1: it was missing, bad or just replaced, so try again. */
static int
attempt(struct mag_scoreboard *s, const char *dir, int64_t now)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/scoreboard", dir);
	s->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (s->fd == -1)
		return errno == ENOENT && make(dir, path, false, now) ? -1 : 0;
	if ((s->shared = map(s->fd)) != NULL && current(s->fd, path))
		return 1;
	/* Only one may replace a bad file: whoever locks it while it stands. */
	if (s->shared == NULL && flock(s->fd, LOCK_EX) == 0 &&
	    current(s->fd, path)) {
		mag_log(MAG_WARN, "scoreboard", "made anew: it was of another "
		    "version or damaged");
		if (!make(dir, path, true, now)) {
			close(s->fd);
			return 0;
		}
	}
	if (s->shared != NULL)
		munmap(s->shared, sizeof(*s->shared));
	s->shared = NULL;
	close(s->fd);
	return -1;
}

enum mag_status
mag_scoreboard_look(struct mag_scoreboard **out, const char *dir)
{
	struct mag_scoreboard *s = calloc(1, sizeof(*s));
	char path[PATH_BYTES];
	enum mag_status st;

	*out = NULL;
	snprintf(path, sizeof(path), "%s/scoreboard", dir);
	if (s == NULL)
		return MAG_FAILED;
	s->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (s->fd != -1 && (s->shared = map(s->fd)) != NULL) {
		*out = s;
		return MAG_OK;
	}
	st = s->fd != -1 || errno == ENOENT ? MAG_NOT_FOUND : MAG_FAILED;
	if (s->fd != -1)
		close(s->fd);
	free(s);
	return st;
}

enum mag_status
mag_scoreboard_open(struct mag_scoreboard **out, const char *dir, int64_t now)
{
	struct mag_scoreboard *s = calloc(1, sizeof(*s));
	int i, done = 0;

	*out = NULL;
	for (i = 0; s != NULL && i < ATTEMPTS; i++)
		if ((done = attempt(s, dir, now)) != -1)
			break;
	if (done == 1) {
		*out = s;
		return MAG_OK;
	}
	mag_log(MAG_ERROR, "scoreboard", "cannot be had: %s", strerror(errno));
	free(s);
	return MAG_FAILED;
}

void
mag_scoreboard_close(struct mag_scoreboard *s)
{

	if (s == NULL)
		return;
	munmap(s->shared, sizeof(*s->shared));
	close(s->fd);	/* and with it goes the lock on our slot */
	free(s);
}

/* The lock of a slot, as fcntl() wants to hear of it. */
static struct flock
slot_lock(size_t i)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = LOCK_BASE + (off_t)i, .l_len = 1 };

	return l;
}

/* Pages that this process has in memory, in KiB; 0 if nobody says. */
static int64_t
memory(void)
{
	long long pages = 0;
	char text[128];
	ssize_t n;
	int fd;

	if ((fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (sscanf(text, "%*s %lld", &pages) != 1)
		return 0;
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

bool
board_lock(struct mag_scoreboard *s, size_t i)
{
	struct flock l = slot_lock(i);

	return fcntl(s->fd, F_OFD_SETLK, &l) == 0;
}

bool
mag_scoreboard_join(struct mag_scoreboard *s, enum mag_pool pool, int64_t now)
{
	struct board_slot *slot;
	size_t i;

	if (s == NULL)
		return false;
	for (i = 0; i < MAG_SCOREBOARD_WORKERS && !board_lock(s, i); i++)
		continue;
	if (i == MAG_SCOREBOARD_WORKERS)
		return false;
	board_inherit(s, i);
	slot = &s->shared->slots[i];
	slot->pid = 0;		/* until all else is ours */
	slot->pool = pool;
	slot->started = now;
	slot->requests = slot->busy = 0;
	slot->memory_kb = memory();
	slot->pid = getpid();
	s->own = slot;
	return true;
}

void
mag_scoreboard_begin(struct mag_scoreboard *s)
{

	if (s != NULL && s->own != NULL)
		atomic_store_explicit(&s->own->busy, 1, memory_order_relaxed);
}

/* This process has answered one more. */
void
board_answered(struct mag_scoreboard *s)
{
	struct board_slot *own = s->own;
	int64_t n;

	if (own == NULL)
		return;
	n = atomic_load_explicit(&own->requests, memory_order_relaxed) + 1;
	atomic_store_explicit(&own->requests, n, memory_order_relaxed);
	atomic_store_explicit(&own->busy, 0, memory_order_relaxed);
	if (n % MEMORY_EVERY == 0)
		atomic_store_explicit(&own->memory_kb, memory(),
		    memory_order_relaxed);
}

/* Our own lock would not stand in our way. */
bool
board_held(struct mag_scoreboard *s, size_t i)
{
	struct flock l = slot_lock(i);

	if (s->own == &s->shared->slots[i])
		return true;
	return fcntl(s->fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static int
by_pid(const void *x, const void *y)
{
	const struct mag_worker *a = x, *b = y;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

size_t
mag_scoreboard_workers(struct mag_scoreboard *s, struct mag_worker *out,
    size_t max)
{
	struct board_slot *slot;
	size_t i, n = 0;

	for (i = 0; s != NULL && i < MAG_SCOREBOARD_WORKERS && n < max; i++) {
		slot = &s->shared->slots[i];
		if (slot->pid == 0 || !board_held(s, i))
			continue;
		out[n].pid = slot->pid;
		out[n].pool = slot->pool == MAG_POOL_AUTH ? MAG_POOL_AUTH :
		    MAG_POOL_APP;
		out[n].started = slot->started;
		out[n].requests = slot->requests;
		out[n].memory_kb = slot->memory_kb;
		out[n++].busy = slot->busy != 0;
	}
	if (n > 1)
		qsort(out, n, sizeof(*out), by_pid);
	return n;
}
