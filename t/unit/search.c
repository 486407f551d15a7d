/* SPDX-License-Identifier: MIT */
/* The search index: how it is kept. */
#include <magnetiq/search.h>

#include "unit.h"

static struct mag_call *c;

static void
open_db(void)
{

	c = unit_db_call(unit_db());
}

/* One thing a transaction, as editors make them. */
static void
put(int64_t id)
{
	struct mag_search_text t = { "en", mag_printf(a, "Thing t%lld",
	    (long long)id), "A body like all others.", NULL };

	ck_assert_int_eq(mag_search_put(c, "page", id, true, &t, 1), MAG_OK);
}

static int64_t
pieces(void)
{

	return unit_number(c->db,
	    "SELECT count(DISTINCT segid) FROM search_fts_idx");
}

START_TEST(the_pieces_of_the_index_are_merged_and_nothing_is_lost)
{
	int64_t id, before;

	for (id = 1; id <= 60; id++)
		put(id);
	before = pieces();
	ck_assert_int_gt(before, 4);
	ck_assert_int_eq(mag_search_merge(c, 1), MAG_OK);
	ck_assert_int_lt(pieces(), before);
	ck_assert_int_eq(mag_search_merge(c, 100), MAG_OK);
	ck_assert_int_le(pieces(), 4);
	put(id);
	ck_assert_int_eq(mag_search_optimize(c), MAG_OK);
	ck_assert_int_eq(pieces(), 1);
	ck_assert_int_eq(unit_number(c->db, "SELECT count(*) FROM search_fts"
	    " WHERE search_fts MATCH 'thing body'"), 61);
	ck_assert_int_eq(unit_number(c->db, "SELECT rowid = (SELECT id FROM search_text"
	    " WHERE object_id = 17) FROM search_fts"
	    " WHERE search_fts MATCH 't17'"), 1);
}
END_TEST

START_TEST(an_index_of_few_pieces_is_left_alone)
{
	int64_t before;

	put(1);
	put(2);
	before = mag_db_moved(c->db);
	ck_assert_int_eq(mag_search_merge(c, 100), MAG_OK);
	ck_assert_int_eq(mag_db_moved(c->db), before);
}
END_TEST

Suite *
suite_search(void)
{
	Suite *s = suite_create("search");
	TCase *t = unit_case(s, "index");

	tcase_add_checked_fixture(t, open_db, NULL);
	tcase_add_test(t, the_pieces_of_the_index_are_merged_and_nothing_is_lost);
	tcase_add_test(t, an_index_of_few_pieces_is_left_alone);
	return s;
}
