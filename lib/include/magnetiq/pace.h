/* SPDX-License-Identifier: MIT */
/* magnetiq/pace.h -- much work that leaves the machine to others meanwhile. */
#ifndef MAGNETIQ_PACE_H
#define MAGNETIQ_PACE_H

#include <stddef.h>

#include <magnetiq/status.h>

/** mag_pace_yield(): from here on this process has CPU and disk last. */
MAG_API void	mag_pace_yield(void);

/**
 * mag_pace(since, fd, n): after ${n} more bytes were written to ${fd}.  Each
 * few megabytes what is written begins its way to the disk, and what was sent
 * before has arrived: then no fsync, this file's or that of another on the
 * same disk, ever has much to wait for.  ${*since} begins as 0.
 */
MAG_API void	mag_pace(size_t *since, int fd, size_t n);

#endif
