/* SPDX-License-Identifier: MIT */
/* magnetiq/pace.h -- much work that leaves the machine to others meanwhile. */
#ifndef MAGNETIQ_PACE_H
#define MAGNETIQ_PACE_H

#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

/** A file that is being written; all zero at the beginning. */
struct mag_pace {
	size_t		 since;		/* bytes since the last piece */
	int64_t		 ended;		/* its moment: see mag_clock_us() */
};

/**
 * mag_pace_yield(): from here on this process has CPU and disk last, and
 * rests as long as it works where it calls one of the functions below.
 */
MAG_API void	mag_pace_yield(void);

/**
 * mag_pace(p, fd, n): after ${n} more bytes were written to ${fd}.  Piece by
 * piece what is written begins its way to the disk, and what was sent before
 * has arrived: then no fsync, this file's or that of another on the same
 * disk, ever has much to wait for.
 */
MAG_API void	mag_pace(struct mag_pace *, int fd, size_t n);

/**
 * mag_pace_rest(p): between pieces of work that only reads and reckons: a
 * processor that is always busy slows the one that shares its core.
 */
MAG_API void	mag_pace_rest(struct mag_pace *);

/**
 * mag_pace_remove(path): unlink() for a large file that nobody reads.  A
 * filesystem gives all its blocks back in one step, and whoever wants to
 * commit meanwhile waits for it (a gigabyte on ext4 with discard: 0.3 s); so
 * the file is made shorter bit by bit first.  One with other names is not.
 */
MAG_API int	mag_pace_remove(const char *path);

#endif
