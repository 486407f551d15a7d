/* SPDX-License-Identifier: MIT */
/* Looking after the running site: jobs, metrics, the API's own description. */
#include <string.h>

#include <magnetiq/feed.h>
#include <magnetiq/ops.h>
#include <magnetiq/watch.h>

#include "../doors.h"
#include "../handlers.h"
#include "../http/etag.h"

enum mag_status
jobs_list(struct exchange *x)
{
	enum mag_status st;

	if ((st = mag_ops_list(reply_begin(x), &x->call)) != MAG_OK)
		return st;
	return reply_whole(x);
}

enum mag_status
jobs_run(struct exchange *x)
{
	enum mag_status st;

	if ((st = mag_ops_ask(&x->call, x->match.values[0])) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), "{\"name\":");
	mag_buf_jsons(&x->out, x->match.values[0]);
	mag_buf_addc(&x->out, '}');
	return reply_end(x, 202);
}

enum mag_status
openapi_show(struct exchange *x)
{

	x->out.len = 0;
	openapi_print(&x->out, x->conf->site_url);
	x->status = 200;
	x->type = "application/json";
	x->etag = etag_of(x->a, x->out.p, x->out.len);
	x->cache_control = "public, max-age=0, must-revalidate";
	return MAG_OK;
}

static void
print_workers(struct mag_buf *b, struct exchange *x)
{
	struct mag_worker *w = mag_alloc(x->a,
	    MAG_SCOREBOARD_WORKERS * sizeof(*w));
	size_t i, n = mag_scoreboard_workers(x->board, w,
	    MAG_SCOREBOARD_WORKERS);

	mag_buf_adds(b, ",\"workers\":[");
	for (i = 0; i < n; i++)
		mag_buf_addf(b, "%s{\"pid\":%lld,\"pool\":\"%s\","
		    "\"memory_kb\":%lld,\"requests\":%lld}", i > 0 ? "," : "",
		    (long long)w[i].pid,
		    w[i].pool == MAG_POOL_AUTH ? "auth" : "app",
		    (long long)w[i].memory_kb, (long long)w[i].requests);
	mag_buf_addc(b, ']');
}

static const char sql_outbox[] =
    "SELECT min(due_at) FROM outbox WHERE state IN ('queued', 'sending')"
    " AND due_at <= ?1";

static enum mag_status
print_outbox(struct mag_buf *b, struct exchange *x)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int64_t age = 0;

	st = mag_db_row(&row, x->call.db, sql_outbox, "t", x->call.now);
	if (st == MAG_OK && !mag_row_null(row, 0))
		age = x->call.now - mag_row_time(row, 0);
	mag_row_done(row);
	mag_buf_addf(b, ",\"outbox_age_seconds\":%lld", (long long)age);
	return st;
}

/* The newest backup, or null; verified: no drill says otherwise. */
static void
print_last_backup(struct mag_buf *b, struct exchange *x)
{
	struct mag_buf list;

	mag_buf_init(&list, x->a, 256);
	mag_backups_print(&list, &x->call, 1);
	mag_buf_adds(b, ",\"last_backup\":");
	if (list.len > 2)
		mag_buf_add(b, list.p + 1, list.len - 2);
	else
		mag_buf_adds(b, "null");
}

/* The one that nginx shows, as the jobs process saw it last; or null. */
static void
print_certificate(struct mag_buf *b, struct exchange *x)
{
	char when[MAG_TIME_TEXT];
	const char *ends;
	int64_t at, end;

	mag_buf_adds(b, ",\"certificate\":");
	if (mag_reading(&ends, &at, &x->call, "certificate") != MAG_OK ||
	    !mag_time_parse(&end, ends, strlen(ends), false)) {
		mag_buf_adds(b, "null");
		return;
	}
	mag_time_rfc3339(when, at);
	mag_buf_addf(b, "{\"expires_at\":\"%s\",\"days_left\":%lld,"
	    "\"seen_at\":\"%s\"}", ends,
	    (long long)(end - x->call.now) / (24 * 60 * 60), when);
}

/* What is not well: looked at now, or by the jobs process a minute ago. */
static enum mag_status
print_findings(struct mag_buf *b, struct exchange *x)
{
	struct mag_checkup k = { .c = &x->call };

	(void)mag_check_run(&k, mag_checks(), MAG_CHECK_PANEL, 0, NULL);
	mag_buf_adds(b, ",\"findings\":");
	return mag_watch_print(b, &x->call, &k);
}

enum mag_status
system_health(struct exchange *x)
{
	struct mag_scoreboard_sums sums;
	struct mag_buf *b = reply_begin(x);
	enum mag_status st;
	int version;

	if ((st = mag_migrate_version(&version, x->call.db)) != MAG_OK)
		return st;
	mag_scoreboard_sums(x->board, &sums);
	mag_buf_addc(b, '{');
	(void)health_print(b, x);
	mag_buf_addf(b, ",\"schema_version\":%d,\"wal_size_bytes\":%lld,"
	    "\"uptime_seconds\":%lld", version,
	    (long long)health_wal_size(x),
	    (long long)(sums.started > 0 ? x->call.now - sums.started : 0));
	print_workers(b, x);
	mag_buf_adds(b, ",\"jobs\":");
	if ((st = mag_ops_list(b, &x->call)) != MAG_OK ||
	    (st = print_outbox(b, x)) != MAG_OK)
		return st;
	print_last_backup(b, x);
	mag_buf_adds(b, ",\"calendars\":");
	if ((st = mag_feeds_print(b, &x->call)) != MAG_OK)
		return st;
	print_certificate(b, x);
	mag_buf_adds(b, ",\"last_drill\":");
	if ((st = mag_drill_print(b, &x->call)) != MAG_OK ||
	    (st = print_findings(b, x)) != MAG_OK)
		return st;
	mag_buf_addc(b, '}');
	return reply_end(x, 200);
}

enum mag_status
backups_list(struct exchange *x)
{

	mag_copies_print(reply_begin(x), &x->call);
	return reply_whole(x);
}

enum mag_status
backups_make(struct exchange *x)
{
	enum mag_status st;

	if ((st = mag_ops_ask(&x->call, "backup")) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), "{\"name\":\"backup\"}");
	return reply_end(x, 202);
}
