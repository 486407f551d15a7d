/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

START_TEST(a_missing_file_is_not_found_and_not_made)
{
	struct mag_db *db;

	ck_assert_int_eq(mag_db_open(&db, unit_path("none.db"), 0, 0),
	    MAG_NOT_FOUND);
	ck_assert_ptr_null(db);
	ck_assert_int_ne(access(unit_path("none.db"), F_OK), 0);
	mag_db_close(NULL);
}
END_TEST

START_TEST(a_new_file_is_for_nobody_else)
{
	struct mag_db *db;
	struct stat sb;

	umask(0);
	db = unit_small_db();
	ck_assert_int_eq(stat(mag_db_path(db), &sb), 0);
	ck_assert_int_eq(sb.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(unit_path("test.db-wal"), &sb), 0);
	ck_assert_int_eq(sb.st_mode & 0777, 0600);
	mag_db_close(db);
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	FILE *f = fopen(unit_path("test.db"), "w");
	struct mag_db *db;
	int i;

	for (i = 0; i < 1000; i++)
		fputs("This is not a database. ", f);
	fclose(f);
	ck_assert_int_eq(mag_db_open(&db, unit_path("test.db"), 0, 0),
	    MAG_FAILED);
	ck_assert_ptr_null(db);
}
END_TEST

START_TEST(a_path_that_looks_like_a_uri_is_a_path)
{
	struct mag_db *db;

	ck_assert_int_eq(chdir(unit_dir()), 0);
	ck_assert_int_eq(mag_db_open(&db, "file:x?mode=memory", MAG_DB_CREATE,
	    0), MAG_OK);
	ck_assert_int_eq(access("file:x?mode=memory", F_OK), 0);
	mag_db_close(db);
}
END_TEST

START_TEST(the_connection_is_set_up_as_promised)
{
	struct mag_db *db = unit_small_db();
	const char *mode;

	ck_assert_int_eq(mag_db_text(&mode, a, db, "PRAGMA journal_mode", NULL),
	    MAG_OK);
	ck_assert_str_eq(mode, "wal");
	ck_assert_int_eq(unit_number(db, "PRAGMA synchronous"), 2);
	ck_assert_int_eq(unit_number(db, "PRAGMA foreign_keys"), 1);
	ck_assert_int_eq(unit_number(db, "PRAGMA wal_autocheckpoint"), 0);
	/* A misspelt column is an error, not a string. */
	ck_assert_int_eq(unit_run(db, "SELECT \"nosuch\" FROM t"), MAG_FAILED);
	ck_assert_int_eq(unit_run(db, "INSERT INTO sqlite_schema (name) VALUES (1)"),
	    MAG_FAILED);
	mag_db_close(db);
}
END_TEST

START_TEST(a_connection_keeps_as_much_in_memory_as_it_was_told)
{
	static const struct { int64_t kib, says; } told[] = {
		{ 40000, -40000 }, { 512, -512 }, { 0, -2000 },
	};
	struct mag_db *db;
	size_t i;

	mag_db_close(unit_small_db());
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		ck_assert_int_eq(mag_db_open(&db, unit_path("test.db"), 0,
		    told[i].kib), MAG_OK);
		ck_assert_int_eq(unit_number(db, "PRAGMA cache_size"),
		    told[i].says);
		mag_db_close(db);
	}
}
END_TEST

