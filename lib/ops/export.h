/* SPDX-License-Identifier: MIT */
/* export.h -- the parts of export-v3; used only inside lib/ops. */
#ifndef OPS_EXPORT_H
#define OPS_EXPORT_H

#include <stdio.h>

#include <magnetiq/ops.h>
#include <magnetiq/rand.h>
#include <magnetiq/schema.h>

enum export_kind {
	EXPORT_TEXT, EXPORT_NUMBER, EXPORT_REAL, EXPORT_FLAG, EXPORT_TIME,
	EXPORT_JSON
};
/** export_kind(column): what its values are. */
enum export_kind export_kind(const struct mag_schema_column *);

/** A file that is being written, and what the manifest will say of it. */
struct export_file {
	const char	*name;
	FILE		*f;
	struct mag_sha	 sha;
};
/** export_open(out, c, dir, name); export_put(file, b): append, empty b. */
enum mag_status	export_open(struct export_file *, struct mag_call *,
		    const char *dir, const char *name) MAG_CHECK;
void	export_put(struct export_file *, struct mag_buf *);
/** export_close(file, hex, c): on disk, and its SHA-256; closes always. */
enum mag_status	export_close(struct export_file *, const char **hex,
		    struct mag_call *) MAG_CHECK;

/** One row, in both forms; `hidden` names the columns left out. */
void	export_json_row(struct mag_buf *, struct mag_row *,
	    const struct mag_schema_table *, const bool *hidden);
void	export_sql_row(struct mag_buf *, struct mag_row *,
	    const struct mag_schema_table *, const bool *hidden);
/** The statements before, around and after the rows. */
void	export_sql_table(struct mag_buf *, struct mag_arena *,
	    const struct mag_schema_table *, const bool *hidden);
void	export_sql_end(struct mag_buf *, struct mag_arena *,
	    const struct mag_schema_table *, const bool *hidden,
	    bool (*is_left_out)(const char *table));

/** export_media(c, dir, files, report): every stored file, as it lies. */
enum mag_status	export_media(struct mag_call *, const char *dir,
		    int64_t *files, struct mag_buf *report) MAG_CHECK;

#endif
