/* SPDX-License-Identifier: MIT */
/* site.h -- public pages for people, as HTML. */
#ifndef SITE_H
#define SITE_H

#include "../exchange.h"

/** site_wants_page(x): should a refusal be a page? */
bool	site_wants_page(struct exchange *);
/** site_problem(x, status): the page for a refusal. */
void	site_problem(struct exchange *, enum mag_status);

#endif
