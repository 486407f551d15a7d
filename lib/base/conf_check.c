/* SPDX-License-Identifier: MIT */
/* What holds between settings, the folders they name, and the key. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/rand.h>

#include "settings.h"

#define KEY_BYTES_MIN	32
#define KEY_VARIETY_MIN	5	/* different bytes; "xxxx..." has one */

/* What stands in examples, to be replaced. */
static const char *const placeholders[] = {
	"change", "your-", "your_", "placeholder", "replace", "${", "<",
};

/* What is wrong with a key in production; NULL if it will do. */
static const char *
poor_key(const char *key)
{
	bool seen[256] = { false };
	size_t i, n = strlen(key), variety = 0;

	for (i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
		if (strcasestr(key, placeholders[i]) != NULL)
			return "is a placeholder; make one with "
			    "`magnetiq gen-secret`";
	if (n < KEY_BYTES_MIN)
		return "must have at least 32 characters; make one with "
		    "`magnetiq gen-secret`";
	for (i = 0; i < n; i++) {
		variety += !seen[(unsigned char)key[i]];
		seen[(unsigned char)key[i]] = true;
	}
	return variety >= KEY_VARIETY_MIN ? NULL :
	    "is not random; make one with `magnetiq gen-secret`";
}

static enum mag_status
production(const struct mag_conf *c, char *error, size_t size)
{
	const char *wrong;

	if (c->debug)
		return conf_wrong(error, size, "DEBUG",
		    "must not be on in production");
	if (c->secret_key == NULL)
		return conf_wrong(error, size, "SECRET_KEY", "must be set in "
		    "production; make one with `magnetiq gen-secret`");
	if ((wrong = poor_key(c->secret_key)) != NULL)
		return conf_wrong(error, size, "SECRET_KEY", wrong);
	if (c->secret_key_previous != NULL &&
	    (wrong = poor_key(c->secret_key_previous)) != NULL)
		return conf_wrong(error, size, "SECRET_KEY_PREVIOUS", wrong);
	if (c->site_url == NULL)
		return conf_wrong(error, size, "SITE_URL", "must be set in "
		    "production, for example https://www.example.org");
	return MAG_OK;
}

/* Settings that follow from others where they are not set. */
static void
derive(struct mag_conf *c, struct mag_arena *a)
{
	static const int ports[] = { 587, 465, 25 };
	static const char *none[] = { NULL };
	const char *slash = strrchr(c->database, '/');
	const char *folder = slash == NULL ? "." : slash == c->database ? "/" :
	    mag_dup(a, c->database, (size_t)(slash - c->database));
	const char *base = strcmp(folder, "/") == 0 ? "" : folder;

	if (c->state_dir == NULL)
		c->state_dir = folder;
	if (c->upload_dir == NULL)
		c->upload_dir = mag_printf(a, "%s/media", base);
	base = strcmp(c->state_dir, "/") == 0 ? "" : c->state_dir;
	if (c->backup_dir == NULL)
		c->backup_dir = mag_printf(a, "%s/backups", base);
	if (c->nginx_log_dir == NULL)
		c->nginx_log_dir = c->environment == MAG_PRODUCTION ? MAG_VAR
		    "/log/magnetiq" : mag_printf(a, "%s/logs", base);
	c->mail_dir = mag_printf(a, "%s/mail", base);
	if (c->smtp_port == 0)
		c->smtp_port = ports[c->smtp_tls];
	if (c->allowed_origins == NULL)
		c->allowed_origins = none;
	if (c->debug)
		c->log_level = MAG_DEBUG;
}

enum mag_status
conf_check(struct mag_conf *c, struct mag_arena *a, char *error, size_t size)
{

	derive(c, a);
	if (c->clock_offset_file != NULL && c->environment != MAG_TEST)
		return conf_wrong(error, size, "CLOCK_OFFSET_FILE",
		    "is only for ENVIRONMENT=test");
	return c->environment == MAG_PRODUCTION ?
	    production(c, error, size) : MAG_OK;
}

/* Make a folder and those above it; what is wrong, or NULL. */
static const char *
make(struct mag_arena *a, const char *path)
{
	char *copy = mag_strdup(a, path), *slash = copy;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		(void)mkdir(copy, 0750);	/* the last one tells */
		*slash = '/';
	}
	if (mkdir(copy, 0750) == -1 && errno != EEXIST)
		return mag_printf(a, "cannot be made: %s", strerror(errno));
	return NULL;
}

static const char *
folder(struct mag_arena *a, const char *path, bool create)
{
	const char *wrong;
	struct stat st;
	char *above;

	if (stat(path, &st) == -1 && errno == ENOENT) {
		if (create) {
			if ((wrong = make(a, path)) != NULL)
				return mag_printf(a, "%s: %s", path, wrong);
		} else {
			/* It will do if it could be made. */
			above = mag_strdup(a, path);
			*strrchr(above, '/') = '\0';
			return folder(a, above[0] == '\0' ? "/" : above, false);
		}
	} else if (errno = 0, stat(path, &st) == -1)
		return mag_printf(a, "%s: %s", path, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		return mag_printf(a, "%s: is not a folder", path);
	if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == -1)
		return mag_printf(a, "%s: cannot be written: %s", path,
		    strerror(errno));
	return NULL;
}

