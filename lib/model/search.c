/* SPDX-License-Identifier: MIT */
/* Finding things by words.  The one model file that knows FTS5. */
#include <limits.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>

#include "noun.h"
#include "search.h"

/*
 * The column `scope` holds words that no text holds, so that the index itself
 * narrows a search down: zs<noun> for staff, and for what is public zp and
 * zp<noun>.
 */
static const char *
scope(struct mag_arena *a, const char *noun, bool is_public)
{

	return is_public ? mag_printf(a, "zs%s zp zp%s", noun, noun) :
	    mag_printf(a, "zs%s", noun);
}

static const char sql_known[] =
    "SELECT lang, scope, title, body, folded FROM search_text"
    " WHERE noun = ?1 AND object_id = ?2";
static const char sql_forget[] =
    "DELETE FROM search_text WHERE noun = ?1 AND object_id = ?2 AND lang = ?3";
static const char sql_put[] =
    "INSERT INTO search_text (noun, object_id, lang, scope, title, body, folded)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (noun, object_id, lang)"
    " DO UPDATE SET scope = excluded.scope, title = excluded.title,"
    " body = excluded.body, folded = excluded.folded";
static const char sql_done[] =
    "DELETE FROM search_todo WHERE noun = ?1 AND object_id = ?2";

#define LANGUAGES_MAX	16

/* What stands in the index: which languages to drop, which stay as they are. */
struct known {
	const char	*gone[LANGUAGES_MAX];
	size_t		 ngone;
	bool		 same[LANGUAGES_MAX];
};

static bool
is_same(struct mag_str s, const char *text)
{

	return strlen(text) == s.n && memcmp(s.p, text, s.n) == 0;
}

static const char *
folded(struct mag_arena *a, const struct mag_search_text *t)
{

	const char *words = mag_fold_search(a,
	    mag_printf(a, "%s\n%s", t->title, t->body));

	return t->more == NULL ? words : mag_printf(a, "%s%s", words, t->more);
}

static enum mag_status
compare(struct known *k, struct mag_call *c, const char *noun, int64_t id,
    bool is_public, const struct mag_search_text *texts, size_t n)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	const char *lang;
	size_t i;

	memset(k, 0, sizeof(*k));
	if ((st = mag_db_query(&row, c->db, sql_known, "si", noun, id)) != MAG_OK)
		goto done;
	while ((st = mag_row_next(row)) == MAG_OK) {
		lang = mag_row_dup(row, 0, c->a);
		for (i = 0; i < n && strcmp(texts[i].lang, lang) != 0; i++)
			continue;
		if (i == n && k->ngone < LANGUAGES_MAX)
			k->gone[k->ngone++] = lang;
		else if (i < n)
			k->same[i] = is_same(mag_row_str(row, 1),
			    scope(c->a, noun, is_public)) &&
			    is_same(mag_row_str(row, 2), texts[i].title) &&
			    is_same(mag_row_str(row, 3), texts[i].body) &&
			    is_same(mag_row_str(row, 4),
			    folded(c->a, &texts[i]));
	}
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
done:
	mag_row_done(row);
	return st;
}

enum mag_status
mag_search_put(struct mag_call *c, const char *noun, int64_t id,
    bool is_public, const struct mag_search_text *texts, size_t n)
{
	struct known k;
	enum mag_status st;
	size_t i;

	if ((st = compare(&k, c, noun, id, is_public, texts, n)) != MAG_OK)
		return st;
	for (i = 0; i < k.ngone; i++)
		if ((st = mag_db_run(c->db, sql_forget, "sis", noun, id,
		    k.gone[i])) != MAG_OK)
			return st;
	for (i = 0; i < n; i++) {
		if (k.same[i])
			continue;
		st = mag_db_run(c->db, sql_put, "sisssss", noun, id,
		    texts[i].lang,
		    scope(c->a, noun, is_public),
		    texts[i].title, texts[i].body, folded(c->a, &texts[i]));
		if (st != MAG_OK)
			return st;
	}
	return mag_db_run(c->db, sql_done, "si", noun, id);
}

