/* SPDX-License-Identifier: MIT */
/* Catalogues: English sentences and what they are in another language. */
#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/embed.h>
#include <magnetiq/i18n.h>

#define SLOTS		2048	/* a power of two, above twice the sentences */
#define FILE_MAX	(1024 * 1024)
#define LANGUAGES	8

struct sentence {
	const char	*english, *other;
};

struct catalogue {
	char		 lang[16];
	struct sentence	 slots[SLOTS];
	size_t		 n;
};

static const char *dir;
static struct catalogue *catalogues[LANGUAGES];

void
mag_i18n_init(const char *template_dir)
{

	dir = template_dir;
}

static size_t
hash(const char *s)
{
	size_t h = 5381;

	for (; *s != '\0'; s++)
		h = h * 33 ^ (unsigned char)*s;
	return h;
}

static struct sentence *
find(struct catalogue *c, const char *english)
{
	size_t i;

	for (i = hash(english) % SLOTS; c->slots[i].english != NULL;
	    i = (i + 1) % SLOTS)
		if (strcmp(c->slots[i].english, english) == 0)
			break;
	return &c->slots[i];
}

/* The text is cut into lines in place and lives as long as the process. */
static void
read_text(struct catalogue *c, char *text)
{
	char *line, *save = NULL, *english = NULL;
	struct sentence *s;

	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		if (*line != '\t') {
			english = line;
			continue;
		}
		if (english == NULL || c->n >= SLOTS / 2)
			continue;
		s = find(c, english);
		c->n += s->english == NULL;
		s->english = english;
		s->other = line + 1;
		english = NULL;
	}
}

static void
read_own(struct catalogue *c)
{
	const struct mag_file *f;
	char name[64];
	char *text;

	snprintf(name, sizeof(name), "catalogue/%s.txt", c->lang);
	f = mag_file_find(mag_files_text, name);
	if (f != NULL && (text = strdup(f->text)) != NULL)
		read_text(c, text);
}

static void
read_override(struct catalogue *c)
{
	char path[4096], *text;
	FILE *f;
	size_t n;

	if (dir == NULL)
		return;
	snprintf(path, sizeof(path), "%s/catalogue/%s.txt", dir, c->lang);
	if ((f = fopen(path, "re")) == NULL)
		return;
	if ((text = malloc(FILE_MAX)) != NULL) {
		n = fread(text, 1, FILE_MAX - 1, f);
		text[n] = '\0';
		read_text(c, text);
	}
	fclose(f);
}

/* NULL for English, and for one language too many. */
static struct catalogue *
catalogue(const char *lang)
{
	struct catalogue *c;
	size_t i;

	if (strcmp(lang, "en") == 0 || strlen(lang) >= sizeof(c->lang) ||
	    strchr(lang, '/') != NULL)
		return NULL;
	for (i = 0; i < LANGUAGES && catalogues[i] != NULL; i++)
		if (strcmp(catalogues[i]->lang, lang) == 0)
			return catalogues[i];
	if (i == LANGUAGES || (c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	snprintf(c->lang, sizeof(c->lang), "%s", lang);
	read_own(c);
	read_override(c);
	return catalogues[i] = c;
}

const char *
mag_tr(const char *lang, const char *message)
{
	struct catalogue *c = catalogue(lang);
	const struct sentence *s;

	if (c == NULL)
		return message;
	s = find(c, message);
	return s->english == NULL ? message : s->other;
}

char *
mag_tr_fill(struct mag_arena *a, const char *lang, const char *message,
    const char *arg)
{
	const char *text = mag_tr(lang, message), *mark = strstr(text, "%s");
	struct mag_buf b;

	mag_buf_init(&b, a, strlen(text) + strlen(arg) + 1);
	if (mark == NULL) {
		mag_buf_adds(&b, text);
		return b.p;
	}
	mag_buf_add(&b, text, (size_t)(mark - text));
	mag_buf_adds(&b, arg);
	mag_buf_adds(&b, mark + 2);
	return b.p;
}

/* A weight from 0 to 1000; -1 if it is none. */
static int
weight(const char *p, const char *end)
{
	int value = 0, scale = 100;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end)
		return 1000;
	if (end - p < 4 || *p != ';')
		return -1;
	for (p++; p < end && *p == ' '; p++)
		continue;
	if (end - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=')
		return -1;
	p += 2;
	if (*p == '1')
		return 1000;
	if (*p++ != '0')
		return -1;
	if (p < end && *p == '.')
		for (p++; p < end && *p >= '0' && *p <= '9' && scale > 0;
		    p++, scale /= 10)
			value += (*p - '0') * scale;
	return value;
}

/* How well a range such as de-AT fits a language such as de. */
static bool
fits(const char *range, size_t n, const char *lang)
{
	size_t len = strlen(lang);

	if (n == 1 && *range == '*')
		return true;
	return n >= len && strncasecmp(range, lang, len) == 0 &&
	    (n == len || range[len] == '-');
}

const char *
mag_accept_language(const char *header, const char *const *languages,
    const char *preset)
{
	const char *best = preset, *p, *end, *stop;
	const char *const *l;
	int q, most = 0;
	size_t n;

	for (p = header; p != NULL && *p != '\0'; p = stop + (*stop == ',')) {
		p += strspn(p, " \t");
		stop = p + strcspn(p, ",");
		end = p + strcspn(p, ";, \t");
		n = (size_t)((end < stop ? end : stop) - p);
		if (n == 0 || (q = weight(p + n, stop)) <= most)
			continue;
		if (n == 1 && *p == '*') {
			best = preset;
			most = q;
			continue;
		}
		for (l = languages; *l != NULL; l++)
			if (fits(p, n, *l)) {
				best = *l;
				most = q;
				break;
			}
	}
	return best;
}
