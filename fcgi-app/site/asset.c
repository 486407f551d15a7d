/* SPDX-License-Identifier: MIT */
/* The style sheet, under a name that changes when it does. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/rand.h>

#include "../handlers.h"
#include "site.h"

#define NAME_BYTES	40

/* Made at first use: a process never sees another style sheet. */
static const char *
style_name(struct exchange *x)
{
	static char name[NAME_BYTES];
	struct mag_str css;

	if (*name == '\0' && mag_template_file(&css, "site/site.css") == MAG_OK)
		snprintf(name, sizeof(name), "site-%.12s.css",
		    mag_sha256_hex(x->a, css.p, css.n));
	return name;
}

const char *
site_style_url(struct exchange *x)
{

	return mag_printf(x->a, "%s/static/%s", x->conf->site_url,
	    style_name(x));
}

/*
 * While workers are replaced one may be asked for the name that another gave
 * out: it answers with what it has, but not for ever.
 */
enum mag_status
site_asset(struct exchange *x)
{
	const char *name = x->match.values[0];
	struct mag_str css;
	size_t n = strlen(name);

	if (strncmp(name, "site-", 5) != 0 || n < 10 ||
	    strcmp(name + n - 4, ".css") != 0 ||
	    mag_template_file(&css, "site/site.css") != MAG_OK)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	x->cache_control = strcmp(name, style_name(x)) == 0 ?
	    "public, max-age=31536000, immutable" : "public, max-age=60";
	return reply_bytes(x, 200, "text/css; charset=utf-8", css.p, css.n);
}
