/* SPDX-License-Identifier: MIT */
/* Pages of other origins: which of them may read what. */
#include <string.h>

#include "exchange.h"
#include "http/header.h"

#define EXPOSED	"ETag, Location, Retry-After, X-Request-ID"

static bool
is_local(const struct header_site *s)
{

	return s->host.n == 9 &&
	    (strncmp(s->host.p, "localhost", 9) == 0 ||
	    strncmp(s->host.p, "127.0.0.1", 9) == 0);
}

bool
cors_ours(const struct exchange *x)
{
	struct header_site ours, theirs;

	if (!header_origin(&theirs, x->rq->origin) ||
	    !header_origin(&ours, x->conf->site_url))
		return false;
	return header_same_site(&ours, &theirs) ||
	    (x->conf->environment != MAG_PRODUCTION && is_local(&ours) &&
	    is_local(&theirs));
}

static bool
is_allowed(const struct exchange *x)
{
	const char **o;

	for (o = x->conf->allowed_origins; *o != NULL; o++)
		if (strcmp(*o, x->rq->origin) == 0)
			return true;
	return cors_ours(x);
}

void
cors_headers(struct exchange *x)
{
	const struct route *r = x->match.route;
	/* For a kept answer no path was read. */
	const char *path = r != NULL ? r->path : x->path.path.p;
	const char *allowed = NULL;

	if (r != NULL && (r->flags & R_HTML))
		return;
	if (path != NULL && strncmp(path, "/api/v1/public/", 15) == 0)
		allowed = "*";
	else {
		reply_header(x, "Vary", "Origin");
		if (x->rq->origin != NULL && is_allowed(x))
			allowed = x->rq->origin;
	}
	if (allowed == NULL)
		return;
	reply_header(x, "Access-Control-Allow-Origin", allowed);
	reply_header(x, "Access-Control-Expose-Headers", EXPOSED);
}

void
cors_preflight(struct exchange *x)
{

	if (x->rq->acr_method == NULL)
		return;
	reply_header(x, "Access-Control-Allow-Methods",
	    x->conf->allowed_methods);
	reply_header(x, "Access-Control-Allow-Headers",
	    x->conf->allowed_headers);
	reply_header(x, "Access-Control-Max-Age", "600");
}
