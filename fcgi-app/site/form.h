/* SPDX-License-Identifier: MIT */
/* form.h -- plain forms of the site's pages: what was typed, and its errors. */
#ifndef FORM_H
#define FORM_H

#include "site.h"

/** The fields of a person that every form asks for; ends with NULL. */
extern const char *const form_person[];
/** Those that the form before a paper may ask for. */
extern const char *const form_paper[];

/** form_label(lang, field): as the form calls it: nobody reads field names. */
const char *form_label(const char *lang, const char *field);
/** form_fault(x, field, lang): what is wrong with it, or NULL. */
const char *form_fault(struct exchange *, const char *field, const char *lang);

/**
 * form_wrongs(x, d, lang): what was wrong: `wrong` as a sentence, `wrongs`
 * field by field.
 */
void	form_wrongs(struct exchange *, struct mag_data *, const char *lang);
/**
 * form_fill(x, d, form, names, lang): what was typed comes back, by its names,
 * and both boxes, and what was wrong.
 */
void	form_fill(struct exchange *, struct mag_data *, const struct query *form,
	    const char *const *names, const char *lang);
/** form_members(b, form, names): what was filled in, each as `"name":"text",`. */
void	form_members(struct mag_buf *, const struct query *form,
	    const char *const *names);
/** form_consents(b, form, lang): both boxes, and the language of letters. */
void	form_consents(struct mag_buf *, const struct query *form,
	    const char *lang);
/** form_encode(a, text): as a value in a query. */
const char *form_encode(struct mag_arena *, const char *text);

#endif
