/* SPDX-License-Identifier: MIT */
/* The rows of one table of an earlier Magnetiq, taken over one by one. */
#include <assert.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/json.h>

#include "adopt.h"

#define COLUMNS_MAX	64

/* One table: our columns, where each stands in the old row, the new values. */
struct copy {
	const char	*table;
	struct mag_column *ours, *theirs;
	size_t		 nours, ntheirs;
	int		 from[COLUMNS_MAX];	/* -1: they have none */
	struct mag_bind	 value[COLUMNS_MAX];
	struct mag_row	*row;
	int64_t		 id;
	const char	*insert;
};

static int
index_of(const struct mag_column *columns, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

static struct mag_bind *
value_of(struct copy *t, const char *name)
{
	int i = index_of(t->ours, t->nours, name);

	assert(i >= 0);
	return &t->value[i];
}

static struct spot
spot_of(const struct copy *t, const char *name)
{
	int i = index_of(t->ours, t->nours, name);

	return (struct spot){ t->table, &t->ours[i], t->id };
}

/* ---- what a table knows of its rows ---- */

static const char sql_same_email[] =
    "SELECT count(*) FROM admin_users WHERE email_folded = ?1"
    " AND deleted_at IS NULL";

/* Two who differ only in case cannot both sign in: the later one rests. */
static enum mag_status
finish_user(struct adoption *w, struct copy *t)
{
	struct mag_bind *deleted = value_of(t, "deleted_at");
	struct spot at = spot_of(t, "email");
	const char *folded;
	enum mag_status st;
	int64_t n;

	folded = mag_fold_email(w->scratch, value_of(t, "email")->s);
	adopt_text(value_of(t, "email_folded"), folded);
	if (deleted->kind != MAG_BIND_NULL)
		return MAG_OK;
	st = mag_db_int(&n, w->c->db, sql_same_email, "s", folded);
	if (st != MAG_OK || n == 0)
		return st;
	adopt_note(w, &at, "is that of another user but for its case; this "
	    "one is deactivated");
	*deleted = (struct mag_bind){ MAG_BIND_TIME, w->c->now, NULL, 0 };
	value_of(t, "is_active")->i = 0;
	return MAG_OK;
}

/* Whoever was signed in signs in again: tokens are made differently now. */
static enum mag_status
finish_session(struct adoption *w, struct copy *t)
{

	*value_of(t, "revoked_at") = (struct mag_bind){ MAG_BIND_TIME,
	    w->c->now, NULL, 0 };
	return MAG_OK;
}

static bool
is_empty(const struct mag_bind *v)
{

	return v->kind == MAG_BIND_NULL || v->n == 0 ||
	    strcmp(v->s, "{}") == 0;
}

static const char sql_remember[] =
    "INSERT INTO page_slugs (page_id, lang, slug, current)"
    " VALUES (?1, '', ?2, 0)";
static const char sql_slug_taken[] =
    "SELECT count(*) FROM pages WHERE slug = ?1 AND deleted_at IS NULL";

/* A slug that the router takes and that nobody has. */
static enum mag_status
free_slug(const char **out, struct adoption *w, const char *slug, int64_t id)
{
	enum mag_status st;
	int64_t n;
	int i;

	if (!mag_slug_valid(slug, strlen(slug)))
		slug = mag_slugify(w->scratch, slug, strlen(slug));
	if (*slug == '\0')
		slug = mag_printf(w->scratch, "page-%lld", (long long)id);
	*out = slug;
	for (i = 2; ; i++) {
		st = mag_db_int(&n, w->c->db, sql_slug_taken, "s", *out);
		if (st != MAG_OK || n == 0)
			return st;
		*out = mag_printf(w->scratch, "%.180s-%d", slug, i);
	}
}

static enum mag_status
finish_page(struct adoption *w, struct copy *t)
{
	int flag = index_of(t->theirs, t->ntheirs, "is_published");
	struct mag_bind *slug = value_of(t, "slug");
	struct mag_bind *title = value_of(t, "title");
	struct spot at = spot_of(t, "slug");
	const char *found = slug->s;
	enum mag_status st;
	struct mag_buf b;

	if (index_of(t->theirs, t->ntheirs, "status") < 0 && flag >= 0 &&
	    mag_row_int(t->row, flag) != 0)
		adopt_text(value_of(t, "status"), "published");
	if (is_empty(title)) {
		mag_buf_init(&b, w->scratch, 64);
		mag_buf_addc(&b, '{');
		mag_buf_jsons(&b, w->language);
		mag_buf_addc(&b, ':');
		mag_buf_json(&b, slug->s, slug->n);
		mag_buf_addc(&b, '}');
		adopt_text(title, b.p);
	}
	if (value_of(t, "deleted_at")->kind != MAG_BIND_NULL)
		return MAG_OK;
	st = free_slug(&found, w, slug->s, t->id);
	if (st != MAG_OK || strcmp(found, slug->s) == 0)
		return st;
	adopt_note(w, &at, "could not stand in an address, or was taken; it "
	    "is another one now");
	st = mag_db_run(w->c->db, sql_remember, "is", t->id, slug->s);
	adopt_text(slug, found);
	return st;
}

static const char sql_twice[] =
    "SELECT count(*) FROM webinar_registrations WHERE webinar_id = ?1"
    " AND email_folded = ?2 AND legacy_exempt = 0";
static const char sql_full[] =
    "SELECT count(*) FROM webinars w WHERE w.id = ?1"
    " AND w.max_participants <= (SELECT count(*) FROM webinar_registrations r"
    " WHERE r.webinar_id = w.id AND r.status = 'confirmed'"
    " AND r.legacy_exempt = 0)";

/* Rows of before that break the rules of today stay, and hold no seat. */
static enum mag_status
finish_registration(struct adoption *w, struct copy *t)
{
	int64_t webinar = value_of(t, "webinar_id")->i, twice, full;
	struct spot at = spot_of(t, "webinar_id");
	const char *folded;
	enum mag_status st;

	folded = mag_fold_email(w->scratch, value_of(t, "email")->s);
	adopt_text(value_of(t, "email_folded"), folded);
	if ((st = mag_db_int(&twice, w->c->db, sql_twice, "is", webinar,
	    folded)) != MAG_OK ||
	    (st = mag_db_int(&full, w->c->db, sql_full, "i", webinar)) !=
	    MAG_OK)
		return st;
	if (twice + full > 0) {
		adopt_note(w, &at, twice > 0 ? "is registered there twice; "
		    "the later row is exempt" : "has no seats left for it; "
		    "the row is exempt");
		value_of(t, "legacy_exempt")->i = 1;
	}
	return MAG_OK;
}

/* Which pictures strangers may see is decided when all papers are known. */
static enum mag_status
finish_medium(struct adoption *w, struct copy *t)
{

	(void)w;
	adopt_text(value_of(t, "visibility"), "private");
	return MAG_OK;
}

static const char sql_tag[] = "INSERT INTO media_tags (tag, media_id)"
    " VALUES (?1, ?2) ON CONFLICT DO NOTHING";

static enum mag_status
tag_medium(struct adoption *w, struct copy *t)
{
	const struct mag_bind *tags = value_of(t, "tags");
	const struct mag_json *j;
	enum mag_status st = MAG_OK;

	j = mag_json_first(mag_json_own(w->scratch, tags->s, tags->n));
	for (; j != NULL && st == MAG_OK; j = mag_json_next(j))
		if (mag_json_text(j) != NULL)
			st = mag_db_run(w->c->db, sql_tag, "si",
			    mag_json_text(j), t->id);
	return st;
}

static const struct special {
	const char	*table;
	enum mag_status	(*finish)(struct adoption *, struct copy *);
	enum mag_status	(*follow)(struct adoption *, struct copy *);
} specials[] = {
	{ "admin_users", finish_user, NULL },
	{ "user_sessions", finish_session, NULL },
	{ "pages", finish_page, NULL },
	{ "media_files", finish_medium, tag_medium },
	{ "webinar_registrations", finish_registration, NULL },
};

static const struct special *
special_of(const char *table)
{
	static const struct special none = { "", NULL, NULL };
	size_t i;

	for (i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (strcmp(specials[i].table, table) == 0)
			return &specials[i];
	return &none;
}

/* ---- any table ---- */

static enum mag_status
read_row(struct adoption *w, struct copy *t)
{
	struct spot at = { t->table, NULL, t->id };
	enum mag_status st;
	struct mag_bind *changed, *made;
	size_t i;

	for (i = 0; i < t->nours; i++) {
		at.column = &t->ours[i];
		if (t->from[i] < 0) {
			adopt_fallback(&t->value[i], w, &at);
			continue;
		}
		st = adopt_value(&t->value[i], w, &at, t->row, t->from[i]);
		if (st != MAG_OK)
			return st;
	}
	/* What was never changed was last changed when it was made. */
	if (index_of(t->ours, t->nours, "updated_at") >= 0) {
		changed = value_of(t, "updated_at");
		made = value_of(t, index_of(t->ours, t->nours,
		    "created_at") >= 0 ? "created_at" : "registered_at");
		i = (size_t)(changed - t->value);
		if (t->from[i] < 0 || mag_row_null(t->row, t->from[i]))
			*changed = *made;
	}
	return MAG_OK;
}

/* What our rules do not take stays where it is, and is told. */
static enum mag_status
take_row(struct adoption *w, struct copy *t, const struct special *special)
{
	struct spot at = { t->table, &t->ours[0], t->id };
	enum mag_status st;

	if ((st = read_row(w, t)) == MAG_OK && special->finish != NULL)
		st = special->finish(w, t);
	if (st == MAG_OK)
		st = mag_db_runv(w->c->db, t->insert, t->value, t->nours);
	if (st == MAG_OK)
		return special->follow == NULL ? MAG_OK :
		    special->follow(w, t);
	if (st == MAG_UNAVAILABLE)
		return st;
	adopt_note(w, &at, st == MAG_NOT_FOUND ?
	    "belongs to a row that is not there" :
	    "breaks a rule of this program");
	return MAG_OK;
}

static enum mag_status
take_rows(struct adoption *w, struct copy *t, int64_t *n)
{
	const struct special *special = special_of(t->table);
	int id = index_of(t->theirs, t->ntheirs, "id");
	enum mag_status st;

	*n = 0;
	st = mag_legacy_rows(&t->row, w->c->db, w->c->a, t->table, t->theirs,
	    t->ntheirs);
	while (st == MAG_OK && (st = mag_row_next(t->row)) == MAG_OK) {
		t->id = mag_row_int(t->row, id);
		mag_arena_reset(w->scratch);
		st = take_row(w, t, special);
		(*n)++;
	}
	mag_row_done(t->row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
keep_columns(struct adoption *w, const struct copy *t)
{
	enum mag_status st = MAG_OK;
	size_t i;

	for (i = 0; i < t->ntheirs && st == MAG_OK; i++) {
		if (index_of(t->ours, t->nours, t->theirs[i].name) >= 0)
			continue;
		mag_buf_addf(w->report, "column %s.%s is not known here; it "
		    "stays\n", t->table, t->theirs[i].name);
		st = mag_legacy_keep(w->c->db, w->c->a, t->table,
		    &t->theirs[i]);
	}
	return st;
}

static enum mag_status
release(struct adoption *w, const struct copy *t, int64_t rows)
{
	enum mag_status st;
	int64_t left;

	st = mag_legacy_release(&left, w->c->db, w->c->a, t->table, "id");
	if (st != MAG_OK)
		return st;
	mag_buf_addf(w->report, "%s: %lld rows taken over\n", t->table,
	    (long long)(rows - left));
	if (left > 0)
		mag_buf_addf(w->report, "%s: %lld rows stay in legacy_%s\n",
		    t->table, (long long)left, t->table);
	return MAG_OK;
}

enum mag_status
adopt_table(struct adoption *w, const char *table)
{
	const char *old = mag_printf(w->c->a, "legacy_%s", table);
	struct copy t = { .table = table };
	enum mag_status st;
	int64_t rows;
	size_t i;

	if ((st = mag_legacy_columns(&t.theirs, &t.ntheirs, w->c->a, w->c->db,
	    old)) != MAG_OK || t.ntheirs == 0)
		return st;
	if ((st = mag_legacy_columns(&t.ours, &t.nours, w->c->a, w->c->db,
	    table)) != MAG_OK)
		return st;
	assert(t.nours <= COLUMNS_MAX);
	if (index_of(t.theirs, t.ntheirs, "id") < 0) {
		mag_buf_addf(w->report, "%s has no ids; it stays as %s\n",
		    table, old);
		return MAG_OK;
	}
	for (i = 0; i < t.nours; i++)
		t.from[i] = index_of(t.theirs, t.ntheirs, t.ours[i].name);
	t.insert = mag_legacy_insert(w->c->a, table, t.ours, t.nours);
	if ((st = take_rows(w, &t, &rows)) != MAG_OK ||
	    (st = keep_columns(w, &t)) != MAG_OK)
		return st;
	return release(w, &t, rows);
}
