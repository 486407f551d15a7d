/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "unit.h"

#define NOW	1790000000

static struct mag_scoreboard *board;	/* of the one who takes out */
static struct mag_tallied list[MAG_TALLY_PLACES];
static char folder[32];

static struct mag_scoreboard *
open_one(void)
{
	struct mag_scoreboard *s;

	ck_assert_int_eq(mag_scoreboard_open(&s, folder, NOW), MAG_OK);
	return s;
}

static struct mag_scoreboard *
join(void)
{
	struct mag_scoreboard *s = open_one();

	ck_assert(mag_scoreboard_join(s, MAG_POOL_APP, NOW));
	return s;
}

static void
open_board(void)
{

	strcpy(folder, "/tmp/mag-tally-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	board = open_one();
}

static void
close_board(void)
{
	char path[64];

	mag_scoreboard_close(board);
	snprintf(path, sizeof(path), "%s/scoreboard", folder);
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

/* How often a text stands in what was read. */
static int64_t
sum(size_t n, const char *text)
{
	int64_t s = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i].text, text) == 0)
			s += list[i].n;
	return s;
}

static void
count(struct mag_scoreboard *s, const char *text, int n)
{

	for (; n > 0; n--)
		mag_tally_count(s, text);
}

/* Texts of the full length that share most of their bytes. */
static const char *
long_text(char out[MAG_TALLY_TEXT + 1], int i)
{

	memset(out, 'a' + i, MAG_TALLY_TEXT);
	out[MAG_TALLY_TEXT] = '\0';
	return out;
}

START_TEST(processes_count_the_same_and_other_texts_and_none_is_lost)
{
	struct mag_scoreboard *own;
	char text[MAG_TALLY_TEXT + 1];
	int i, k, status, good = 0;
	size_t n;

	for (i = 0; i < 4; i++)
		if (fork() == 0) {
			own = join();
			for (k = 0; k < 5000; k++) {
				count(own, "all of us", 1);
				count(own, long_text(text, i), 1);
				count(own, long_text(text, 8 + k % 8), 1);
			}
			_exit(0);
		}
	while (wait(&status) > 0)
		good += status == 0;
	ck_assert_int_eq(good, 4);
	n = mag_tally_read(board, list);
	ck_assert_int_eq(sum(n, "all of us"), 20000);
	for (i = 0; i < 4; i++)
		ck_assert_int_eq(sum(n, long_text(text, i)), 5000);
	for (k = 8; k < 16; k++)
		ck_assert_int_eq(sum(n, long_text(text, k)), 2500);
}
END_TEST

/* While others count, everything is taken out once. */
START_TEST(what_is_taken_out_meanwhile_is_counted_once)
{
	struct mag_scoreboard *own;
	int64_t all = 0;
	int i, k, left = 3, status;
	size_t n;

	for (i = 0; i < 3; i++)
		if (fork() == 0) {
			own = join();
			for (k = 0; k < 20000; k++)
				count(own, k % 3 == i ? "one" : "two", 1);
			_exit(0);
		}
	while (left > 0) {
		left -= waitpid(-1, &status, WNOHANG) > 0;
		n = mag_tally_read(board, list);
		all += sum(n, "one") + sum(n, "two");
		mag_tally_taken(board, list, n);
	}
	n = mag_tally_read(board, list);
	ck_assert_int_eq(all + sum(n, "one") + sum(n, "two"), 60000);
}
END_TEST

START_TEST(what_came_after_reading_stays)
{
	struct mag_scoreboard *own = join();
	size_t n;

	count(own, "before", 3);
	ck_assert_uint_eq(n = mag_tally_read(board, list), 1);
	count(own, "before", 2);
	count(own, "after", 1);
	mag_tally_taken(board, list, n);
	ck_assert_uint_eq(n = mag_tally_read(board, list), 2);
	ck_assert_int_eq(sum(n, "before"), 2);
	ck_assert_int_eq(sum(n, "after"), 1);
	mag_tally_taken(board, list, n);
	ck_assert_uint_eq(mag_tally_read(board, list), 0);
	count(own, "before", 1);
	ck_assert_uint_eq(n = mag_tally_read(board, list), 1);
	ck_assert_int_eq(sum(n, "before"), 1);
	mag_scoreboard_close(own);
}
END_TEST

START_TEST(what_could_not_be_written_down_is_still_there)
{
	struct mag_scoreboard *own = join(), *other = open_one();
	size_t n;

	count(own, "a", 2);
	ck_assert_uint_eq(mag_tally_read(board, list), 1);
	/* Somebody else has to wait until the first one is gone. */
	ck_assert_uint_eq(mag_tally_read(other, list), 0);
	mag_scoreboard_close(board);
	mag_scoreboard_close(own);
	board = other;
	ck_assert_uint_eq(n = mag_tally_read(board, list), 1);
	ck_assert_int_eq(sum(n, "a"), 2);
	mag_tally_taken(board, list, n);
}
END_TEST

