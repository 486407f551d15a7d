/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/template.h -- pages and letters from templates that hold no logic.
 *
 * A template is text with tags:
 *
 *	{{name}}		a value, escaped where the result is HTML
 *	{{{name}}}		a value as it is; only for HTML of our own making
 *	{{.}}			the element of a list of texts
 *	{{#name}}...{{/name}}	for what is there: a text that is not empty, true,
 *				an object (whose members come first inside), each
 *				element of a list
 *	{{^name}}...{{/name}}	for what is not
 *	{{>other.html}}		another template, with the same data
 *	{{_ English words}}	a sentence of the catalogues (magnetiq/i18n.h);
 *				{{_ Hello %s|name}} fills in one value
 *	{{! words}}		nothing
 *
 * A name that is not found in the innermost object is looked for in those
 * around it; one that is nowhere is nothing.  A line that holds only a
 * section's tag or a comment disappears as a whole.
 *
 * Templates are files: lib/text/files/template/<name>, compiled in, and
 * TEMPLATE_DIR/<name>, which wins.  A process reads each of them once.
 */
#ifndef MAGNETIQ_TEMPLATE_H
#define MAGNETIQ_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_data;
struct mag_template;

#define MAG_TEMPLATE_MAX	(256 * 1024)	/* bytes of one template */
#define MAG_TEMPLATE_DEPTH	24		/* sections and partials, nested */

/*
 * Data: an object of named values.  Names are constants of the caller and are
 * not copied; neither are texts, which must live as long as the tree does.
 * A name is given once an object, save to mag_data_each().
 */

/** mag_data_new(a): an empty object. */
MAG_API struct mag_data *mag_data_new(struct mag_arena *) MAG_CHECK;
/** A text; NULL is as if it were not there. */
MAG_API void	mag_data_text(struct mag_data *, const char *name, const char *);
MAG_API void	mag_data_bytes(struct mag_data *, const char *name,
    const char *p, size_t n);
MAG_API void	mag_data_int(struct mag_data *, const char *name, int64_t);
MAG_API void	mag_data_bool(struct mag_data *, const char *name, bool);
/** mag_data_object(d, name): an object within, to be filled. */
MAG_API struct mag_data *mag_data_object(struct mag_data *, const char *name);
/** mag_data_each(d, name): one more object at the end of the list ${name}. */
MAG_API struct mag_data *mag_data_each(struct mag_data *, const char *name);
/** mag_data_line(d, name, s): one more text at the end of the list ${name}. */
MAG_API void	mag_data_line(struct mag_data *, const char *name, const char *);

enum mag_escape { MAG_ESCAPE_NONE, MAG_ESCAPE_HTML };

/** mag_template_init(dir): where other versions may lie; NULL: nowhere. */
MAG_API void	mag_template_init(const char *template_dir);
/**
 * mag_template_render(b, name, data, lang, escape): append the template's
 * text.  MAG_FAILED (logged) if there is none or it is broken, or partials
 * nest without end; ${b} may then hold a part of it.
 */
MAG_API enum mag_status mag_template_render(struct mag_buf *,
    const char *name, const struct mag_data *, const char *lang,
    enum mag_escape) MAG_CHECK;
/** mag_template_there(name): is there one that is not broken? */
MAG_API bool	mag_template_there(const char *name);
/** mag_template_file(out, name): its text as it is, tags and all. */
MAG_API enum mag_status mag_template_file(struct mag_str *out,
    const char *name) MAG_CHECK;
/**
 * mag_template_names(out, a, name, known): does the template, with what it
 * includes, ask only for names that one of the ${known} lists has (of words
 * between blanks; ends with NULL)?  Else MAG_NOT_FOUND and that name, or that
 * of a file that is missing or broken.
 */
MAG_API enum mag_status mag_template_names(const char **out,
    struct mag_arena *, const char *name, const char *const *known) MAG_CHECK;

/**
 * mag_template_parse(out, a, error, size, p, n): a template from ${n} bytes
 * that must live as long as it does.  MAG_INVALID if it is broken; ${error}
 * then begins with the number of the line.
 */
MAG_API enum mag_status mag_template_parse(struct mag_template **out,
    struct mag_arena *, char *error, size_t size, const char *p, size_t n)
    MAG_CHECK;
/** mag_template_run(b, t, data, lang, escape): as mag_template_render(). */
MAG_API enum mag_status mag_template_run(struct mag_buf *,
    const struct mag_template *, const struct mag_data *, const char *lang,
    enum mag_escape) MAG_CHECK;

#endif
