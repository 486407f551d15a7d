/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "unit.h"

static enum mag_status
insert_two(struct mag_db *db, void *arg)
{
	enum mag_status *end = arg;

	ck_assert(mag_db_in_write(db));
	if (unit_run(db, "INSERT INTO t (v) VALUES ('a')") != MAG_OK ||
	    unit_run(db, "INSERT INTO t (v) VALUES ('b')") != MAG_OK)
		return MAG_FAILED;
	return *end;
}

static enum mag_status
insert_nested(struct mag_db *db, void *arg)
{
	enum mag_status st;

	if ((st = insert_two(db, arg)) != MAG_OK)
		return st;
	return mag_db_write(db, insert_two, arg);
}

START_TEST(a_transaction_is_all_or_nothing)
{
	struct mag_db *db = unit_small_db();
	enum mag_status end = MAG_GONE;

	ck_assert_int_eq(mag_db_write(db, insert_two, &end), MAG_GONE);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 0);
	ck_assert(!mag_db_in_write(db));
	end = MAG_OK;
	ck_assert_int_eq(mag_db_write(db, insert_nested, &end), MAG_OK);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 4);
	mag_db_close(db);
}
END_TEST

static enum mag_status
ignore_the_end(struct mag_db *db, void *arg)
{

	(void)arg;
	(void)unit_run(db, "INSERT INTO t (v) VALUES ('before')");
	(void)unit_run(db, "INSERT INTO ends VALUES (1)");
	(void)unit_run(db, "INSERT INTO t (v) VALUES ('after')");
	return MAG_OK;
}

START_TEST(nothing_is_written_after_a_failure_ended_the_transaction)
{
	struct mag_db *db = unit_small_db();

	/* As a full disk does: the whole transaction is rolled back. */
	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE ends (x);"
	    "CREATE TRIGGER ends_i BEFORE INSERT ON ends BEGIN"
	    " SELECT RAISE(ROLLBACK, 'SLOT_TAKEN'); END"), MAG_OK);
	ck_assert_int_ne(mag_db_write(db, ignore_the_end, NULL), MAG_OK);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 0);
	mag_db_idle(db);
	mag_db_close(db);
}
END_TEST

struct snapshot { struct mag_db *other; int64_t before, after; };

