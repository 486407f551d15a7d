/* SPDX-License-Identifier: MIT */
/* The kinds of letters, and whether their templates are good. */
#include <string.h>

#include "letter.h"

#define TITLE	"<title>"	/* a letter begins with its subject */

static const struct mag_letter_kind kinds[] = {
#define LETTER(name, flags, variables, what) { name, flags, variables, what },
#include "letters.def"
#undef LETTER
	{ NULL, 0, NULL, NULL }
};

const struct mag_letter_kind *
mag_letter_kinds(void)
{

	return kinds;
}

const struct mag_letter_kind *
mag_letter_kind(const char *name)
{
	const struct mag_letter_kind *k;

	for (k = kinds; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static void
check(struct mag_buf *b, struct mag_arena *a, const char *name,
    const char *variables)
{
	const char *file = mag_printf(a, "letter/%s.html", name), *wrong;
	const char *known[] = { variables, LETTER_COMMON, NULL };
	struct mag_str text;

	if (mag_template_names(&wrong, a, file, known) == MAG_OK) {
		if (strcmp(name, "layout") != 0 &&
		    (mag_template_file(&text, file) != MAG_OK ||
		    strncmp(text.p, TITLE, sizeof(TITLE) - 1) != 0))
			mag_buf_addf(b, "%s: does not begin with " TITLE "\n",
			    file);
		return;
	}
	if (strchr(wrong, '/') != NULL)
		mag_buf_addf(b, "%s: %s is missing or broken\n", file, wrong);
	else
		mag_buf_addf(b, "%s: asks for {{%s}}, which this letter does "
		    "not have\n", file, wrong);
}

void
mag_letter_check(struct mag_buf *b, struct mag_arena *a)
{
	const struct mag_letter_kind *k;

	check(b, a, "layout", LETTER_LAYOUT);
	for (k = kinds; k->name != NULL; k++)
		check(b, a, k->name, k->variables);
}
