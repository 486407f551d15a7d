/* SPDX-License-Identifier: MIT */
/* checks.h -- the checks that only `magnetiq doctor` makes, by file. */
#ifndef CHECKS_H
#define CHECKS_H

#include <magnetiq/check.h>

#include "command.h"

/** doctor_checks(): ends with a name of NULL. */
const struct mag_check *doctor_checks(void);
/**
 * installed(a, path): where what `make install` calls ${path} lies, below the
 * DESTDIR that this program stands in, if it does.
 */
const char *installed(struct mag_arena *, const char *path);
/** text_of(a, path): the first 64 KiB of a file; NULL if it cannot be read. */
const char *text_of(struct mag_arena *, const char *path);

/* check_files.c */
void	check_data(struct mag_checkup *);
void	check_folders(struct mag_checkup *);
void	check_env_file(struct mag_checkup *);

/* check_settings.c */
void	check_settings(struct mag_checkup *);
void	check_letters(struct mag_checkup *);

/* check_site.c */
void	check_content(struct mag_checkup *);

#endif
