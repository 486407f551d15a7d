/* SPDX-License-Identifier: MIT */
/* Settings with which a site starts, and should not run. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/i18n.h>
#include <magnetiq/letter.h>
#include <magnetiq/template.h>

#include "checks.h"

/* As somebody wrote it: in the environment, or in the file of settings. */
static const char *
written(struct mag_arena *a, const char *name)
{
	const char *file = mag_conf_file(), *text = getenv(name);
	struct mag_env *e;
	char error[256], *copy;

	if (text != NULL && *text != '\0')
		return text;
	if (file == NULL || (text = text_of(a, file)) == NULL)
		return NULL;
	copy = mag_strdup(a, text);
	if (mag_env_parse(&e, a, error, sizeof(error), copy, strlen(copy)) !=
	    MAG_OK)
		return NULL;
	for (; e != NULL; e = e->next)
		if (strcmp(e->name, name) == 0)
			return e->value;
	return NULL;
}

/* A path that means another file from another folder. */
static bool
is_relative(const char *url)
{
	const char *path;

	if (url == NULL)
		return true;		/* so is the preset */
	path = strstr(url, ":///");
	path = path != NULL ? path + 4 : url;
	return path[0] != '/';
}

static bool
is_local(const char *host)
{

	return strcmp(host, "localhost") == 0 ||
	    strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

static bool
trusts_everybody(const char *proxies)
{

	return proxies != NULL && (strstr(proxies, "/0") != NULL);
}

static bool
allows_local(const struct mag_conf *conf)
{
	const char **o;

	for (o = conf->allowed_origins; *o != NULL; o++)
		if (strstr(*o, "//localhost") != NULL ||
		    strstr(*o, "//127.") != NULL)
			return true;
	return false;
}

/* All caches together against what the machine has. */
static bool
caches_too_much(const struct mag_conf *conf)
{
	int64_t machine = (int64_t)sysconf(_SC_PHYS_PAGES) *
	    (int64_t)(sysconf(_SC_PAGESIZE) / 1024);

	return conf->sqlite_cache_kib * (conf->workers + conf->auth_workers) >
	    machine / 2;
}

/* What is fine in development, and not in production. */
struct rule {
	bool		 broken;
	enum mag_gravity gravity;
	const char	*what, *cure;
};

static void
tell(struct mag_checkup *k, const struct rule *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rules[i].broken)
			mag_found(k, (struct mag_finding){
			    .gravity = rules[i].gravity,
			    .what = rules[i].what, .cure = rules[i].cure });
}

static void
look_at_mail(struct mag_checkup *k, const struct mag_conf *conf)
{
	const char *host = conf->smtp_host;
	const struct rule rules[] = {
		{ host == NULL, MAG_MINOR, "SMTP_HOST is not set",
		  "Set SMTP_HOST, SMTP_USER, SMTP_PASSWORD, SMTP_FROM_EMAIL: "
		  "letters wait in the outbox until then" },
		{ host != NULL && conf->smtp_from_email == NULL, MAG_MAJOR,
		  "SMTP_FROM_EMAIL is not set", "Set it to an address of "
		  "yours: servers refuse letters from nobody" },
		{ host != NULL && conf->smtp_tls == MAG_TLS_NONE &&
		  !is_local(host), MAG_MAJOR, "SMTP_TLS is none, and SMTP_HOST "
		  "is another machine", "Set SMTP_TLS=starttls: letters and "
		  "the password cross the network in clear" },
		{ host != NULL && strstr(host, "mailtrap") != NULL, MAG_MAJOR,
		  "SMTP_HOST is a test service", "Set the mail server of your "
		  "own: personal data goes to strangers, and nobody has his "
		  "letter" },
	};

	tell(k, rules, sizeof(rules) / sizeof(rules[0]));
}

void
check_settings(struct mag_checkup *k)
{
	const struct mag_conf *conf = k->c->conf;
	const struct rule rules[] = {
		{ strncmp(conf->site_url, "https://", 8) != 0, MAG_MAJOR,
		  "SITE_URL is not https", "Get a certificate, and write "
		  "SITE_URL=https://... : links and cookies need it" },
		{ !conf->rate_limits, MAG_MAJOR,
		  "RATE_LIMITS is off in production", "Remove the line: "
		  "passwords can be tried as fast as the machine goes" },
		{ is_relative(written(k->c->a, "DATABASE_URL")), MAG_MAJOR,
		  "DATABASE_URL is relative", "Write the full path: "
		  "DATABASE_URL=sqlite:////var/lib/magnetiq/magnetiq.db; else "
		  "each folder has a database of its own" },
		{ trusts_everybody(conf->trusted_proxies), MAG_URGENT,
		  "TRUSTED_PROXIES trusts everybody", "Name only the proxies "
		  "that are yours: anybody can claim any address" },
		{ allows_local(conf), MAG_MINOR, "ALLOWED_ORIGINS has addresses "
		  "of development", "Remove localhost from it; pages of the "
		  "site itself need no line" },
		{ conf->log_level == MAG_DEBUG, MAG_MINOR,
		  "LOG_LEVEL is debug in production", "Set LOG_LEVEL=info" },
	};
	const struct rule memory = { caches_too_much(conf), MAG_MAJOR,
	    "SQLITE_CACHE_SIZE of all workers is more than half of the "
	    "machine's memory", "Set it to -2000 (KiB a worker), or have "
	    "fewer WORKERS" };

	tell(k, &memory, 1);
	if (conf->environment != MAG_PRODUCTION)
		return;
	tell(k, rules, sizeof(rules) / sizeof(rules[0]));
	look_at_mail(k, conf);
}

/* Templates of TEMPLATE_DIR, where a line a letter is what they lack. */
void
check_letters(struct mag_checkup *k)
{
	char *line, *end;
	struct mag_buf b;

	mag_buf_init(&b, k->c->a, 256);
	mag_template_init(k->c->conf->template_dir);
	mag_letter_check(&b, k->c->a);
	for (line = b.p; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = line, .what = "A template is broken: %s",
		    .arg = line, .cure = "Correct it in TEMPLATE_DIR, or "
		    "remove it there: then the built-in one is used" });
	}
}

/* Without it a site works; but who asked for it waits in vain. */
void
check_reader(struct mag_checkup *k)
{
	const char *name = k->c->conf->pdftotext;
	bool there = strchr(name, '/') != NULL ? access(name, X_OK) == 0 :
	    program(k->c->a, name) != NULL;

	if (there || strcmp(name, "off") == 0)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
	    .what = "Nobody reads the words of PDFs: there is no %s",
	    .arg = name, .cure = "apt-get install poppler-utils, or "
	    "PDFTOTEXT=off" });
}