static enum mag_status
read_twice(struct mag_db *db, void *arg)
{
	struct snapshot *s = arg;

	s->before = unit_number(db, "SELECT count(*) FROM t");
	ck_assert_int_eq(unit_run(s->other, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	s->after = unit_number(db, "SELECT count(*) FROM t");
	return MAG_GONE;
}

START_TEST(reads_in_one_transaction_see_one_moment)
{
	struct mag_db *db = unit_small_db();
	struct snapshot s = { .other = unit_db_again() };

	ck_assert_int_eq(mag_db_read(db, read_twice, &s), MAG_GONE);
	ck_assert_int_eq(s.before, 0);
	ck_assert_int_eq(s.after, 0);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 1);
	mag_db_idle(db);
	mag_db_close(s.other);
	mag_db_close(db);
}
END_TEST

START_TEST(whatever_is_committed_moves_the_number)
{
	struct mag_db *db = unit_small_db(), *other = unit_db_again();
	enum mag_status end = MAG_GONE;
	int64_t was = mag_db_moved(db), now;

	ck_assert_int_eq(mag_db_moved(db), was);
	(void)unit_number(db, "SELECT count(*) FROM t");
	ck_assert_int_eq(mag_db_moved(db), was);
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	ck_assert_int_ne(now = mag_db_moved(db), was);
	ck_assert_int_eq(mag_db_moved(db), was = now);
	ck_assert_int_eq(unit_run(other, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	ck_assert_int_ne(now = mag_db_moved(db), was);
	ck_assert_int_eq(mag_db_write(db, insert_two, &end), MAG_GONE);
	ck_assert_int_eq(mag_db_moved(db), now);
	mag_db_close(other);
	mag_db_close(db);
}
END_TEST

START_TEST(a_returned_row_gives_the_write_lock_back)
{
	struct mag_db *db = unit_small_db(), *other = unit_db_again();
	int64_t id;

	ck_assert_int_eq(mag_db_int(&id, db, "INSERT INTO t (v)"
	    " VALUES (?1), (?1), (?1) RETURNING id", "s", "x"), MAG_OK);
	ck_assert_int_eq(id, 1);
	ck_assert_int_eq(mag_db_changes(db), 3);
	ck_assert_int_eq(unit_run(other, "INSERT INTO t (v) VALUES ('y')"), MAG_OK);
	ck_assert_int_eq(mag_db_busy_waits(other), 0);
	ck_assert_int_eq(unit_number(other, "SELECT count(*) FROM t"), 4);
	mag_db_close(other);
	mag_db_close(db);
}
END_TEST

static enum mag_status
return_rows(struct mag_db *db, void *arg)
{
	struct mag_row *row;

	ck_assert_int_eq(mag_db_row(&row, db, "INSERT INTO t (v) VALUES ('x')"
	    " RETURNING id", NULL), MAG_OK);
	*(int64_t *)arg = mag_row_int(row, 0);
	mag_row_done(row);
	return MAG_OK;
}

START_TEST(rows_are_returned_inside_a_transaction)
{
	struct mag_db *db = unit_small_db();
	int64_t id = 0;

	ck_assert_int_eq(mag_db_write(db, return_rows, &id), MAG_OK);
	ck_assert_int_eq(id, 1);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 1);
	mag_db_close(db);
}
END_TEST

START_TEST(a_broken_rule_has_its_own_status)
{
	static const struct { const char *sql; enum mag_status st; } t[] = {
		{ "INSERT INTO pages (slug, title) VALUES ('a', '{}')", MAG_OK },
		{ "INSERT INTO pages (slug, title) VALUES ('a', '{}')", MAG_SLUG_TAKEN },
		{ "INSERT INTO pages (slug, title) VALUES ('b', '{')", MAG_FAILED },
		{ "INSERT INTO pages (slug) VALUES ('c')", MAG_FAILED },
		{ "INSERT INTO pages (slug, title, author_id) VALUES ('d', '{}', 99)", MAG_CONFLICT },
		{ "INSERT INTO page_slugs (page_id, lang, slug, current) VALUES (1, 'de', 'x', 1)", MAG_OK },
		{ "INSERT INTO pages (slug, title) VALUES ('x', '{}')", MAG_SLUG_TAKEN },
		{ "INSERT INTO page_slugs (page_id, lang, slug, current) VALUES (1, 'de', 'x', 1)", MAG_SLUG_TAKEN },
		{ "INSERT INTO admin_users (email, email_folded, role) VALUES ('A@b', 'a@b', 'admin')", MAG_OK },
		{ "INSERT INTO admin_users (email, email_folded) VALUES ('a@b', 'a@b')", MAG_EMAIL_TAKEN },
		{ "UPDATE admin_users SET role = 'viewer'", MAG_CONFLICT },
		{ "INSERT INTO menus (name) VALUES ('m')", MAG_OK },
		{ "INSERT INTO menus (name) VALUES ('m')", MAG_CONFLICT },
	};
	struct mag_db *db = unit_db();
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(*t); i++)
		ck_assert_msg(unit_run(db, t[i].sql) == t[i].st, "%s", t[i].sql);
	mag_db_idle(db);
}
END_TEST

/* ${end} of the database's name is another file's now, or nobody's. */
static void
loses(const char *end)
{
	struct mag_db *db = unit_small_db(), *other = NULL;
	char name[512], moved[520], path[500];

	snprintf(path, sizeof(path), "%s", mag_db_path(db));
	ck_assert_int_eq(unit_run(db, "DELETE FROM t"), MAG_OK);
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (n) VALUES (1)"), MAG_OK);
	ck_assert(!mag_db_replaced(db));
	snprintf(name, sizeof(name), "%s%s", path, end);
	snprintf(moved, sizeof(moved), "%s.moved", name);
	ck_assert_int_eq(rename(name, moved), 0);
	ck_assert(mag_db_replaced(db));
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (n) VALUES (2)"),
	    MAG_UNAVAILABLE);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 1);
	ck_assert_int_eq(rename(moved, name), 0);
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (n) VALUES (3)"), MAG_OK);
	mag_db_close(db);
	ck_assert_int_eq(mag_db_open(&other, path, 0, 0), MAG_OK);
	ck_assert_int_eq(unit_number(other, "SELECT count(*) FROM t"), 2);
	mag_db_close(other);
}

START_TEST(nothing_is_written_to_a_file_or_a_log_without_its_name)
{

	loses("");
	loses("-wal");
}
END_TEST

Suite *
suite_db_write(void)
{
	Suite *s = suite_create("db_write");
	TCase *tc = unit_case(s, "db_write");

	tcase_add_test(tc, a_transaction_is_all_or_nothing);
	tcase_add_test(tc,
	    nothing_is_written_after_a_failure_ended_the_transaction);
	tcase_add_test(tc, reads_in_one_transaction_see_one_moment);
	tcase_add_test(tc, whatever_is_committed_moves_the_number);
	tcase_add_test(tc, a_returned_row_gives_the_write_lock_back);
	tcase_add_test(tc, rows_are_returned_inside_a_transaction);
	tcase_add_test(tc, a_broken_rule_has_its_own_status);
	tcase_add_test(tc,
	    nothing_is_written_to_a_file_or_a_log_without_its_name);
	return s;
}
