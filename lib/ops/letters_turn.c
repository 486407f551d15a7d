/* SPDX-License-Identifier: MIT */
/*
 * Letters leave, or a restore is at work: one of the two at a time.  What left
 * after a restore has looked would stand in its database as if it had not, and
 * leave again.  The kernel opens the lock of whoever dies.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/log.h>
#include <magnetiq/ops.h>

#define NAP_MS	50

/*
 * The lock ${name}, unless somebody has it for longer than ${wait_us}.  True
 * with -1, too: without the folder of a site there is nobody who sends.
 */
static bool
lock(int *fd, struct mag_call *c, const char *name, int64_t wait_us)
{
	const char *path = mag_printf(c->a, "%s/%s", c->conf->state_dir, name);
	int64_t until = mag_clock_us() + wait_us;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd == -1) {
		if (errno == ENOENT)
			return true;
		mag_log(MAG_ERROR, "letter", "%s: %s", path, strerror(errno));
		return false;
	}
	while (flock(*fd, LOCK_EX | LOCK_NB) == -1) {
		if (mag_clock_us() >= until) {
			mag_letters_turn_end(*fd);
			*fd = -1;
			return false;
		}
		mag_clock_sleep_ms(NAP_MS);
	}
	return true;
}

/* Whoever sends begins anew the moment it has ended.  So whoever waits holds
 * another lock meanwhile, without which nobody begins. */
bool
mag_letters_turn(int *fd, struct mag_call *c, int64_t wait_us)
{
	bool got;
	int next;

	*fd = -1;
	if (!lock(&next, c, "sending-next.lock", wait_us))
		return false;
	got = lock(fd, c, "sending.lock", wait_us);
	mag_letters_turn_end(next);
	return got;
}

void
mag_letters_turn_end(int fd)
{

	if (fd != -1)
		close(fd);
}
