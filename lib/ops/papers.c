/* SPDX-License-Identifier: MIT */
/*
 * What stands in the PDFs of white papers, read by poppler's pdftotext in a
 * child (see child.c) that first shuts itself in (jobs/jail_reader.c).  Where
 * there is no pdftotext, papers have no page count and are found by their
 * descriptions.
 */
#define _GNU_SOURCE		/* memfd_create */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>
#include <magnetiq/whitepaper.h>

#include "child.h"
#include "ops.h"

#define TURN_US		1000000		/* then other operations have their turn */

/* The paper in hand; one at a time. */
static struct {
	struct mag_arena *a;
	struct op_child	 child;
	struct mag_paper_job job;
	int		 text;		/* where the child writes */
} now = { .text = -1 };

/* The reader, by its path or as PATH has it; NULL: there is none. */
static const char *
reader(struct mag_arena *a, const char *name)
{
	const char *p = getenv("PATH"), *path;
	size_t n;

	if (strcmp(name, "off") == 0)
		return NULL;
	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0 ? name : NULL;
	for (; p != NULL && *p != '\0'; p += n + (p[n] == ':')) {
		n = strcspn(p, ":");
		path = mag_printf(a, "%.*s/%s", (int)n, p, name);
		if (*path == '/' && access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

static enum mag_status
fail(struct mag_call *c, const char *why)
{

	mag_log(MAG_WARN, "paper", "white paper %lld cannot be read: %s",
	    (long long)now.job.id, why);
	return mag_paper_unread(c, &now.job);
}

/* The next paper; MAG_NOT_FOUND if there is none. */
static enum mag_status
start(struct mag_call *c, const char *program)
{
	char *argv[] = { (char *)"magnetiq-paper", (char *)"--paper", NULL,
	    NULL };
	enum mag_status st;
	int fd;

	if ((st = mag_paper_next(&now.job, c)) != MAG_OK)
		return st;
	fd = open(mag_printf(now.a, "%s/%s", c->conf->upload_dir, now.job.path),
	    O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(c, strerror(errno));
	now.text = memfd_create("paper", MFD_CLOEXEC);
	argv[2] = mag_strdup(now.a, program);
	if (now.text >= 0)
		op_child_start(&now.child, now.a, argv, fd, &now.text, 1);
	close(fd);
	if (now.child.pid != 0)
		return MAG_OK;
	if (now.text >= 0)
		close(now.text);
	now.text = -1;
	return MAG_UNAVAILABLE;
}

static enum mag_status
take_text(struct mag_call *c)
{
	off_t n = lseek(now.text, 0, SEEK_END);
	enum mag_status st;
	void *p;

	if (n <= 0)
		return fail(c, "it has no text");
	if (n > MAG_PAPER_TEXT_MAX)
		return fail(c, "it has too much text");
	p = mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, now.text, 0);
	if (p == MAP_FAILED)
		return MAG_UNAVAILABLE;
	st = mag_paper_read(c, &now.job, p, (size_t)n);
	munmap(p, (size_t)n);
	return st;
}

static enum mag_status
conclude(struct mag_call *c, int status, int64_t *done)
{
	enum mag_status st = MAG_OK;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		st = take_text(c);
		*done += st == MAG_OK;
	} else if (!op_child_was_told(status))
		st = fail(c, mag_printf(now.a, "its reader ended with %s",
		    op_child_end(now.a, status)));
	close(now.text);
	now.text = -1;
	now.child.pid = 0;
	return st;
}

/* What takes longer than a turn is looked after at the next one. */
enum mag_status
op_papers(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	int64_t until = mag_clock_us() + TURN_US;
	const char *program = reader(c->a, c->conf->pdftotext);
	struct mag_call mine = *c;
	enum mag_status st = MAG_OK;
	int status;

	if (op_program == NULL || program == NULL) {
		mag_buf_adds(report, "there is nobody who reads PDFs");
		return MAG_OK;
	}
	if (now.a == NULL)
		now.a = mag_arena_new(MAG_REQUEST_ARENA);
	mine.a = now.a;
	mine.site = NULL;
	while (st == MAG_OK && mag_clock_us() < until) {
		if (now.child.pid == 0) {
			mag_arena_reset(now.a);
			mine.site = NULL;
			st = start(&mine, program);
		} else if (op_child_ended(&now.child, &status))
			st = conclude(&mine, status, done);
		else
			mag_clock_sleep_ms(10);
	}
	mag_buf_addf(report, "%lld papers read", (long long)*done);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
