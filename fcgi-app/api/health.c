/* SPDX-License-Identifier: MIT */
/* Is the program there, and are its parts well? */
#include <config.h>

#include <string.h>
#include <sys/stat.h>

#include <magnetiq/disk.h>

#include "../handlers.h"

static const char *
environment(struct exchange *x)
{
	static const char *const names[] = {
		"development", "production", "test"
	};

	return names[x->conf->environment];
}

enum mag_status
health_show(struct exchange *x)
{

	x->out.len = 0;
	mag_buf_addf(&x->out, "{\"status\":\"healthy\",\"version\":\"%s\","
	    "\"environment\":\"%s\"}", PACKAGE_VERSION, environment(x));
	x->status = 200;
	x->type = "application/json";
	return MAG_OK;
}

enum health { HEALTHY, DEGRADED, UNHEALTHY };

static const char *const words[] = { "healthy", "degraded", "unhealthy" };

/* Figures are for admins, the server's own console, and development. */
static bool
shows_figures(struct exchange *x)
{

	return x->call.who.role == MAG_ADMIN ||
	    x->conf->environment != MAG_PRODUCTION ||
	    strcmp(x->rq->server, "metrics") == 0;
}

static enum health
database(struct exchange *x, struct mag_buf *b)
{
	int64_t began = mag_clock_us(), n;
	enum health h;

	h = mag_db_int(&n, x->call.db, "SELECT count(*) FROM generation", "") ==
	    MAG_OK ? HEALTHY : UNHEALTHY;
	mag_buf_addf(b, "\"database\":{\"status\":\"%s\"", words[h]);
	if (shows_figures(x))
		mag_buf_addf(b, ",\"type\":\"sqlite\","
		    "\"response_time_ms\":%.3f",
		    (double)(mag_clock_us() - began) / 1000);
	mag_buf_addc(b, '}');
	return h;
}

#define MB	(1024.0 * 1024.0)

static enum health
filesystem(struct exchange *x, struct mag_buf *b)
{
	struct mag_disk disk;
	struct stat file;
	enum health h = UNHEALTHY;
	bool known;

	known = mag_disk_look(&disk, x->conf->upload_dir, 0) &&
	    stat(x->conf->database, &file) == 0;
	if (known)
		h = disk.full ? UNHEALTHY : disk.fills ? DEGRADED : HEALTHY;
	mag_buf_addf(b, ",\"filesystem\":{\"status\":\"%s\"", words[h]);
	if (shows_figures(x) && known)
		mag_buf_addf(b, ",\"database_size_mb\":%.2f,\"free_mb\":%.0f",
		    (double)file.st_size / MB, disk.left / MB);
	mag_buf_addc(b, '}');
	return h;
}

static enum health
email(struct exchange *x, struct mag_buf *b)
{
	static const char sql_states[] =
	    "SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued',"
	    " 'sending')), (SELECT count(*) FROM outbox WHERE state = 'failed'),"
	    " (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"
	    " AND due_at < ?1)";
	struct mag_row *row = NULL;
	int64_t queued = 0, failed = 0, late = 0;
	enum health h = HEALTHY;

	if (mag_db_row(&row, x->call.db, sql_states, "t",
	    x->call.now - 900) == MAG_OK) {
		queued = mag_row_int(row, 0);
		failed = mag_row_int(row, 1);
		late = mag_row_int(row, 2);
	}
	mag_row_done(row);
	if (x->conf->smtp_host != NULL && (failed > 0 || late > 0))
		h = DEGRADED;
	mag_buf_addf(b, ",\"email\":{\"status\":\"%s\"", words[h]);
	if (shows_figures(x))
		mag_buf_addf(b, ",\"queued\":%lld,\"failed\":%lld",
		    (long long)queued, (long long)failed);
	mag_buf_addc(b, '}');
	return h;
}

int64_t
health_wal_size(struct exchange *x)
{
	struct stat file;

	return stat(mag_printf(x->a, "%s-wal", x->conf->database), &file) == 0 ?
	    (int64_t)file.st_size : 0;
}

bool
health_print(struct mag_buf *out, struct exchange *x)
{
	enum health worst, h;
	struct mag_buf b;

	mag_buf_init(&b, x->a, 512);
	worst = database(x, &b);
	if ((h = filesystem(x, &b)) > worst)
		worst = h;
	if ((h = email(x, &b)) > worst)
		worst = h;
	mag_buf_addf(out, "\"status\":\"%s\",\"version\":\"%s\","
	    "\"environment\":\"%s\",\"services\":{%s}", words[worst],
	    PACKAGE_VERSION, environment(x), b.p);
	return worst != UNHEALTHY;
}

enum mag_status
health_detailed(struct exchange *x)
{
	bool well;

	x->out.len = 0;
	mag_buf_addc(&x->out, '{');
	well = health_print(&x->out, x);
	mag_buf_addc(&x->out, '}');
	x->status = well ? 200 : 503;
	x->type = "application/json";
	return MAG_OK;
}
