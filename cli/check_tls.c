/* SPDX-License-Identifier: MIT */
/* The files of TLS, the name, and whether a certificate renews itself. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../jobs/egress/ask.h"
#include "checks.h"

static bool
has_tls(const struct mag_conf *conf)
{

	return conf->environment == MAG_PRODUCTION &&
	    strncmp(conf->site_url, "https://", 8) == 0;
}

static const char *
host_of(struct mag_call *c)
{

	return mag_dup(c->a, c->conf->site_host, strcspn(c->conf->site_host,
	    ":"));
}

static const char *
certificate(struct mag_call *c)
{

	return c->conf->tls_certificate != NULL ? c->conf->tls_certificate :
	    mag_printf(c->a, "/etc/letsencrypt/live/%s/fullchain.pem",
	    host_of(c));
}

static const char *
key(struct mag_call *c)
{
	const char *path = certificate(c);

	return c->conf->tls_key != NULL ? c->conf->tls_key :
	    mag_printf(c->a, "%.*s/privkey.pem",
	    (int)(strrchr(path, '/') - path), path);
}

/* What openssl prints as the public key of either; NULL if it is none. */
static const char *
public_key(struct mag_arena *a, const char *path, bool private)
{
	const char *openssl = program(a, "openssl"), *said;
	char *of_key[] = { (char *)openssl, (char *)"pkey", (char *)"-pubout",
	    (char *)"-in", (char *)path, NULL };
	char *of_other[] = { (char *)openssl, (char *)"x509", (char *)"-noout",
	    (char *)"-pubkey", (char *)"-in", (char *)path, NULL };

	if (openssl == NULL)
		return "";
	return run_program(&said, a, private ? of_key : of_other) == 0 ? said :
	    NULL;
}

static void
look_at_key(struct mag_checkup *k, const char *cert, const char *path)
{
	struct mag_arena *a = k->c->a;
	const char *one = public_key(a, cert, false);
	const char *other = public_key(a, path, true);
	struct stat sb;

	if (stat(path, &sb) == 0 && (sb.st_mode & 007))
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = path, .what = "Everybody may read the private key %s",
		    .arg = path, .cure = "chmod o= %s", .cure_arg = path });
	if (one == NULL)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "none", .what = "There is no certificate in %s",
		    .arg = cert, .cure = "certbot certificates, or put the "
		    "right file there; then magnetiq-nginx" });
	else if (other == NULL || strcmp(one, other) != 0)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "other", .what = "The key in %s is not that of the "
		    "certificate", .arg = path, .cure = "Set TLS_KEY to the "
		    "key that %s was made with, then magnetiq-nginx",
		    .cure_arg = cert });
}

void
check_certificate(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	const char *cert = certificate(c), *name = host_of(c);

	if (!has_tls(c->conf))
		return;
	if (access(cert, F_OK) == -1) {
		/* A folder of root's hides it from others. */
		if (geteuid() == 0)
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_URGENT,
			    .id = "missing", .what = "There is no certificate: "
			    "%s", .arg = cert, .cure = "certbot certonly "
			    "--webroot -w /var/lib/magnetiq-acme -d %s "
			    "--deploy-hook magnetiq-nginx",
			    .cure_arg = name });
	} else if (access(cert, R_OK) == -1 || access(key(c), F_OK) == -1)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "closed", .what = "The certificate or its key cannot "
		    "be read: %s", .arg = key(c), .cure = "See TLS_KEY and the "
		    "modes of the folders above; magnetiq-nginx opens them to "
		    "nginx" });
	else if (geteuid() == 0 || access(key(c), R_OK) == 0)
		look_at_key(k, cert, key(c));
}

/* Where certbot keeps what it got, there it also keeps how to renew it. */
void
check_renewal(struct mag_checkup *k)
{
	struct mag_arena *a = k->c->a;
	const char *cert = certificate(k->c), *live, *name, *file, *text;

	if (!has_tls(k->c->conf) || (live = strstr(cert, "/live/")) == NULL ||
	    access(cert, R_OK) == -1)
		return;			/* from elsewhere, or still to come */
	name = mag_dup(a, live + 6, strcspn(live + 6, "/"));
	file = mag_printf(a, "%.*s/renewal/%s.conf", (int)(live - cert), cert,
	    name);
	text = text_of(a, file);
	if (text == NULL)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "none", .what = "Nobody renews the certificate: %s "
		    "is missing", .arg = file, .cure = "Get it with certbot "
		    "certonly --webroot, which remembers how; see OPERATING" });
	else if (strstr(text, "magnetiq-nginx") == NULL)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "hook", .what = "Nobody tells nginx of a new "
		    "certificate: %s has no deploy hook", .arg = file,
		    .cure = "certbot reconfigure --cert-name %s --deploy-hook "
		    "/usr/sbin/magnetiq-nginx, or a renew_hook line there",
		    .cure_arg = name });
	if (text != NULL && strstr(text, "authenticator = nginx") != NULL)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "nginx", .what = "certbot would write into another "
		    "nginx: %s", .arg = file, .cure = "certbot reconfigure "
		    "--cert-name %s --webroot -w /var/lib/magnetiq-acme",
		    .cure_arg = name });
	if (access("/etc/systemd/system/timers.target.wants/certbot.timer",
	    F_OK) == -1 && access("/etc/cron.d/certbot", F_OK) == -1)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "timer", .what = "No timer runs certbot renew",
		    .cure = "systemctl enable --now certbot.timer" });
}

