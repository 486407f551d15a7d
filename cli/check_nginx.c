/* SPDX-License-Identifier: MIT */
/* Is nginx there, told what the settings say, and listening to that? */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"

void
check_programs(struct mag_checkup *k)
{
	static const char *const names[][2] = {
		{ "nginx", "nginx-light" }, { "multiwatch", "multiwatch" },
		{ "spawn-fcgi", "spawn-fcgi" }, { "openssl", "openssl" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (program(k->c->a, names[i][0]) == NULL)
			mag_found(k, (struct mag_finding){
			    .gravity = i < 3 ? MAG_URGENT : MAG_MINOR,
			    .id = names[i][0], .what = "There is no program %s",
			    .arg = names[i][0], .cure = "apt-get install %s",
			    .cure_arg = names[i][1] });
}

/* The folder of nginx's configuration is that of the settings. */
static const char *
configuration(struct mag_arena *a)
{
	const char *file = mag_conf_file();

	return file == NULL || strrchr(file, '/') == NULL ? MAG_ETC :
	    mag_dup(a, file, (size_t)(strrchr(file, '/') - file));
}

/* Is this a site that magnetiq-nginx keeps, and may we ask it? */
static const char *
keeper(struct mag_checkup *k)
{
	const char *path = installed(k->c->a, MAG_SBIN "/magnetiq-nginx");

	return k->c->conf->environment == MAG_PRODUCTION &&
	    access(path, X_OK) == 0 ? path : NULL;
}

/* Each line of --compare names a file, and the first line in it that nobody
 * would have written. */
static void
differs(struct mag_checkup *k, char *line)
{
	static const char mark[] = "differs: ";
	char *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		if (strncmp(line, mark, sizeof(mark) - 1) != 0)
			continue;
		line += sizeof(mark) - 1;
		mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
		    .id = line, .what = "nginx is told something else than the "
		    "settings say: %s", .arg = line,
		    .cure = "magnetiq-nginx writes it anew; what was changed "
		    "by hand goes" });
	}
}

void
check_nginx(struct mag_checkup *k)
{
	const char *own = keeper(k), *said, *etc = configuration(k->c->a);
	const char *main_file = mag_printf(k->c->a, "%s/nginx.conf", etc);
	char *argv[] = { (char *)own, (char *)"--compare", NULL };
	int rc;

	if (own == NULL)
		return;
	if (access(main_file, F_OK) == -1) {
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "missing",
		    .what = "nginx has no configuration: %s",
		    .arg = main_file, .cure = "magnetiq-nginx writes it" });
		return;
	}
	rc = run_program(&said, k->c->a, argv);
	if (rc == 3)
		differs(k, mag_strdup(k->c->a, said));
	else if (rc != 0)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = "refused",
		    .what = "magnetiq-nginx cannot write a configuration: %s",
		    .arg = mag_dup(k->c->a, said, strcspn(said, "\n")),
		    .cure = "Mend what it says, then magnetiq-nginx" });
}

static int
master(struct mag_arena *a)
{
	const char *text = text_of(a, installed(a, MAG_RUN "/nginx.pid"));
	int pid;

	return text != NULL && sscanf(text, "%d", &pid) == 1 ? pid : 0;
}

/* A reload makes new workers; the master itself stays. */
void
check_reload(struct mag_checkup *k)
{
	struct mag_arena *a = k->c->a;
	const struct process *p;
	int64_t newest = 0;
	struct stat sb;
	int pid = master(a);

	if (keeper(k) == NULL || pid == 0 || stat(mag_printf(a,
	    "%s/nginx.conf", configuration(a)), &sb) == -1)
		return;
	for (p = processes(a); p != NULL; p = p->next)
		if (p->parent == pid && p->started > newest)
			newest = p->started;
	if (newest == 0 || newest + 2 >= (int64_t)sb.st_mtime)
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR,
	    .what = "nginx works with an older configuration than is written "
	    "down", .cure = "systemctl reload magnetiq-nginx, or magnetiq-nginx "
	    "again" });
}

/* Whose socket listens there, by its number in /proc/net. */
static unsigned long
listener(struct mag_arena *a, const char *table, int port)
{
	const char *line = text_of(a, table);
	unsigned long inode;
	unsigned p, state;

	for (; line != NULL && (line = strchr(line, '\n')) != NULL; line++)
		if (sscanf(line, "\n %*d: %*[0-9A-F]:%x %*s %x %*s %*s %*s %*d"
		    " %*d %lu", &p, &state, &inode) == 3 && (int)p == port &&
		    state == 0x0a)
			return inode;
	return 0;
}

static const struct process *
owner(struct mag_arena *a, unsigned long inode)
{
	const char *want = mag_printf(a, "socket:[%lu]", inode), *dir;
	const struct process *p;
	char to[64];
	ssize_t n;
	int fd;

	for (p = processes(a); p != NULL; p = p->next)
		for (fd = 0; fd < 64; fd++) {
			dir = mag_printf(a, "/proc/%d/fd/%d", p->pid, fd);
			n = readlink(dir, to, sizeof(to) - 1);
			to[n > 0 ? n : 0] = '\0';
			if (n > 0 && strcmp(to, want) == 0)
				return p;
		}
	return NULL;
}

static void
look_at_port(struct mag_checkup *k, int port)
{
	struct mag_arena *a = k->c->a;
	const struct process *p;
	int pid = master(a);
	unsigned long inode;

	if ((inode = listener(a, "/proc/net/tcp", port)) == 0 &&
	    (inode = listener(a, "/proc/net/tcp6", port)) == 0)
		return;			/* `site` speaks of that */
	p = owner(a, inode);
	if (p == NULL || (pid != 0 && (p->pid == pid || p->parent == pid)))
		return;
	mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
	    .id = mag_printf(a, "%d", port),
	    .what = "Another program has our port: %s",
	    .arg = mag_printf(a, "%s (process %d) has %d", p->name, p->pid,
	    port),
	    .cure = "systemctl disable --now nginx (or whatever it is), then "
	    "systemctl start magnetiq-nginx" });
}

void
check_ports(struct mag_checkup *k)
{

	if (keeper(k) == NULL)
		return;
	look_at_port(k, k->c->conf->http_port);
	look_at_port(k, k->c->conf->https_port);
}