START_TEST(a_full_table_counts_what_it_has_and_no_more)
{
	struct mag_scoreboard *own = join();
	char text[32];
	size_t i, n, before;

	for (i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "text %zu", i);
		count(own, text, 1);
	}
	before = n = mag_tally_read(board, list);
	ck_assert_uint_gt(n, MAG_TALLY_PLACES * 9 / 10);
	for (i = 0; i < n; i++)
		ck_assert_int_eq(list[i].n, 1);
	strcpy(text, list[0].text);
	count(own, text, 4);
	ck_assert_uint_eq(n = mag_tally_read(board, list), before);
	ck_assert_int_eq(sum(n, text), 5);
	mag_tally_taken(board, list, n);
	ck_assert_uint_eq(mag_tally_read(board, list), 0);
	mag_scoreboard_close(own);
}
END_TEST

/* One number again and again: a text of two halves is seen. */
static const char *
numbers(char out[MAG_TALLY_TEXT + 1], unsigned i)
{
	size_t n;

	for (n = 0; n < MAG_TALLY_TEXT; n += 8)
		snprintf(out + n, 9, "%07u ", i % 10000000);
	return out;
}

/* Another text in each place each time, until somebody kills it. */
static pid_t
count_numbers(unsigned from)
{
	char text[MAG_TALLY_TEXT + 1];
	struct mag_scoreboard *own;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	own = join();
	for (;; from++)
		count(own, numbers(text, from), 1);
}

/* Takes all out; how many; only whole texts. */
static size_t
take_numbers(void)
{
	char text[MAG_TALLY_TEXT + 1];
	size_t i, n = mag_tally_read(board, list);

	for (i = 0; i < n; i++)
		ck_assert_str_eq(list[i].text, numbers(text,
		    (unsigned)strtoul(list[i].text, NULL, 10)));
	mag_tally_taken(board, list, n);
	return n;
}

START_TEST(whoever_is_killed_in_the_middle_leaves_only_whole_texts)
{
	size_t taken = 0, j;
	unsigned round, i;
	pid_t pid[2];

	for (round = 0; round < 60; round++) {
		for (i = 0; i < 2; i++)
			pid[i] = count_numbers(round * 50000 + i * 25000);
		mag_clock_sleep_ms(1 + round % 3);
		for (i = 0; i < 50; i++)
			taken += take_numbers();
		for (i = 0; i < 2; i++) {
			kill(pid[i], SIGKILL);
			ck_assert_int_eq(waitpid(pid[i], NULL, 0), pid[i]);
		}
	}
	/* Each place was used by one after the other. */
	ck_assert_uint_gt(taken + take_numbers(), 10 * MAG_TALLY_PLACES);
	for (j = 0; j < MAG_TALLY_PLACES; j++)
		ck_assert_uint_eq(board->shared->places[j].state & 3, 0);
}
END_TEST

/* A place as somebody leaves it who is killed while he writes into it. */
static void
half_written(size_t place, uint64_t slot)
{
	struct board_place *p = &board->shared->places[place];

	p->state = slot << 2 | 1;
	p->text[0] = 0x6161616161616161;
}

/* The places that are neither free nor ready. */
static size_t
claimed(void)
{
	size_t i, n = 0;

	for (i = 0; i < MAG_TALLY_PLACES; i++)
		n += (board->shared->places[i].state & 3) == 1;
	return n;
}

START_TEST(a_place_of_a_dead_process_is_used_again)
{
	struct mag_scoreboard *first = join(), *own;
	size_t i, n;

	/* Of one who lives, of one who is gone, and of none that there is. */
	half_written(0, 0);
	half_written(1, 77);
	half_written(2, 123456);
	ck_assert_uint_eq(mag_tally_read(board, list), 0);
	ck_assert_uint_eq(claimed(), 1);
	/* His slot's next owner knows at once that he is gone. */
	mag_scoreboard_close(first);
	own = join();
	ck_assert_uint_eq(claimed(), 0);
	for (i = 0; i < MAG_TALLY_PLACES; i++)
		half_written(i, 77);
	count(own, "no room", 1);
	ck_assert_uint_eq(mag_tally_read(board, list), 0);
	count(own, "room", 1);
	n = mag_tally_read(board, list);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(sum(n, "room"), 1);
	mag_scoreboard_close(own);
}
END_TEST

