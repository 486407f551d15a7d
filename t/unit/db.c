/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* unshare */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* A database with one small table, not migrated: quick to make. */
static struct mag_db *
small(void)
{
	struct mag_db *db = unit_db_again();

	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE IF NOT EXISTS t ("
	    "id INTEGER PRIMARY KEY, v TEXT, n INTEGER, at TEXT, r REAL)"),
	    MAG_OK);
	return db;
}

static int64_t
number(struct mag_db *db, const char *sql)
{
	int64_t n;

	ck_assert_msg(mag_db_int(&n, db, sql, NULL) == MAG_OK, "%s", sql);
	return n;
}

static enum mag_status
run(struct mag_db *db, const char *sql)
{

	return mag_db_run(db, sql, NULL);
}

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

START_TEST(a_new_file_is_not_for_everybody)
{
	struct mag_db *db;
	struct stat sb;

	umask(0);
	db = small();
	ck_assert_int_eq(stat(mag_db_path(db), &sb), 0);
	ck_assert_int_eq(sb.st_mode & 0777, 0640);
	ck_assert_int_eq(stat(unit_path("test.db-wal"), &sb), 0);
	ck_assert_int_eq(sb.st_mode & 0777, 0640);
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
	struct mag_db *db = small();
	const char *mode;

	ck_assert_int_eq(mag_db_text(&mode, a, db, "PRAGMA journal_mode", NULL),
	    MAG_OK);
	ck_assert_str_eq(mode, "wal");
	ck_assert_int_eq(number(db, "PRAGMA synchronous"), 2);
	ck_assert_int_eq(number(db, "PRAGMA foreign_keys"), 1);
	ck_assert_int_eq(number(db, "PRAGMA wal_autocheckpoint"), 0);
	/* A misspelt column is an error, not a string. */
	ck_assert_int_eq(run(db, "SELECT \"nosuch\" FROM t"), MAG_FAILED);
	ck_assert_int_eq(run(db, "INSERT INTO sqlite_schema (name) VALUES (1)"),
	    MAG_FAILED);
	mag_db_close(db);
}
END_TEST

START_TEST(every_kind_of_argument_comes_back)
{
	struct mag_db *db = small();
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
	struct mag_db *db = small();
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
	struct mag_db *db = small();
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
	struct mag_db *db = small();
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
	struct mag_db *db = small();
	int pairs = 0;

	ck_assert_int_eq(run(db, "INSERT INTO t (id) VALUES (1), (2), (3), (4)"),
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
	struct mag_db *db = small();
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

static enum mag_status
insert_two(struct mag_db *db, void *arg)
{
	enum mag_status *end = arg;

	ck_assert(mag_db_in_write(db));
	if (run(db, "INSERT INTO t (v) VALUES ('a')") != MAG_OK ||
	    run(db, "INSERT INTO t (v) VALUES ('b')") != MAG_OK)
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
	struct mag_db *db = small();
	enum mag_status end = MAG_GONE;

	ck_assert_int_eq(mag_db_write(db, insert_two, &end), MAG_GONE);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 0);
	ck_assert(!mag_db_in_write(db));
	end = MAG_OK;
	ck_assert_int_eq(mag_db_write(db, insert_nested, &end), MAG_OK);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 4);
	mag_db_close(db);
}
END_TEST

static enum mag_status
ignore_the_end(struct mag_db *db, void *arg)
{

	(void)arg;
	(void)run(db, "INSERT INTO t (v) VALUES ('before')");
	(void)run(db, "INSERT INTO ends VALUES (1)");
	(void)run(db, "INSERT INTO t (v) VALUES ('after')");
	return MAG_OK;
}

START_TEST(nothing_is_written_after_a_failure_ended_the_transaction)
{
	struct mag_db *db = small();

	/* As a full disk does: the whole transaction is rolled back. */
	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE ends (x);"
	    "CREATE TRIGGER ends_i BEFORE INSERT ON ends BEGIN"
	    " SELECT RAISE(ROLLBACK, 'SLOT_TAKEN'); END"), MAG_OK);
	ck_assert_int_ne(mag_db_write(db, ignore_the_end, NULL), MAG_OK);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 0);
	mag_db_idle(db);
	mag_db_close(db);
}
END_TEST

struct snapshot { struct mag_db *other; int64_t before, after; };