/* The database file itself, where it is already there. */
static const char *
database(struct mag_arena *a, const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return NULL;
	if (!S_ISREG(st.st_mode))
		return mag_printf(a, "%s: is not a file", path);
	if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == -1)
		return mag_printf(a, "%s: cannot be written: %s", path,
		    strerror(errno));
	return NULL;
}

static enum mag_status
folders(const struct mag_conf *c, struct mag_arena *a, char *error,
    size_t size)
{
	const char *wrong, *slash = strrchr(c->database, '/');
	const char *home = slash == c->database ? "/" :
	    mag_dup(a, c->database, (size_t)(slash - c->database));

	if ((wrong = folder(a, home, true)) != NULL ||
	    (wrong = database(a, c->database)) != NULL)
		return conf_wrong(error, size, "DATABASE_URL", wrong);
	if ((wrong = folder(a, c->state_dir, true)) != NULL)
		return conf_wrong(error, size, "STATE_DIR", wrong);
	if ((wrong = folder(a, c->upload_dir, true)) != NULL)
		return conf_wrong(error, size, "UPLOAD_DIR", wrong);
	if ((wrong = folder(a, c->backup_dir, false)) != NULL)
		return conf_wrong(error, size, "BACKUP_DIR", wrong);
	return MAG_OK;
}

/* Read a made key; false if there is none that will do. */
static bool
read_key(const char *path, char *key, size_t size)
{
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	n = read(fd, key, size - 1);
	close(fd);
	if (n > 0 && key[n - 1] == '\n')
		n--;
	key[n > 0 ? n : 0] = '\0';
	return n >= KEY_BYTES_MIN && memchr(key, '\0', (size_t)n) == NULL;
}

/*
 * Write a new key beside its place and link it there: of many processes that
 * start at once one wins, and all read the same whole key.  Made by root, it
 * belongs to whom the folder belongs to.
 */
static const char *
make_key(struct mag_arena *a, const char *dir, const char *path)
{
	char *temporary = mag_printf(a, "%s/.secret.XXXXXX", dir);
	char *key = mag_rand_token(a, KEY_BYTES_MIN);
	ssize_t n = (ssize_t)strlen(key);
	const char *wrong = NULL;
	struct stat st;
	int fd;

	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd == -1 || write(fd, key, (size_t)n) != n ||
	    write(fd, "\n", 1) != 1 || fsync(fd) == -1 ||
	    (geteuid() == 0 && (stat(dir, &st) == -1 ||
	    fchown(fd, st.st_uid, st.st_gid) == -1)) ||
	    (link(temporary, path) == -1 && errno != EEXIST))
		wrong = mag_printf(a, "cannot be kept in %s: %s", path,
		    strerror(errno));
	if (fd != -1) {
		close(fd);
		(void)unlink(temporary);
	}
	mag_wipe(key, (size_t)n);
	return wrong;
}

static enum mag_status
own_key(struct mag_conf *c, struct mag_arena *a, char *error, size_t size)
{
	char *path = mag_printf(a, "%s/secret.key", c->state_dir);
	char *key = mag_alloc(a, MAG_SETTING_MAX);
	const char *wrong;

	conf_keep(c, key, MAG_SETTING_MAX);
	if (mag_crypto_init() != MAG_OK)
		return conf_wrong(error, size, "SECRET_KEY", "cannot be made");
	if (!read_key(path, key, MAG_SETTING_MAX)) {
		if ((wrong = make_key(a, c->state_dir, path)) != NULL)
			return conf_wrong(error, size, "SECRET_KEY", wrong);
		if (!read_key(path, key, MAG_SETTING_MAX))
			return conf_wrong(error, size, "SECRET_KEY",
			    mag_printf(a, "is not readable in %s; remove that "
			    "file or set SECRET_KEY", path));
	}
	c->secret_key = key;
	return MAG_OK;
}

enum mag_status
mag_conf_prepare(struct mag_conf *c, char *error, size_t size)
{
	struct mag_arena *a = ((struct conf_held *)c)->a;
	enum mag_status st;

	if ((st = folders(c, a, error, size)) != MAG_OK)
		return st;
	if (c->template_dir != NULL &&
	    faccessat(AT_FDCWD, c->template_dir, R_OK | X_OK, AT_EACCESS) == -1)
		return conf_wrong(error, size, "TEMPLATE_DIR", mag_printf(a,
		    "%s: %s", c->template_dir, strerror(errno)));
	return c->secret_key == NULL ? own_key(c, a, error, size) : MAG_OK;
}
