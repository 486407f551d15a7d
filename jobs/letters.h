/* SPDX-License-Identifier: MIT */
/* letters.h -- the process that gives letters to a server. */
#ifndef JOBS_LETTERS_H
#define JOBS_LETTERS_H

#include <magnetiq/conf.h>

/** letters_main(conf): until none is due, or told to stop; the exit status. */
int	letters_main(struct mag_conf *);

#endif
