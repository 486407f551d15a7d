/* SPDX-License-Identifier: MIT */
/* magnetiq-fcgi: the worker.  Reads its settings, opens its database, and
 * answers requests until it is told to end. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq.h>
#include <magnetiq/i18n.h>
#include <magnetiq/migrate.h>
#include <magnetiq/template.h>

#include "cache.h"
#include "exchange.h"
#include "observe.h"

#define REQUESTS_MAX	200000	/* then another worker takes the place */
#define REFUSED_MS	300
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MAX_KIB	0	/* what it watches with would count */
#else
#define MEMORY_MAX_KIB	(64 * 1024)
#endif

static int
refuse(const char *why)
{

	fprintf(stderr, "magnetiq-fcgi: %s\n", why);
	/* Whoever keeps a pool tries again at once, all the time. */
	if (fcgi_is_pool())
		mag_clock_sleep_ms(REFUSED_MS);
	return 1;
}

int
main(int argc, char **argv)
{
	static struct worker w;
	struct fcgi_service service = {
		.handle = worker_handle, .idle = worker_idle, .arg = &w,
		.max_requests = REQUESTS_MAX, .max_memory_kib = MEMORY_MAX_KIB
	};
	struct mag_conf *conf;
	const char *why;
	char error[512];
	int status;

	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("magnetiq-fcgi " PACKAGE_VERSION);
		return 0;
	}
	if (mag_crypto_init() != MAG_OK)
		return refuse("libsodium does not start");
	if (mag_conf_load(&conf, error, sizeof(error)) != MAG_OK)
		return refuse(error);
	w.conf = conf;
	mag_log_level(conf->log_level);
	mag_db_slow(conf->slow_query_ms);
	mag_clock_offset_file(conf->clock_offset_file);
	if ((why = worker_open(&w)) != NULL)
		return refuse(why);
	mag_i18n_init(conf->template_dir);
	mag_template_init(conf->template_dir);
	observe_begin(&w);
	w.a = mag_arena_new(MAG_REQUEST_ARENA);
	mag_log(MAG_INFO, "worker_started", "magnetiq %s on %s",
	    PACKAGE_VERSION, mag_db_engine());
	status = fcgi_loop(&service);
	mag_log(MAG_INFO, "worker_stopped", "status %d", status);
	observe_end(&w);
	worker_close(&w);
	mag_arena_free(w.a);
	mag_conf_free(conf);
	return status;
}
