/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/noun.h -- a noun is a table of fields; a record is one row of it.
 *
 * Each noun names its fields once, in a constant array in lib/model/<noun>.c.
 * Strict reading, printing, column lists, audit differences, lists, OpenAPI
 * schemas, export and the list of personal columns are read from it, so the
 * rules of a field cannot drift apart.
 */
#ifndef MAGNETIQ_NOUN_H
#define MAGNETIQ_NOUN_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/call.h>
#include <magnetiq/db.h>
#include <magnetiq/json.h>
#include <magnetiq/status.h>
#include <magnetiq/table.h>

enum mag_kind {
	MAG_ID,		/* a positive integer that the database makes */
	MAG_TEXT,	/* a string of at most `max` characters */
	MAG_SLUG,	/* [a-z0-9]+(-[a-z0-9]+)* */
	MAG_EMAIL,
	MAG_URL,	/* https, http, mailto, tel or relative */
	MAG_LANGUAGE,	/* one of the site's languages */
	MAG_ZONE,	/* an IANA zone that stands in tzdata's list */
	MAG_ML,		/* a language map of strings, `max` characters each */
	MAG_ML_SLUG,	/* a language map of slugs */
	MAG_CONTENT,	/* a language map of CommonMark or blocks */
	MAG_INT,	/* a whole number from `min` to `max` */
	MAG_BOOL,
	MAG_TIME,
	MAG_ENUM,	/* one of the blank-separated `values` */
	MAG_REF,	/* the id of a live row of the noun `values` */
	MAG_STRINGS,	/* an array of at most 50 strings of `max` characters */
	MAG_JSON,	/* whatever the noun's own check allows */
	MAG_KIND__MAX
};

#define MAG_REQUIRED	0x001	/* must be given by POST and PUT, never null */
#define MAG_READONLY	0x002	/* may be sent only if it equals what is stored */
#define MAG_PUBLIC	0x004	/* strangers see it */
#define MAG_LIST	0x008	/* stands in the items of lists */
#define MAG_SECRET	0x010	/* never printed; masked in the audit log */
#define MAG_PERSONAL	0x020	/* about a person: exported and erased with them */
#define MAG_FILTER	0x040	/* lists can be filtered by its value */
#define MAG_SORT	0x080	/* lists can be sorted by it */
#define MAG_HIDDEN	0x100	/* a column that the API does not know */
#define MAG_LONG	0x200	/* several lines; the audit log notes only its size */
#define MAG_KEEP	0x400	/* PUT without it keeps what is stored */
#define MAG_VIRTUAL	0x800	/* no column: the noun's `extra` prints it */
#define MAG_CREATE	0x1000	/* only POST may set it */
#define MAG_FIND	0x2000	/* `search` looks in it, without an index */
#define MAG_ASIDE	0x4000	/* changes by itself: given back, it is not read */
#define MAG_GUARDED	0x8000	/* only editors read it; masked in the audit log */

struct mag_field {
	const char	*name;
	enum mag_kind	 kind;
	int64_t		 min, max;
	const char	*values;
	const char	*preset;	/* as JSON; NULL: null */
	unsigned	 flags;
	const char	*what;		/* for OpenAPI: a few words, or NULL */
	const char	*paper;		/* the words above it in a table on
					 * paper, where there is room for few */
};

#define MAG_FIELDS_MAX	48

struct mag_value {
	enum { MAG_V_NULL, MAG_V_INT, MAG_V_TEXT } kind;
	int64_t		 i;	/* ids, integers, booleans, times */
	const char	*s;	/* text; JSON text of maps, lists and content */
	size_t		 n;
};

struct mag_record {
	const struct mag_noun *noun;
	struct mag_value v[MAG_FIELDS_MAX];	/* in the order of the fields */
};

enum mag_view {
	MAG_VIEW_STAFF,		/* all that staff may see */
	MAG_VIEW_STAFF_LIST,
	MAG_VIEW_PUBLIC,
	MAG_VIEW_PUBLIC_LIST
};

struct mag_noun {
	const char	*name;		/* "page" */
	const char	*plural;	/* "pages" */
	const char	*table;
	const struct mag_field *fields;	/* ends with a name that is NULL */
	const char	*sort;		/* lists come sorted by this ... */
	bool		 descending;	/* ... in this direction */
	bool		 soft_delete;	/* has deleted_at */
	bool		 totals;	/* triggers keep its totals */
	bool		 searched;	/* stands in the search index */
	const char	*label;		/* "There is no such page." */
	/* More rules than a field has; fills what was left out.  Inside the
	 * transaction, before writing; ${old} is NULL when creating. */
	enum mag_status (*check)(struct mag_call *, struct mag_record *,
	    const struct mag_record *old);
	/* What follows from a write, inside its transaction. */
	enum mag_status (*saved)(struct mag_call *, const struct mag_record *,
	    const struct mag_record *old);
	/* Further members of the printed object (each begins with a comma). */
	void (*extra)(struct mag_buf *, struct mag_call *,
	    const struct mag_record *, enum mag_view);
	/* A number for what changes by itself and shows: it stands in the tag
	 * of the record, and no editor's work is lost by it; or NULL. */
	int64_t (*drift)(struct mag_call *, const struct mag_record *);
	/* Bring the search index up to date with one, or NULL. */
	enum mag_status (*index)(struct mag_call *, int64_t id);
	/* Where strangers find what the index has of one: its slug and its
	 * absolute address in a language; or NULL. */
	enum mag_status (*place)(const char **slug, const char **url,
	    struct mag_call *, int64_t id, const char *lang);
	struct mag_noun_sql *sql;	/* made at first use; leave NULL */
};