static enum mag_status
read_twice(struct mag_db *db, void *arg)
{
	struct snapshot *s = arg;

	s->before = number(db, "SELECT count(*) FROM t");
	ck_assert_int_eq(run(s->other, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	s->after = number(db, "SELECT count(*) FROM t");
	return MAG_GONE;
}

START_TEST(reads_in_one_transaction_see_one_moment)
{
	struct mag_db *db = small();
	struct snapshot s = { .other = unit_db_again() };

	ck_assert_int_eq(mag_db_read(db, read_twice, &s), MAG_GONE);
	ck_assert_int_eq(s.before, 0);
	ck_assert_int_eq(s.after, 0);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1);
	mag_db_idle(db);
	mag_db_close(s.other);
	mag_db_close(db);
}
END_TEST

START_TEST(whatever_is_committed_moves_the_number)
{
	struct mag_db *db = small(), *other = unit_db_again();
	enum mag_status end = MAG_GONE;
	int64_t was = mag_db_moved(db), now;

	ck_assert_int_eq(mag_db_moved(db), was);
	(void)number(db, "SELECT count(*) FROM t");
	ck_assert_int_eq(mag_db_moved(db), was);
	ck_assert_int_eq(run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	ck_assert_int_ne(now = mag_db_moved(db), was);
	ck_assert_int_eq(mag_db_moved(db), was = now);
	ck_assert_int_eq(run(other, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	ck_assert_int_ne(now = mag_db_moved(db), was);
	ck_assert_int_eq(mag_db_write(db, insert_two, &end), MAG_GONE);
	ck_assert_int_eq(mag_db_moved(db), now);
	mag_db_close(other);
	mag_db_close(db);
}
END_TEST

START_TEST(a_returned_row_gives_the_write_lock_back)
{
	struct mag_db *db = small(), *other = unit_db_again();
	int64_t id;

	ck_assert_int_eq(mag_db_int(&id, db, "INSERT INTO t (v)"
	    " VALUES (?1), (?1), (?1) RETURNING id", "s", "x"), MAG_OK);
	ck_assert_int_eq(id, 1);
	ck_assert_int_eq(mag_db_changes(db), 3);
	ck_assert_int_eq(run(other, "INSERT INTO t (v) VALUES ('y')"), MAG_OK);
	ck_assert_int_eq(mag_db_busy_waits(other), 0);
	ck_assert_int_eq(number(other, "SELECT count(*) FROM t"), 4);
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
	struct mag_db *db = small();
	int64_t id = 0;

	ck_assert_int_eq(mag_db_write(db, return_rows, &id), MAG_OK);
	ck_assert_int_eq(id, 1);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1);
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
		ck_assert_msg(run(db, t[i].sql) == t[i].st, "%s", t[i].sql);
	mag_db_idle(db);
}
END_TEST

START_TEST(a_copy_is_whole_and_replaces_what_was_there)
{
	struct mag_db *db = small(), *copy;
	const char *path = unit_path("copy.db");
	struct mag_buf b;
	int i;

	ck_assert_int_eq(run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(mag_db_copy(db, path), MAG_OK);
	ck_assert_int_eq(mag_db_open(&copy, path, 0, 0), MAG_OK);
	ck_assert_int_eq(number(copy, "SELECT count(*) FROM t"), 1);
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
	struct mag_db *db = small();
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
	struct mag_db *db = small(), *reader;

	ck_assert_int_eq(mag_db_open(&reader, unit_path("test.db"),
	    MAG_DB_READONLY, 0), MAG_OK);
	ck_assert_int_eq(number(reader, "SELECT count(*) FROM t"), 0);
	ck_assert_int_eq(run(reader, "INSERT INTO t (v) VALUES ('x')"),
	    MAG_UNAVAILABLE);
	mag_db_idle(reader);
	mag_db_close(reader);
	mag_db_close(db);
}
END_TEST

/* Other processes.  Each opens the file by itself, as workers do. */

static pid_t
child(void (*fn)(int), int arg)
{
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		fn(arg);
		_exit(0);
	}
	return pid;
}

static void
all_exit_well(pid_t *pids, int n)
{
	int status;

	while (n-- > 0) {
		ck_assert_int_eq(waitpid(pids[n], &status, 0), pids[n]);
		ck_assert_int_eq(status, 0);
	}
}

static void
open_and_write(int arg)
{
	struct mag_db *db = small();

	(void)arg;
	ck_assert_int_eq(run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	mag_db_close(db);
}

START_TEST(many_may_open_a_new_file_at_once)
{
	const char *path = unit_path("test.db");
	struct mag_db *db;
	pid_t pids[6];
	int i, round;

	for (round = 0; round < 5; round++) {
		for (i = 0; i < 6; i++)
			pids[i] = child(open_and_write, 0);
		all_exit_well(pids, 6);
		db = unit_db_again();
		ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 6);
		mag_db_close(db);
		ck_assert_int_eq(unlink(path), 0);
	}
}
END_TEST

static enum mag_status
add_one(struct mag_db *db, void *arg)
{
	enum mag_status st;
	int64_t n;

	/* Reading and then writing in one transaction loses no count. */
	if ((st = mag_db_int(&n, db, "SELECT n FROM t WHERE id = 1", NULL)) !=
	    MAG_OK)
		return st;
	if ((st = mag_db_run(db, "UPDATE t SET n = ?1 WHERE id = 1", "i",
	    n + 1)) != MAG_OK)
		return st;
	return mag_db_run(db, "INSERT INTO t (v) VALUES (?1)", "s",
	    (const char *)arg);
}

/* Rows of half a page, so that the log needs a checkpoint now and then. */
static void
write_many(int times)
{
	struct mag_db *db = unit_db_again();
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	while (times-- > 0) {
		ck_assert_int_eq(mag_db_write(db, add_one, text), MAG_OK);
		mag_db_idle(db);
		if (times % 50 == 0)
			ck_assert_int_eq(mag_db_checkpoint(db), MAG_OK);
	}
	mag_db_close(db);
}

START_TEST(four_writers_with_checkpoints_lose_nothing)
{
	struct mag_db *db = small();
	struct mag_buf b;
	pid_t pids[4];
	int i;

	ck_assert_int_eq(run(db, "INSERT INTO t (id, n) VALUES (1, 0)"), MAG_OK);
	mag_db_close(db);
	for (i = 0; i < 4; i++)
		pids[i] = child(write_many, 400);
	all_exit_well(pids, 4);
	db = unit_db_again();
	ck_assert_int_eq(number(db, "SELECT n FROM t WHERE id = 1"), 1600);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 1601);
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_verify(db, &b), MAG_OK);
	ck_assert_str_eq(b.p, "");
	mag_db_close(db);
}
END_TEST

START_TEST(the_log_does_not_grow_without_end)
{
	struct mag_db *db = small();
	struct stat sb;
	int i;

	ck_assert_int_eq(run(db, "INSERT INTO t (id, v) VALUES (1, '')"), MAG_OK);
	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(run(db, "UPDATE t SET v = hex(zeroblob(100000))"),
		    MAG_OK);
		mag_db_idle(db);
	}
	ck_assert_int_eq(stat(unit_path("test.db-wal"), &sb), 0);
	ck_assert_int_lt(sb.st_size, 6 * 1024 * 1024);
	mag_db_close(db);
}
END_TEST

