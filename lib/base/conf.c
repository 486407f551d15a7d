/* SPDX-License-Identifier: MIT */
/* The settings: gathered from the environment and a file, read by the table. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/rand.h>

#include "settings.h"

#define CONF_ARENA	(4 * 1024 * 1024)	/* all values at their longest */

/* Other names that a setting goes by. */
static const struct {
	const char	*alias, *name;
} aliases[] = {
	{ "SMTP_USERNAME", "SMTP_USER" },
};

/* What a file of settings may hold although it is no setting: spawn/dev's
 * own env file also names the command that it built. */
static const char *const others[] = { "MAGNETIQ" };

enum mag_status
conf_wrong(char *error, size_t size, const char *name, const char *what)
{

	snprintf(error, size, "%s %s", name, what);
	return MAG_INVALID;
}

void
conf_keep(struct mag_conf *c, char *p, size_t n)
{
	struct conf_held *held = (struct conf_held *)c;

	assert(held->secrets < sizeof(held->wipe) / sizeof(held->wipe[0]));
	held->wipe[held->secrets].p = p;
	held->wipe[held->secrets++].n = n;
}

/*
 * Read a whole small file with a NUL after it; what is wrong, or NULL.  A
 * folder, a device or a pipe would block or never end, so only a file will do.
 */
static const char *
slurp(char **out, size_t *len, struct mag_arena *a, const char *path,
    size_t max)
{
	size_t n = 0;
	ssize_t got;
	int fd;

	*out = mag_alloc(a, max + 2);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return mag_printf(a, "%s: %s", path, strerror(errno));
	while ((got = read(fd, *out + n, max + 1 - n)) > 0)
		n += (size_t)got;
	close(fd);
	if (got == -1)
		return mag_printf(a, "%s: %s", path, strerror(errno));
	if (n > max)
		return mag_printf(a, "%s: more than %zu bytes", path, max);
	*len = n;
	return NULL;
}

static const struct setting *
find(const char *name)
{
	const struct setting *s;
	size_t i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(name, aliases[i].alias) == 0)
			name = aliases[i].name;
	for (s = mag_settings; s->name != NULL; s++)
		if (strcmp(name, s->name) == 0)
			return s;
	return NULL;
}

/* May a file of settings hold this name? */
static bool
known(const char *name)
{
	const struct setting *s;
	size_t i, n = strlen(name);

	if (find(name) != NULL)
		return true;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i]) == 0)
			return true;
	for (s = mag_settings; s->name != NULL; s++)
		if (s->secret && n == strlen(s->name) + 5 &&
		    strncmp(name, s->name, n - 5) == 0 &&
		    strcmp(name + n - 5, "_FILE") == 0)
			return true;
	return false;
}

/* A name's value in the file, or in the environment if ${e} is NULL. */
static const char *
value(const struct mag_env *e, bool in_file, const char *name)
{
	const char *v = NULL;

	if (!in_file)
		v = getenv(name);
	else
		for (; e != NULL; e = e->next)
			if (strcmp(e->name, name) == 0)
				v = e->value;	/* the last one counts */
	return v != NULL && v[0] != '\0' ? v : NULL;
}

const char *
mag_conf_file(void)
{
	const char *path = getenv("ENV_FILE");

	if (path != NULL && path[0] != '\0')
		return path;
	if (access(".env", F_OK) == 0)
		return ".env";
	/* Who has said what site it is about does not mean another one. */
	if (value(NULL, false, "ENVIRONMENT") != NULL ||
	    value(NULL, false, "DATABASE_URL") != NULL)
		return NULL;
	return access(MAG_CONF_INSTALLED, F_OK) == 0 ? MAG_CONF_INSTALLED :
	    NULL;
}

static enum mag_status
file(struct mag_env **out, struct mag_conf *c, struct mag_arena *a,
    char *error, size_t size)
{
	const char *path = mag_conf_file(), *wrong;
	struct mag_env *e;
	size_t n = 0;
	char *text;

	*out = NULL;
	if (path == NULL)
		return MAG_OK;
	wrong = slurp(&text, &n, a, path, MAG_ENV_FILE_MAX);
	conf_keep(c, text, MAG_ENV_FILE_MAX);
	if (wrong != NULL)
		return conf_wrong(error, size, "ENV_FILE", wrong);
	if (mag_env_parse(&e, a, error, size, text, n) != MAG_OK)
		return conf_wrong(error, size, path, mag_strdup(a, error));
	*out = e;
	for (; e != NULL; e = e->next)
		if (!known(e->name)) {
			snprintf(error, size,
			    "%s is not a setting (%s, line %d)", e->name, path,
			    e->line);
			return MAG_INVALID;
		}
	return MAG_OK;
}

