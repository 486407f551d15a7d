/* SPDX-License-Identifier: MIT */
/* How long the log becomes, and when it is moved into the file. */
#include <sys/stat.h>

#include "unit.h"

static off_t
size_of(const char *name)
{
	struct stat sb;

	ck_assert_int_eq(stat(unit_path(name), &sb), 0);
	return sb.st_size;
}

/* One more row of half a megabyte of hexadecimal, and a moment between two
 * requests. */
static void
write_much(struct mag_db *db)
{

	ck_assert_int_eq(unit_run(db, "INSERT INTO t (v) VALUES"
	    " (hex(zeroblob(250000)))"), MAG_OK);
	mag_db_idle(db);
}

START_TEST(the_log_does_not_grow_without_end)
{
	struct mag_db *db = unit_small_db();
	int i;

	ck_assert_int_eq(unit_run(db, "INSERT INTO t (id, v) VALUES (1, '')"), MAG_OK);
	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(unit_run(db, "UPDATE t SET v = hex(zeroblob(100000))"),
		    MAG_OK);
		mag_db_idle(db);
	}
	ck_assert_int_lt(size_of("test.db-wal"), 6 * 1024 * 1024);
	mag_db_close(db);
}
END_TEST

/* Twenty megabytes of log behind a reader, who then goes away. */
static struct mag_db *
long_log(void)
{
	struct mag_db *db = unit_small_db(), *reader;
	struct mag_row *row = NULL;
	int i;

	write_much(db);
	ck_assert_int_eq(mag_db_checkpoint(db), MAG_OK);
	reader = unit_db_again();
	ck_assert_int_eq(mag_db_query(&row, reader, "SELECT id FROM t",
	    NULL), MAG_OK);
	ck_assert_int_eq(mag_row_next(row), MAG_OK);
	for (i = 0; i < 40; i++)
		write_much(db);
	mag_row_done(row);
	mag_db_close(reader);
	return db;
}

START_TEST(a_log_that_somebody_holds_is_looked_at_once_a_second)
{
	struct mag_db *db = long_log();
	off_t before = size_of("test.db");

	/* It could be moved now; but nobody looks before the second is over. */
	ck_assert_int_lt(before, 10 * 1024 * 1024);
	write_much(db);
	ck_assert_int_eq(size_of("test.db"), before);
	mag_clock_sleep_ms(1100);
	write_much(db);
	ck_assert_int_gt(size_of("test.db"), 15 * 1024 * 1024);
	mag_db_close(db);
}
END_TEST

START_TEST(who_asks_for_a_checkpoint_does_not_wait_for_that_second)
{
	struct mag_db *db = long_log();

	ck_assert_int_eq(mag_db_checkpoint(db), MAG_OK);
	ck_assert_int_gt(size_of("test.db"), 15 * 1024 * 1024);
	mag_db_close(db);
}
END_TEST

Suite *
suite_db_log(void)
{
	Suite *s = suite_create("db_log");
	TCase *tc = unit_case(s, "db_log");

	tcase_add_test(tc, the_log_does_not_grow_without_end);
	tcase_add_test(tc, a_log_that_somebody_holds_is_looked_at_once_a_second);
	tcase_add_test(tc, who_asks_for_a_checkpoint_does_not_wait_for_that_second);
	return s;
}