/* Says on the pipe that its transaction is open, and never ends it. */
static int in_transaction[2];

static enum mag_status
hang(struct mag_db *db, void *arg)
{

	(void)arg;
	(void)run(db, "INSERT INTO t (v) VALUES ('lost')");
	ck_assert_int_eq(write(in_transaction[1], "x", 1), 1);
	for (;;)
		pause();
}

static void
die_writing(int arg)
{
	struct mag_db *db = unit_db_again();
	int i;

	for (i = 0; i < arg; i++)
		(void)run(db, "INSERT INTO t (v) VALUES ('kept')");
	ck_assert_int_ne(mag_db_write(db, hang, NULL), MAG_OK);
}

START_TEST(a_killed_writer_leaves_what_it_had_committed)
{
	struct mag_db *db = small();
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(in_transaction), 0);
	pid = child(die_writing, 20);
	ck_assert_int_eq(read(in_transaction[0], &byte, 1), 1);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(run(db, "INSERT INTO t (v) VALUES ('next')"), MAG_OK);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t WHERE v = 'kept'"),
	    20);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 21);
	mag_db_close(db);
}
END_TEST

START_TEST(a_writer_waits_five_seconds_and_no_longer)
{
	struct mag_db *db = small();
	int64_t from;
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(in_transaction), 0);
	pid = child(die_writing, 0);
	ck_assert_int_eq(read(in_transaction[0], &byte, 1), 1);
	from = mag_clock_us();
	ck_assert_int_eq(mag_db_write(db, insert_two, &(enum mag_status){ MAG_OK }),
	    MAG_UNAVAILABLE);
	from = mag_clock_us() - from;
	ck_assert_int_ge(from, 4900000);
	ck_assert_int_lt(from, 8000000);
	ck_assert_int_eq(mag_db_busy_waits(db), 1);
	/* Reading goes on, and the idle moment does not wait. */
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 0);
	mag_db_idle(db);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	mag_db_close(db);
}
END_TEST

/* A disk of two MiB under ${path} that is gone with this process. */
static bool
small_disk(const char *path)
{

	if (mkdir(path, 0755) != 0)
		return false;
	if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0)
		return false;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return false;
	return mount("tmpfs", path, "tmpfs", 0, "size=2m") == 0;
}

