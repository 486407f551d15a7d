/* SPDX-License-Identifier: MIT */
/* Signed links: nothing of them is stored, so nothing of them can leak. */
#include <stdlib.h>
#include <string.h>

#include "links.h"

const char *
link_preview(struct exchange *x, int64_t page)
{
	const char *token = mag_token_sign(x->a, x->conf, MAG_FOR_PREVIEW,
	    mag_printf(x->a, "%lld", (long long)page),
	    x->call.now + LINK_PREVIEW_SECONDS);

	return mag_printf(x->a, "%s/%s/preview/%s", x->conf->site_url,
	    mag_site(&x->call)->language, token);
}

enum mag_status
link_open(struct exchange *x, int64_t *id, enum mag_purpose purpose,
    const char *token)
{
	const char *payload;
	enum mag_status st;

	st = mag_token_verify(&payload, x->a, x->conf, purpose, token,
	    strlen(token), x->call.now);
	if (st == MAG_OK)
		*id = strtoll(payload, NULL, 10);
	else if (st == MAG_GONE)
		return mag_fail(&x->call, st,
		    "This link has been used or has expired.");
	else
		return mag_fail(&x->call, st, "There is nothing here.");
	return st;
}
