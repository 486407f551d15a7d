/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* unshare */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static enum mag_status
insert_two(struct mag_db *db, void *arg)
{
	enum mag_status st;

	(void)arg;
	if ((st = unit_run(db, "INSERT INTO t (v) VALUES ('a')")) != MAG_OK)
		return st;
	return unit_run(db, "INSERT INTO t (v) VALUES ('b')");
}

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
write_pairs(int arg)
{
	struct mag_db *db = unit_db_again();

	(void)arg;
	for (;;)
		ck_assert_int_eq(mag_db_write(db, insert_two, NULL), MAG_OK);
}

START_TEST(a_copy_beside_a_writer_is_of_one_moment)
{
	const char *path = unit_path("copy.db");
	struct mag_db *db = unit_small_db(), *copy;
	pid_t pid = child(write_pairs, 0);
	struct mag_buf b;
	int i;

	for (i = 0; i < 10; i++) {
		mag_clock_sleep_ms(10);
		ck_assert_int_eq(mag_db_copy(db, path), MAG_OK);
		ck_assert_int_eq(mag_db_open(&copy, path, 0, 0), MAG_OK);
		ck_assert_int_eq(unit_number(copy, "SELECT count(*) % 2 FROM t"), 0);
		mag_buf_init(&b, a, 0);
		ck_assert_int_eq(mag_db_verify(copy, &b), MAG_OK);
		ck_assert_str_eq(b.p, "");
		mag_db_close(copy);
	}
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	mag_db_close(db);
}
END_TEST

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
	struct mag_db *db = unit_small_db();

	(void)arg;
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
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
		ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 6);
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
	struct mag_db *db = unit_small_db();
	struct mag_buf b;
	pid_t pids[4];
	int i;

	ck_assert_int_eq(unit_run(db, "INSERT INTO t (id, n) VALUES (1, 0)"), MAG_OK);
	mag_db_close(db);
	for (i = 0; i < 4; i++)
		pids[i] = child(write_many, 400);
	all_exit_well(pids, 4);
	db = unit_db_again();
	ck_assert_int_eq(unit_number(db, "SELECT n FROM t WHERE id = 1"), 1600);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 1601);
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_verify(db, &b), MAG_OK);
	ck_assert_str_eq(b.p, "");
	mag_db_close(db);
}
END_TEST

/* Says on the pipe that its transaction is open, and never ends it. */
static int in_transaction[2];

static enum mag_status
linger(struct mag_db *db, void *arg)
{

	(void)arg;
	(void)unit_number(db, "SELECT count(*) FROM t");
	ck_assert_int_eq(write(in_transaction[1], "x", 1), 1);
	mag_clock_sleep_ms(300);
	return MAG_OK;
}

static void
read_slowly(int arg)
{
	struct mag_db *db = unit_db_again();

	(void)arg;
	ck_assert_int_eq(mag_db_read(db, linger, NULL), MAG_OK);
	mag_db_close(db);
}

static bool
a_file_says(const char *name, const char *what)
{
	FILE *f = fopen(unit_path(name), "r");
	static char all[1024 * 1024];
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(all, 1, sizeof(all), f);
	fclose(f);
	return memmem(all, n, what, strlen(what)) != NULL;
}

START_TEST(what_was_scrubbed_is_gone_though_somebody_was_reading)
{
	struct mag_db *db = unit_small_db();
	char byte;
	pid_t pid;

	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE generation"
	    " (name TEXT, n INTEGER);"
	    "INSERT INTO generation VALUES ('content', 1)"), MAG_OK);
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('Geheimnis')"),
	    MAG_OK);
	ck_assert_int_eq(unit_run(db, "DELETE FROM t"), MAG_OK);
	/* It keeps the log, though all of it can go into the file. */
	ck_assert_int_eq(pipe(in_transaction), 0);
	pid = child(read_slowly, 0);
	ck_assert_int_eq(read(in_transaction[0], &byte, 1), 1);
	ck_assert(a_file_says("test.db-wal", "Geheimnis"));
	ck_assert_int_eq(mag_db_scrub(db), MAG_OK);
	ck_assert(!a_file_says("test.db-wal", "Geheimnis"));
	ck_assert(!a_file_says("test.db", "Geheimnis"));
	all_exit_well(&pid, 1);
	mag_db_close(db);
}
END_TEST