static void
ballast(const char *path, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(posix_fallocate(fd, 0, (off_t)n), 0);
	close(fd);
}

static enum mag_status
insert_pair(struct mag_db *db, void *arg)
{
	static const char sql[] =
	    "INSERT INTO t (v) VALUES (hex(zeroblob(?1)))";
	int64_t n = 2000;
	enum mag_status st;

	(void)arg;
	if ((st = mag_db_run(db, sql, "i", n)) != MAG_OK)
		return st;
	return mag_db_run(db, sql, "i", n);
}

START_TEST(a_full_disk_stops_writing_until_there_is_room)
{
	const char *disk = unit_path("disk");
	const char *weight = mag_printf(a, "%s/weight", disk);
	enum mag_status st;
	struct mag_db *db;
	struct mag_buf b;
	int64_t n;
	int i;

	if (!small_disk(disk)) {
		fputs("# SKIP a_full_disk_stops_writing_until_there_is_room: "
		    "a tmpfs cannot be mounted here\n", stderr);
		return;
	}
	ballast(weight, 512 * 1024);
	ck_assert_int_eq(mag_db_open(&db, mag_printf(a, "%s/x.db", disk),
	    MAG_DB_CREATE, 0), MAG_OK);
	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE t (v TEXT)"), MAG_OK);
	for (i = 0; (st = mag_db_write(db, insert_pair, NULL)) == MAG_OK; i++)
		ck_assert_int_lt(i, 1000);
	ck_assert_int_eq(st, MAG_UNAVAILABLE);

	/* Reading goes on, and of two rows there are two or none. */
	ck_assert_int_eq(mag_db_write(db, insert_pair, NULL), MAG_UNAVAILABLE);
	n = number(db, "SELECT count(*) FROM t");
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(n % 2, 0);
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_verify(db, &b), MAG_OK);
	ck_assert_str_eq(b.p, "");
	mag_db_idle(db);
	ck_assert_int_eq(mag_db_copy(db, mag_printf(a, "%s/copy.db", disk)),
	    MAG_UNAVAILABLE);
	ck_assert_int_ne(access(mag_printf(a, "%s/copy.db", disk), F_OK), 0);

	ck_assert_int_eq(unlink(weight), 0);
	ck_assert_int_eq(mag_db_write(db, insert_pair, NULL), MAG_OK);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), n + 2);
	mag_db_close(db);
}
END_TEST

Suite *
suite_db(void)
{
	Suite *s = suite_create("db");
	TCase *tc = unit_case(s, "db");

	tcase_add_test(tc, a_missing_file_is_not_found_and_not_made);
	tcase_add_test(tc, a_new_file_is_not_for_everybody);
	tcase_add_test(tc, what_is_no_database_is_refused);
	tcase_add_test(tc, a_path_that_looks_like_a_uri_is_a_path);
	tcase_add_test(tc, the_connection_is_set_up_as_promised);
	tcase_add_test(tc, every_kind_of_argument_comes_back);
	tcase_add_test(tc, times_of_older_programs_are_read);
	tcase_add_test(tc, bound_arrays_do_the_same);
	tcase_add_test(tc, no_row_is_not_found);
	tcase_add_test(tc, a_statement_may_be_read_inside_itself);
	tcase_add_test(tc, other_text_at_the_same_address_is_another_statement);
	tcase_add_test(tc, a_transaction_is_all_or_nothing);
	tcase_add_test(tc,
	    nothing_is_written_after_a_failure_ended_the_transaction);
	tcase_add_test(tc, reads_in_one_transaction_see_one_moment);
	tcase_add_test(tc, whatever_is_committed_moves_the_number);
	tcase_add_test(tc, a_returned_row_gives_the_write_lock_back);
	tcase_add_test(tc, rows_are_returned_inside_a_transaction);
	tcase_add_test(tc, a_broken_rule_has_its_own_status);
	tcase_add_test(tc, a_copy_is_whole_and_replaces_what_was_there);
	tcase_add_test(tc, verify_names_what_dangles);
	tcase_add_test(tc, a_reader_cannot_write);
	tcase_add_test(tc, many_may_open_a_new_file_at_once);
	tcase_add_test(tc, four_writers_with_checkpoints_lose_nothing);
	tcase_add_test(tc, the_log_does_not_grow_without_end);
	tcase_add_test(tc, a_killed_writer_leaves_what_it_had_committed);
	tcase_add_test(tc, a_full_disk_stops_writing_until_there_is_room);
	tcase_add_test(tc, a_writer_waits_five_seconds_and_no_longer);
	return s;
}
