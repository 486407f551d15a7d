/* SPDX-License-Identifier: MIT */
/* The table of what only `magnetiq doctor` looks at. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"

#define TEXT_MAX	(64 * 1024)

#define DB	MAG_CHECK_DB
#define ROOT	MAG_CHECK_ROOT

static const struct mag_check checks[] = {
	{ "settings", "settings", "Settings that start a site, and are unwise",
	  0, 0, check_settings },
	{ "env", "settings", "Who may read the file of settings", ROOT, 0,
	  check_env_file },
	{ "letters", "settings", "Templates: TEMPLATE_DIR has no broken ones",
	  0, 0, check_letters },
	{ "papers", "settings", "PDFTOTEXT: off, or a program that is there", 0,
	  0, check_reader },
	{ "data", "files", "The database and its log: owner and mode", ROOT, 0,
	  check_data },
	{ "folders", "files", "The folders of the site: there, and writable",
	  0, 0, check_folders },
	{ "content", "database", "What magnetiq verify finds", DB, 0,
	  check_content },
	{ "passwords", "database", "No password that a former version set", DB,
	  0, check_known },
	{ "programs", "nginx", "nginx, spawn-fcgi, multiwatch, openssl: there",
	  0, 0, check_programs },
	{ "nginx", "nginx", "nginx is told what the settings say", ROOT, 0,
	  check_nginx },
	{ "reload", "nginx", "nginx works with what is written down", ROOT, 0,
	  check_reload },
	{ "ports", "nginx", "HTTP_PORT and HTTPS_PORT are our nginx's", ROOT, 0,
	  check_ports },
	{ "headers", "nginx", "Each address has its headers, once", 0, 0,
	  check_headers },
	{ "gates", "nginx", "What is private has no address", 0, 0,
	  check_gates },
	{ "redirect", "nginx", "Without TLS, visitors are led to it", 0, 0,
	  check_redirect },
	{ "key", "tls", "Certificate and key: there, readable, of one pair",
	  ROOT, 0, check_certificate },
	{ "renewal", "tls", "certbot: a timer, and a hook that tells nginx",
	  ROOT, 0, check_renewal },
	{ "acme", "tls", "What certbot writes can be fetched", ROOT, 0,
	  check_acme },
	{ "name", "tls", "The name of SITE_URL leads to this machine", 0, 0,
	  check_name },
	{ "protocols", "tls", "Nothing older than TLS 1.2 is spoken", 0, 0,
	  check_old_tls },
	{ "sender", "mail", "SPF, DMARC and DKIM of the domain of "
	  "SMTP_FROM_EMAIL", 0, 0, check_sender },
	{ "running", "pool", "Programs and settings at work are those of now; "
	  "one jobs process; 1024 files", ROOT, 0, check_running },
	{ "others", "database", "Nobody else has the database open", ROOT, 0,
	  check_others },
	{ "sockets", "pool", "The sockets of the pools: there, held, 0660",
	  ROOT, 0, check_sockets },
	{ "clock", "machine", "The last write is not in the future", 0, 0,
	  check_clock },
	{ "sync", "machine", "The clock is set by a time server", 0, 0,
	  check_sync },
	{ "release", "machine", "This Debian or Ubuntu still gets repairs", 0, 0,
	  check_release },
	{ "updates", "machine", "Repairs were asked for within two weeks", 0, 0,
	  check_updates },
	{ "upgrade", "machine", "No upgrade was left half done", ROOT, 0,
	  check_upgrade },
	{ "zones", "machine", "Time zones are installed", 0, 0, check_zones },
	{ "memory", "machine", "96 MB of memory can be had", 0, 0,
	  check_memory },
	{ "queue", "machine", "net.core.somaxconn: 1024 at least", 0, 0,
	  check_queue },
	{ NULL, NULL, NULL, 0, 0, NULL }
};

const struct mag_check *
doctor_checks(void)
{

	return checks;
}

const char *
installed(struct mag_arena *a, const char *path)
{
	static const char own[] = MAG_BIN "/magnetiq";
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	size_t below;

	if (n < 0)
		return path;
	exe[n] = '\0';
	if ((size_t)n < sizeof(own) - 1)
		return path;
	below = (size_t)n - (sizeof(own) - 1);
	if (strcmp(exe + below, own) != 0)
		return path;
	return mag_printf(a, "%.*s%s", (int)below, exe, path);
}

const char *
text_of(struct mag_arena *a, const char *path)
{
	static char text[TEXT_MAX + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t n = 0;
	ssize_t got;

	if (fd == -1)
		return NULL;
	while (n < TEXT_MAX && (got = read(fd, text + n, TEXT_MAX - n)) > 0)
		n += (size_t)got;
	close(fd);
	return mag_dup(a, text, n);
}