static enum mag_status
hang(struct mag_db *db, void *arg)
{

	(void)arg;
	(void)unit_run(db, "INSERT INTO t (v) VALUES ('lost')");
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
		(void)unit_run(db, "INSERT INTO t (v) VALUES ('kept')");
	ck_assert_int_ne(mag_db_write(db, hang, NULL), MAG_OK);
}

START_TEST(a_killed_writer_leaves_what_it_had_committed)
{
	struct mag_db *db = unit_small_db();
	char byte;
	pid_t pid;

	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE generation"
	    " (name TEXT, n INTEGER);"
	    "INSERT INTO generation VALUES ('content', 1)"), MAG_OK);
	ck_assert_int_eq(pipe(in_transaction), 0);
	pid = child(die_writing, 20);
	ck_assert_int_eq(read(in_transaction[0], &byte, 1), 1);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('next')"), MAG_OK);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t WHERE v = 'kept'"),
	    20);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 21);
	mag_db_close(db);
}
END_TEST

static off_t
size_of(const char *path)
{
	struct stat sb;

	ck_assert_int_eq(stat(path, &sb), 0);
	return sb.st_size;
}

START_TEST(no_checkpoint_runs_while_another_writes)
{
	struct mag_db *db = unit_small_db();
	const char *path = unit_path("test.db");
	int64_t from;
	off_t before;
	char byte;
	pid_t pid;
	int i;

	ck_assert_int_eq(mag_db_checkpoint(db), MAG_OK);
	before = size_of(path);
	for (i = 0; i < 50; i++)
		ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES"
		    " (hex(zeroblob(50000)))"), MAG_OK);
	ck_assert_int_eq(pipe(in_transaction), 0);
	pid = child(die_writing, 0);
	ck_assert_int_eq(read(in_transaction[0], &byte, 1), 1);
	from = mag_clock_us();
	mag_db_idle(db);
	ck_assert_int_lt(mag_clock_us() - from, 1000000);
	ck_assert_int_eq(size_of(path), before);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);

	/* The next commit of ours gives the next occasion. */
	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES ('x')"), MAG_OK);
	mag_db_idle(db);
	ck_assert_int_gt(size_of(path), before);
	mag_db_close(db);
}
END_TEST

START_TEST(a_writer_waits_five_seconds_and_no_longer)
{
	struct mag_db *db = unit_small_db();
	int64_t from;
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(in_transaction), 0);
	pid = child(die_writing, 0);
	ck_assert_int_eq(read(in_transaction[0], &byte, 1), 1);
	from = mag_clock_us();
	ck_assert_int_eq(mag_db_write(db, insert_two, NULL),
	    MAG_UNAVAILABLE);
	from = mag_clock_us() - from;
	ck_assert_int_ge(from, 4900000);
	ck_assert_int_lt(from, 8000000);
	ck_assert_int_eq(mag_db_busy_waits(db), 1);
	/* Reading goes on, and the idle moment does not wait. */
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), 0);
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
	n = unit_number(db, "SELECT count(*) FROM t");
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
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM t"), n + 2);
	mag_db_close(db);
}
END_TEST

Suite *
suite_db_many(void)
{
	Suite *s = suite_create("db_many");
	TCase *tc = unit_case(s, "db_many");

	tcase_add_test(tc, a_copy_beside_a_writer_is_of_one_moment);
	tcase_add_test(tc, many_may_open_a_new_file_at_once);
	tcase_add_test(tc, four_writers_with_checkpoints_lose_nothing);
	tcase_add_test(tc, what_was_scrubbed_is_gone_though_somebody_was_reading);
	tcase_add_test(tc, a_killed_writer_leaves_what_it_had_committed);
	tcase_add_test(tc, no_checkpoint_runs_while_another_writes);
	tcase_add_test(tc, a_writer_waits_five_seconds_and_no_longer);
	tcase_add_test(tc, a_full_disk_stops_writing_until_there_is_room);
	return s;
}