/* As a power cut may leave it: of two pages one is old. */
START_TEST(a_damaged_text_is_dropped)
{
	struct mag_scoreboard *own = join();
	size_t i, n;

	count(own, "a whole text", 3);
	count(own, "another text", 2);
	n = mag_tally_read(board, list);
	ck_assert_uint_eq(n, 2);
	i = strcmp(list[0].text, "a whole text") == 0 ? 0 : 1;
	board->shared->places[list[i].place].text[1] ^= 1;
	ck_assert_uint_eq(n = mag_tally_read(board, list), 1);
	ck_assert_str_eq(list[0].text, "another text");
	board->shared->places[0].state |= 3;	/* no state at all */
	(void)mag_tally_read(board, list);
	ck_assert_uint_eq(board->shared->places[0].state & 3, 0);
	mag_scoreboard_close(own);
}
END_TEST

START_TEST(what_does_not_fit_or_comes_from_no_worker_is_not_counted)
{
	struct mag_scoreboard *own = join();
	char text[MAG_TALLY_TEXT + 2];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	count(own, text, 1);
	count(own, "", 1);
	count(board, "has not joined", 1);
	count(NULL, "has none", 1);
	ck_assert_uint_eq(mag_tally_read(board, list), 0);
	ck_assert_uint_eq(mag_tally_read(NULL, list), 0);
	mag_tally_taken(NULL, list, 0);
	text[MAG_TALLY_TEXT] = '\0';
	count(own, text, 1);
	ck_assert_uint_eq(mag_tally_read(board, list), 1);
	ck_assert_str_eq(list[0].text, text);
	mag_scoreboard_close(own);
}
END_TEST

START_TEST(texts_outlive_those_who_counted_them)
{
	struct mag_scoreboard *own = join();
	size_t n;

	count(own, "still here", 2);
	mag_scoreboard_close(own);
	mag_scoreboard_close(board);
	board = open_one();
	n = mag_tally_read(board, list);
	ck_assert_int_eq(sum(n, "still here"), 2);
}
END_TEST

START_TEST(to_count_with_a_full_table_costs_a_few_microseconds)
{
	struct mag_scoreboard *own = join();
	int64_t from, us, best = INT64_MAX;
	char text[32];
	int i, round;

	for (round = 0; round < 5; round++) {
		from = mag_clock_us();
		for (i = 0; i < 10000; i++) {
			snprintf(text, sizeof(text), "text %d %d", round, i);
			count(own, text, 1);
		}
		us = mag_clock_us() - from;
		best = us < best ? us : best;
	}
	/* Ten times the goal, for sanitizers and busy machines. */
	ck_assert_int_lt(best, 10000 * 20);
	mag_scoreboard_close(own);
}
END_TEST

START_TEST(who_only_looks_makes_no_board_and_replaces_none)
{
	struct mag_scoreboard *other = NULL;
	int64_t version = 1;

	ck_assert_int_eq(mag_scoreboard_look(&other, "/proc/nowhere"),
	    MAG_NOT_FOUND);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(mag_scoreboard_look(&other, folder), MAG_OK);
	mag_scoreboard_close(other);
	board->shared->version = (uint64_t)version;
	ck_assert_int_eq(mag_scoreboard_look(&other, folder), MAG_NOT_FOUND);
	ck_assert_ptr_null(other);
	board->shared->version = BOARD_VERSION;
	ck_assert_int_eq(mag_scoreboard_look(&other, folder), MAG_OK);
	mag_scoreboard_close(other);
}
END_TEST

Suite *
suite_tally(void)
{
	Suite *s = suite_create("tally");
	TCase *tc = unit_case(s, "tally");

	tcase_add_checked_fixture(tc, open_board, close_board);
	tcase_add_test(tc,
	    processes_count_the_same_and_other_texts_and_none_is_lost);
	tcase_add_test(tc, what_is_taken_out_meanwhile_is_counted_once);
	tcase_add_test(tc, what_came_after_reading_stays);
	tcase_add_test(tc, what_could_not_be_written_down_is_still_there);
	tcase_add_test(tc, a_full_table_counts_what_it_has_and_no_more);
	tcase_add_test(tc,
	    whoever_is_killed_in_the_middle_leaves_only_whole_texts);
	tcase_add_test(tc, a_place_of_a_dead_process_is_used_again);
	tcase_add_test(tc, a_damaged_text_is_dropped);
	tcase_add_test(tc,
	    what_does_not_fit_or_comes_from_no_worker_is_not_counted);
	tcase_add_test(tc, texts_outlive_those_who_counted_them);
	tcase_add_test(tc,
	    to_count_with_a_full_table_costs_a_few_microseconds);
	tcase_add_test(tc, who_only_looks_makes_no_board_and_replaces_none);
	return s;
}
