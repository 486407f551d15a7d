/* SPDX-License-Identifier: MIT */
/* A whole copy of a database that others may be writing to. */
#include <stdio.h>
#include <sys/stat.h>

#include <magnetiq/progress.h>
#include <magnetiq/schema.h>

#include "../../lib/ops/copies.h"
#include "unit.h"

static struct mag_db *other;
static int writes;

/* Told where a copy begins and ends, and so between two looks at the original:
 * a row comes, and if they take turns it is gone again when it has ended. */
static bool turns;

static void
write_between(const char *text)
{

	if (text != NULL && writes-- > 0)
		ck_assert_int_eq(unit_run(other, "INSERT INTO noise VALUES"
		    " (1)"), MAG_OK);
	if (text == NULL && turns)
		ck_assert_int_eq(unit_run(other, "DELETE FROM noise"), MAG_OK);
}

/* A call with a database in which somebody writes so often. */
static struct mag_call *
busy_call(int times, bool take_turns)
{
	struct mag_call *c = unit_db_call(unit_db());

	ck_assert_int_eq(mag_db_script(c->db, "CREATE TABLE noise (v)"),
	    MAG_OK);
	other = unit_db_again();
	writes = times;
	turns = take_turns;
	mag_progress_to(write_between);
	return c;
}

static bool
is_there(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0;
}

static int64_t
rows_of(const char *path, const char *table)
{
	struct mag_db *db = NULL;
	int64_t n;

	ck_assert_int_eq(mag_db_open(&db, path, MAG_DB_READONLY, 0), MAG_OK);
	ck_assert_int_eq(mag_schema_count(&n, db, a, table), MAG_OK);
	mag_db_close(db);
	return n;
}

START_TEST(a_copy_of_a_database_at_rest_is_whole)
{
	struct mag_call *c = busy_call(0, false);
	const char *path = unit_path("copy");

	ck_assert_int_eq(unit_run(c->db, "INSERT INTO pages (slug, title)"
	    " VALUES ('a', '{}'), ('b', '{}')"), MAG_OK);
	ck_assert_int_eq(copy_whole(c, path), MAG_OK);
	ck_assert_int_eq(rows_of(path, "pages"), 2);
	mag_db_close(other);
}
END_TEST

START_TEST(what_only_comes_meanwhile_is_no_reason_to_doubt)
{
	struct mag_call *c = busy_call(1000, false);
	const char *path = unit_path("copy");

	ck_assert_int_eq(copy_whole(c, path), MAG_OK);
	ck_assert_int_eq(writes, 999);
	ck_assert_int_eq(rows_of(path, "noise"), 1);
	mag_db_close(other);
}
END_TEST

START_TEST(what_comes_and_goes_meanwhile_is_a_reason_to_try_again)
{
	struct mag_call *c = busy_call(2, true);
	const char *path = unit_path("copy");

	ck_assert_int_eq(copy_whole(c, path), MAG_OK);
	ck_assert_int_eq(writes, -1);
	ck_assert_int_eq(rows_of(path, "noise"), 0);
	mag_db_close(other);
}
END_TEST

START_TEST(where_rows_come_and_go_each_time_there_is_no_copy)
{
	struct mag_call *c = busy_call(1000, true);
	const char *path = unit_path("copy");

	ck_assert_int_eq(copy_whole(c, path), MAG_CONFLICT);
	ck_assert_int_eq(writes, 997);
	ck_assert_ptr_nonnull(strstr(c->problem.message, "all the time"));
	ck_assert_str_eq(c->problem.arg, "noise, 1 / 0");
	ck_assert(!is_there(path));
	mag_db_close(other);
}
END_TEST

/* As those of an earlier Magnetiq: no table counts its ids. */
START_TEST(a_database_that_counts_no_ids_is_copied_as_well)
{
	struct mag_db *db = unit_small_db();
	struct mag_call *c = unit_db_call(db);

	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('a')"),
	    MAG_OK);
	ck_assert_int_eq(copy_whole(c, unit_path("copy")), MAG_OK);
	ck_assert_int_eq(rows_of(unit_path("copy"), "t"), 1);
	mag_db_close(db);
}
END_TEST

START_TEST(copies_are_found_by_their_names_and_the_way_back_stays)
{
	static const char *const names[] = { "db", "db-wal",
	    "db.before-migrate-20260901T000000Z",
	    "db.before-migrate-20260801T000000Z",
	    "db.before-migrate-20260801T000000Z-wal",
	    "db.before-restore-20260701T000000Z-2",
	    "db.failed-restore-20260920T000000Z",
	    "db.before-migrate-20261301T000000Z", "db.before-lunch-1",
	    "dbx.before-migrate-20260901T000000Z" };
	const int64_t now = 1790000000;		/* 21 September 2026 */
	struct copy *list;
	size_t i, n;
	FILE *f;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_ptr_nonnull(f = fopen(unit_path(names[i]), "w"));
		fputs("12345", f);
		fclose(f);
	}
	n = copies_find(&list, a, unit_path("db"));
	ck_assert_uint_eq(n, 4);
	ck_assert_ptr_nonnull(strstr(list[0].path, "failed-restore"));
	ck_assert(!list[0].migration && list[1].migration);
	ck_assert_int_eq(list[2].size, 10);	/* with its log */
	ck_assert_uint_eq(copies_over(list, n, now), 2);
	ck_assert(copies_remove(a, &list[3]));
	ck_assert_uint_eq(copies_find(&list, a, unit_path("db")), 3);
}
END_TEST

Suite *
suite_copies(void)
{
	Suite *s = suite_create("copies");
	TCase *tc = unit_case(s, "whole");

	tcase_add_test(tc, a_copy_of_a_database_at_rest_is_whole);
	tcase_add_test(tc, what_only_comes_meanwhile_is_no_reason_to_doubt);
	tcase_add_test(tc,
	    what_comes_and_goes_meanwhile_is_a_reason_to_try_again);
	tcase_add_test(tc, where_rows_come_and_go_each_time_there_is_no_copy);
	tcase_add_test(tc, a_database_that_counts_no_ids_is_copied_as_well);
	tcase_add_test(tc,
	    copies_are_found_by_their_names_and_the_way_back_stays);
	return s;
}
