/* SPDX-License-Identifier: MIT */
/*
 * Smaller pictures.  A stranger's picture is decoded by a child that has
 * little memory, little time, no secrets and no files but the ones it is
 * given; whatever happens to it, this process only reads how it ended.
 */
#define _GNU_SOURCE		/* close_range, environ */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/log.h>
#include <magnetiq/media.h>

#include "ops.h"

#define TURN_US		1500000		/* then other operations have their turn */
#define WALL_US		60000000	/* for one picture */
#define CPU_SECONDS	30
#define MEMORY_MAX	(1024UL * 1024 * 1024)
#define OUTPUT_MAX	(32UL * 1024 * 1024)
#define FIRST_FD	3		/* where the child finds its outputs */
#define HIGH_FD		64		/* out of their way */


/* The picture in hand; one at a time. */
static struct {
	struct mag_arena *a;
	pid_t		 pid;		/* 0: none */
	int64_t		 began_us;
	struct mag_rendition_job job;
	struct mag_rendition made[MAG_RENDITIONS_MAX];
	size_t		 n;
} now;

/* ---- in the child, between fork and exec ---- */

static void
limit(int what, rlim_t max)
{
	struct rlimit l = { max, max };

	(void)setrlimit(what, &l);
}

static void
confine(void)
{

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)!nice(10);
#ifndef __SANITIZE_ADDRESS__
	limit(RLIMIT_AS, MEMORY_MAX);
#endif
	limit(RLIMIT_CPU, CPU_SECONDS);
	limit(RLIMIT_FSIZE, OUTPUT_MAX);
	limit(RLIMIT_CORE, 0);
}

/* Exactly its picture, its outputs, and where to complain. */
static void
hand_over(int source)
{
	int high[MAG_RENDITIONS_MAX], from = fcntl(source, F_DUPFD, HIGH_FD);
	size_t i;

	for (i = 0; i < now.n; i++)
		high[i] = fcntl(now.made[i].fd, F_DUPFD, HIGH_FD);
	(void)dup2(from, STDIN_FILENO);
	for (i = 0; i < now.n; i++)
		(void)dup2(high[i], FIRST_FD + (int)i);
	(void)close_range(FIRST_FD + (unsigned)now.n, ~0U, 0);
}

static void
become(int source, char **argv, char **envp)
{

	hand_over(source);
	confine();
	execve(op_program, argv, envp);
	_exit(127);
}

/* ---- starting one ---- */

static char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? NULL : mag_printf(now.a, "%s=%s", name, value);
}

/* magnetiq-image --image TYPE ORIENTATION 320x200 640x400 ... */
static void
spawn(int source, const struct mag_image *image)
{
	char *argv[4 + MAG_RENDITIONS_MAX + 1], *envp[3];
	size_t i, n = 0;

	argv[n++] = mag_strdup(now.a, "magnetiq-image");
	argv[n++] = mag_strdup(now.a, "--image");
	argv[n++] = mag_strdup(now.a, image->type);
	argv[n++] = mag_printf(now.a, "%d", image->orientation);
	for (i = 0; i < now.n; i++)
		argv[n++] = mag_printf(now.a, "%lldx%lld",
		    (long long)now.made[i].width, (long long)now.made[i].height);
	argv[n] = NULL;
	n = 0;
	if ((envp[n] = variable("LD_LIBRARY_PATH")) != NULL)
		n++;
	if ((envp[n] = variable("ASAN_OPTIONS")) != NULL)
		n++;
	envp[n] = NULL;
	now.began_us = mag_clock_us();
	if ((now.pid = fork()) == 0)
		become(source, argv, envp);
	if (now.pid < 0)
		now.pid = 0;
}

static bool
look(struct mag_image *image, int fd)
{
	struct stat sb;
	bool good;
	void *p;

	if (fstat(fd, &sb) != 0 || sb.st_size <= 0)
		return false;
	p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return false;
	good = mag_image_read(image, p, (size_t)sb.st_size);
	munmap(p, (size_t)sb.st_size);
	return good;
}

