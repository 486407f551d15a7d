/* SPDX-License-Identifier: MIT */
/* Other programs, and what they say; other processes, and what they are. */
#define _GNU_SOURCE		/* environ */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"

#define SAID_MAX	(16 * 1024)

const char *
program(struct mag_arena *a, const char *name)
{
	static const char *const dirs[] = { "/usr/local/sbin", "/usr/local/bin",
	    "/usr/sbin", "/usr/bin", "/sbin", "/bin" };
	const char *path;
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path = mag_printf(a, "%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

/* In the child: its words go into the pipe. */
static void
become(int out, char *const argv[])
{
	int null = open("/dev/null", O_RDONLY);

	(void)dup2(null, STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	execve(argv[0], argv, environ);
	_exit(127);
}

int
run_program(const char **said, struct mag_arena *a, char *const argv[])
{
	char *text = mag_alloc(a, SAID_MAX + 1), rest[512];
	size_t n = 0;
	ssize_t got;
	int status, pipes[2];
	pid_t pid;

	*said = text;
	if (pipe2(pipes, O_CLOEXEC) == -1)
		return -1;
	if ((pid = fork()) == 0)
		become(pipes[1], argv);
	close(pipes[1]);
	while (n < SAID_MAX && (got = read(pipes[0], text + n,
	    SAID_MAX - n)) > 0)
		n += (size_t)got;
	while (read(pipes[0], rest, sizeof(rest)) > 0)
		continue;
	close(pipes[0]);
	text[n] = '\0';
	if (pid == -1 || waitpid(pid, &status, 0) == -1 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* When the machine started, by its own clock. */
static int64_t
boot_time(struct mag_arena *a)
{
	const char *text = text_of(a, "/proc/stat"), *p;
	long long t = 0;

	if (text == NULL || (p = strstr(text, "\nbtime ")) == NULL ||
	    sscanf(p, "\nbtime %lld", &t) != 1)
		return 0;
	return t;
}

static const char *
link_of(struct mag_arena *a, const char *path)
{
	char to[4096];
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	return n < 0 ? "" : mag_dup(a, to, (size_t)n);
}

/* The parent and the start of a process stand behind its name in brackets. */
static bool
read_stat(struct process *p, struct mag_arena *a)
{
	const char *text = text_of(a, mag_printf(a, "/proc/%d/stat", p->pid));
	const char *end = text == NULL ? NULL : strrchr(text, ')');
	long long started;
	struct stat sb;

	if (end == NULL || sscanf(end, ") %*c %d %*d %*d %*d %*d %*u %*u %*u"
	    " %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %lld", &p->parent,
	    &started) != 2)
		return false;
	p->started = boot_time(a) + started / sysconf(_SC_CLK_TCK);
	p->root = stat(mag_printf(a, "/proc/%d", p->pid), &sb) == 0 &&
	    sb.st_uid == 0;
	return true;
}

static void
read_names(struct process *p, struct mag_arena *a)
{
	static const char gone[] = " (deleted)";
	const char *exe = link_of(a, mag_printf(a, "/proc/%d/exe", p->pid));
	const char *line = text_of(a, mag_printf(a, "/proc/%d/cmdline",
	    p->pid));
	size_t n = strlen(exe);

	p->deleted = n > sizeof(gone) && strcmp(exe + n - (sizeof(gone) - 1),
	    gone) == 0;
	if (p->deleted)
		exe = mag_dup(a, exe, n - (sizeof(gone) - 1));
	p->name = strrchr(exe, '/') == NULL ? exe : strrchr(exe, '/') + 1;
	/* The second word: `--letters` of a child of the jobs process. */
	p->argument = line == NULL || line[0] == '\0' ? "" :
	    line + strlen(line) + 1;
}

struct process *
processes(struct mag_arena *a)
{
	const struct dirent *e;
	struct process *list = NULL, *p;
	DIR *dir = opendir("/proc");

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		p = mag_alloc(a, sizeof(*p));
		p->pid = (int)strtol(e->d_name, NULL, 10);
		if (!read_stat(p, a))
			continue;
		read_names(p, a);
		p->next = list;
		list = p;
	}
	if (dir != NULL)
		closedir(dir);
	return list;
}

bool
has_open(struct mag_arena *a, const struct process *p, const char *path)
{
	const char *dir = mag_printf(a, "/proc/%d/fd", p->pid);
	const struct dirent *e;
	struct stat file, open;
	bool found = false;
	DIR *d;

	if (stat(path, &file) == -1 || (d = opendir(dir)) == NULL)
		return false;
	while (!found && (e = readdir(d)) != NULL)
		found = stat(mag_printf(a, "%s/%s", dir, e->d_name), &open) ==
		    0 && open.st_dev == file.st_dev &&
		    open.st_ino == file.st_ino;
	closedir(d);
	return found;
}