/* What NAME_FILE points at; newlines at its end do not count. */
static const char *
pointed(const char **out, struct reading *r, const char *path)
{
	const char *wrong;
	size_t n = 0;
	char *text;

	wrong = slurp(&text, &n, r->a, path, MAG_SETTING_MAX);
	conf_keep(r->c, text, MAG_SETTING_MAX);
	if (wrong != NULL)
		return wrong;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	if (n == 0)
		return mag_printf(r->a, "%s: is empty", path);
	if (memchr(text, '\0', n) != NULL)
		return mag_printf(r->a, "%s: holds a NUL", path);
	text[n] = '\0';
	*out = text;
	return NULL;
}

/*
 * A setting's text from one place, by its name, its alias or its NAME_FILE.
 * Returns false if something is wrong, which ${error} then says.
 */
static bool
look(const char **out, struct reading *r, const struct mag_env *e,
    bool in_file, char *error, size_t size)
{
	const char *wrong = NULL, *path, *name = r->s->name;
	char with_file[64];
	size_t i;

	*out = value(e, in_file, name);
	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (*out == NULL && strcmp(aliases[i].name, name) == 0)
			*out = value(e, in_file, aliases[i].alias);
	if (!r->s->secret)
		return true;
	snprintf(with_file, sizeof(with_file), "%s_FILE", name);
	if ((path = value(e, in_file, with_file)) == NULL)
		return true;
	if (*out != NULL)
		wrong = "is set beside the setting itself";
	else
		wrong = pointed(out, r, path);
	if (wrong != NULL)
		(void)conf_wrong(error, size, with_file, wrong);
	return wrong == NULL;
}

/* What no value may hold, whatever it is for. */
static const char *
unfit(const char *text)
{

	if (strlen(text) > MAG_SETTING_MAX)
		return "is too long";
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return "holds a control character";
	return NULL;
}

static enum mag_status
apply(struct reading *r, const struct mag_env *e, char *error, size_t size)
{
	const char *text, *wrong;

	if (!look(&text, r, NULL, false, error, size) || (text == NULL &&
	    !look(&text, r, e, true, error, size)))
		return MAG_INVALID;
	if (text == NULL) {
		text = r->s->preset;
		if (r->c->environment == MAG_PRODUCTION &&
		    r->s->production != NULL)
			text = r->s->production;
		if (text[0] == '\0')
			return MAG_OK;
	}
	if ((wrong = unfit(text)) == NULL)
		wrong = r->s->kind->read(r, (char *)r->c + r->s->at, text);
	if (wrong == NULL)
		return MAG_OK;
	return conf_wrong(error, size, r->s->name, wrong);
}

enum mag_status
mag_conf_read(struct mag_conf **out, char *error, size_t size)
{
	struct mag_arena *a = mag_arena_new(CONF_ARENA);
	struct conf_held *held = mag_alloc(a, sizeof(*held));
	struct reading r = { &held->conf, a, mag_settings };
	struct mag_env *e;
	enum mag_status st;

	held->a = a;
	error[0] = '\0';
	st = file(&e, &held->conf, a, error, size);
	for (; st == MAG_OK && r.s->name != NULL; r.s++)
		st = apply(&r, e, error, size);
	if (st == MAG_OK)
		st = conf_check(&held->conf, a, error, size);
	if (st == MAG_OK)
		*out = &held->conf;
	else {
		*out = NULL;
		mag_conf_free(&held->conf);
	}
	return st;
}

enum mag_status
mag_conf_load(struct mag_conf **out, char *error, size_t size)
{
	enum mag_status st;

	if ((st = mag_conf_read(out, error, size)) != MAG_OK)
		return st;
	if ((st = mag_conf_prepare(*out, error, size)) != MAG_OK) {
		mag_conf_free(*out);
		*out = NULL;
	}
	return st;
}

void
mag_conf_free(struct mag_conf *c)
{
	struct conf_held *held = (struct conf_held *)c;
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < held->secrets; i++)
		mag_wipe(held->wipe[i].p, held->wipe[i].n);
	mag_arena_free(held->a);
}
