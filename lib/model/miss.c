/* SPDX-License-Identifier: MIT */
/* Searches that found nothing: which are counted, and where the sums stand. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/miss.h>
#include <magnetiq/tally.h>
#include <magnetiq/utf8.h>

#include "noun.h"

#define LANGUAGE_BYTES	8	/* de-CH, and the blank behind it */
_Static_assert(LANGUAGE_BYTES + MAG_MISS_MAX <= MAG_TALLY_TEXT,
    "a search does not fit on the scoreboard");

/* A query may be anything, so the audit log does not repeat it. */
static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "query", MAG_TEXT, .max = MAG_MISS_MAX,
	  .flags = MAG_REQUIRED | MAG_READONLY | MAG_LIST | MAG_FIND |
	  MAG_GUARDED, .what = "the words, folded" },
	{ "language", MAG_TEXT, .max = LANGUAGE_BYTES, .preset = "\"\"",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER,
	  .what = "that was searched in; empty: in all" },
	{ "hits", MAG_INT, .min = 1,
	  .flags = MAG_REQUIRED | MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "first_at", MAG_TIME,
	  .flags = MAG_REQUIRED | MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "last_at", MAG_TIME,
	  .flags = MAG_REQUIRED | MAG_READONLY | MAG_LIST | MAG_SORT },
	{ .name = NULL }
};

struct mag_noun mag_miss = {
	.name = "miss",
	.plural = "missed searches",
	.table = "missed_searches",
	.fields = fields,
	.sort = "hits",
	.descending = true,
	.label = "There is no such search.",
};

/* Digits of other scripts that keyboards of people have: ten each. */
static bool
is_digit(uint32_t code)
{
	static const uint32_t zeros[] = { '0', 0x0660, 0x06f0, 0x0966, 0x09e6,
	    0xff10 };
	size_t i;

	for (i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
		if (code - zeros[i] < 10)
			return true;
	return false;
}

static bool
is_letter(uint32_t code)
{

	return code >= 0x80 || (code >= 'a' && code <= 'z') ||
	    (code >= 'A' && code <= 'Z');
}

/*
 * A number of a person is one long word, or is written in groups: so digits
 * are counted up to the next letter, and also up to the next gap.
 */
static bool
has_number(const char *query)
{
	const char *p = query, *end = query + strlen(query);
	int word = 0, row = 0;
	uint32_t code;

	while (p < end && mag_utf8_next(&p, end, &code)) {
		if (is_digit(code)) {
			if (++word > MAG_MISS_DIGITS || ++row > MAG_MISS_DIGITS)
				return true;
		} else if (is_letter(code))
			row = 0;
		else
			word = 0;
	}
	return p < end;		/* no UTF-8: it may be anything */
}

/* An at sign, also as it stands in wide letters, or where people avoid it. */
static bool
has_address(const char *query)
{
	static const char *const signs[] = { "@", "\uff20", "\ufe6b", "%40",
	    "(at)", "(AT)", "[at]", "[AT]" };
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(query, signs[i]) != NULL)
			return true;
	return false;
}

const char *
mag_miss_text(struct mag_arena *a, const char *lang, const char *query)
{
	struct mag_word words[MAG_SEARCH_WORDS];
	const struct mag_str *form;
	struct mag_buf b;
	size_t i, n, begin;

	if (lang == NULL)
		lang = "";
	if (strlen(lang) >= LANGUAGE_BYTES || has_address(query) ||
	    has_number(query))
		return NULL;
	n = mag_fold_words(words, MAG_SEARCH_WORDS, a, query);
	mag_buf_init(&b, a, 128);
	mag_buf_adds(&b, lang);
	begin = b.len + 1;
	for (i = 0; i < n; i++) {
		form = &words[i].form[words[i].forms - 1];
		mag_buf_addc(&b, ' ');
		mag_buf_add(&b, form->p, form->n);
	}
	return n == 0 || b.len - begin > MAG_MISS_MAX ? NULL : b.p;
}

static const char sql_count[] =
    "INSERT INTO missed_searches (query, language, hits, first_at, last_at)"
    " VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (query, language) DO UPDATE SET"
    " hits = hits + excluded.hits, last_at = excluded.last_at";
static const char sql_forget[] =
    "DELETE FROM missed_searches WHERE id IN (SELECT id FROM missed_searches"
    " ORDER BY hits DESC, last_at DESC, id DESC LIMIT -1 OFFSET ?1)";

struct work {
	struct mag_call	*c;
	struct mag_tallied list[MAG_TALLY_PLACES];
	size_t		 n;
	int64_t		 done;
};

static enum mag_status
write_down(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	const struct mag_tallied *t;
	enum mag_status st;
	const char *query;

	w->done = 0;
	for (t = w->list; t < w->list + w->n; t++) {
		if ((query = strchr(t->text, ' ')) == NULL)
			continue;
		st = mag_db_run(db, sql_count, "ssit", query + 1,
		    mag_dup(w->c->a, t->text, (size_t)(query - t->text)), t->n,
		    w->c->now);
		if (st != MAG_OK)
			return st;
		w->done += t->n;
	}
	return mag_db_run(db, sql_forget, "i", (int64_t)MAG_MISSES_MAX);
}

enum mag_status
mag_miss_collect(int64_t *done, struct mag_call *c,
    struct mag_scoreboard *board)
{
	struct work *w = mag_alloc(c->a, sizeof(*w));
	enum mag_status st;

	*done = 0;
	w->c = c;
	if ((w->n = mag_tally_read(board, w->list)) == 0)
		return MAG_OK;
	/* What cannot be written stays there for the next time. */
	if ((st = mag_db_write(c->db, write_down, w)) != MAG_OK)
		return st;
	mag_tally_taken(board, w->list, w->n);
	*done = w->done;
	return MAG_OK;
}
