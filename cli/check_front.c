/* SPDX-License-Identifier: MIT */
/*
 * The site as visitors see it, asked on this machine: headers everywhere,
 * gates closed, TLS only.  It does not matter who wrote the configuration.
 */
#include <stdio.h>
#include <string.h>

#include "../jobs/egress/ask.h"
#include "checks.h"

#define REWRITE	"magnetiq-nginx writes the configuration anew and reloads it"

static bool
has_tls(const struct mag_conf *conf)
{

	return conf->environment == MAG_PRODUCTION &&
	    strncmp(conf->site_url, "https://", 8) == 0;
}

/* Is nginx there?  If not, `site` says so, once. */
static bool
ask(struct egress_answer *a, struct mag_call *c, const char *path)
{
	const struct egress_question q = { .here = c->conf->https_port,
	    .trusting = true,
	    .url = mag_printf(c->a, "%s%s", c->conf->site_url, path) };

	return has_tls(c->conf) && egress_ask(a, &q);
}

static const char *
lacking(struct mag_arena *a, const struct egress_answer *answer)
{
	static const char *const names[] = { "Strict-Transport-Security",
	    "X-Content-Type-Options", "X-Frame-Options",
	    "Content-Security-Policy", "Referrer-Policy" };
	const char *list = "";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (egress_header(answer, names[i]) != 1)
			list = mag_printf(a, "%s%s%s", list, *list != '\0' ?
			    ", " : "", names[i]);
	return list;
}

void
check_headers(struct mag_checkup *k)
{
	static const char *const paths[] = { "/", "/admin", "/api/v1/health",
	    "/media/none.png", "/assets/none.js", "/docs", "/openapi.json",
	    "/.well-known/acme-challenge/none" };
	struct egress_answer a;
	const char *list;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (!ask(&a, k->c, paths[i]))
			return;
		list = lacking(k->c->a, &a);
		if (*list != '\0')
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_MAJOR, .id = paths[i],
			    .what = "Headers of security are missing or "
			    "double: %s", .arg = mag_printf(k->c->a, "%s has "
			    "not one %s", paths[i], list), .cure = REWRITE });
		if (i < 2 && a.status == 200 &&
		    strstr(a.headers, "immutable") != NULL)
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_MAJOR, .id = "immutable",
			    .what = "Browsers keep a page for a year: %s",
			    .arg = paths[i], .cure = REWRITE });
	}
}

/* What must not be had by an address. */
void
check_gates(struct mag_checkup *k)
{
	static const char *const paths[] = { "/media../", "/media/../private/",
	    "/media/..%2f..%2fmagnetiq.db", "/protected/", "/published/",
	    "/metrics", "/media/", "/docs../", "/assets../" };
	struct egress_answer a;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (ask(&a, k->c, paths[i]) && (a.status == 200 ||
		    a.status == 403))
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_URGENT, .id = paths[i],
			    .what = "What is private can be asked for: %s",
			    .arg = paths[i], .cure = REWRITE });
}

void
check_old_tls(struct mag_checkup *k)
{
	const struct egress_question q = { .here = k->c->conf->https_port,
	    .trusting = true, .old_tls = true,
	    .url = mag_printf(k->c->a, "%s/healthz", k->c->conf->site_url) };
	struct egress_answer a;

	if (has_tls(k->c->conf) && egress_ask(&a, &q))
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .what = "TLS 1.1 or older is spoken", .cure = REWRITE });
}

void
check_redirect(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	const struct egress_question q = { .here = c->conf->http_port,
	    .url = mag_printf(c->a, "http://%s/", c->conf->site_host) };
	struct egress_answer a, tls;

	/* Without a certificate there is nowhere to lead to. */
	if (!ask(&tls, c, "/healthz") || !egress_ask(&a, &q) ||
	    (a.status / 100 == 3 && strstr(a.headers, c->conf->site_url)))
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "Visitors without TLS are not led to the site: %s",
	    .arg = mag_printf(c->a, "port %d answers %ld",
	    c->conf->http_port, a.status), .cure = REWRITE });
}
