/* SPDX-License-Identifier: MIT */
/* checks.h -- the checks of the library, by file; see magnetiq/check.h. */
#ifndef OPS_CHECKS_H
#define OPS_CHECKS_H

#include <magnetiq/check.h>
#include <magnetiq/db.h>

/* check_disk.c */
void	check_disk(struct mag_checkup *);
void	check_files(struct mag_checkup *);
void	check_copies(struct mag_checkup *);
void	check_size(struct mag_checkup *);
void	check_wal(struct mag_checkup *);
void	check_logs(struct mag_checkup *);

/* check_rows.c */
void	check_schema(struct mag_checkup *);
void	check_users(struct mag_checkup *);
void	check_sign_ins(struct mag_checkup *);
void	check_maintenance(struct mag_checkup *);
void	check_outbox(struct mag_checkup *);
void	check_failed(struct mag_checkup *);
void	check_feeds(struct mag_checkup *);

/* check_work.c */
void	check_workers(struct mag_checkup *);
void	check_jobs(struct mag_checkup *);
void	check_operations(struct mag_checkup *);
void	check_backup(struct mag_checkup *);
void	check_drill(struct mag_checkup *);

#endif
