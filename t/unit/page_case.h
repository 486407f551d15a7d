/* SPDX-License-Identifier: MIT */
/* page_case.h -- what the tests of pages share: a site with an editor and two
 * pictures, and pages that must come into being there. */
#ifndef PAGE_CASE_H
#define PAGE_CASE_H

#include "unit.h"

extern struct mag_call *c;

TCase	*page_case(Suite *, const char *name);
void	sql(const char *text);
int64_t	number(const char *text);
void	calm(void);
enum mag_status	create(struct mag_record **page, const char *body);
struct mag_record *make(const char *title, const char *more);
enum mag_status	try_patch(struct mag_record **page, int64_t id,
	    const char *body);
struct mag_record *patch(int64_t id, const char *body);
enum mag_status	find(struct mag_page_found *found, const char *lang,
	    const char *slug);
const char *moved_to(const char *lang, const char *slug);

#endif
