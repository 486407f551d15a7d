/* SPDX-License-Identifier: MIT */
/*
 * magnetiq setup: the folders of a site, and its settings with a random key.
 * What is there stays: a key is never replaced, and once is as good as twice.
 */
#define _GNU_SOURCE		/* group names */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

/** What setup is about to make. */
struct setup {
	struct mag_arena *a;
	bool		 system;	/* else below the working folder */
	bool		 chowns;	/* we are root, and it is for others */
	uid_t		 uid;
	gid_t		 gid;
	const char	*etc, *data, *url;
	const char	*env;		/* the file of settings */
};

static bool
failed(const char *path)
{

	say("magnetiq: %s: %s", path, strerror(errno));
	return false;
}

/* A folder and those above it.  Its owner and mode are put right by its
 * descriptor, so that no link can lead elsewhere meanwhile. */
static bool
folder(const struct setup *s, const char *path, mode_t mode, uid_t uid,
    gid_t gid)
{
	char *above = mag_strdup(s->a, path), *slash = above;
	struct stat st;
	bool good;
	int fd;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		(void)mkdir(above, 0755);	/* the last one tells */
		*slash = '/';
	}
	if (mkdir(path, mode) == -1 && errno != EEXIST)
		return failed(path);
	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC)) == -1)
		return failed(path);
	good = fstat(fd, &st) == 0 &&
	    (!s->chowns || (st.st_uid == uid && st.st_gid == gid) ||
	    fchown(fd, uid, gid) == 0) &&
	    ((st.st_mode & 07777) == mode || fchmod(fd, mode) == 0);
	if (!good)
		(void)failed(path);
	close(fd);
	return good;
}

static bool
local_folders(void)
{
	static const char *const names[] = {
		"data", "data/media", "data/backups"
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mkdir(names[i], i == 2 ? 0700 : 0750) == -1 &&
		    errno != EEXIST)
			return failed(names[i]);
	return true;
}

/* The group that nginx has besides its own lets it read media and open the
 * sockets; in the folder of the sockets it may leave its own number. */
static bool
system_folders(const struct setup *s)
{
	const struct passwd *nginx = getpwnam("www-data");
	uid_t logger = nginx == NULL ? s->uid : nginx->pw_uid;

	return folder(s, s->etc, 0755, 0, 0) &&
	    folder(s, s->data, 0750, s->uid, s->gid) &&
	    folder(s, mag_printf(s->a, "%s/media", s->data), 0750, s->uid,
	        s->gid) &&
	    folder(s, mag_printf(s->a, "%s/backups", s->data), 0700, s->uid,
	        s->gid) &&
	    folder(s, MAG_VAR "/lib/magnetiq-acme", 0755, 0, 0) &&
	    folder(s, MAG_VAR "/log/magnetiq", 0750, logger, s->gid) &&
	    folder(s, MAG_RUN, 01770, s->uid, s->gid);
}

static bool
write_settings(const struct setup *s, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");
	char *key = mag_rand_token(s->a, 48);
	bool good;

	if (f == NULL)
		return failed(path);
	fprintf(f, "# Settings of this site; see magnetiq.env(5).\n"
	    "ENVIRONMENT=production\nSITE_URL=%s\nSECRET_KEY=%s\n", s->url, key);
	mag_wipe(key, strlen(key));
	if (s->system)
		fprintf(f, "DATABASE_URL=sqlite:///%s/magnetiq.db\n"
		    "UPLOAD_DIR=%s/media\nBACKUP_DIR=%s/backups\n", s->data,
		    s->data, s->data);
	else
		fputs("DATABASE_URL=sqlite:///./data/magnetiq_prod.db\n"
		    "UPLOAD_DIR=./data/media\n", f);
	good = fflush(f) == 0 && fsync(fd) == 0 && (!s->chowns ||
	    (fchown(fd, 0, s->gid) == 0 && fchmod(fd, 0640) == 0));
	return (fclose(f) == 0 && good) || failed(path);
}

/* What the file says, and nothing of what is around us. */
static enum mag_status
read_settings(struct mag_conf **out, const char *path, char *error,
    size_t size)
{
	const struct mag_setting_doc *d;

	for (d = mag_conf_docs(); d->name != NULL; d++)
		(void)unsetenv(d->name);
	(void)setenv("ENV_FILE", path, 1);
	return mag_conf_read(out, error, size);
}

/* Would a program start with these settings? */
static bool
would_do(const struct setup *s, const char *path)
{
	struct mag_conf *conf;
	char error[512];

	if (s->url[0] == '\0')
		return true;		/* not yet */
	if (read_settings(&conf, path, error, sizeof(error)) != MAG_OK) {
		say("magnetiq: %s", error);
		return false;
	}
	mag_conf_free(conf);
	return true;
}

