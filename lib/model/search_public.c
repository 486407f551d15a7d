/* SPDX-License-Identifier: MIT */
/*
 * Search for strangers: ranked, highlighted, at most 200 results deep.
 *
 * BM25 wants to know how many things hold each word, which costs time for
 * every one of them.  So a word that is everywhere ranks nothing: then hits
 * in titles come first, and newer things before older ones.  For the same
 * reason what is ranked is told public by its row, not by a word of `scope`,
 * which nearly everything has.
 */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/excerpt.h>
#include <magnetiq/limits.h>
#include <magnetiq/miss.h>

#include "noun.h"
#include "search.h"

#define COMMON		5000	/* things with a word that ranks nothing */
#define CANDIDATES	(2 * MAG_SEARCH_RESULTS)	/* two languages each */

/* Weights of scope, title, body, folded. */
static const char sql_best[] =
    "SELECT t.id, t.noun, t.object_id, t.lang,"
    " -bm25(search_fts, 0.0, 20.0, 1.0, 0.5)"
    " FROM search_fts JOIN search_text t ON t.id = search_fts.rowid"
    " WHERE search_fts MATCH ?1 AND instr(t.scope, ?2) > 0"
    " ORDER BY 5 DESC, t.id DESC LIMIT 400";
static const char sql_newest[] =
    "SELECT t.id, t.noun, t.object_id, t.lang, ?2"
    " FROM (SELECT rowid AS id FROM search_fts WHERE search_fts MATCH ?1"
    " ORDER BY rowid DESC LIMIT 400) f JOIN search_text t ON t.id = f.id"
    " ORDER BY t.id DESC";
static const char sql_common[] =
    "SELECT count(*) FROM (SELECT 1 FROM search_fts WHERE search_fts MATCH ?1"
    " LIMIT 5000)";
static const char sql_has[] =
    "SELECT 1 FROM search_text WHERE noun = ?1 AND object_id = ?2 AND lang = ?3";
static const char sql_text[] =
    "SELECT title, body FROM search_text WHERE id = ?1";

struct hit {
	int64_t		 id, object;
	const char	*noun, *lang;
	double		 score;
};

struct hits {
	struct mag_call	*c;
	const struct mag_search *s;
	struct hit	 hit[MAG_SEARCH_RESULTS];
	size_t		 n;
};

static bool
known(const struct hits *h, const char *noun, int64_t object)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->hit[i].object == object &&
		    strcmp(h->hit[i].noun, noun) == 0)
			return true;
	return false;
}

/* In the language asked for; in the default one only what lacks that. */
static bool
fits(struct hits *h, const char *noun, int64_t object, const char *lang)
{
	const char *wanted = h->s->lang;
	int64_t found;

	if (wanted == NULL || strcmp(lang, wanted) == 0)
		return true;
	return strcmp(lang, mag_site(h->c)->language) == 0 &&
	    mag_db_int(&found, h->c->db, sql_has, "sis", noun, object,
	    wanted) == MAG_NOT_FOUND;
}

static enum mag_status
collect(struct hits *h, struct mag_row *row)
{
	struct mag_arena *a = h->c->a;
	const char *noun, *lang;
	enum mag_status st;
	int64_t object;

	while ((st = mag_row_next(row)) == MAG_OK) {
		if (h->n == MAG_SEARCH_RESULTS)
			return MAG_OK;
		noun = mag_row_dup(row, 1, a);
		object = mag_row_int(row, 2);
		lang = mag_row_dup(row, 3, a);
		if (known(h, noun, object) || !fits(h, noun, object, lang))
			continue;
		h->hit[h->n++] = (struct hit){ mag_row_int(row, 0), object,
		    noun, lang, mag_row_real(row, 4) };
	}
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
gather_best(struct hits *h, const char *match, const char *scope)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, h->c->db, sql_best, "ss", match,
	    mag_printf(h->c->a, " %s", scope));
	if (st == MAG_OK)
		st = collect(h, row);
	mag_row_done(row);
	return st;
}

static enum mag_status
gather_newest(struct hits *h, const char *match, double score)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, h->c->db, sql_newest, "sd", match, score);
	if (st == MAG_OK)
		st = collect(h, row);
	mag_row_done(row);
	return st;
}

/* Is one of the words everywhere? */
static enum mag_status
common(bool *out, struct mag_call *c, const struct mag_word *words, size_t n)
{
	struct mag_buf b;
	enum mag_status st;
	int64_t found;
	size_t i;

	*out = false;
	for (i = 0; i < n && !*out; i++) {
		mag_buf_init(&b, c->a, 64);
		search_either(&b, &words[i]);
		st = mag_db_int(&found, c->db, sql_common, "s", b.p);
		if (st != MAG_OK)
			return st;
		*out = found >= COMMON;
	}
	return MAG_OK;
}

