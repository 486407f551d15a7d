/* SPDX-License-Identifier: MIT */
/* Posts and pages: both become pages, with one block of HTML. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/menu.h>
#include <magnetiq/page.h>

#include "import.h"

/* ---- what an item is here ---- */

enum fate { LEAVE, DRAFT, PUBLISH, SCHEDULE };

static int64_t
time_of(const char *gmt, const char *local)
{
	int64_t t;

	if (mag_time_parse(&t, gmt, strlen(gmt), true) && t > 0)
		return t;
	return mag_time_parse(&t, local, strlen(local), true) && t > 0 ? t : 0;
}

static enum fate
fate_of(struct importing *w, const struct wxr_item *i, int64_t at)
{

	if (*i->password != '\0') {
		import_note(w, "asked for a password: it is a draft now, and "
		    "the password did not come");
		return DRAFT;
	}
	if (strcmp(i->status, "publish") == 0)
		return PUBLISH;
	if (strcmp(i->status, "future") == 0)
		return at > w->one.now ? SCHEDULE : PUBLISH;
	if (strcmp(i->status, "private") == 0)
		import_note(w, "was private: it is a draft now");
	if (strcmp(i->status, "private") == 0 ||
	    strcmp(i->status, "draft") == 0 ||
	    strcmp(i->status, "pending") == 0)
		return DRAFT;
	import_note(w, mag_printf(w->one.a, "is left out: its status is "
	    "\"%.30s\"", i->status));
	return LEAVE;
}

/* ---- its texts ---- */

/* The first of these metadata that says something of its own. */
static const char *
meta(struct importing *w, const struct wxr_item *i, const char *const *keys)
{
	const char *v;

	for (; *keys != NULL; keys++) {
		v = wxr_meta(i, *keys);
		if (v == NULL)
			continue;
		if (strstr(v, "%%") == NULL && strstr(v, "%title%") == NULL &&
		    *v != '#')
			return import_plain(w->one.a, v);
		import_note(w, "has a title or description for search engines "
		    "that is a pattern: it did not come");
	}
	return "";
}

/* Tags and words for search engines are the nearest that pages have. */
static const char *
keywords(struct importing *w, const struct wxr_item *i)
{
	static const char *const keys[] = { "_yoast_wpseo_focuskw",
	    "rank_math_focus_keyword", NULL };
	const struct wxr_pair *t;
	struct mag_buf b;

	mag_buf_init(&b, w->one.a, 256);
	mag_buf_adds(&b, meta(w, i, keys));
	for (t = i->terms; t != NULL; t = t->next)
		if (strcmp(t->key, "post_tag") == 0) {
			mag_buf_adds(&b, b.len > 0 ? ", " : "");
			mag_buf_adds(&b, import_plain(w->one.a, t->value));
		} else if (strcmp(t->key, "category") == 0 &&
		    strcmp(t->slug, "uncategorized") != 0)
			import_note_of(w, "is a category, which pages here do "
			    "not have", t->value);
	return b.p;
}

static void
put_seo(struct mag_buf *b, struct importing *w, const struct wxr_item *i)
{
	static const char *const titles[] = { "_yoast_wpseo_title",
	    "rank_math_title", "_aioseo_title", "_aioseop_title", NULL };
	static const char *const descriptions[] = { "_yoast_wpseo_metadesc",
	    "rank_math_description", "_aioseo_description",
	    "_aioseop_description", NULL };

	import_map(b, w, "excerpt", import_plain(w->one.a, i->excerpt), 2000);
	import_map(b, w, "seo_title", meta(w, i, titles), 300);
	import_map(b, w, "meta_description", meta(w, i, descriptions), 500);
	import_map(b, w, "seo_keywords", keywords(w, i), 500);
}

static void
put_content(struct mag_buf *b, struct importing *w, const struct wxr_item *i)
{
	const char *html = import_html(w, i->content);
	const char *const langs[] = { w->lang, mag_site(&w->one)->language };
	size_t k, n = import_stands_in(w, "content") ? 2 : 1;

	mag_buf_adds(b, ",\"content\":{");
	for (k = 0; k < n; k++) {
		mag_buf_addf(b, "%s\"%s\":[{\"type\":\"html\",\"html\":",
		    k > 0 ? "," : "", langs[k]);
		mag_buf_jsons(b, html);
		mag_buf_adds(b, "}]");
	}
	mag_buf_addc(b, '}');
	if (b->len > MAG_BODY_MAX)
		import_note(w, "is longer than what an editor may send: it can "
		    "be shown, but not changed");
}