/* A file is there already: it stays, but what it says must be known. */
static int
keep_settings(const struct setup *s)
{
	struct mag_conf *conf;
	char error[512];
	bool same;

	if (s->chowns && (chown(s->env, 0, s->gid) == -1 ||
	    chmod(s->env, 0640) == -1)) {
		(void)failed(s->env);
		return EXIT_FAILED;
	}
	if (read_settings(&conf, s->env, error, sizeof(error)) != MAG_OK) {
		say("magnetiq: %s is kept; %s", s->env, error);
		return s->url[0] == '\0' ? EXIT_DONE : EXIT_FAILED;
	}
	same = s->url[0] == '\0' || (conf->site_url != NULL &&
	    strncmp(s->url, conf->site_url, strlen(conf->site_url)) == 0 &&
	    strcmp(s->url + strlen(conf->site_url), "/") <= 0);
	if (same)
		say("%s is there already, and stays as it is", s->env);
	else
		say("magnetiq: %s is there already, with SITE_URL=%s; change "
		    "it there", s->env, conf->site_url);
	mag_conf_free(conf);
	return same ? EXIT_DONE : EXIT_FAILED;
}

/* Whole or not at all: under another name until it is known to be right. */
static int
make_settings(const struct setup *s)
{
	const char *new = mag_printf(s->a, "%s.new", s->env);
	bool good;

	if (access(s->env, F_OK) == 0)
		return keep_settings(s);
	(void)unlink(new);
	good = write_settings(s, new) && would_do(s, new) &&
	    (link(new, s->env) == 0 || failed(s->env));
	(void)unlink(new);
	if (!good)
		return EXIT_FAILED;
	say(s->url[0] == '\0' ?
	    "wrote %s; fill in SITE_URL, then run magnetiq init-db" :
	    "wrote %s; next: magnetiq init-db", s->env);
	return EXIT_DONE;
}

/* For whom: the user named, or who we are. */
static int
find_user(struct setup *s, const char *name)
{
	const struct passwd *p;

	s->uid = geteuid();
	s->gid = getegid();
	if (!s->system || (geteuid() != 0 && name == NULL))
		return EXIT_DONE;
	if ((p = getpwnam(name == NULL ? "magnetiq" : name)) == NULL) {
		say("magnetiq: there is no user %s; systemd-sysusers makes "
		    "magnetiq, useradd --system others",
		    name == NULL ? "magnetiq" : name);
		return EXIT_FAILED;
	}
	if (geteuid() != 0 && p->pw_uid != geteuid()) {
		say("magnetiq: only root can make folders for %s", name);
		return EXIT_FAILED;
	}
	if (p->pw_uid == 0)
		return fail_use("a site must not be root's");
	s->uid = p->pw_uid;
	s->gid = p->pw_gid;
	s->chowns = geteuid() == 0;
	return EXIT_DONE;
}

/* It stands in a file of settings, and in units. */
static bool
plain(const char *path)
{

	return path[0] == '/' && path[1] != '\0' && strlen(path) < 200 &&
	    strstr(path, "/..") == NULL && path[strspn(path,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "/._+-")] == '\0';
}

/* An address that would end its line could say anything below it. */
static bool
one_word(const char *url)
{

	for (; *url != '\0'; url++)
		if ((unsigned char)*url <= ' ' || *url == 0x7f ||
		    strchr("#'\"\\$`", *url) != NULL)
			return false;
	return true;
}

int
command_setup(struct command_state *c)
{
	const char *user = option(c, "--user");
	struct setup s = { .a = c->a, .etc = option(c, "--etc"),
	    .data = option(c, "--data"), .url = option(c, "--site-url") };
	int status;

	s.system = flag(c, "--system") || user != NULL || s.etc != NULL ||
	    s.data != NULL;
	if (!rest(c, 0))
		return fail_use("setup takes --site-url, --system, --user, "
		    "--etc and --data");
	if (s.url != NULL && !one_word(s.url))
		return fail_use("--site-url wants an address, as in "
		    "https://www.example.org");
	s.url = s.url == NULL ? "" : s.url;
	s.etc = s.etc == NULL ? MAG_ETC : s.etc;
	s.data = s.data == NULL ? MAG_VAR "/lib/magnetiq" : s.data;
	if (s.system && (!plain(s.etc) || !plain(s.data)))
		return fail_use("--etc and --data want a full path without "
		    "odd characters");
	if ((status = find_user(&s, user)) != EXIT_DONE)
		return status;
	s.env = s.system ? mag_printf(s.a, "%s/magnetiq.env", s.etc) : ".env";
	(void)umask(022);
	if (!(s.system ? system_folders(&s) : local_folders()))
		return EXIT_FAILED;
	return make_settings(&s);
}
