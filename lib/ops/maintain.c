/* SPDX-License-Identifier: MIT */
/* Keeping a database in shape: the log, the statistics, what is over. */
#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/log.h>
#include <magnetiq/search.h>

#include "copies.h"
#include "ops.h"

#define DAY		(24 * 60 * 60)
#define TRASH_DAYS	90	/* a deleted page can be restored so long */
#define JOURNAL_DAYS	30	/* failed sign-ins, missing pages, deliveries */

enum mag_status
op_checkpoint(struct mag_call *c, struct mag_buf *report, int64_t *done)
{

	*done = 1;
	mag_buf_adds(report, "the log was moved into the database");
	return mag_db_checkpoint(c->db);
}

enum mag_status
op_optimize(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = mag_search_optimize(c);

	*done = 1;
	mag_buf_adds(report, "the search index is merged, the statistics fresh");
	return st != MAG_OK ? st : mag_db_optimize(c->db);
}

static const struct {
	const char	*sql;
	int64_t		 age;		/* seconds before now */
} purges[] = {
	{ "DELETE FROM user_sessions WHERE expires_at < ?1", DAY },
	{ "DELETE FROM user_sessions WHERE revoked_at < ?1", 30 * DAY },
	{ "DELETE FROM refresh_tokens WHERE expires_at < ?1", DAY },
	{ "DELETE FROM password_resets WHERE requested_at < ?1", 30 * DAY },
	{ "DELETE FROM login_failures WHERE last_at < ?1", JOURNAL_DAYS * DAY },
	{ "DELETE FROM login_addresses WHERE last_at < ?1", 90 * DAY },
	{ "DELETE FROM not_found_log WHERE last_at < ?1", JOURNAL_DAYS * DAY },
	{ "DELETE FROM webhook_deliveries WHERE state <> 'sending'"
	  " AND created_at < ?1", JOURNAL_DAYS * DAY },
	{ "DELETE FROM subscribers WHERE status = 'pending'"
	  " AND requested_at < ?1", 7 * DAY },
	{ "DELETE FROM idempotency WHERE created_at < ?1", DAY },
	{ "DELETE FROM pages WHERE deleted_at < ?1", TRASH_DAYS * DAY },
};

static enum mag_status
purge(struct mag_db *db, void *arg)
{
	struct mag_call *c = arg;
	enum mag_status st = MAG_OK;
	size_t i;

	for (i = 0; i < sizeof(purges) / sizeof(purges[0]); i++)
		if ((st = mag_db_run(db, purges[i].sql, "t",
		    c->now - purges[i].age)) != MAG_OK)
			return st;
	return st;
}

/* Of migrations and restores that nobody will undo any more. */
static int64_t
purge_copies(struct mag_call *c)
{
	struct copy *list;
	size_t n = copies_find(&list, c->a, c->conf->database);
	size_t i = copies_over(list, n, c->now);
	int64_t removed = 0;

	for (; i < n; i++) {
		if (!copies_remove(c->a, &list[i]))
			continue;
		mag_log(MAG_INFO, "copy_removed", "%s", list[i].path);
		removed++;
	}
	return removed;
}

enum mag_status
op_purge(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	int64_t copies = purge_copies(c);

	*done = 1;
	mag_buf_adds(report, "what was over is gone");
	if (copies > 0)
		mag_buf_addf(report, ", and %lld old copies of the database",
		    (long long)copies);
	return mag_db_write(c->db, purge, c);
}
