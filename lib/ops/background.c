/* SPDX-License-Identifier: MIT */
/*
 * Operations that take long run in a process of their own, so that letters
 * and appointments are not late: the jobs process starts itself again.  The
 * child writes down how it went.
 */
#define _GNU_SOURCE		/* environ */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ops.h"

const char *op_program;

void
mag_op_program(const char *path)
{

	op_program = path;
}

static pid_t
start(const char *flag)
{
	char *argv[] = { (char *)"magnetiq-jobs", (char *)flag, NULL };
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* It ends with its parent. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	execve(op_program, argv, environ);
	_exit(127);
}

enum mag_status
op_background(struct mag_buf *report, pid_t *pid, const char *flag)
{
	int status;

	if (*pid > 0 && waitpid(*pid, &status, WNOHANG) == 0) {
		mag_buf_adds(report, "the last one is still at work");
		return MAG_OK;
	}
	if (op_program == NULL)
		return MAG_OK;
	*pid = start(flag);
	mag_buf_adds(report, *pid > 0 ? "begun" : strerror(errno));
	return *pid > 0 ? MAG_OK : MAG_UNAVAILABLE;
}

enum mag_status
op_backup(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static pid_t pid;

	(void)c;
	*done = 1;
	return op_background(report, &pid, "--backup");
}

enum mag_status
op_drill(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static pid_t pid;

	(void)c;
	*done = 1;
	return op_background(report, &pid, "--drill");
}

enum mag_status
op_watch(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static pid_t pid;

	(void)c;
	*done = 0;
	return op_background(report, &pid, "--watch");
}