static enum mag_status
find(struct hits *h, const char *scope, const struct mag_word *words, size_t n)
{
	struct mag_call *c = h->c;
	enum mag_status st;
	bool everywhere;

	if ((st = common(&everywhere, c, words, n)) != MAG_OK)
		return st;
	if (!everywhere)
		return gather_best(h, search_match(c, NULL, SEARCH_ALL, words,
		    n), scope);
	st = gather_newest(h, search_match(c, scope, "title", words, n), 2);
	if (st == MAG_OK && h->n < MAG_SEARCH_RESULTS)
		st = gather_newest(h, search_match(c, scope, SEARCH_ALL, words,
		    n), 1);
	return st;
}

/* Where only the title says it, it opens the excerpt: something is marked. */
static void
print_excerpt(struct mag_buf *b, struct mag_arena *a, struct mag_str title,
    struct mag_str body, const struct mag_word *words, size_t n)
{
	struct mag_buf html, both;

	mag_buf_init(&html, a, 512);
	if (!mag_excerpt(&html, body, words, n)) {
		mag_buf_init(&both, a, title.n + body.n + 8);
		mag_buf_add(&both, title.p, title.n);
		mag_buf_adds(&both, body.n > 0 ? " – " : "");
		mag_buf_add(&both, body.p, body.n);
		html.len = 0;
		if (!mag_excerpt(&html, (struct mag_str){ both.p, both.len },
		    words, n)) {
			html.len = 0;
			(void)mag_excerpt(&html, body, words, n);
		}
	}
	mag_buf_json(b, html.p, html.len);
}

static enum mag_status
print_hit(struct mag_buf *b, struct hits *h, const struct hit *hit,
    const struct mag_word *words, size_t n)
{
	struct mag_call *c = h->c;
	struct mag_row *row = NULL;
	struct mag_str title;
	const struct mag_noun *noun = mag_noun_find(hit->noun);
	const char *slug, *url;
	enum mag_status st;

	if (noun == NULL || noun->place == NULL)
		return MAG_FAILED;
	if ((st = noun->place(&slug, &url, c, hit->object,
	    hit->lang)) != MAG_OK ||
	    (st = mag_db_row(&row, c->db, sql_text, "i", hit->id)) != MAG_OK)
		goto done;
	title = mag_row_str(row, 0);
	mag_buf_adds(b, "{\"type\":\"");
	mag_buf_adds(b, hit->noun);
	mag_buf_adds(b, "\",\"id\":");
	mag_buf_addi(b, hit->object);
	mag_buf_adds(b, ",\"slug\":\"");
	mag_buf_adds(b, slug);
	mag_buf_adds(b, "\",\"title\":");
	mag_buf_json(b, title.p, title.n);
	mag_buf_adds(b, ",\"excerpt\":");
	print_excerpt(b, c->a, title, mag_row_str(row, 1), words, n);
	mag_buf_addf(b, ",\"url\":\"%s\",\"language\":\"%s\","
	    "\"score\":%.6g}", url, hit->lang, hit->score);
done:
	mag_row_done(row);
	return st;
}

struct work {
	struct mag_buf	*b;
	struct hits	*h;
	struct mag_search *s;
};

static enum mag_status
search(struct mag_db *db, void *arg)
{
	struct mag_word words[MAG_SEARCH_WORDS];
	struct work *w = arg;
	struct mag_search *s = w->s;
	struct mag_call *c = w->h->c;
	const char *scope;
	enum mag_status st;
	size_t n, i, from, to;

	(void)db;
	if ((st = search_words(words, &n, c, "q", s->query)) != MAG_OK)
		return st;
	/* `zp` for everything public, `zppage` and a language for one noun. */
	scope = "zp";
	if (s->type != NULL)
		scope = mag_printf(c->a, "zp%s", s->type);
	if (n > 0 && (st = find(w->h, scope, words, n)) != MAG_OK)
		return st;
	s->total = (int64_t)w->h->n;
	s->miss = n > 0 && s->total == 0 && s->page == 1 ?
	    mag_miss_text(c->a, s->lang, s->query) : NULL;
	from = (size_t)((s->page - 1) * s->per_page);
	to = from + (size_t)s->per_page;
	mag_buf_addc(w->b, '[');
	for (i = from; i < to && i < w->h->n; i++) {
		mag_buf_adds(w->b, i > from ? "," : "");
		if ((st = print_hit(w->b, w->h, &w->h->hit[i], words,
		    n)) != MAG_OK)
			return st;
	}
	mag_buf_addc(w->b, ']');
	return MAG_OK;
}

enum mag_status
mag_search_public(struct mag_buf *b, struct mag_call *c, struct mag_search *s)
{
	struct hits *h = mag_alloc(c->a, sizeof(*h));
	struct work w = { b, h, s };

	h->c = c;
	h->s = s;
	return mag_db_read(c->db, search, &w);
}