START_TEST(every_kind_of_argument_comes_back)
{
	struct mag_db *db = unit_small_db();
	int64_t seven = 7, when = 1700000000;
	struct mag_row *row;

	ck_assert_int_eq(mag_db_run(db, "INSERT INTO t VALUES (?1,?2,?3,?4,?5)",
	    "isitd", (int64_t)1, "one", (int64_t)INT64_MIN, when, 1.5), MAG_OK);
	ck_assert_int_eq(mag_db_changes(db), 1);
	ck_assert_int_eq(mag_db_run(db, "INSERT INTO t VALUES (?1,?2,?3,?4,?5)",
	    "IbITn", &seven, "two!", (size_t)3, NULL, &when), MAG_OK);
	ck_assert_int_eq(mag_db_run(db, "INSERT INTO t VALUES (?1,?2,?3,?4,?5)",
	    "isnTn", (int64_t)9, NULL, NULL), MAG_OK);
	ck_assert_int_eq(mag_db_query(&row, db, "SELECT * FROM t ORDER BY id",
	    ""), MAG_OK);
	ck_assert_int_eq(mag_row_next(row), MAG_OK);
	ck_assert_int_eq(mag_row_int(row, 0), 1);
	ck_assert_str_eq(mag_row_dup(row, 1, a), "one");
	ck_assert(mag_row_int(row, 2) == INT64_MIN);
	ck_assert_str_eq(mag_row_str(row, 3).p, "2023-11-14 22:13:20");
	ck_assert_int_eq(mag_row_time(row, 3), when);
	ck_assert_double_eq(mag_row_real(row, 4), 1.5);
	ck_assert_int_eq(mag_row_next(row), MAG_OK);
	ck_assert_int_eq(mag_row_int(row, 0), 7);
	ck_assert_uint_eq(mag_row_str(row, 1).n, 3);
	ck_assert(mag_row_null(row, 2));
	ck_assert_int_eq(mag_row_time(row, 3), when);
	ck_assert_int_eq(mag_row_next(row), MAG_OK);
	ck_assert_ptr_null(mag_row_dup(row, 1, a));
	ck_assert_ptr_null(mag_row_str(row, 1).p);
	ck_assert_int_eq(mag_row_time(row, 3), 0);
	ck_assert_int_eq(mag_row_next(row), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_row_next(row), MAG_NOT_FOUND);
	mag_row_done(row);
	mag_db_idle(db);
	mag_db_close(db);
}
END_TEST

START_TEST(times_of_older_programs_are_read)
{
	static const char *const forms[] = {
		"2023-11-14 22:13:20", "2023-11-14T22:13:20",
		"2023-11-14 22:13:20.123456", "2023-11-14T22:13:20.5Z",
		"2023-11-14 23:13:20+01:00",
	};
	struct mag_db *db = unit_small_db();
	struct mag_row *row;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		ck_assert_int_eq(mag_db_row(&row, db, "SELECT ?1", "s",
		    forms[i]), MAG_OK);
		ck_assert_int_eq(mag_row_time(row, 0), 1700000000);
		mag_row_done(row);
	}
	ck_assert_int_eq(mag_db_row(&row, db, "SELECT 'soon'", NULL), MAG_OK);
	ck_assert_int_eq(mag_row_time(row, 0), 0);
	mag_row_done(row);
	mag_db_close(db);
}
END_TEST

START_TEST(bound_arrays_do_the_same)
{
	struct mag_db *db = unit_small_db();
	struct mag_bind v[] = {
		{ .kind = MAG_BIND_INT, .i = 3 },
		{ .kind = MAG_BIND_TEXT, .s = "three", .n = 5 },
		{ .kind = MAG_BIND_NULL },
		{ .kind = MAG_BIND_TIME, .i = 0 },
	};
	struct mag_row *row;

	ck_assert_int_eq(mag_db_runv(db, "INSERT INTO t (id, v, n, at)"
	    " VALUES (?1, ?2, ?3, ?4)", v, 4), MAG_OK);
	ck_assert_int_eq(mag_db_queryv(&row, db, "SELECT v, n, at FROM t"
	    " WHERE id = ?1", v, 1), MAG_OK);
	ck_assert_int_eq(mag_row_next(row), MAG_OK);
	ck_assert_str_eq(mag_row_str(row, 0).p, "three");
	ck_assert(mag_row_null(row, 1));
	ck_assert_str_eq(mag_row_str(row, 2).p, "1970-01-01 00:00:00");
	mag_row_done(row);
	mag_db_close(db);
}
END_TEST

START_TEST(no_row_is_not_found)
{
	struct mag_db *db = unit_small_db();
	const char *s = "old";
	struct mag_row *row;
	int64_t n = 5;

	ck_assert_int_eq(mag_db_int(&n, db, "SELECT id FROM t", NULL),
	    MAG_NOT_FOUND);
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(mag_db_text(&s, a, db, "SELECT v FROM t", NULL),
	    MAG_NOT_FOUND);
	ck_assert_ptr_null(s);
	ck_assert_int_eq(mag_db_row(&row, db, "SELECT v FROM t", NULL),
	    MAG_NOT_FOUND);
	ck_assert_ptr_null(row);
	mag_row_done(row);
	ck_assert_int_eq(mag_db_query(&row, db, "SELECT v FROM nosuch", NULL),
	    MAG_FAILED);
	ck_assert_ptr_null(row);
	mag_db_close(db);
}
END_TEST

