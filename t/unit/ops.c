/* SPDX-License-Identifier: MIT */
/* Jobs: when they are due, and who asked for one. */
#include <magnetiq/ops.h>

#include "unit.h"

#define NOW	1790000000

static struct mag_db *db;
static struct mag_call *c;

static enum mag_status
ask(struct mag_db *d, void *arg)
{

	(void)d;
	return mag_ops_ask(c, arg);
}

static void
setup(void)
{

	db = unit_db();
	c = unit_db_call(db);
	c->now = NOW;
	ck_assert_int_eq(mag_ops_enter(c), MAG_OK);
}

static const struct mag_op *
asked(int64_t *times)
{
	const struct mag_op *op;

	ck_assert_int_eq(mag_ops_asked(&op, times, c), MAG_OK);
	return op;
}

START_TEST(nobody_has_asked_for_a_job_at_first)
{
	int64_t times;

	ck_assert_ptr_null(asked(&times));
	ck_assert_int_eq(times, 0);
}
END_TEST

START_TEST(a_job_that_several_asked_for_runs_once)
{
	const struct mag_op *op;
	int64_t times;

	ck_assert_int_eq(mag_db_write(db, ask, (char *)"purge"), MAG_OK);
	ck_assert_int_eq(mag_db_write(db, ask, (char *)"purge"), MAG_OK);
	op = asked(&times);
	ck_assert_str_eq(op->name, "purge");
	ck_assert_int_eq(times, 2);
	ck_assert_int_eq(mag_ops_note(c, op, 1, NULL, times), MAG_OK);
	ck_assert_ptr_null(asked(&times));
}
END_TEST

START_TEST(what_is_asked_for_while_a_job_runs_lets_it_run_again)
{
	const struct mag_op *op;
	int64_t times, more;

	ck_assert_int_eq(mag_db_write(db, ask, (char *)"purge"), MAG_OK);
	op = asked(&times);
	ck_assert_int_eq(mag_db_write(db, ask, (char *)"purge"), MAG_OK);
	ck_assert_int_eq(mag_ops_note(c, op, 1, NULL, times), MAG_OK);
	ck_assert_ptr_eq(asked(&more), op);
	ck_assert_int_eq(more, 1);
}
END_TEST

START_TEST(a_run_that_nobody_asked_for_answers_nobody)
{
	int64_t times;

	ck_assert_int_eq(mag_db_write(db, ask, (char *)"purge"), MAG_OK);
	ck_assert_int_eq(mag_ops_note(c, mag_op_find("purge"), 1, NULL, 0),
	    MAG_OK);
	ck_assert_ptr_eq(asked(&times), mag_op_find("purge"));
}
END_TEST

START_TEST(a_job_that_nobody_knows_is_not_found)
{

	ck_assert_int_eq(mag_db_write(db, ask, (char *)"nothing"), MAG_NOT_FOUND);
}
END_TEST

Suite *
suite_ops(void)
{
	Suite *s = suite_create("ops");
	TCase *tc = unit_case(s, "asked for");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, nobody_has_asked_for_a_job_at_first);
	tcase_add_test(tc, a_job_that_several_asked_for_runs_once);
	tcase_add_test(tc, what_is_asked_for_while_a_job_runs_lets_it_run_again);
	tcase_add_test(tc, a_run_that_nobody_asked_for_answers_nobody);
	tcase_add_test(tc, a_job_that_nobody_knows_is_not_found);
	return s;
}