enum mag_status
search_words(struct mag_word *words, size_t *n, struct mag_call *c,
    const char *field, const char *query)
{

	*n = 0;
	if (strlen(query) > MAG_SEARCH_MAX) {
		mag_wrong(c, field, "is too long", NULL);
		return mag_verdict(c);
	}
	*n = mag_fold_words(words, MAG_SEARCH_WORDS, c->a, query);
	return MAG_OK;
}

void
search_either(struct mag_buf *b, const struct mag_word *word)
{
	size_t i;

	for (i = 0; i < word->forms; i++)
		mag_buf_addf(b, "%s\"%.*s\" *", i > 0 ? " OR " : "",
		    (int)word->form[i].n, word->form[i].p);
}

/*
 * scope : "zspage" AND {title body folded} : ("word" *) AND ...  Each word is
 * quoted, and the whole is bound, never part of the SQL.
 */
const char *
search_match(struct mag_call *c, const char *scope_word, const char *columns,
    const struct mag_word *words, size_t n)
{
	struct mag_buf b;
	size_t i;

	mag_buf_init(&b, c->a, 256);
	if (scope_word != NULL)
		mag_buf_addf(&b, "scope : \"%s\"", scope_word);
	for (i = 0; i < n; i++) {
		mag_buf_addf(&b, "%s%s : (", b.len > 0 ? " AND " : "",
		    columns);
		search_either(&b, &words[i]);
		mag_buf_addc(&b, ')');
	}
	return b.p;
}

enum mag_status
mag_search_filter(struct mag_filter *out, struct mag_call *c,
    const char *noun, const char *query)
{
	struct mag_word words[MAG_SEARCH_WORDS];
	const char *text;
	enum mag_status st;
	size_t n;

	st = search_words(words, &n, c, "search", query);
	if (st != MAG_OK)
		return st;
	if (n == 0) {
		*out = (struct mag_filter){ .sql = "0 = ?",
		    .bind = { MAG_BIND_INT, 1, NULL, 0 }, .bound = true };
		return MAG_OK;
	}
	text = search_match(c, mag_printf(c->a, "zs%s", noun), SEARCH_ALL,
	    words, n);
	*out = (struct mag_filter){
		.sql = "id IN (SELECT t.object_id FROM search_fts f"
		    " JOIN search_text t ON t.id = f.rowid"
		    " WHERE f.search_fts MATCH ? LIMIT 100000)",
		.bind = { MAG_BIND_TEXT, 0, text, strlen(text) },
		.bound = true };
	return MAG_OK;
}

static const char sql_todo[] =
    "SELECT noun, object_id FROM search_todo LIMIT 1";

/*
 * Each thing is read into memory that the next one uses again, and many bytes
 * end the transaction early: others want to write meanwhile.
 */
#define BYTES_AT_ONCE	(4 << 20)

struct catching_up {
	struct mag_call	*c;
	struct mag_arena *scratch;
	int64_t		 limit, done;
};

static enum mag_status
index_thing(struct mag_call *c, const char *noun, int64_t id)
{

	const struct mag_noun *n = mag_noun_find(noun);

	return n != NULL && n->index != NULL ? n->index(c, id) :
	    mag_search_put(c, noun, id, false, NULL, 0);
}

static enum mag_status
catch_up(struct mag_db *db, void *arg)
{
	struct catching_up *w = arg;
	struct mag_row *row = NULL;
	struct mag_call c;
	const char *noun;
	enum mag_status st;
	size_t bytes = 0;
	int64_t id;

	for (w->done = 0; w->done < w->limit && bytes < BYTES_AT_ONCE;
	    w->done++) {
		mag_arena_reset(w->scratch);
		c = *w->c;
		c.a = w->scratch;
		st = mag_db_row(&row, db, sql_todo, "");
		if (st == MAG_OK) {
			noun = mag_row_dup(row, 0, c.a);
			id = mag_row_int(row, 1);
		}
		mag_row_done(row);
		if (st != MAG_OK)
			return st == MAG_NOT_FOUND ? MAG_OK : st;
		if ((st = index_thing(&c, noun, id)) != MAG_OK)
			return st;
		bytes += mag_arena_used(w->scratch);
	}
	return MAG_OK;
}