START_TEST(a_statement_may_be_read_inside_itself)
{
	static const char sql[] = "SELECT id FROM t WHERE id > ?1 ORDER BY id";
	struct mag_row *outer, *inner;
	struct mag_db *db = unit_small_db();
	int pairs = 0;

	ck_assert_int_eq(unit_run(db, "INSERT INTO t (id) VALUES (1), (2), (3), (4)"),
	    MAG_OK);
	ck_assert_int_eq(mag_db_query(&outer, db, sql, "i", (int64_t)0), MAG_OK);
	while (mag_row_next(outer) == MAG_OK) {
		ck_assert_int_eq(mag_db_query(&inner, db, sql, "i",
		    mag_row_int(outer, 0)), MAG_OK);
		while (mag_row_next(inner) == MAG_OK) {
			ck_assert_int_gt(mag_row_int(inner, 0),
			    mag_row_int(outer, 0));
			pairs++;
		}
		mag_row_done(inner);
	}
	mag_row_done(outer);
	ck_assert_int_eq(pairs, 6);
	mag_db_idle(db);
	mag_db_close(db);
}
END_TEST

START_TEST(other_text_at_the_same_address_is_another_statement)
{
	struct mag_db *db = unit_small_db();
	char sql[64];
	int64_t n;
	int i;

	/* More than are kept, so that old ones go; then all once more. */
	for (i = 0; i < 1000; i++) {
		snprintf(sql, sizeof(sql), "SELECT %d + ?1", i % 500);
		ck_assert_int_eq(mag_db_int(&n, db, sql, "i", (int64_t)i),
		    MAG_OK);
		ck_assert_int_eq(n, i % 500 + i);
	}
	mag_db_close(db);
}
END_TEST

START_TEST(a_copy_is_whole_and_replaces_what_was_there)
{
	struct mag_db *db = unit_small_db(), *copy;
	const char *path = unit_path("copy.db");
	struct mag_buf b;
	int i;

	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(mag_db_copy(db, path), MAG_OK);
	ck_assert_int_eq(mag_db_open(&copy, path, 0, 0), MAG_OK);
	ck_assert_int_eq(unit_number(copy, "SELECT count(*) FROM t"), 1);
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_verify(copy, &b), MAG_OK);
	ck_assert_str_eq(b.p, "");
	ck_assert_int_ne(mag_db_copy(db, "/nowhere/copy.db"), MAG_OK);
	mag_db_close(copy);
	mag_db_close(db);
}
END_TEST

START_TEST(verify_names_what_dangles)
{
	struct mag_db *db = unit_small_db();
	struct mag_buf b;

	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE child (id INTEGER"
	    " PRIMARY KEY, t INTEGER REFERENCES t (id));"
	    "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (5, 77);"),
	    MAG_OK);
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_verify(db, &b), MAG_OK);
	ck_assert_str_eq(b.p, "child 5 refers to a row of t that is not there\n");
	mag_db_close(db);
}
END_TEST

START_TEST(a_reader_cannot_write)
{
	struct mag_db *db = unit_small_db(), *reader;

	ck_assert_int_eq(mag_db_open(&reader, unit_path("test.db"),
	    MAG_DB_READONLY, 0), MAG_OK);
	ck_assert_int_eq(unit_number(reader, "SELECT count(*) FROM t"), 0);
	ck_assert_int_eq(unit_run(reader, "INSERT INTO t (v) VALUES ('x')"),
	    MAG_UNAVAILABLE);
	mag_db_idle(reader);
	mag_db_close(reader);
	mag_db_close(db);
}
END_TEST

Suite *
suite_db(void)
{
	Suite *s = suite_create("db");
	TCase *tc = unit_case(s, "db");

	tcase_add_test(tc, a_missing_file_is_not_found_and_not_made);
	tcase_add_test(tc, a_new_file_is_for_nobody_else);
	tcase_add_test(tc, what_is_no_database_is_refused);
	tcase_add_test(tc, a_path_that_looks_like_a_uri_is_a_path);
	tcase_add_test(tc, the_connection_is_set_up_as_promised);
	tcase_add_test(tc, a_connection_keeps_as_much_in_memory_as_it_was_told);
	tcase_add_test(tc, every_kind_of_argument_comes_back);
	tcase_add_test(tc, times_of_older_programs_are_read);
	tcase_add_test(tc, bound_arrays_do_the_same);
	tcase_add_test(tc, no_row_is_not_found);
	tcase_add_test(tc, a_statement_may_be_read_inside_itself);
	tcase_add_test(tc, other_text_at_the_same_address_is_another_statement);
	tcase_add_test(tc, a_copy_is_whole_and_replaces_what_was_there);
	tcase_add_test(tc, verify_names_what_dangles);
	tcase_add_test(tc, a_reader_cannot_write);
	return s;
}
