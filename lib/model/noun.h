/* SPDX-License-Identifier: MIT */
/* noun.h -- what lib/model's generic files share. */
#ifndef MODEL_NOUN_H
#define MODEL_NOUN_H

#include <magnetiq/noun.h>

/** SQL made once from a field table: our own names only. */
struct mag_noun_sql {
	const char	*columns;	/* "id, slug, ..." in the order of fields */
	int		 n;		/* of them */
	const char	*load;		/* by id, deleted rows too */
	const char	*insert;
	int		 column[MAG_FIELDS_MAX];	/* of a field, or -1 */
	bool		 revision;	/* the table has one */
};

/** noun_sql(noun): made at first use, kept for the life of the process. */
const struct mag_noun_sql *noun_sql(struct mag_noun *);
/** record_fill(r, row, a): the columns of `columns`, copied into ${a}. */
void	record_fill(struct mag_record *, struct mag_row *, struct mag_arena *);
/** value_bind(field, v): as the database keeps it. */
struct mag_bind	value_bind(const struct mag_field *, const struct mag_value *);
/** field_shown(f, view, reader): does it stand in what that reader gets? */
bool	field_shown(const struct mag_field *, enum mag_view,
	    enum mag_role reader);
/** record_cells(out, r, view): its cells, as mag_noun_columns() has them. */
size_t	record_cells(struct mag_cell *out, const struct mag_record *,
	    enum mag_view);
/**
 * noun_make(out, c, noun, body, fill, arg): mag_noun_create() of a row of which
 * a part comes not from the caller: after ${body} has been read, ${fill} sets
 * it, before the noun's own check.  It may be called again.
 */
typedef void	noun_filler(struct mag_call *, struct mag_record *, void *arg);
enum mag_status	noun_make(struct mag_record **out, struct mag_call *,
		    struct mag_noun *, const struct mag_json *body,
		    noun_filler *fill, void *arg);
/** no_such(c, noun): MAG_NOT_FOUND with the noun's own sentence. */
enum mag_status	no_such(struct mag_call *, const struct mag_noun *);

#endif
