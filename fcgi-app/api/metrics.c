/* SPDX-License-Identifier: MIT */
/* Figures for Prometheus, in its text format, summed over all workers. */
#include "../handlers.h"

static void
head(struct mag_buf *b, const char *name, const char *type, const char *help)
{

	mag_buf_addf(b, "# HELP magnetiq_%s %s\n# TYPE magnetiq_%s %s\n", name,
	    help, name, type);
}

static void
print_requests(struct mag_buf *b, struct exchange *x)
{
	int64_t n;
	size_t i, route;
	int status;

	head(b, "requests_total", "counter", "Requests by route and status.");
	for (route = 0; route < nroutes; route++)
		for (i = 0; (status = mag_scoreboard_status(i)) >= 0; i++) {
			n = mag_scoreboard_count(x->board, (unsigned)route, i);
			if (n == 0)
				continue;
			mag_buf_addf(b, "magnetiq_requests_total{method=\"%s\","
			    "route=\"%s\",status=\"%d\"} %lld\n",
			    method_name(routes[route].method),
			    routes[route].path, status, (long long)n);
		}
}

static void
print_times(struct mag_buf *b, const struct mag_scoreboard_sums *s)
{
	int64_t bound, sum = 0;
	size_t i;

	head(b, "request_duration_seconds", "histogram",
	    "Time from reading a request to its answer.");
	for (i = 0; (bound = mag_scoreboard_time(i)) >= 0; i++) {
		sum += s->times[i];
		mag_buf_addf(b, "magnetiq_request_duration_seconds_bucket"
		    "{le=\"%g\"} %lld\n", (double)bound / 1e6, (long long)sum);
	}
	mag_buf_addf(b, "magnetiq_request_duration_seconds_bucket{le=\"+Inf\"}"
	    " %lld\nmagnetiq_request_duration_seconds_sum %.6f\n"
	    "magnetiq_request_duration_seconds_count %lld\n",
	    (long long)s->requests, (double)s->microseconds / 1e6,
	    (long long)s->requests);
}

static int64_t
outbox_depth(struct exchange *x)
{
	int64_t n;

	return mag_db_int(&n, x->call.db, "SELECT count(*) FROM outbox"
	    " WHERE state IN ('queued', 'sending')", "") == MAG_OK ? n : 0;
}

enum mag_status
metrics_show(struct exchange *x)
{
	struct mag_scoreboard_sums sums;
	struct mag_buf *b = &x->out;

	mag_scoreboard_sums(x->board, &sums);
	b->len = 0;
	print_requests(b, x);
	print_times(b, &sums);
	head(b, "in_flight", "gauge", "Requests being answered.");
	mag_buf_addf(b, "magnetiq_in_flight %lld\n", (long long)sums.in_flight);
	head(b, "database_busy_waits_total", "counter",
	    "Waits for another writer of the database.");
	mag_buf_addf(b, "magnetiq_database_busy_waits_total %lld\n",
	    (long long)sums.busy_waits);
	head(b, "outbox_depth", "gauge", "Letters waiting to leave.");
	mag_buf_addf(b, "magnetiq_outbox_depth %lld\n",
	    (long long)outbox_depth(x));
	x->status = 200;
	x->type = "text/plain; version=0.0.4; charset=utf-8";
	return MAG_OK;
}