/** mag_noun_field(noun, name): its index, or -1. */
MAG_API int	mag_noun_field(const struct mag_noun *, const char *name);
/** mag_noun_searches(noun): can its lists be searched? */
MAG_API bool	mag_noun_searches(const struct mag_noun *);
/** mag_nouns(): all nouns, by name; ends with NULL.  (lib/model/nouns.c) */
MAG_API struct mag_noun *const *mag_nouns(void);
MAG_API struct mag_noun *mag_noun_find(const char *name);

/** A field's value by name; the name must exist (a mistake of ours if not). */
MAG_API struct mag_value *mag_value(struct mag_record *, const char *name);
MAG_API const struct mag_value *mag_value_of(const struct mag_record *,
    const char *name);
MAG_API int64_t	mag_int(const struct mag_record *, const char *name);
MAG_API const char *mag_text(const struct mag_record *, const char *name);
/** mag_is(r, name, text): whether it says just that; one that is NULL never. */
MAG_API bool	mag_is(const struct mag_record *, const char *name,
    const char *text);
MAG_API void	mag_set_int(struct mag_record *, const char *name, int64_t);
MAG_API void	mag_set_text(struct mag_record *, const char *name, const char *);
MAG_API void	mag_set_null(struct mag_record *, const char *name);
MAG_API bool	mag_same(const struct mag_value *, const struct mag_value *);
/** mag_record_id(r): the id, which stands first in every noun. */
MAG_API int64_t	mag_record_id(const struct mag_record *);

/**
 * mag_ml(out, c, v, lang): the text of a language map in ${lang}, else in
 * the default language (then true is returned), else "".
 */
MAG_API bool	mag_ml(struct mag_str *out, struct mag_call *,
    const struct mag_value *, const char *lang);

/** How a body is read. */
enum mag_mode { MAG_POST, MAG_PUT, MAG_PATCH };

/**
 * mag_record_read(c, r, old, body, mode): read a JSON object into ${r}; every
 * wrong field is noted in the call.  ${old} is NULL for MAG_POST.  The result
 * is complete: fields left out have their preset, or what ${old} has.
 */
MAG_API enum mag_status mag_record_read(struct mag_call *, struct mag_record *r,
    const struct mag_record *old, const struct mag_json *body,
    enum mag_mode) MAG_CHECK;
/**
 * mag_record_print(b, c, r, view, lang): the record as a JSON object.  With
 * ${lang} language maps become strings and `language` is added.
 */
MAG_API void	mag_record_print(struct mag_buf *, struct mag_call *,
    const struct mag_record *, enum mag_view, const char *lang);
/**
 * mag_record_tag(c, r): its ETag: the revision, and after a dot what drifts.
 * If-Match compares the first part only.  NULL if it has no revision.
 */
MAG_API const char *mag_record_tag(struct mag_call *,
    const struct mag_record *);
/** mag_value_print(b, field, v): one value as JSON. */
MAG_API void	mag_value_print(struct mag_buf *, const struct mag_field *,
    const struct mag_value *);

/*
 * One row.  All of them take part in an open transaction.
 */
MAG_API enum mag_status mag_record_load(struct mag_record **out,
    struct mag_call *, struct mag_noun *, int64_t id) MAG_CHECK;
/** The same by a column's text value, among what is not deleted. */
MAG_API enum mag_status mag_record_find(struct mag_record **out,
    struct mag_call *, struct mag_noun *, const char *column,
    const char *value) MAG_CHECK;
MAG_API enum mag_status mag_record_insert(struct mag_call *,
    struct mag_record *) MAG_CHECK;
/** Writes the columns that differ; does nothing if none does. */
MAG_API enum mag_status mag_record_update(struct mag_call *,
    struct mag_record *, const struct mag_record *old) MAG_CHECK;
MAG_API bool	mag_record_differs(const struct mag_record *,
    const struct mag_record *);

/*
 * The usual doors.  Each is one transaction with its audit row; changing
 * ones look at the call's If-Match (mag_match).
 */
MAG_API enum mag_status mag_noun_get(struct mag_record **out,
    struct mag_call *, struct mag_noun *, int64_t id) MAG_CHECK;
MAG_API enum mag_status mag_noun_create(struct mag_record **out,
    struct mag_call *, struct mag_noun *, const struct mag_json *) MAG_CHECK;
MAG_API enum mag_status mag_noun_change(struct mag_record **out,
    struct mag_call *, struct mag_noun *, int64_t id, const struct mag_json *,
    enum mag_mode) MAG_CHECK;