static const char *
title_of(struct importing *w, const struct wxr_item *i)
{
	const char *title = import_plain(w->one.a, i->title);

	if (*title != '\0')
		return title;
	import_note(w, "has no title: its address stands there instead");
	return *i->name != '\0' ? i->name : mag_printf(w->one.a, "%s %s",
	    i->type, i->id);
}

static void
put_texts(struct mag_buf *b, struct importing *w, const struct wxr_item *i)
{

	import_map(b, w, "title", title_of(w, i), MAG_TITLE_MAX);
	put_content(b, w, i);
	put_seo(b, w, i);
}

static const struct mag_json *
body_of(struct importing *w, const struct wxr_item *i, enum fate fate,
    int64_t at)
{
	int64_t order, user = import_author(w, i->creator);
	char when[MAG_TIME_TEXT];
	struct mag_buf b;

	mag_buf_init(&b, w->one.a, strlen(i->content) + 1024);
	mag_buf_addf(&b, "{\"status\":\"%s\"",
	    fate == PUBLISH ? "published" : "draft");
	put_texts(&b, w, i);
	if (fate == SCHEDULE) {
		mag_time_rfc3339(when, at);
		mag_buf_addf(&b, ",\"publish_at\":\"%s\"", when);
	}
	if (user > 0)
		mag_buf_addf(&b, ",\"author_id\":%lld", (long long)user);
	if (import_number(&order, i->menu_order) && order <= 1000000)
		mag_buf_addf(&b, ",\"sort_order\":%lld", (long long)order);
	mag_buf_addf(&b, ",\"is_featured\":%s}",
	    strcmp(i->sticky, "1") == 0 ? "true" : "false");
	return mag_json_own(w->one.a, b.p, b.len);
}

/* What a page that is here already gains by another language. */
static const struct mag_json *
patch_of(struct importing *w, const struct wxr_item *i, const char *slug)
{
	struct mag_buf b;

	mag_buf_init(&b, w->one.a, strlen(i->content) + 1024);
	if (slug != NULL && (*slug == '\0' ||
	    strcmp(slug, mag_text(w->joins, "slug")) == 0))
		slug = NULL;
	mag_buf_addf(&b, "{\"slugs\":{\"%s\":", w->lang);
	mag_buf_jsons(&b, slug);
	mag_buf_addc(&b, '}');
	put_texts(&b, w, i);
	mag_buf_addc(&b, '}');
	return mag_json_own(w->one.a, b.p, b.len);
}

/* ---- the transaction ---- */

struct bringing {
	struct importing *w;
	const struct wxr_item *item;
	const struct mag_json *body;
	struct mag_page_brought from;
	const char	*guid, *wish;
	const char	*group;		/* of its translations, or NULL */
	const char	*path;		/* where it stood, or NULL */
	bool		 moved;		/* a redirect was made */
	bool		 renamed;
};

static const char sql_taken[] =
    "SELECT 1 FROM redirects WHERE from_path IN (?1, ?2)";

/* Without the slash at the end: visitors come with and without. */
static const char *
bare_path(struct mag_arena *a, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return mag_dup(a, path, n);
}

static enum mag_status
redirect(struct bringing *b, const struct mag_record *page)
{
	struct mag_call *c = &b->w->one;
	const char *to = mag_printf(c->a, "/%s/%s", b->w->lang,
	    mag_page_slug(c, page, b->w->lang));
	struct mag_record *r;
	struct mag_buf body;
	enum mag_status st;
	int64_t found;

	if (b->path == NULL || b->path[1] == '\0' || b->path[1] == '/' ||
	    strcmp(b->path, to) == 0 ||
	    strlen(b->path) > MAG_URL_MAX / 4 ||
	    mag_db_int(&found, c->db, sql_taken, "ss", b->path,
	    mag_printf(c->a, "%s/", b->path)) != MAG_NOT_FOUND)
		return MAG_OK;
	mag_buf_init(&body, c->a, 256);
	mag_buf_adds(&body, "{\"from_path\":");
	mag_buf_jsons(&body, b->path);
	mag_buf_adds(&body, ",\"to_url\":");
	mag_buf_jsons(&body, to);
	mag_buf_addc(&body, '}');
	st = mag_noun_create(&r, c, &mag_redirect,
	    mag_json_own(c->a, body.p, body.len));
	b->moved = st == MAG_OK;
	if (st != MAG_INVALID && st != MAG_CONFLICT)
		return st;
	/* It would lead in a circle: the page comes all the same. */
	memset(&c->problem, 0, sizeof(c->problem));
	return MAG_OK;
}

