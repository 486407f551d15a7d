/* SPDX-License-Identifier: MIT */
/* Which names a template asks for: a misspelled one is nothing, quietly. */
#include <string.h>

#include "template.h"

struct checking {
	struct mag_arena *a;
	const char	*const *known;
	int		 depth;
};

static const char *unknown_file(struct checking *, const char *name);

/* The name, if it is none of those known. */
static const char *
unless_known(struct checking *w, const char *p, size_t n)
{
	const char *const *known = w->known;
	const char *name;

	if (p == NULL || (n == 1 && *p == '.'))
		return NULL;
	name = mag_dup(w->a, p, n);
	for (; *known != NULL; known++)
		if (mag_listed(*known, name))
			return NULL;
	return name;
}

/* The name that one step asks for and nobody gives; NULL: it is fine. */
static const char *
unknown_step(struct checking *w, const struct op *op)
{

	switch (op->kind) {
	case OP_VALUE:
	case OP_RAW:
	case OP_IF:
	case OP_UNLESS:
		return unless_known(w, op->p, op->n);
	case OP_SENTENCE:
		return unless_known(w, op->fill, op->fill_len);
	case OP_PARTIAL:
		return unknown_file(w, op->p);
	default:
		return NULL;
	}
}

static const char *
unknown_file(struct checking *w, const char *file)
{
	const struct mag_template *t = template_find(file);
	const char *name = NULL;
	size_t i;

	if (template_broken(file))
		return file;
	/* What includes itself fails when it is rendered. */
	w->depth++;
	for (i = 0; w->depth <= MAG_TEMPLATE_DEPTH && name == NULL &&
	    i < t->n; i++)
		name = unknown_step(w, &t->ops[i]);
	w->depth--;
	return name;
}

enum mag_status
mag_template_names(const char **out, struct mag_arena *a, const char *name,
    const char *const *known)
{
	struct checking w = { a, known, 0 };

	*out = unknown_file(&w, name);
	return *out == NULL ? MAG_OK : MAG_NOT_FOUND;
}
