/* SPDX-License-Identifier: MIT */
/* The table of settings, and what is printed from it. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "settings.h"

const struct setting mag_settings[] = {
#define SETTING(name, how, member, preset, production, low, high, secret, what) \
	{ #name, preset, production, &kind_##how, \
	  offsetof(struct mag_conf, member), low, high, secret },
#include "settings.def"
#undef SETTING
	{ NULL, NULL, NULL, NULL, 0, 0, 0, false }
};

static const struct mag_setting_doc docs[] = {
#define SETTING(name, how, member, preset, production, low, high, secret, what) \
	{ #name, preset, what, secret },
#include "settings.def"
#undef SETTING
	{ NULL, NULL, NULL, false }
};

const struct mag_setting_doc *
mag_conf_docs(void)
{

	return docs;
}

static const struct setting *
find(const char *name)
{
	const struct setting *s;

	for (s = mag_settings; s->name != NULL; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

const char *
mag_conf_plain(const struct mag_conf *c, const char *name, char *out,
    size_t size)
{
	const struct setting *s = find(name);

	if (s == NULL)
		return NULL;
	s->kind->show(c, (const char *)c + s->at, s->kind, out, size);
	return out;
}

const char *
mag_conf_text(const struct mag_conf *c, const char *name, char *out,
    size_t size)
{

	if (mag_conf_plain(c, name, out, size) == NULL)
		return NULL;
	if (find(name)->secret && out[0] != '\0')
		snprintf(out, size, "********");
	return out;
}

/* A sentence in lines of comment. */
static void
comment(struct mag_buf *b, const char *text)
{
	size_t column = 0, word;

	for (; *text != '\0'; text += word + strspn(text + word, " ")) {
		word = strcspn(text, " ");
		if (column > 0 && column + 1 + word > 76) {
			mag_buf_addc(b, '\n');
			column = 0;
		}
		mag_buf_adds(b, column == 0 ? "# " : " ");
		mag_buf_add(b, text, word);
		column += word + 1;
	}
	mag_buf_addc(b, '\n');
}

void
mag_conf_example(struct mag_buf *b)
{
	const struct mag_setting_doc *d;

	comment(b, "Settings of Magnetiq; see magnetiq.env(5). Copy this file "
	    "to .env and take the first # away from what you set. What stands "
	    "behind = is what counts otherwise; the environment wins over this "
	    "file.");
	for (d = docs; d->name != NULL; d++) {
		mag_buf_addc(b, '\n');
		comment(b, d->what);
		/* What holds a blank would end early for some readers. */
		mag_buf_addf(b, strchr(d->preset, ' ') == NULL ?
		    "#%s=%s\n" : "#%s=\"%s\"\n", d->name, d->preset);
	}
}

/* Text for man(7): a hyphen is a hyphen, a backslash a backslash. */
static void
manual_text(struct mag_buf *b, const char *text)
{

	for (; *text != '\0'; text++)
		if (*text == '-')
			mag_buf_adds(b, "\\-");
		else if (*text == '\\')
			mag_buf_adds(b, "\\e");
		else
			mag_buf_addc(b, *text);
}

void
mag_conf_manual(struct mag_buf *b)
{
	const struct mag_setting_doc *d;

	mag_buf_adds(b, ".SH SETTINGS\n");
	for (d = docs; d->name != NULL; d++) {
		mag_buf_addf(b, ".TP\n.B %s\n", d->name);
		manual_text(b, d->what);
		if (d->preset[0] != '\0') {
			mag_buf_adds(b, "\nPreset:\n.IR \"");
			manual_text(b, d->preset);
			mag_buf_adds(b, "\" .");
		}
		mag_buf_addc(b, '\n');
	}
}