static bool
same(const struct sockaddr *x, const struct sockaddr *y)
{

	if (x == NULL || y == NULL || x->sa_family != y->sa_family)
		return false;
	if (x->sa_family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)x)->sin_addr,
		    &((const struct sockaddr_in *)y)->sin_addr, 4) == 0;
	return x->sa_family == AF_INET6 &&
	    memcmp(&((const struct sockaddr_in6 *)x)->sin6_addr,
	    &((const struct sockaddr_in6 *)y)->sin6_addr, 16) == 0;
}

static bool
is_here(const struct addrinfo *list)
{
	const struct addrinfo *a;
	struct ifaddrs *all, *one;
	bool found = false;

	if (getifaddrs(&all) == -1)
		return true;
	for (a = list; a != NULL; a = a->ai_next)
		for (one = all; one != NULL; one = one->ifa_next)
			if (same(a->ai_addr, one->ifa_addr))
				found = true;
	freeifaddrs(all);
	return found;
}

void
check_name(struct mag_checkup *k)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const char *host = host_of(k->c);
	struct addrinfo *list = NULL;
	int rc;

	if (!has_tls(k->c->conf))
		return;
	rc = getaddrinfo(host, NULL, &hints, &list);
	if (rc != 0)
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "dns", .what = "The name of the site leads nowhere: "
		    "%s", .arg = mag_printf(k->c->a, "%s (%s)", host,
		    gai_strerror(rc)), .cure = "Give the name an A and an AAAA "
		    "record with the addresses of this machine" });
	else if (!is_here(list))
		mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
		    .id = "dns", .what = "The name of the site leads to "
		    "another machine: %s", .arg = host, .cure = "Correct its A "
		    "and AAAA records; good where a proxy or a router stands "
		    "in front" });
	if (list != NULL)
		freeaddrinfo(list);
}

/* A file where certbot would put one, fetched as the authority would. */
static bool
fetches(struct mag_call *c, const char *dir, const char *token)
{
	struct egress_question q = { .here = c->conf->http_port };
	const char *path = mag_printf(c->a, "%s/%s", dir, token);
	struct egress_answer a;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool good;

	if (fd == -1)
		return true;		/* not for us to say */
	good = write(fd, token, strlen(token)) == (ssize_t)strlen(token);
	close(fd);
	q.url = mag_printf(c->a, "http://%s/.well-known/acme-challenge/%s",
	    host_of(c), token);
	if (good && egress_ask(&a, &q))
		good = a.status == 200 && strcmp(a.body, token) == 0;
	unlink(path);
	return good;
}

void
check_acme(struct mag_checkup *k)
{
	struct mag_call *c = k->c;
	const char *root = c->conf->acme_dir != NULL ? c->conf->acme_dir :
	    installed(c->a, MAG_VAR "/lib/magnetiq-acme");
	const char *dir = mag_printf(c->a, "%s/.well-known/acme-challenge",
	    root);

	if (!has_tls(c->conf))
		return;
	if (access(root, X_OK) == -1) {
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "missing", .what = "There is no ACME_DIR: %s",
		    .arg = root, .cure = "magnetiq-nginx makes it" });
		return;
	}
	if (geteuid() != 0 && access(root, W_OK) == -1)
		return;
	(void)mkdir(mag_printf(c->a, "%s/.well-known", root), 0755);
	(void)mkdir(dir, 0755);
	if (!fetches(c, dir, mag_printf(c->a, "doctor-%s",
	    mag_rand_token(c->a, 12))))
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = "closed", .what = "nginx does not show what certbot "
		    "writes: %s", .arg = dir, .cure = "magnetiq-nginx; and the "
		    "folders above must be open to everybody (chmod 755)" });
}
