/* SPDX-License-Identifier: MIT */
/* A child that reads what a stranger has sent; see child.h. */
#define _GNU_SOURCE		/* close_range */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <magnetiq/clock.h>

#include "child.h"
#include "ops.h"

#define WALL_US		60000000	/* for one of them */
#define CPU_SECONDS	30
#define MEMORY_MAX	(1024UL * 1024 * 1024)
#define OUTPUT_MAX	(32UL * 1024 * 1024)
#define FIRST_FD	3		/* where the child finds its outputs */
#define HIGH_FD		64		/* out of their way */

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

/* Exactly its source, its outputs, and where to complain. */
static void
hand_over(int source, const int *outputs, size_t n)
{
	int high[OP_CHILD_OUTPUTS], from = fcntl(source, F_DUPFD, HIGH_FD);
	size_t i;

	for (i = 0; i < n; i++)
		high[i] = fcntl(outputs[i], F_DUPFD, HIGH_FD);
	(void)dup2(from, STDIN_FILENO);
	for (i = 0; i < n; i++)
		(void)dup2(high[i], FIRST_FD + (int)i);
	(void)close_range(FIRST_FD + (unsigned)n, ~0U, 0);
}

/* ---- starting one ---- */

static char *
variable(struct mag_arena *a, const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? NULL : mag_printf(a, "%s=%s", name, value);
}

void
op_child_start(struct op_child *child, struct mag_arena *a, char **argv,
    int source, const int *outputs, size_t n)
{
	char *envp[3];
	size_t i = 0;

	if ((envp[i] = variable(a, "LD_LIBRARY_PATH")) != NULL)
		i++;
	if ((envp[i] = variable(a, "ASAN_OPTIONS")) != NULL)
		i++;
	envp[i] = NULL;
	child->began_us = mag_clock_us();
	if ((child->pid = fork()) == 0) {
		hand_over(source, outputs, n);
		confine();
		execve(op_program, argv, envp);
		_exit(127);
	}
	if (child->pid < 0)
		child->pid = 0;
}

/* ---- ending one ---- */

bool
op_child_was_told(int status)
{

	return WIFSIGNALED(status) && (WTERMSIG(status) == SIGTERM ||
	    WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGHUP);
}

bool
op_child_ended(const struct op_child *child, int *status)
{
	pid_t got = waitpid(child->pid, status, WNOHANG);

	if (got == 0 && mag_clock_us() - child->began_us > WALL_US)
		(void)kill(child->pid, SIGKILL);
	if (got < 0)
		*status = 127 << 8;
	return got != 0;
}

const char *
op_child_end(struct mag_arena *a, int status)
{

	return WIFSIGNALED(status) ?
	    mag_printf(a, "signal %d", WTERMSIG(status)) :
	    mag_printf(a, "status %d", WEXITSTATUS(status));
}
