/* SPDX-License-Identifier: MIT */
/* Pages from elsewhere, which have a slug and times of their own already. */
#include <string.h>

#include <magnetiq/fold.h>

#include "noun.h"
#include "page.h"

static const char sql_times[] =
    "UPDATE pages SET created_at = ?2, updated_at = ?3, published_at = ?4"
    " WHERE id = ?1";

struct bringing {
	struct mag_call	*c;
	const struct mag_json *body;
	const struct mag_page_brought *from;
	struct mag_record *result;
};

static enum mag_status
set_slug(struct mag_call *c, struct mag_record *r, const char *wish)
{
	const char *slug = wish == NULL ? "" :
	    mag_slugify(c->a, wish, strlen(wish));

	return *slug == '\0' ? MAG_OK : page_slug_free(c, r, slug);
}

/* What was written before we came was written then, not now. */
static enum mag_status
set_times(struct mag_call *c, struct mag_record *r,
    const struct mag_page_brought *from)
{
	bool published = mag_is(r, "status", "published");
	int64_t made = from->created_at > 0 && from->created_at < c->now ?
	    from->created_at : c->now;
	int64_t changed = from->updated_at >= made &&
	    from->updated_at < c->now ? from->updated_at : made;

	mag_set_int(r, "created_at", made);
	mag_set_int(r, "updated_at", changed);
	if (published)
		mag_set_int(r, "published_at", made);
	return mag_db_run(c->db, sql_times, "ittT", mag_record_id(r), made,
	    changed, published ? &made : NULL);
}

static enum mag_status
bring(struct mag_db *db, void *arg)
{
	struct bringing *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;

	(void)db;
	mag_problem_reset(c);
	r->noun = &mag_page;
	if ((st = mag_record_read(c, r, NULL, w->body, MAG_POST)) != MAG_OK ||
	    (st = set_slug(c, r, w->from->slug)) != MAG_OK ||
	    (st = mag_page.check(c, r, NULL)) != MAG_OK ||
	    (st = mag_record_insert(c, r)) != MAG_OK ||
	    (st = set_times(c, r, w->from)) != MAG_OK ||
	    (st = mag_page.saved(c, r, NULL)) != MAG_OK)
		return st;
	w->result = r;
	return mag_audit(c, "import", "page", mag_record_id(r), NULL, r);
}

enum mag_status
mag_page_bring(struct mag_record **out, struct mag_call *c,
    const struct mag_json *body, const struct mag_page_brought *from)
{
	struct bringing w = { c, body, from, NULL };
	enum mag_status st = mag_db_write(c->db, bring, &w);

	*out = st == MAG_OK ? w.result : NULL;
	return st;
}
