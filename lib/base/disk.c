/* SPDX-License-Identifier: MIT */
/* How full a disk is. */
#include <sys/statvfs.h>

#include <magnetiq/disk.h>
#include <magnetiq/limits.h>

bool
mag_disk_look(struct mag_disk *out, const char *path, int64_t more)
{
	struct statvfs fs;
	double taken;

	if (statvfs(path, &fs) == -1 || fs.f_blocks == 0)
		return false;
	out->size = (double)fs.f_blocks * (double)fs.f_frsize;
	out->left = (double)fs.f_bavail * (double)fs.f_frsize - (double)more;
	taken = (double)(fs.f_blocks - fs.f_bfree) * (double)fs.f_frsize +
	    (double)more;
	out->percent = out->left <= 0 ? 100 :
	    100 * taken / (taken + out->left);
	/* A share alone means nothing on a large disk. */
	out->fills = out->percent >= MAG_DISK_WARN &&
	    out->left < MAG_DISK_PLENTY;
	out->full = out->percent >= MAG_DISK_FULL &&
	    out->left < MAG_DISK_ENOUGH;
	out->tight = out->left < MAG_DISK_LEAST;
	return true;
}
