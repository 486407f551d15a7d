/* SPDX-License-Identifier: MIT */
/*
 * finds(text, query) in SQL: does each word of the query begin some word of
 * the text?  For short lists that no index of words is kept for; words are
 * folded as the index folds them.
 */
#include <string.h>

#include <magnetiq/fold.h>

#include "conn.h"

#define TEXT_WORDS	256	/* of names and addresses; more are not seen */
#define QUERY_WORDS	16
#define MEMORY		(4 * 1024 * 1024)

static bool
begins(const struct mag_word *word, const struct mag_word *with)
{
	size_t i, j;

	for (i = 0; i < word->forms; i++)
		for (j = 0; j < with->forms; j++)
			if (word->form[i].n >= with->form[j].n &&
			    memcmp(word->form[i].p, with->form[j].p,
			    with->form[j].n) == 0)
				return true;
	return false;
}

static bool
finds(struct mag_arena *a, const char *text, const char *query)
{
	struct mag_word words[TEXT_WORDS], wanted[QUERY_WORDS];
	size_t i, j, n, m;

	n = mag_fold_words(words, TEXT_WORDS, a, text);
	m = mag_fold_words(wanted, QUERY_WORDS, a, query);
	for (i = 0; i < m; i++) {
		for (j = 0; j < n && !begins(&words[j], &wanted[i]); j++)
			continue;
		if (j == n)
			return false;
	}
	return m > 0;
}

static void
call(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct mag_arena *a = sqlite3_user_data(context);
	const char *text, *query;

	(void)argc;
	mag_arena_reset(a);
	text = (const char *)sqlite3_value_text(argv[0]);
	query = (const char *)sqlite3_value_text(argv[1]);
	sqlite3_result_int(context, text != NULL && query != NULL &&
	    finds(a, text, query));
}

static void
forget(void *arena)
{

	mag_arena_free(arena);
}

int
db_add_finds(sqlite3 *s)
{

	return sqlite3_create_function_v2(s, "finds", 2, SQLITE_UTF8 |
	    SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, mag_arena_new(MEMORY),
	    call, NULL, NULL, forget);
}
