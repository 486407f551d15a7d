/* SPDX-License-Identifier: MIT */
/* Catalogues: English sentences and what they are in another language. */
#include <stdio.h>
#include <stdlib.h>
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

	for (line = strtok_r(text, "\r\n", &save); line != NULL;
	    line = strtok_r(NULL, "\r\n", &save)) {
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

	if (mark == NULL || arg == NULL)
		return mag_strdup(a, text);
	mag_buf_init(&b, a, strlen(text) + strlen(arg) + 1);
	mag_buf_add(&b, text, (size_t)(mark - text));
	mag_buf_adds(&b, arg);
	mag_buf_adds(&b, mark + 2);
	return b.p;
}

/* The weight behind a range, from 0 to 1000; -1 if it is none. */
static int
weight(const char *p, const char *end)
{
	int value = 0, scale = 100;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end)
		return 1000;
	if (*p++ != ';')
		return -1;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
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

/* How closely a range fits a language; 0: not at all.  de-AT is content with
 * de, and de with de-CH (RFC 4647 3.3.1). */
static size_t
fit(const char *range, size_t n, const char *lang)
{
	size_t len = strlen(lang), common = n < len ? n : len;

	if (n == 1 && *range == '*')
		return 1;
	if (strncasecmp(range, lang, common) != 0)
		return 0;
	if (n > len ? range[len] != '-' : n < len && lang[n] != '-')
		return 0;
	return 1 + common;
}

struct wish {
	int		 q;		/* -1: not spoken of */
	const char	*at;		/* the range that says so */
};

/* What the header says of one language: its closest range decides. */
static struct wish
wish(const char *header, const char *lang)
{
	struct wish w = { -1, header };
	const char *p, *stop;
	size_t n, closest = 0, close;
	int q;

	for (p = header; *p != '\0'; p = stop + (*stop == ',')) {
		p += strspn(p, " \t");
		stop = p + strcspn(p, ",");
		n = strcspn(p, ";, \t");
		if (n == 0 || (close = fit(p, n, lang)) <= closest ||
		    (q = weight(p + n, stop)) < 0)
			continue;
		closest = close;
		w = (struct wish){ q, p };
	}
	return w;
}

const char *
mag_accept_language(const char *header, const char *const *languages,
    const char *preset)
{
	const char *best = preset;
	struct wish most, w;

	if (header == NULL)
		return preset;
	most = wish(header, preset);
	if (most.q < 0)
		most.q = 0;
	for (; *languages != NULL; languages++) {
		w = wish(header, *languages);
		if (w.q <= 0 || w.q < most.q ||
		    (w.q == most.q && w.at >= most.at))
			continue;
		best = *languages;
		most = w;
	}
	return best;
}
