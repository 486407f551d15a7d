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

bool
mag_letters_turn(int *fd, struct mag_call *c, int64_t wait_us)
{
	const char *path = mag_printf(c->a, "%s/sending.lock",
	    c->conf->state_dir);
	int64_t until = mag_clock_us() + wait_us;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd == -1) {
		/* Without the folder of a site there is nobody who sends. */
		if (errno == ENOENT)
			return true;
		mag_log(MAG_ERROR, "letter", "%s: %s", path, strerror(errno));
		return false;
	}
	while (flock(*fd, LOCK_EX | LOCK_NB) == -1) {
		if (mag_clock_us() >= until) {
			mag_letters_turn_end(*fd);
			return false;
		}
		mag_clock_sleep_ms(NAP_MS);
	}
	return true;
}

void
mag_letters_turn_end(int fd)
{

	if (fd != -1)
		close(fd);
}
