/* SPDX-License-Identifier: MIT */
/*
 * What a program that reads strangers' documents may still do.  It is not
 * ours, so it needs its libraries, and more calls than a decoder: what it
 * asks for beyond them fails instead of killing it, because another version
 * may ask for something that it can do without.
 */
#define _GNU_SOURCE		/* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#include "paper.h"

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#endif

#define READ	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE)
#define LOOK	(READ | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL	((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)	/* of the first ABI */

/* ---- files: only those of the system (Landlock) ---- */

static void
open_up(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = access,
		.parent_fd = open(path, O_PATH | O_CLOEXEC)
	};

	if (beneath.parent_fd < 0)
		return;
	(void)syscall(__NR_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	(void)close(beneath.parent_fd);
}

static int
shut_files(const char *program)
{
	static const char *const folders[] = { "/usr", "/lib", "/lib64" };
	struct landlock_ruleset_attr all = { .handled_access_fs = ALL };
	int rules = (int)syscall(__NR_landlock_create_ruleset, &all,
	    sizeof(all), 0), done;
	size_t i;

	if (rules < 0)
		return 0;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		open_up(rules, folders[i], LOOK);
	open_up(rules, "/etc/ld.so.cache", READ);
	open_up(rules, program, READ);
	done = syscall(__NR_landlock_restrict_self, rules, 0) == 0;
	(void)close(rules);
	return done;
}

/* ---- calls ---- */

#if defined(ARCH)

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
	offsetof(struct seccomp_data, what))
#define ALLOW(name) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int
shut_calls(void)
{
	struct sock_filter rules[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
#if defined(__x86_64__)
		ALLOW(access), ALLOW(arch_prctl), ALLOW(readlink), ALLOW(stat),
#endif
		ALLOW(read), ALLOW(pread64), ALLOW(readv), ALLOW(write),
		ALLOW(writev), ALLOW(close), ALLOW(fstat), ALLOW(newfstatat),
		ALLOW(statx), ALLOW(lseek), ALLOW(openat), ALLOW(faccessat),
		ALLOW(faccessat2), ALLOW(readlinkat), ALLOW(getdents64),
		ALLOW(fcntl), ALLOW(brk), ALLOW(mmap), ALLOW(munmap),
		ALLOW(mremap), ALLOW(mprotect), ALLOW(madvise), ALLOW(futex),
		ALLOW(getrandom), ALLOW(clock_gettime), ALLOW(sched_yield),
		ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn),
		ALLOW(getpid), ALLOW(gettid), ALLOW(getuid), ALLOW(geteuid),
		ALLOW(getgid), ALLOW(getegid), ALLOW(uname), ALLOW(sysinfo),
		ALLOW(set_tid_address), ALLOW(set_robust_list), ALLOW(rseq),
		ALLOW(prlimit64), ALLOW(tgkill), ALLOW(execve), ALLOW(exit),
		ALLOW(exit_group),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog prog = {
		.len = sizeof(rules) / sizeof(rules[0]), .filter = rules
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

#else

static int
shut_calls(void)
{

	return 0;
}

#endif

int
jail_reader(const char *program)
{
	int files, calls;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 0;
	files = shut_files(program);
	calls = shut_calls();
	return files && calls;
}
