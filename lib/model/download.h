/* SPDX-License-Identifier: MIT */
/* download.h -- what the files about downloads share. */
#ifndef MODEL_DOWNLOAD_H
#define MODEL_DOWNLOAD_H

#include <magnetiq/whitepaper.h>

/** link_payload(a, kind, id): what a link or the cookie says: `kind:id`. */
const char	*link_payload(struct mag_arena *, const char *kind, int64_t id);
/** link_opens(text, kind): the id in it; 0 if it is of another kind. */
int64_t		 link_opens(const char *text, const char *kind);
/** download_of_nobody(r): who was erased is nobody any more. */
bool		 download_of_nobody(const struct mag_record *);
/**
 * download_letter(c, r, paper): the letter that says where the paper can be
 * fetched, in the transaction that makes the row ${r}.
 */
enum mag_status	 download_letter(struct mag_call *, const struct mag_record *r,
		    const struct mag_record *paper);

/* paper_form.c */

/** paper_form_check(c, paper): are its form_fields what they should be? */
void		 paper_form_check(struct mag_call *,
		    const struct mag_record *paper);
/** paper_form_demand(c, paper, body): is there what they require? */
void		 paper_form_demand(struct mag_call *,
		    const struct mag_record *paper, const struct mag_json *body);

#endif