static enum mag_status
open_outputs(struct mag_call *c, const struct mag_image *image)
{
	int64_t widths[MAG_RENDITIONS_MAX];
	struct mag_rendition *r;
	enum mag_status st;
	size_t n;

	/* What moves would stand still. */
	n = image->animated ? 0 : mag_rendition_widths(widths, image->width);
	for (now.n = 0; now.n < n; now.n++) {
		r = &now.made[now.n];
		r->width = widths[now.n];
		r->height = (image->height * r->width + image->width / 2) /
		    image->width;
		if (r->height < 1)
			r->height = 1;
		if ((st = mag_rendition_open(r, c)) != MAG_OK)
			return st;
	}
	return MAG_OK;
}

static void
put_away(void)
{

	while (now.n > 0)
		mag_rendition_close(&now.made[--now.n]);
	now.pid = 0;
}

/* The next picture; MAG_NOT_FOUND if there is none. */
static enum mag_status
start(struct mag_call *c)
{
	struct mag_image image;
	enum mag_status st;
	int fd;

	mag_arena_reset(now.a);
	if ((st = mag_rendition_next(&now.job, c)) != MAG_OK)
		return st;
	fd = open(mag_printf(now.a, "%s/%s", c->conf->upload_dir, now.job.path),
	    O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !look(&image, fd)) {
		mag_log(MAG_WARN, "rendition", "media %lld has no picture",
		    (long long)now.job.id);
		st = mag_rendition_failed(c, &now.job);
		goto done;
	}
	if ((st = open_outputs(c, &image)) == MAG_OK && now.n > 0)
		spawn(fd, &image);
	else if (st == MAG_OK)
		st = mag_rendition_done(c, &now.job, NULL, 0);
	if (now.pid == 0)
		put_away();
done:
	if (fd >= 0)
		close(fd);
	return st;
}

/* ---- ending one ---- */

/* Told to stop: that says nothing about the picture. */
static bool
was_told(int status)
{

	return WIFSIGNALED(status) && (WTERMSIG(status) == SIGTERM ||
	    WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGHUP);
}

static enum mag_status
conclude(struct mag_call *c, int status, int64_t *done)
{
	enum mag_status st = MAG_OK;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		st = mag_rendition_done(c, &now.job, now.made, now.n);
		*done += st == MAG_OK;
	} else if (!was_told(status)) {
		mag_log(MAG_WARN, "rendition", "media %lld: the child ended"
		    " with %s %d", (long long)now.job.id,
		    WIFSIGNALED(status) ? "signal" : "status",
		    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		st = mag_rendition_failed(c, &now.job);
	}
	put_away();
	return st;
}

/* Has it ended?  One that takes too long is ended. */
static bool
has_ended(int *status)
{
	pid_t got = waitpid(now.pid, status, WNOHANG);

	if (got == 0 && mag_clock_us() - now.began_us > WALL_US)
		(void)kill(now.pid, SIGKILL);
	if (got < 0)
		*status = 127 << 8;
	return got != 0;
}

/*
 * For a moment only: publishing must not wait for pictures.  One that takes
 * longer is looked after at the next turn.
 */
enum mag_status
op_renditions(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	int64_t until = mag_clock_us() + TURN_US;
	struct mag_call mine = *c;
	enum mag_status st = MAG_OK;
	int status;

	if (op_program == NULL) {
		mag_buf_adds(report, "pictures are made by magnetiq-jobs");
		return MAG_OK;
	}
	if (now.a == NULL)
		now.a = mag_arena_new(1024 * 1024);
	mine.a = now.a;
	while (st == MAG_OK && mag_clock_us() < until) {
		if (now.pid == 0)
			st = start(&mine);
		else if (has_ended(&status))
			st = conclude(&mine, status, done);
		else
			mag_clock_sleep_ms(10);
	}
	mag_buf_addf(report, "renditions of %lld pictures", (long long)*done);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
op_media(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = mag_media_purge(done, c);

	mag_buf_addf(report, "%lld files that belonged to nothing are gone",
	    (long long)*done);
	return st;
}