enum mag_status
mag_search_catch_up(int64_t *done, struct mag_call *c, int64_t limit)
{
	struct catching_up w = { .c = c, .limit = limit };
	enum mag_status st;

	w.scratch = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_write(c->db, catch_up, &w);
	mag_arena_free(w.scratch);
	*done = w.done;
	return st;
}

/*
 * Each write leaves a piece of the index behind, and each search looks into
 * all pieces, so they are merged: a few pages a transaction, because others
 * want to write meanwhile.  By day two pieces of a size become one; at night
 * the negative number begins to make one of all.
 */
#define FEW_PIECES	4	/* not worth a transaction */
#define PAGES		256

static const char sql_pieces[] =
    "WITH RECURSIVE piece(id) AS (SELECT min(segid) FROM search_fts_idx"
    " UNION ALL SELECT (SELECT min(segid) FROM search_fts_idx"
    " WHERE segid > piece.id) FROM piece WHERE piece.id IS NOT NULL)"
    " SELECT count(id) FROM piece";
static const char sql_merge[] =
    "INSERT INTO search_fts (search_fts, rank) VALUES ('merge', ?1)";

static enum mag_status
merge(struct mag_db *db, void *arg)
{
	const int64_t *pages = arg;

	return mag_db_run(db, sql_merge, "i", *pages);
}

/* Steps until one changes no more than the statement's own row. */
static enum mag_status
merge_on(struct mag_call *c, int64_t pages, int steps)
{
	enum mag_status st = MAG_OK;
	int64_t before;

	while (steps-- > 0 && st == MAG_OK) {
		before = mag_db_total_changes(c->db);
		st = mag_db_write(c->db, merge, &pages);
		if (mag_db_total_changes(c->db) - before < 2)
			break;
		pages = PAGES;
	}
	return st;
}

enum mag_status
mag_search_merge(struct mag_call *c, int steps)
{
	enum mag_status st;
	int64_t pieces;

	st = mag_db_int(&pieces, c->db, sql_pieces, "");
	if (st != MAG_OK || pieces <= FEW_PIECES)
		return st;
	return merge_on(c, PAGES, steps);
}

enum mag_status
mag_search_optimize(struct mag_call *c)
{
	enum mag_status st;
	int64_t pieces;

	st = mag_db_int(&pieces, c->db, sql_pieces, "");
	if (st != MAG_OK || pieces <= 1)
		return st;
	return merge_on(c, -PAGES, INT_MAX);
}

/* Compares the whole index with the texts that it was made of. */
static const char sql_fits[] =
    "INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)";

enum mag_status
mag_search_verify(struct mag_buf *b, struct mag_call *c)
{
	enum mag_status st = mag_db_run(c->db, sql_fits, "");

	if (st != MAG_FAILED)
		return st;
	mag_buf_adds(b, "search: the index does not fit its texts; magnetiq "
	    "maintain --reindex makes it anew\n");
	return MAG_OK;
}

static enum mag_status
rebuild(struct mag_db *db, void *arg)
{
	static const char *const sql[] = {
		"INSERT INTO search_fts (search_fts) VALUES ('rebuild')",
		"DELETE FROM search_text",
		"INSERT INTO search_todo SELECT 'page', id FROM pages WHERE 1"
		    " ON CONFLICT DO NOTHING",
		"INSERT INTO search_todo SELECT 'media', id FROM media_files"
		    " WHERE 1 ON CONFLICT DO NOTHING",
		"INSERT INTO search_todo SELECT 'webinar', id FROM webinars"
		    " WHERE 1 ON CONFLICT DO NOTHING",
		"INSERT INTO search_todo SELECT 'whitepaper', id FROM whitepapers"
		    " WHERE 1 ON CONFLICT DO NOTHING",
	};
	enum mag_status st = MAG_OK;
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(sql) / sizeof(sql[0]) && st == MAG_OK; i++)
		st = mag_db_run(db, sql[i], "");
	return st;
}

enum mag_status
mag_search_rebuild(struct mag_call *c)
{

	return mag_db_write(c->db, rebuild, NULL);
}
