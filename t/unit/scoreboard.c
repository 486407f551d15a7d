/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define NOW	1790000000

static struct mag_scoreboard *board;
static char folder[32], path[64];

static void
open_board(void)
{

	strcpy(folder, "/tmp/mag-board-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/scoreboard", folder);
	ck_assert_int_eq(mag_scoreboard_open(&board, folder, NOW), MAG_OK);
}

static void
close_board(void)
{

	mag_scoreboard_close(board);
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);	/* nothing else was left */
}

/* A process that joins, tells us so, and stays. */
static pid_t
worker(enum mag_pool pool)
{
	int ready[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		mag_scoreboard_close(board);
		if (mag_scoreboard_open(&board, folder, NOW + 5) != MAG_OK ||
		    !mag_scoreboard_join(board, pool, NOW + 5))
			_exit(1);
		mag_scoreboard_begin(board);
		mag_scoreboard_end(board, 3, 200, 80);
		mag_scoreboard_begin(board);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

START_TEST(a_worker_is_there_while_it_lives)
{
	struct mag_worker w[8];
	struct mag_scoreboard_sums sums;
	pid_t app = worker(MAG_POOL_APP), auth = worker(MAG_POOL_AUTH);
	size_t i;

	ck_assert_uint_eq(mag_scoreboard_workers(board, w, 8), 2);
	ck_assert_int_lt(w[0].pid, w[1].pid);
	i = w[0].pid == app ? 0 : 1;
	ck_assert_int_eq(w[i].pid, app);
	ck_assert_int_eq(w[i].pool, MAG_POOL_APP);
	ck_assert_int_eq(w[1 - i].pid, auth);
	ck_assert_int_eq(w[1 - i].pool, MAG_POOL_AUTH);
	ck_assert_int_eq(w[i].started, NOW + 5);
	ck_assert_int_eq(w[i].requests, 1);
	ck_assert_int_gt(w[i].memory_kb, 0);
	ck_assert(w[i].busy);
	mag_scoreboard_sums(board, &sums);
	ck_assert_int_eq(sums.in_flight, 2);

	/* Gone at once, even while nobody has waited for it yet. */
	kill(app, SIGKILL);
	while (mag_scoreboard_workers(board, w, 8) == 2)
		mag_clock_sleep_ms(1);
	ck_assert_uint_eq(mag_scoreboard_workers(board, w, 8), 1);
	ck_assert_int_eq(w[0].pid, auth);
	mag_scoreboard_sums(board, &sums);
	ck_assert_int_eq(sums.in_flight, 1);
	ck_assert_int_eq(sums.requests, 2);
	kill(auth, SIGKILL);
	while (wait(NULL) > 0)
		continue;
}
END_TEST

START_TEST(a_slot_is_used_again_and_again)
{
	struct mag_scoreboard *other;
	struct mag_worker w[2];
	int i;

	for (i = 0; i < 3 * MAG_SCOREBOARD_WORKERS; i++) {
		ck_assert_int_eq(mag_scoreboard_open(&other, folder, NOW), MAG_OK);
		ck_assert(mag_scoreboard_join(other, MAG_POOL_APP, NOW));
		ck_assert_uint_eq(mag_scoreboard_workers(other, w, 2), 1);
		ck_assert_int_eq(w[0].requests, 0);
		mag_scoreboard_begin(other);
		mag_scoreboard_end(other, 0, 200, 1);
		mag_scoreboard_close(other);
	}
	ck_assert_uint_eq(mag_scoreboard_workers(board, w, 2), 0);
}
END_TEST

START_TEST(one_too_many_works_without_a_slot)
{
	static struct mag_scoreboard *other[MAG_SCOREBOARD_WORKERS + 1];
	int i;

	for (i = 0; i <= MAG_SCOREBOARD_WORKERS; i++) {
		ck_assert_int_eq(mag_scoreboard_open(&other[i], folder, NOW), MAG_OK);
		ck_assert(mag_scoreboard_join(other[i], MAG_POOL_APP, NOW) ==
		    (i < MAG_SCOREBOARD_WORKERS));
	}
	mag_scoreboard_begin(other[i - 1]);
	mag_scoreboard_end(other[i - 1], 0, 200, 1);
	ck_assert_int_eq(mag_scoreboard_count(board, 0, 0), 1);
	for (i = 0; i <= MAG_SCOREBOARD_WORKERS; i++)
		mag_scoreboard_close(other[i]);
}
END_TEST

/* Where a status is counted. */
static size_t
at(int status)
{
	size_t i;

	for (i = 0; mag_scoreboard_status(i) != status; i++)
		ck_assert_int_ne(mag_scoreboard_status(i), -1);
	return i;
}

START_TEST(requests_are_counted_by_route_status_and_time)
{
	struct mag_scoreboard_sums sums;

	mag_scoreboard_end(board, 7, 200, 40);
	mag_scoreboard_end(board, 7, 200, 50);
	mag_scoreboard_end(board, 7, 404, 51);
	mag_scoreboard_end(board, 8, 418, 99999999);
	mag_scoreboard_end(board, MAG_SCOREBOARD_ROUTES, 500, 1);
	mag_scoreboard_busy(board, 3);
	ck_assert_int_eq(mag_scoreboard_count(board, 7, at(200)), 2);
	ck_assert_int_eq(mag_scoreboard_count(board, 7, at(404)), 1);
	ck_assert_int_eq(mag_scoreboard_count(board, 8, at(0)), 1);
	ck_assert_int_eq(mag_scoreboard_count(board, 9, at(200)), 0);
	ck_assert_int_eq(mag_scoreboard_count(board, MAG_SCOREBOARD_ROUTES, 0), 0);
	mag_scoreboard_sums(board, &sums);
	ck_assert_int_eq(sums.requests, 5);
	ck_assert_int_eq(sums.microseconds, 40 + 50 + 51 + 99999999 + 1);
	ck_assert_int_eq(sums.times[0], 3);
	ck_assert_int_eq(sums.times[1], 1);
	ck_assert_int_eq(sums.times[MAG_SCOREBOARD_TIMES], 1);
	ck_assert_int_eq(sums.busy_waits, 3);
	ck_assert_int_eq(sums.started, NOW);
}
END_TEST

START_TEST(counts_outlive_processes_but_not_another_route_table)
{

	mag_scoreboard_routes(board, 1);
	mag_scoreboard_end(board, 7, 200, 40);
	mag_scoreboard_close(board);
	ck_assert_int_eq(mag_scoreboard_open(&board, folder, NOW + 1), MAG_OK);
	mag_scoreboard_routes(board, 1);
	ck_assert_int_eq(mag_scoreboard_count(board, 7, at(200)), 1);
	mag_scoreboard_routes(board, 2);
	ck_assert_int_eq(mag_scoreboard_count(board, 7, at(200)), 0);
}
END_TEST

/* What a damaged file may look like. */
static const char *const damages[] = { "empty", "short", "other", "long" };

static void
damage(const char *how)
{
	int fd = open(path, O_RDWR);
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	if (strcmp(how, "empty") == 0)
		ck_assert_int_eq(ftruncate(fd, 0), 0);
	else if (strcmp(how, "short") == 0)
		ck_assert_int_eq(ftruncate(fd, st.st_size / 2), 0);
	else if (strcmp(how, "long") == 0)
		ck_assert_int_eq(ftruncate(fd, st.st_size + 1), 0);
	else
		ck_assert_int_eq(pwrite(fd, "\xff", 1, 8), 1);
	close(fd);
}

START_TEST(a_damaged_or_older_file_is_made_anew)
{
	struct mag_worker w[2];
	int i, status, good = 0;

	mag_scoreboard_close(board);
	board = NULL;
	damage(damages[_i]);
	/* By several at once: all must end up on the same one. */
	for (i = 0; i < 6; i++)
		if (fork() == 0) {
			if (mag_scoreboard_open(&board, folder, NOW) != MAG_OK)
				_exit(1);
			mag_scoreboard_end(board, 1, 200, 1);
			_exit(0);
		}
	while (wait(&status) > 0)
		good += status == 0;
	ck_assert_int_eq(good, 6);
	ck_assert_int_eq(mag_scoreboard_open(&board, folder, NOW), MAG_OK);
	ck_assert_int_eq(mag_scoreboard_count(board, 1, at(200)), 6);
	ck_assert(mag_scoreboard_join(board, MAG_POOL_APP, NOW));
	ck_assert_uint_eq(mag_scoreboard_workers(board, w, 2), 1);
}
END_TEST

START_TEST(processes_that_start_at_once_share_one_file)
{
	int i, status, good = 0;

	mag_scoreboard_close(board);
	ck_assert_int_eq(unlink(path), 0);
	for (i = 0; i < 8; i++)
		if (fork() == 0) {
			if (mag_scoreboard_open(&board, folder, NOW) != MAG_OK)
				_exit(1);
			mag_scoreboard_end(board, 1, 200, 1);
			_exit(0);
		}
	while (wait(&status) > 0)
		good += status == 0;
	ck_assert_int_eq(good, 8);
	ck_assert_int_eq(mag_scoreboard_open(&board, folder, NOW), MAG_OK);
	ck_assert_int_eq(mag_scoreboard_count(board, 1, at(200)), 8);
}
END_TEST

START_TEST(without_a_board_nothing_is_counted_and_nothing_breaks)
{
	struct mag_scoreboard *none = NULL;
	struct mag_scoreboard_sums sums;
	struct mag_worker w[2];

	ck_assert_int_eq(mag_scoreboard_open(&none, "/proc/nowhere", NOW),
	    MAG_FAILED);
	ck_assert_ptr_null(none);
	ck_assert(!mag_scoreboard_join(none, MAG_POOL_APP, NOW));
	mag_scoreboard_routes(none, 1);
	mag_scoreboard_begin(none);
	mag_scoreboard_end(none, 0, 200, 1);
	mag_scoreboard_busy(none, 1);
	mag_scoreboard_sums(none, &sums);
	ck_assert_int_eq(sums.requests, 0);
	ck_assert_uint_eq(mag_scoreboard_workers(none, w, 2), 0);
	ck_assert_int_eq(mag_scoreboard_count(none, 0, 0), 0);
	mag_scoreboard_close(none);
}
END_TEST

START_TEST(bounds_grow_and_end)
{
	size_t i;

	for (i = 1; mag_scoreboard_time(i) != -1; i++)
		ck_assert_int_gt(mag_scoreboard_time(i), mag_scoreboard_time(i - 1));
	ck_assert_uint_eq(i, MAG_SCOREBOARD_TIMES);
}
END_TEST

Suite *
suite_scoreboard(void)
{
	Suite *s = suite_create("scoreboard");
	TCase *tc = unit_case(s, "scoreboard");

	tcase_add_checked_fixture(tc, open_board, close_board);
	tcase_add_test(tc, a_worker_is_there_while_it_lives);
	tcase_add_test(tc, a_slot_is_used_again_and_again);
	tcase_add_test(tc, one_too_many_works_without_a_slot);
	tcase_add_test(tc, requests_are_counted_by_route_status_and_time);
	tcase_add_test(tc, counts_outlive_processes_but_not_another_route_table);
	tcase_add_loop_test(tc, a_damaged_or_older_file_is_made_anew, 0,
	    sizeof(damages) / sizeof(damages[0]));
	tcase_add_test(tc, processes_that_start_at_once_share_one_file);
	tcase_add_test(tc, without_a_board_nothing_is_counted_and_nothing_breaks);
	tcase_add_test(tc, bounds_grow_and_end);
	return s;
}
