/* SPDX-License-Identifier: MIT */
/* What a worker keeps between requests, and the whole life of one request. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/log.h>
#include <magnetiq/migrate.h>

#include "cache.h"
#include "exchange.h"

static size_t
cache_bytes(void)
{
	const char *off = getenv("MAGNETIQ_CACHE");

	/* For t/bench, which measures both. */
	return off != NULL && strcmp(off, "off") == 0 ? 0 : MAG_CACHE_BYTES;
}

const char *
worker_open(struct worker *w)
{
	static char why[512];
	enum mag_status st;

	st = mag_db_open(&w->db, w->conf->database, 0,
	    w->conf->sqlite_cache_kib);
	if (st == MAG_NOT_FOUND)
		return "there is no database yet; run `magnetiq init-db`";
	if (st != MAG_OK)
		return "the database cannot be opened";
	if (mag_migrate_check(w->db, why, sizeof(why)) != MAG_OK)
		return why;
	w->cache = cache_new(w->db, cache_bytes());
	return NULL;
}

void
worker_close(struct worker *w)
{

	cache_free(w->cache);
	mag_db_close(w->db);
	w->cache = NULL;
	w->db = NULL;
}

/* After a restore another file has the database's name. */
static void
look_for_another(struct worker *w)
{
	const char *why;

	if (!mag_db_replaced(w->db))
		return;
	mag_log(MAG_INFO, "database_replaced", "%s", w->conf->database);
	worker_close(w);
	if ((why = worker_open(w)) == NULL)
		return;
	mag_log(MAG_ERROR, "database", "%s", why);
	exit(EXIT_FAILURE);	/* nginx says 503, and another worker tries */
}

void
worker_handle(struct fcgi_io *io, const struct fcgi_request *rq, void *arg)
{
	struct worker *w = arg;

	look_for_another(w);
	exchange_run(io, rq, w);
}

void
worker_idle(void *arg)
{
	struct worker *w = arg;

	mag_log_request(NULL);
	mag_db_idle(w->db);
}
