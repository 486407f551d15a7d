/* SPDX-License-Identifier: MIT */
/* image.h -- the child that decodes pictures; see lib/ops/renditions.c. */
#ifndef JOBS_IMAGE_H
#define JOBS_IMAGE_H

/**
 * image_main(argc, argv): `--image TYPE ORIENTATION WIDTHxHEIGHT...`: the
 * picture on stdin, as WebP in each size on the descriptors from 3 on.
 * Returns the exit status.
 */
int	image_main(int argc, char **argv);

/**
 * jail(): from now on this process can compute, read, write and end, and
 * nothing else.  False where the system knows no such thing.
 */
int	jail(void);

#endif
