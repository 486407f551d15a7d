/* SPDX-License-Identifier: MIT */
/* Redirects: addresses that are gone, and where their visitors should go. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/limits.h>
#include <magnetiq/menu.h>

#include "noun.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "from_path", MAG_TEXT, .max = MAG_URL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_FIND,
	  .what = "a path, /old/page" },
	{ "to_url", MAG_URL, .max = MAG_URL_MAX,
	  .flags = MAG_REQUIRED | MAG_LIST | MAG_FIND },
	{ "status", MAG_INT, .min = 301, .max = 302, .preset = "301",
	  .flags = MAG_LIST },
	{ "revision", MAG_INT, .preset = "1", .flags = MAG_HIDDEN },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "updated_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

#define HOPS_MAX	20	/* from one redirect to the next */

/* A path of this site without what stands behind it; NULL: elsewhere. */
static const char *
local_path(struct mag_call *c, const char *url)
{
	const char *site = c->conf == NULL ? "" : c->conf->site_url;
	size_t n = strlen(site);

	if (n > 0 && strncmp(url, site, n) == 0 && url[n] == '/')
		url += n;
	if (*url != '/')
		return NULL;
	n = strcspn(url, "?#");
	/* Visitors come with a slash at the end and without. */
	if (n > 1 && url[n - 1] == '/')
		n--;
	return mag_printf(c->a, "%.*s", (int)n, url);
}

/* Would whoever comes to ${from} be led back to it, sooner or later? */
static bool
leads_back(struct mag_call *c, const struct mag_record *r)
{
	static const char sql_next[] = "SELECT to_url FROM redirects"
	    " WHERE from_path IN (?1, ?2) AND id <> ?3";
	const char *from = local_path(c, mag_text(r, "from_path"));
	const char *to = mag_text(r, "to_url");
	int hops;

	for (hops = 0; hops < HOPS_MAX; hops++) {
		if ((to = local_path(c, to)) == NULL)
			return false;
		if (strcmp(to, from) == 0)
			return true;
		if (mag_db_text(&to, c->a, c->db, sql_next, "ssi", to,
		    mag_printf(c->a, "%s/", to), mag_record_id(r)) != MAG_OK)
			return false;
	}
	return true;
}

static enum mag_status
check(struct mag_call *c, struct mag_record *r, const struct mag_record *old)
{
	static const char sql_taken[] =
	    "SELECT 1 FROM redirects WHERE from_path = ?1 AND id <> ?2";
	const char *from = mag_text(r, "from_path");
	int64_t found;

	(void)old;
	if (c->problem.count > 0)
		return mag_verdict(c);
	if (from[0] != '/' || from[1] == '/' || strpbrk(from, "?#") != NULL)
		mag_wrong(c, "from_path", "must be a path that begins with /",
		    NULL);
	else if (leads_back(c, r))
		mag_wrong(c, "to_url", "leads back to itself", NULL);
	else if (mag_db_int(&found, c->db, sql_taken, "si", from,
	    mag_record_id(r)) == MAG_OK)
		return mag_fail(c, MAG_CONFLICT,
		    "This path is redirected already.");
	return mag_verdict(c);
}

struct mag_noun mag_redirect = {
	.name = "redirect",
	.plural = "redirects",
	.table = "redirects",
	.fields = fields,
	.sort = "id",
	.label = "There is no such redirect.",
	.check = check,
};

enum mag_status
mag_redirect_find(const char **out, int *status, struct mag_call *c,
    const char *path)
{
	static const char sql_find[] =
	    "SELECT to_url, status FROM redirects WHERE from_path = ?1";
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_row(&row, c->db, sql_find, "s", path);
	if (st == MAG_OK) {
		*out = mag_row_dup(row, 0, c->a);
		*status = (int)mag_row_int(row, 1);
	}
	mag_row_done(row);
	return st;
}
