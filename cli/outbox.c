/* SPDX-License-Identifier: MIT */
/* Commands about letters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/template.h>

#include "command.h"

static int
list_kinds(void)
{
	const struct mag_letter_kind *k;

	for (k = mag_letter_kinds(); k->name != NULL; k++)
		printf("%-22s %s\n", k->name, k->what);
	return EXIT_DONE;
}

/* A whole file; NULL, with a message, if it cannot be read. */
static char *
read_file(struct command_state *s, const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char part[4096];
	struct mag_buf b;
	size_t n;

	mag_buf_init(&b, s->a, sizeof(part));
	while (f != NULL && b.len < MAG_BODY_MAX &&
	    (n = fread(part, 1, sizeof(part), f)) > 0)
		mag_buf_add(&b, part, n);
	if (f == NULL || ferror(f))
		say("magnetiq: %s cannot be read", path);
	else if (strlen(b.p) == b.len)
		return fclose(f), b.p;
	else
		say("magnetiq: %s is no text", path);
	if (f != NULL)
		fclose(f);
	return NULL;
}

/* The letter as it would leave, on stdout: for a pipe, or a mail program. */
static int
preview(struct command_state *s)
{
	const char *language = option(s, "--language");
	const char *file = option(s, "--data"), *data = NULL;
	struct mag_buf b;
	enum mag_status st;

	if (rest(s, 1))
		return list_kinds();
	if (!rest(s, 2))
		return fail_use("outbox preview takes a kind of letter, "
		    "--language and --data");
	if (file != NULL && (data = read_file(s, file)) == NULL)
		return EXIT_FAILED;
	mag_i18n_init(s->conf->template_dir);
	mag_template_init(s->conf->template_dir);
	mag_buf_init(&b, s->a, 16384);
	st = mag_letter_preview(&b, &s->call, s->argv[1],
	    language == NULL ? "en" : language, data);
	if (st != MAG_OK)
		return fail(s, st);
	fwrite(b.p, 1, b.len, stdout);
	return EXIT_DONE;
}

int
command_outbox(struct command_state *s)
{
	const char *what = s->argc > 0 ? s->argv[0] : "";

	if (strcmp(what, "preview") == 0)
		return preview(s);
	return fail_use("outbox takes preview");
}
