/* SPDX-License-Identifier: MIT */
/* Much work that leaves the machine to others meanwhile. */
#define _GNU_SOURCE		/* sync_file_range */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <magnetiq/pace.h>

#define PIECE	(8 * 1024 * 1024)	/* 10 to 50 ms of a common disk */
#define LAST	19			/* see nice(1) */

/* linux/ioprio.h; glibc has no function for it. */
#define IO_WHO_PROCESS	1
#define IO_IDLE		(3 << 13)

void
mag_pace_yield(void)
{

	/* Where one may not, it is merely less polite. */
	(void)setpriority(PRIO_PROCESS, 0, LAST);
	(void)syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, IO_IDLE);
}

void
mag_pace(size_t *since, int fd, size_t n)
{

	*since += n;
	if (*since < PIECE)
		return;
	*since = 0;
	/* Whether it went well is said by the fsync at the end. */
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE |
	    SYNC_FILE_RANGE_WRITE);
}
