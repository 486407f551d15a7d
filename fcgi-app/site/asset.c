/* SPDX-License-Identifier: MIT */
/* The style sheet and the script, under names that change when they do. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/rand.h>

#include "../handlers.h"
#include "site.h"

static struct asset {
	const char	*file;		/* among the templates */
	const char	*ending;
	const char	*type;
	char		 name[40];	/* site-<hash><ending> */
} assets[] = {
	{ "site/site.css", ".css", "text/css; charset=utf-8", "" },
	{ "site/site.js", ".js", "text/javascript; charset=utf-8", "" },
};

/* Made at first use: a process never sees another file. */
static const char *
name_of(struct exchange *x, struct asset *a)
{
	struct mag_str text;

	if (*a->name == '\0' && mag_template_file(&text, a->file) == MAG_OK)
		snprintf(a->name, sizeof(a->name), "site-%.12s%s",
		    mag_sha256_hex(x->a, text.p, text.n), a->ending);
	return a->name;
}

static const char *
url_of(struct exchange *x, struct asset *a)
{

	return mag_printf(x->a, "%s/static/%s", x->conf->site_url,
	    name_of(x, a));
}

void
site_assets(struct exchange *x, struct mag_data *d)
{

	mag_data_text(d, "style_url", url_of(x, &assets[0]));
	mag_data_text(d, "script_url", url_of(x, &assets[1]));
}

static struct asset *
find(const char *name)
{
	size_t i, n = strlen(name), m;

	for (i = 0; i < sizeof(assets) / sizeof(assets[0]); i++) {
		m = strlen(assets[i].ending);
		if (n > m && strcmp(name + n - m, assets[i].ending) == 0)
			return &assets[i];
	}
	return NULL;
}

/*
 * While workers are replaced one may be asked for the name that another gave
 * out: it answers with what it has, but not for ever.
 */
enum mag_status
site_asset(struct exchange *x)
{
	const char *name = x->match.values[0];
	struct asset *a = find(name);
	struct mag_str text;

	if (a == NULL || strncmp(name, "site-", 5) != 0 ||
	    mag_template_file(&text, a->file) != MAG_OK)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	x->cache_control = strcmp(name, name_of(x, a)) == 0 ?
	    "public, max-age=31536000, immutable" : "public, max-age=60";
	return reply_bytes(x, 200, a->type, text.p, text.n);
}
