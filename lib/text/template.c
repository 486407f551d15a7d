/* SPDX-License-Identifier: MIT */
/* Where templates come from: the ones compiled in, and those of a folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/embed.h>
#include <magnetiq/log.h>

#include "template.h"

#define NAMES_MAX	128	/* distinct templates of a process */
#define NAME_MAX_BYTES	64

/* A file that was asked for; without a template if it is broken. */
struct known {
	char		 name[NAME_MAX_BYTES];
	struct mag_str	 text;
	struct mag_template *t;
	bool		 parsed;
	bool		 broken;	/* the file in the folder was */
};

static const char *dir;
static struct mag_arena *forever;
static struct known all[NAMES_MAX];
static size_t nall;

void
mag_template_init(const char *template_dir)
{

	dir = template_dir;
	nall = 0;
	mag_arena_free(forever);
	forever = NULL;
}

/* Our own names only: no way up, nothing hidden. */
static bool
good_name(const char *name)
{

	return strlen(name) < NAME_MAX_BYTES && *name != '.' && *name != '/' &&
	    strstr(name, "..") == NULL && name[strspn(name,
	    "abcdefghijklmnopqrstuvwxyz0123456789._-/")] == '\0';
}

static bool
read_override(struct mag_str *out, const char *name)
{
	char path[4096];
	FILE *f;
	char *text;
	size_t n;

	if (dir == NULL || snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    (int)sizeof(path) || (f = fopen(path, "re")) == NULL)
		return false;
	if ((text = malloc(MAG_TEMPLATE_MAX + 1)) == NULL)
		abort();
	/* One byte more than may be, so that parsing sees it is too long. */
	n = fread(text, 1, MAG_TEMPLATE_MAX + 1, f);
	fclose(f);
	*out = (struct mag_str){ mag_dup(forever, text, n), n };
	free(text);
	return true;
}

static bool
read_own(struct mag_str *out, const char *name)
{
	char path[NAME_MAX_BYTES + 16];
	const struct mag_file *f;

	snprintf(path, sizeof(path), "template/%s", name);
	if ((f = mag_file_find(mag_files_text, path)) == NULL)
		return false;
	*out = (struct mag_str){ f->text, f->len };
	return true;
}

static struct known *
know(const char *name)
{
	struct known *k;
	size_t i;

	for (i = 0; i < nall; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	if (!good_name(name) || nall == NAMES_MAX)
		return NULL;
	if (forever == NULL)
		forever = mag_arena_new((size_t)NAMES_MAX * 2 *
		    MAG_TEMPLATE_MAX);
	/* What is not there takes no place: anybody may ask for anything. */
	k = &all[nall];
	memset(k, 0, sizeof(*k));
	if (!read_override(&k->text, name) && !read_own(&k->text, name))
		return NULL;
	snprintf(k->name, sizeof(k->name), "%s", name);
	nall++;
	return k;
}

static bool
parse(struct known *k)
{
	char error[128];

	if (mag_template_parse(&k->t, forever, error, sizeof(error), k->text.p,
	    k->text.n) == MAG_OK)
		return true;
	mag_log(MAG_ERROR, "template", "%s:%s", k->name, error);
	return false;
}

/* A broken file in the folder is told of, and ours stands in for it. */
static const struct mag_template *
find(const char *name)
{
	struct known *k = know(name);

	if (k == NULL || k->parsed)
		return k == NULL ? NULL : k->t;
	k->parsed = true;
	k->broken = !parse(k);
	if (k->broken && read_own(&k->text, name))
		(void)parse(k);
	return k->t;
}

const struct mag_template *
template_find(const char *name)
{
	const struct mag_template *t = find(name);

	if (t == NULL)
		mag_log(MAG_ERROR, "template", "there is no good template %s",
		    name);
	return t;
}

bool
template_broken(const char *name)
{
	const struct known *k = know(name);

	return find(name) == NULL || k->broken;
}

bool
mag_template_there(const char *name)
{

	return find(name) != NULL;
}

enum mag_status
mag_template_file(struct mag_str *out, const char *name)
{
	const struct known *k = know(name);

	*out = (struct mag_str){ NULL, 0 };
	if (k == NULL)
		return MAG_NOT_FOUND;
	*out = k->text;
	return MAG_OK;
}

enum mag_status
mag_template_render(struct mag_buf *b, const char *name,
    const struct mag_data *d, const char *lang, enum mag_escape escape)
{
	const struct mag_template *t = template_find(name);

	return t == NULL ? MAG_FAILED : mag_template_run(b, t, d, lang, escape);
}
