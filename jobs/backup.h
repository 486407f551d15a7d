/* SPDX-License-Identifier: MIT */
/* backup.h -- the processes that make and try out backups. */
#ifndef JOBS_BACKUP_H
#define JOBS_BACKUP_H

#include <magnetiq/conf.h>

/** backup_main(conf, flag): `--backup` or `--drill`; the exit status. */
int	backup_main(const struct mag_conf *, const char *flag);

#endif
