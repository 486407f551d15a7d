/* SPDX-License-Identifier: MIT */
/* ops.h -- the operations that have a file of their own. */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include <sys/types.h>

#include <magnetiq/ops.h>

enum mag_status	op_backup(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_calendars(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_checkpoint(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_drill(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_letters(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_media(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_misses(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_not_found(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_optimize(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_papers(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_purge(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_renditions(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_snapshot(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_watch(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_webhooks(struct mag_call *, struct mag_buf *, int64_t *);
enum mag_status	op_retention(struct mag_call *, struct mag_buf *, int64_t *);

/** A letter as a file: its folder, and the number of its row. */
#define LETTER_FILE	"%s/%08lld.eml"

/** op_background(report, pid, flag): start it unless it still runs. */
enum mag_status	op_background(struct mag_buf *report, pid_t *, const char *flag)
    MAG_CHECK;
/** op_written(c): mag_db_written(), without the notes of when operations ran. */
int64_t		op_written(struct mag_call *);
/** The program of mag_op_program(), or NULL. */
extern const char *op_program;

/** op_adopt(c, report): an earlier Magnetiq's database becomes ours, in one
 * transaction.  op_adopt_follow(c, report): its files and the search index;
 * may be repeated. */
enum mag_status	op_adopt(struct mag_call *, struct mag_buf *report) MAG_CHECK;
enum mag_status	op_adopt_follow(struct mag_call *, struct mag_buf *report)
    MAG_CHECK;

#endif
