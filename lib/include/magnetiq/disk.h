/* SPDX-License-Identifier: MIT */
/* magnetiq/disk.h -- how full a disk is, and from when on that matters: one
 * rule for what is refused, what health says, and what people are told. */
#ifndef MAGNETIQ_DISK_H
#define MAGNETIQ_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/status.h>

struct mag_disk {
	double	size;		/* bytes, those for root among them */
	double	left;		/* bytes that who is not root may take */
	double	percent;	/* in use, as df(1) counts */
	bool	fills;		/* from MAG_DISK_WARN on: people are told */
	bool	full;		/* from MAG_DISK_FULL on: no uploads to it */
	bool	tight;		/* less than MAG_DISK_LEAST, whatever the share */
};

/**
 * mag_disk_look(out, path, more): the disk on which ${path} lies, as it would
 * be with ${more} bytes more on it; false if nobody knows.
 */
MAG_API bool	mag_disk_look(struct mag_disk *, const char *path,
    int64_t more);

#endif
