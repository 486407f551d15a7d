/* SPDX-License-Identifier: MIT */
/* template.h -- what the files about templates share. */
#ifndef TEXT_TEMPLATE_H
#define TEXT_TEMPLATE_H

#include <magnetiq/template.h>

struct mag_data {
	enum { DATA_TEXT, DATA_BOOL, DATA_OBJECT, DATA_LIST } kind;
	struct mag_arena *a;
	const char	*name;
	size_t		 name_len;
	struct mag_str	 text;
	bool		 yes;
	struct mag_data	*first, *last, *next;
};

/** data_find(d, name, n): a member of an object, or NULL. */
const struct mag_data *data_find(const struct mag_data *, const char *name,
	    size_t n);
/** data_there(d): does a section about it appear? */
bool	data_there(const struct mag_data *);

enum op_kind { OP_TEXT, OP_VALUE, OP_RAW, OP_IF, OP_UNLESS, OP_END,
    OP_PARTIAL, OP_SENTENCE };

struct op {
	enum op_kind	 kind;
	const char	*p;		/* text, or a name with a NUL after it */
	size_t		 n;
	const char	*fill;		/* OP_SENTENCE: a name, or NULL */
	size_t		 fill_len;
	size_t		 end;		/* OP_IF, OP_UNLESS: where its OP_END is */
};

struct mag_template {
	struct op	*ops;
	size_t		 n;
};

/** template_find(name): compiled, or NULL (logged once) if there is none. */
const struct mag_template *template_find(const char *name);
/** template_broken(name): is it missing, or was the folder's file broken, so
 * that ours stands in for it? */
bool	template_broken(const char *name);

#endif
