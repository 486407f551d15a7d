/* SPDX-License-Identifier: MIT */
/* Much work that leaves the machine to others meanwhile. */
#define _GNU_SOURCE		/* sync_file_range */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/pace.h>

#define PIECE	(1024 * 1024)	/* a fsync that waits for it waits 1 to 5 ms */
#define PAUSE_US (1000 * 1000)	/* at most: a disk that hangs is no measure */
#define REST_AFTER_US (5 * 1000)	/* of work that writes nothing */
#define LAST	19		/* see nice(1) */

#define REMOVED	(16 * 1024 * 1024)	/* of a file, in one step */
#define REMOVED_US (10 * 1000)		/* and the pause after it */

/* linux/ioprio.h; glibc has no function for it. */
#define IO_WHO_PROCESS	1
#define IO_IDLE		(3 << 13)

static bool yields;

void
mag_pace_yield(void)
{

	yields = true;
	/* Where one may not, it is merely less polite. */
	(void)setpriority(PRIO_PROCESS, 0, LAST);
	(void)syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, IO_IDLE);
}

/* As long as the piece took: half of the time the disk is for others. */
static void
pause_after(struct mag_pace *p)
{
	int64_t took = mag_clock_us() - p->ended;

	if (p->ended != 0 && took > 0)
		mag_clock_sleep_us((unsigned)(took < PAUSE_US ? took :
		    PAUSE_US));
	p->ended = mag_clock_us();
}

void
mag_pace(struct mag_pace *p, int fd, size_t n)
{

	p->since += n;
	if (p->since < PIECE)
		return;
	p->since = 0;
	/* Whether it went well is said by the fsync at the end. */
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE |
	    SYNC_FILE_RANGE_WRITE);
	if (yields)
		pause_after(p);
}

void
mag_pace_rest(struct mag_pace *p)
{

	if (!yields)
		return;
	if (p->ended == 0)
		p->ended = mag_clock_us();
	else if (mag_clock_us() - p->ended >= REST_AFTER_US)
		pause_after(p);
}

int
mag_pace_remove(const char *path)
{
	struct stat sb;
	off_t left;

	if (yields && lstat(path, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    sb.st_nlink == 1)
		for (left = sb.st_size - REMOVED; left > 0 &&
		    truncate(path, left) == 0; left -= REMOVED)
			mag_clock_sleep_us(REMOVED_US);
	return unlink(path);
}
