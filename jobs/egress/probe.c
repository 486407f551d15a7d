/* SPDX-License-Identifier: MIT */
/* Does the site answer, with a good certificate, and does its mail server? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "probe.h"

#define DAY		(24 * 60 * 60)
#define USUAL_PORT	3036

static int64_t certificate_ends;

int64_t
egress_certificate(void)
{

	return certificate_ends;
}

/* In production the API has TLS and a name; without both, only the port for
 * numbers can be asked, which is this machine's alone. */
int
egress_site_port(const struct mag_conf *conf)
{
	const char *port = getenv("API_PORT");
	long n;

	if (port != NULL && (n = strtol(port, NULL, 10)) > 0 && n < 65536)
		return (int)n;
	return conf->environment == MAG_PRODUCTION ? conf->metrics_port :
	    USUAL_PORT;
}

static bool
ask_here(struct egress_answer *a, int port, const char *path)
{
	char url[300];
	const struct egress_question q = { .url = url };

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
	return egress_ask(a, &q);
}

bool
egress_is_well(int port, const char *path)
{
	struct egress_answer a;

	return ask_here(&a, port, path) && a.status == 200;
}

bool
egress_says(int port, const char *path, const char *text)
{
	struct egress_answer a;

	return ask_here(&a, port, path) && strstr(a.body, text) != NULL;
}

static void
look_at_site(struct mag_checkup *k)
{
	const struct mag_conf *conf = k->c->conf;
	struct egress_answer a;
	struct egress_question q = { .url = conf->watch_url,
	    .authorities = conf->egress_ca_file };

	/* Where nginx is elsewhere, `workers` looks at what is here. */
	if (q.url == NULL && getenv("API_SOCKET") != NULL &&
	    getenv("API_PORT") == NULL)
		return;
	if (q.url == NULL)
		q.url = mag_printf(k->c->a, "http://127.0.0.1:%d/api/v1/health",
		    egress_site_port(conf));
	if (egress_ask(&a, &q) && a.status == 200)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT, .id = "site",
	    .what = "The site does not answer: %s.",
	    .arg = mag_printf(k->c->a, "%s: %s", q.url, a.status == 0 ? a.why :
	    mag_printf(k->c->a, "%ld", a.status)),
	    .cure = a.status == 0 ? "Start nginx (systemctl start "
	    "magnetiq-nginx, or spawn/dev), or set WATCH_URL to where it "
	    "answers" : "Start the workers (systemctl start magnetiq-app, or "
	    "spawn/dev), and look into their log" });
}

/* Shown on this machine; or, where nginx is on another one, by the name. */
static bool
shown(struct egress_answer *a, struct mag_call *c, bool trusting)
{
	struct egress_question q = { .here = c->conf->https_port,
	    .trusting = trusting, .authorities = c->conf->egress_ca_file };

	q.url = mag_printf(c->a, "%s/healthz", c->conf->site_url);
	if (egress_ask(a, &q) || a->trouble != EGRESS_CONNECT)
		return a->trouble == EGRESS_FINE;
	q.here = 0;
	return egress_ask(a, &q);
}

static bool
has_tls(const struct mag_conf *conf)
{

	return conf->environment == MAG_PRODUCTION && conf->site_url != NULL &&
	    strncmp(conf->site_url, "https://", 8) == 0;
}

static void
look_at_end(struct mag_checkup *k)
{
	struct egress_answer a;
	int64_t left;
	bool over;

	if (!has_tls(k->c->conf) || !shown(&a, k->c, true) || a.ends == 0)
		return;
	certificate_ends = a.ends;
	left = (a.ends - k->c->now) / DAY;
	over = a.ends <= k->c->now;
	if (left >= 21)
		return;
	mag_found(k, (struct mag_finding){
	    .gravity = left < 1 ? MAG_URGENT : left < 7 ? MAG_MAJOR : MAG_MINOR,
	    .id = "end",
	    .what = over ? "The certificate has expired." :
	    "The certificate is good for only %s more days.",
	    .arg = over ? NULL : mag_printf(k->c->a, "%lld", (long long)left),
	    .cure = "certbot renew --dry-run says why it was not renewed; "
	    "magnetiq-nginx takes a new one" });
}

/* Would a browser take it?  How long it is good is another check's matter. */
static void
look_at_trust(struct mag_checkup *k)
{
	struct egress_answer a;
	bool name;

	if (!has_tls(k->c->conf) || shown(&a, k->c, false) ||
	    a.trouble != EGRESS_CERTIFICATE || strstr(a.why, "expired") != NULL)
		return;
	name = strstr(a.why, "name") != NULL;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
	    .id = "trust",
	    .what = "Browsers refuse the certificate: %s.",
	    .arg = mag_strdup(k->c->a, a.why),
	    .cure = name ? "It is for another name: certbot certonly with -d "
	    "and the name of SITE_URL" : "TLS_CERTIFICATE must have the "
	    "certificates between as well (fullchain.pem), of an authority "
	    "that browsers know" });
}

static const char *
certificate_cure(const char *why)
{

	if (strstr(why, "expired") != NULL)
		return "Whoever keeps the mail server must renew its "
		    "certificate";
	if (strstr(why, "name") != NULL)
		return "SMTP_HOST must be the name that stands in the "
		    "server's certificate";
	return "EGRESS_CA_FILE must have the authority that signed the "
	    "server's certificate";
}

static const char *
smtp_cure(enum egress_trouble trouble, const char *why)
{

	switch (trouble) {
	case EGRESS_NAME:
		return "Correct SMTP_HOST, or the name service of this machine";
	case EGRESS_CONNECT:
		return "Correct SMTP_HOST and SMTP_PORT, or open the way "
		    "through the firewall";
	case EGRESS_TLS:
		return "Correct SMTP_TLS: starttls (587), tls (465), none "
		    "(only on this machine)";
	case EGRESS_CERTIFICATE:
		return certificate_cure(why);
	case EGRESS_LOGIN:
		return "Correct SMTP_USER and SMTP_PASSWORD";
	default:
		return "Ask whoever keeps the mail server what it means";
	}
}

static void
look_at_smtp(struct mag_checkup *k)
{
	enum egress_trouble trouble;
	char why[256];

	if (k->c->conf->smtp_host == NULL)
		return;
	trouble = egress_smtp_try(k->c->conf, why, sizeof(why));
	if (trouble == EGRESS_FINE)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR, .id = "smtp",
	    .what = "The mail server takes no letters: %s.",
	    .arg = mag_printf(k->c->a, "%s: %s", k->c->conf->smtp_host, why),
	    .cure = smtp_cure(trouble, why) });
}

static const struct mag_check checks[] = {
	{ "site", "site", "nginx and a worker: /api/v1/health answers 200",
	  MAG_CHECK_WATCH, 120, look_at_site },
	{ "certificate", "tls", "The certificate that is shown: less than 21, "
	  "7 and 1 days", MAG_CHECK_WATCH, 0, look_at_end },
	{ "trust", "tls", "The certificate that is shown: its name, and who "
	  "signed it", MAG_CHECK_WATCH, 600, look_at_trust },
	{ "smtp", "mail", "The mail server: name, connection, TLS, sign-in",
	  0, 0, look_at_smtp },
	{ NULL, NULL, NULL, 0, 0, NULL }
};

const struct mag_check *
egress_checks(void)
{

	return checks;
}
