/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/embed.h -- files that are compiled in: migrations, demo data,
 * templates, catalogues, word lists.
 */
#ifndef MAGNETIQ_EMBED_H
#define MAGNETIQ_EMBED_H

#include <stddef.h>

#include <magnetiq/status.h>

struct mag_file {
	const char	*name;		/* the path below its folder */
	const char	*text;		/* NUL after the last byte */
	size_t		 len;
};

extern const struct mag_file mag_files_sql[];	/* sql/; ends with NULL */
extern const struct mag_file mag_files_text[];	/* lib/text/files/ */

/** mag_file_find(files, name): NULL if there is none. */
MAG_API const struct mag_file *mag_file_find(const struct mag_file *,
    const char *name);

#endif