MAG_API enum mag_status mag_noun_delete(struct mag_call *, struct mag_noun *,
    int64_t id) MAG_CHECK;
/** Put a soft-deleted row back (action "restore"). */
MAG_API enum mag_status mag_noun_undelete(struct mag_record **out,
    struct mag_call *, struct mag_noun *, int64_t id) MAG_CHECK;
/** mag_match(c, revision): MAG_STALE if the caller's If-Match says other. */
MAG_API enum mag_status mag_match(struct mag_call *, int64_t revision) MAG_CHECK;

/** A filter of a list: constant SQL with at most one ?, and what stands for it. */
struct mag_filter {
	const char	*sql;		/* "status = ?", without numbers */
	struct mag_bind	 bind;
	bool		 bound;
};

struct mag_list {
	int64_t		 page, per_page;	/* 0: 1 and 20 */
	const char	*cursor;
	const char	*sort_by;		/* NULL: the noun's own */
	bool		 ordered, descending;	/* order was given, and which */
	const char	*search;		/* or NULL */
	const char	*status;		/* or NULL; any noun with totals */
	bool		 deleted;		/* the trash instead */
	struct mag_filter filters[12];
	size_t		 nfilters;
	enum mag_view	 view;
	const char	*lang;			/* flatten, or NULL */
	int64_t		 most;			/* refuse if there are more; 0: not */
	mag_table_fn	*row;			/* set by mag_noun_table() */
	void		*row_arg;
	/* What came of it: */
	int64_t		 total;			/* -1: with a cursor */
	bool		 total_exact;
	const char	*next_cursor;		/* or NULL */
};

/**
 * mag_noun_list(b, c, noun, list): print the items as a JSON array into
 * ${b}.  MAG_INVALID for a sort, cursor or depth that does not fit.
 */
MAG_API enum mag_status mag_noun_list(struct mag_buf *, struct mag_call *,
    struct mag_noun *, struct mag_list *) MAG_CHECK;

/**
 * mag_noun_ids(out, n, max, c, noun, list, after): which rows the list's
 * filters let through, by id, and above ${after}; in the open transaction.
 */
MAG_API enum mag_status mag_noun_ids(int64_t *out, size_t *n, size_t max,
    struct mag_call *, struct mag_noun *, struct mag_list *, int64_t after)
    MAG_CHECK;

/**
 * mag_noun_columns(out, noun, view): the columns of its tables, at most
 * MAG_FIELDS_MAX; returns how many.  A table goes from hand to hand: nothing
 * that is guarded goes with it.
 */
MAG_API size_t	mag_noun_columns(struct mag_table_column *out,
    const struct mag_noun *, enum mag_view);
/**
 * mag_noun_table(c, noun, list, row, arg): the list as a table: ${row} is
 * called for each line, with a cell for each column, and ends it if it does
 * not return MAG_OK.  The first call comes after list->total is known.
 * MAG_INVALID if there are more than list->most, at best before any call.
 */
MAG_API enum mag_status mag_noun_table(struct mag_call *, struct mag_noun *,
    struct mag_list *, mag_table_fn *row, void *arg) MAG_CHECK;
/**
 * mag_noun_csv(b, c, noun, list): the same as CSV, with a line of names.
 */
MAG_API enum mag_status mag_noun_csv(struct mag_buf *, struct mag_call *,
    struct mag_noun *, struct mag_list *) MAG_CHECK;

/**
 * mag_audit(c, action, type, id, before, after): who did what, in the
 * transaction that does it.  Both records may be NULL; what differs is
 * noted, secrets masked.
 */
MAG_API enum mag_status mag_audit(struct mag_call *, const char *action,
    const char *type, int64_t id, const struct mag_record *before,
    const struct mag_record *after) MAG_CHECK;
/** The same with ready JSON objects, or NULL. */
MAG_API enum mag_status mag_audit_json(struct mag_call *, const char *action,
    const char *type, int64_t id, const char *before, const char *after)
    MAG_CHECK;

/** What the settings say of the site; read again when they change. */
struct mag_site {
	const char	*languages[16];		/* ends with NULL */
	const char	*language;		/* the default one */
	bool		 maintenance;
	bool		 registration;		/* visitors may register */
	struct mag_value title, description;	/* language maps */
	const char	*home_page;		/* a slug, or "" */
};
/**
 * mag_site(c): never NULL; good for the whole call.  Whoever changes settings
 * in a call calls mag_site_forget(c) after it.
 */
MAG_API const struct mag_site *mag_site(struct mag_call *);
MAG_API void	mag_site_forget(struct mag_call *);
MAG_API bool	mag_site_speaks(const struct mag_site *, const char *lang);

/**
 * mag_generation(out, db): the generations of the groups of nouns, in the
 * order of these bits; an answer made from some is good while they stand.
 */
#define MAG_G_CONTENT		1
#define MAG_G_OFFERS		2
#define MAG_G_APPOINTMENTS	4
MAG_API enum mag_status mag_generation(int64_t out[3], struct mag_db *) MAG_CHECK;

#endif
