/* SPDX-License-Identifier: MIT */
/* A whole file of WordPress eXtended RSS, and looking into its items. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "wxr.h"

#define CHUNK	(64 * 1024)

/* The site outlives the reader. */
static void
keep_site(struct wxr_site *out, struct mag_arena *a, const struct wxr_site *s)
{

	*out = (struct wxr_site){ mag_strdup(a, s->title),
	    mag_strdup(a, s->link), mag_strdup(a, s->language),
	    mag_strdup(a, s->version), mag_strdup(a, s->site_url),
	    mag_strdup(a, s->blog_url), s->blanked };
}

enum mag_status
wxr_read(struct wxr_site *out, struct mag_call *c, int fd,
    const struct wxr_events *events)
{
	struct wxr *r = wxr_new(c, events);
	char *chunk = mag_alloc(c->a, CHUNK);
	enum mag_status st = MAG_OK;
	ssize_t n = 1;

	if (lseek(fd, 0, SEEK_SET) != 0)
		st = MAG_FAILED;
	while (st == MAG_OK && n != 0) {
		if ((n = read(fd, chunk, CHUNK)) < 0 && errno != EINTR)
			st = mag_fail_arg(c, MAG_INVALID,
			    "The file cannot be read: %s.", strerror(errno));
		else if (n >= 0)
			st = wxr_add(r, chunk, (size_t)n, n == 0);
	}
	keep_site(out, c->a, wxr_site(r));
	wxr_free(r);
	return st;
}

const char *
wxr_meta(const struct wxr_item *item, const char *key)
{
	const struct wxr_pair *p;

	for (p = item->metas; p != NULL; p = p->next)
		if (strcmp(p->key, key) == 0)
			return p->value;
	return NULL;
}

const struct wxr_pair *
wxr_term(const struct wxr_item *item, const char *domain)
{
	const struct wxr_pair *p;

	for (p = item->terms; p != NULL; p = p->next)
		if (strcmp(p->key, domain) == 0)
			return p;
	return NULL;
}

/* The metadata that anybody asks for; plug-ins store megabytes of others. */
static const char *const metas[] = {
	"_aioseo_description", "_aioseo_title", "_aioseop_description",
	"_aioseop_title", "_menu_item_menu_item_parent", "_menu_item_object_id",
	"_menu_item_type", "_menu_item_url", "_wp_attached_file",
	"_wp_attachment_image_alt", "_yoast_wpseo_canonical",
	"_yoast_wpseo_focuskw", "_yoast_wpseo_metadesc", "_yoast_wpseo_title",
	"rank_math_canonical_url", "rank_math_description",
	"rank_math_focus_keyword", "rank_math_title", NULL
};

bool
wxr_wanted(const char *key)
{
	const char *const *p;

	for (p = metas; *p != NULL; p++)
		if (strcmp(*p, key) == 0)
			return true;
	return false;
}
