/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "unit.h"

/* What a search counts as; NULL: it does not. */
static const struct {
	const char	*lang, *query, *text;
} searches[] = {
	{ "de", "Größe", "de groesse" },
	{ "de", "  GROESSE, groesse! ", "de groesse" },
	{ NULL, "Kubernetes Operator", " kubernetes operator" },
	{ "de-CH", "C++", "de-CH c" },
	{ "en", "王", "en 王" },
	{ "en", "windows 11 24h2", "en windows 11 24h2" },
	{ "en", "ISO 9001", "en iso 9001" },
	{ "en", "", NULL },
	{ "en", " -- !", NULL },
	/* Addresses, also as people write them who avoid the sign. */
	{ "en", "max@example.org", NULL },
	{ "en", "write to max @ example", NULL },
	{ "en", "max\uff20example.org", NULL },
	{ "en", "max(at)example.org", NULL },
	{ "en", "max [AT] example.org", NULL },
	{ "en", "max%40example.org", NULL },
	/* Numbers of people: in one, in groups, in other scripts. */
	{ "en", "12345", NULL },
	{ "en", "order 4711-0815", NULL },
	{ "en", "0171 123 456 78", NULL },
	{ "en", "+49 (0)8382/12 34", NULL },
	{ "en", "a1b2c3d4e5", NULL },
	{ "en", "1a2b 3c4d 5e", "en 1a2b 3c4d 5e" },
	{ "en", "192.168.1.17", NULL },
	{ "en", "24.12.2026", NULL },
	{ "en", "DE89 3704 0044", NULL },
	{ "en", "\u0661\u0662\u0663\u0664\u0665", NULL },
	{ "en", "\uff11\uff12\uff13\uff14\uff15", NULL },
	{ "en", "\xff", NULL },
	{ "a-language", "word", NULL },
};

START_TEST(words_are_counted_and_what_may_be_a_person_is_not)
{
	const char *got = mag_miss_text(a, searches[_i].lang,
	    searches[_i].query);

	if (searches[_i].text == NULL)
		ck_assert_msg(got == NULL, "%s: %s", searches[_i].query, got);
	else
		ck_assert_pstr_eq(got, searches[_i].text);
}
END_TEST

START_TEST(a_long_search_is_left_out_whole)
{
	char query[MAG_MISS_MAX + 2];

	memset(query, 'x', sizeof(query) - 1);
	query[MAG_MISS_MAX + 1] = '\0';
	ck_assert_ptr_null(mag_miss_text(a, "en", query));
	query[MAG_MISS_MAX] = '\0';
	ck_assert_ptr_nonnull(mag_miss_text(a, "en", query));
}
END_TEST

static struct mag_scoreboard *worker, *board;
static struct mag_call *c;

static void
open_all(void)
{

	c = unit_db_call(unit_db());
	ck_assert_int_eq(mag_scoreboard_open(&worker, unit_dir(), c->now),
	    MAG_OK);
	ck_assert(mag_scoreboard_join(worker, MAG_POOL_APP, c->now));
	ck_assert_int_eq(mag_scoreboard_look(&board, unit_dir()), MAG_OK);
}

static void
close_all(void)
{

	mag_scoreboard_close(worker);
	mag_scoreboard_close(board);
}

static void
search(const char *lang, const char *query, int n)
{
	const char *text = mag_miss_text(a, lang, query);

	ck_assert_ptr_nonnull(text);
	for (; n > 0; n--)
		mag_tally_count(worker, text);
}

static int64_t
collect(void)
{
	int64_t done;

	ck_assert_int_eq(mag_miss_collect(&done, c, board), MAG_OK);
	return done;
}

#define HITS(where) \
	unit_number(c->db, "SELECT hits FROM missed_searches WHERE " where)

START_TEST(sums_stand_in_the_table_by_query_and_language)
{

	search("de", "Größe", 2);
	search("de", "groesse", 1);
	search("en", "groesse", 4);
	search(NULL, "groesse", 5);
	ck_assert_int_eq(collect(), 12);
	ck_assert_int_eq(collect(), 0);
	ck_assert_int_eq(HITS("query = 'groesse' AND language = 'de'"), 3);
	ck_assert_int_eq(HITS("query = 'groesse' AND language = 'en'"), 4);
	ck_assert_int_eq(HITS("query = 'groesse' AND language = ''"), 5);
	c->now += 60;
	search("de", "GRÖSSE", 1);
	ck_assert_int_eq(collect(), 1);
	ck_assert_int_eq(HITS("language = 'de' AND last_at > first_at"), 4);
	ck_assert_int_eq(unit_number(c->db,
	    "SELECT count(*) FROM missed_searches"), 3);
}
END_TEST

START_TEST(what_cannot_be_written_is_counted_the_next_time)
{
	int64_t done;

	search("de", "spaeter", 3);
	ck_assert_int_eq(unit_run(c->db,
	    "ALTER TABLE missed_searches RENAME TO away"), MAG_OK);
	ck_assert_int_eq(mag_miss_collect(&done, c, board), MAG_FAILED);
	ck_assert_int_eq(done, 0);
	ck_assert_int_eq(unit_run(c->db,
	    "ALTER TABLE away RENAME TO missed_searches"), MAG_OK);
	ck_assert_int_eq(collect(), 3);
	ck_assert_int_eq(HITS("query = 'spaeter'"), 3);
}
END_TEST

/* Whoever floods it loses what he sent, not what people ask for. */
START_TEST(a_full_table_keeps_what_most_people_asked_for)
{

	ck_assert_int_eq(unit_run(c->db, "WITH RECURSIVE n(i) AS (SELECT 1"
	    " UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
	    " INSERT INTO missed_searches (query, language, hits, first_at,"
	    " last_at) SELECT 'flood ' || i, 'en', 1, '2026-01-01 00:00:00',"
	    " '2026-01-01 00:00:00' FROM n"), MAG_OK);
	ck_assert_int_eq(unit_run(c->db, "INSERT INTO missed_searches (query,"
	    " language, hits, first_at, last_at) VALUES ('often', 'en', 9,"
	    " '2025-01-01 00:00:00', '2025-01-01 00:00:00')"), MAG_OK);
	search("en", "new", 1);
	ck_assert_int_eq(collect(), 1);
	ck_assert_int_eq(unit_number(c->db,
	    "SELECT count(*) FROM missed_searches"), MAG_MISSES_MAX);
	ck_assert_int_eq(HITS("query = 'often'"), 9);
	ck_assert_int_eq(HITS("query = 'new'"), 1);
}
END_TEST

Suite *
suite_miss(void)
{
	Suite *s = suite_create("miss");
	TCase *tc = unit_case(s, "text");

	tcase_add_loop_test(tc, words_are_counted_and_what_may_be_a_person_is_not,
	    0, sizeof(searches) / sizeof(searches[0]));
	tcase_add_test(tc, a_long_search_is_left_out_whole);
	tc = unit_case(s, "table");
	tcase_add_checked_fixture(tc, open_all, close_all);
	tcase_add_test(tc, sums_stand_in_the_table_by_query_and_language);
	tcase_add_test(tc, what_cannot_be_written_is_counted_the_next_time);
	tcase_add_test(tc, a_full_table_keeps_what_most_people_asked_for);
	return s;
}
