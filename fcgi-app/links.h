/* SPDX-License-Identifier: MIT */
/* links.h -- signed links: what they open, for how long, where they lead. */
#ifndef LINKS_H
#define LINKS_H

#include <magnetiq/token.h>

#include "exchange.h"

#define LINK_PREVIEW_SECONDS	3600

/** link_preview(x, page): the address that shows a draft as a page. */
const char	*link_preview(struct exchange *, int64_t page);
/**
 * link_open(x, id, purpose, token): what a token opens.  MAG_NOT_FOUND for a
 * wrong one, MAG_GONE for one that has expired.
 */
enum mag_status	link_open(struct exchange *, int64_t *id, enum mag_purpose,
		    const char *token) MAG_CHECK;

#endif