static enum mag_status
bring(struct mag_db *db, void *arg)
{
	struct bringing *b = arg;
	struct mag_record *page;
	enum mag_status st;

	(void)db;
	b->moved = false;
	if (b->w->joins != NULL)
		st = mag_noun_change(&page, &b->w->one, &mag_page,
		    mag_record_id(b->w->joins), b->body, MAG_PATCH);
	else
		st = mag_page_bring(&page, &b->w->one, b->body, &b->from);
	if (st != MAG_OK || (st = redirect(b, page)) != MAG_OK)
		return st;
	b->renamed = strcmp(mag_page_slug(&b->w->one, page, b->w->lang),
	    b->wish) != 0;
	if (b->group != NULL && (st = import_remember(b->w, b->group, NULL,
	    "page", mag_record_id(page), NULL)) != MAG_OK)
		return st;
	return import_remember(b->w, b->guid, b->item->id, "page",
	    mag_record_id(page), NULL);
}

/* ---- one item ---- */

static enum mag_status
refused(struct importing *w)
{
	const struct mag_detail *d = w->one.problem.first;

	import_note(w, d == NULL ? "is left out: it cannot be a page" :
	    mag_printf(w->one.a, "is left out: %s %s", d->field, d->message));
	return MAG_OK;
}

static void
note_the_rest(struct importing *w, const struct wxr_item *i)
{

	if (i->comments > 0)
		import_note(w, "has comments, which do not come");
	if (*i->parent != '\0' && strcmp(i->parent, "0") != 0)
		import_note(w, "stood below another page, which pages here do "
		    "not: its old address leads to it");
}

static enum mag_status
take(struct importing *w, const struct wxr_item *i, const char *guid)
{
	int64_t at = time_of(i->date_gmt, i->date);
	struct bringing b = { .w = w, .item = i, .guid = guid };
	enum fate fate = fate_of(w, i, at);
	enum mag_status st;

	if (fate == LEAVE)
		return MAG_OK;
	b.wish = import_slug(w->one.a, i->name);
	b.group = import_group(w, i);
	b.body = w->joins == NULL ? body_of(w, i, fate, at) :
	    patch_of(w, i, b.wish);
	b.from = (struct mag_page_brought){ b.wish, at,
	    time_of(i->modified_gmt, "") };
	if (strchr(i->link, '?') == NULL &&
	    (b.path = import_path(w, i->link)) != NULL)
		b.path = bare_path(w->one.a, b.path);
	st = mag_db_write(w->one.db, bring, &b);
	if (st == MAG_SLUG_TAKEN && w->joins != NULL) {
		/* Then the address of the first one does for both. */
		memset(&w->one.problem, 0, sizeof(w->one.problem));
		b.body = patch_of(w, i, NULL);
		st = mag_db_write(w->one.db, bring, &b);
	}
	if (st == MAG_INVALID || st == MAG_CONFLICT)
		return refused(w);
	if (st != MAG_OK)
		return st;
	if (w->joins != NULL)
		w->translations++;
	else
		w->pages++;
	w->redirects += b.moved;
	if (b.renamed && *i->name != '\0')
		import_note(w, "has another address: the old one was taken, or "
		    "is none here");
	note_the_rest(w, i);
	return MAG_OK;
}

enum mag_status
import_page(void *arg, const struct wxr_site *site,
    const struct wxr_item *item)
{
	struct importing *w = arg;
	const char *guid, *all = w->lang;
	enum mag_status st;

	(void)site;
	import_step(w, item);
	if (strcmp(item->type, "post") != 0 && strcmp(item->type, "page") != 0)
		return MAG_OK;
	import_ready(w);
	guid = import_guid(w, item);
	if (import_known(w, guid, "page")) {
		w->pages_known++;
		return MAG_OK;
	}
	if (item->too_large) {
		import_note(w, "is left out: it is too long");
		return MAG_OK;
	}
	if (!import_language(w, item))
		return MAG_OK;
	st = take(w, item, guid);
	w->lang = all;
	w->joins = NULL;
	return st;
}
