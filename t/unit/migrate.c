/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define NOW	1790000000

static void
script(struct mag_db *db, const char *sql)
{

	ck_assert_msg(mag_db_script(db, sql) == MAG_OK, "%s", sql);
}

/* The database is refused, and the reason holds ${words}. */
static void
refused(struct mag_db *db, const char *words)
{
	char error[256];

	ck_assert_int_eq(mag_migrate_check(db, error, sizeof(error)),
	    MAG_CONFLICT);
	ck_assert_msg(strstr(error, words) != NULL, "%s: %s", words, error);
}

static void
sound(struct mag_db *db)
{
	char error[256] = "x";
	struct mag_buf b;

	ck_assert_int_eq(mag_migrate_check(db, error, sizeof(error)), MAG_OK);
	ck_assert_str_eq(error, "");
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_verify(db, &b), MAG_OK);
	ck_assert_str_eq(b.p, "");
}

static void
count(const struct mag_migration *m, void *arg)
{

	ck_assert_int_gt(m->number, 0);
	++*(int *)arg;
}

START_TEST(migrations_are_numbered_and_say_what_may_run_beside_them)
{
	const struct mag_migration *m;
	int last = 0;
	size_t i, n;

	m = mag_migrations(&n);
	ck_assert_uint_ge(n, 4);
	for (i = 0; i < n; i++) {
		ck_assert_int_gt(m[i].number, last);
		last = m[i].number;
		ck_assert_int_eq(atoi(m[i].name), last);
		ck_assert_ptr_null(strchr(m[i].name, '.'));
		ck_assert_msg(m[i].beside[0] != '\0', "%s", m[i].name);
	}
	ck_assert_str_eq(m[0].name, "0001-base");
	ck_assert_str_eq(m[0].beside, "2.0.0");
}
END_TEST

START_TEST(a_new_database_gets_all_migrations_once)
{
	struct mag_db *db = unit_db_again();
	const struct mag_migration *m;
	int version = -1, applied = 0;
	size_t n;

	m = mag_migrations(&n);
	ck_assert_int_eq(mag_migrate_version(&version, db), MAG_OK);
	ck_assert_int_eq(version, 0);
	refused(db, "init-db");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, count, &applied), MAG_OK);
	ck_assert_int_eq(applied, (int)n);
	ck_assert_int_eq(mag_migrate_apply(db, NOW, count, &applied), MAG_OK);
	ck_assert_int_eq(applied, (int)n);
	ck_assert_int_eq(mag_migrate_version(&version, db), MAG_OK);
	ck_assert_int_eq(version, m[n - 1].number);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM schema_migrations"
	    " WHERE applied_at = '2026-09-21 14:13:20' AND length(sha256) = 64"),
	    (int)n);
	ck_assert_int_eq(unit_number(db, "PRAGMA foreign_keys"), 1);
	sound(db);
	mag_db_close(db);
}
END_TEST

START_TEST(users_keep_their_folded_addresses)
{
	struct mag_db *db = unit_db_again();
	const struct mag_migration *m;
	size_t i, n;

	m = mag_migrations(&n);
	for (i = 0; i < n && m[i].number < 6; i++)
		script(db, m[i].sql);
	script(db, "INSERT INTO admin_users (id, email, email_folded)"
	    " VALUES (7, 'Anna@Example.org', 'anna@example.org');"
	    "INSERT INTO user_sessions (user_id, session_token, expires_at)"
	    " VALUES (7, 't', '2030-01-01 00:00:00')");
	script(db, m[i].sql);
	script(db, "INSERT INTO admin_users (email) VALUES (' Bo@Example.org')");
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM admin_users"
	    " WHERE (id = 7 AND email_folded = 'anna@example.org')"
	    " OR (id = 8 AND email_folded = 'bo@example.org')"), 2);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM user_sessions"),
	    1);
	mag_db_close(db);
}
END_TEST

START_TEST(an_older_schema_asks_for_migrate)
{
	struct mag_db *db = unit_db();

	script(db, "DELETE FROM schema_migrations WHERE number ="
	    " (SELECT max(number) FROM schema_migrations)");
	refused(db, "older than the program: run `magnetiq migrate`");
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
	struct mag_db *db = unit_db();

	script(db, "INSERT INTO schema_migrations VALUES"
	    " (9999, '9999-future', 'x', '2030-01-01 00:00:00')");
	refused(db, "newer than the program");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_CONFLICT);
}
END_TEST

START_TEST(an_edited_migration_is_refused)
{
	struct mag_db *db = unit_db();

	script(db, "UPDATE schema_migrations SET sha256 = 'x' WHERE number = 2");
	refused(db, "0002-pages is not the one");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_CONFLICT);
}
END_TEST

/* Who has been upgraded and goes back finds what the newer one left. */
START_TEST(a_newer_schema_that_lets_us_stay_is_good)
{
	struct mag_db *db = unit_db();
	char error[256];

	script(db, "INSERT INTO schema_migrations VALUES (9001, '9001-more',"
	    " 'x', '2026-01-01 00:00:00');"
	    "INSERT INTO schema_beside VALUES (9001, '1.9.9')");
	sound(db);
	ck_assert_int_eq(mag_migrate_from(db, error, sizeof(error)), MAG_OK);
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_OK);
	script(db, "UPDATE schema_beside SET beside = '2.0.99'"
	    " WHERE number = 9001");
	refused(db, "newer than the program");
	ck_assert_int_eq(mag_migrate_from(db, error, sizeof(error)),
	    MAG_CONFLICT);
	script(db, "UPDATE schema_beside SET beside = ''"
	    " WHERE number = 9001");
	refused(db, "newer than the program");
}
END_TEST

START_TEST(a_history_that_says_nothing_of_who_may_stay_learns_it)
{
	struct mag_db *db = unit_db();

	script(db, "DROP TABLE schema_beside");
	sound(db);
	script(db, "DELETE FROM schema_migrations WHERE number = 5");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_OK);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM schema_beside"
	    " WHERE number = 5 AND beside = '2.0.0'"), 1);
	sound(db);
}
END_TEST

START_TEST(versions_are_compared_number_by_number)
{

	ck_assert_int_eq(mag_version_compare("2.0.0", "2.0.0"), 0);
	ck_assert_int_eq(mag_version_compare("2.0", "2.0.0"), 0);
	ck_assert_int_lt(mag_version_compare("2.9.1", "2.10.0"), 0);
	ck_assert_int_gt(mag_version_compare("3", "2.99.99"), 0);
	ck_assert_int_lt(mag_version_compare("2.0.0-rc1", "2.0.1"), 0);
}
END_TEST

START_TEST(an_earlier_magnetiq_asks_for_adoption_and_stays_as_it_is)
{
	struct mag_db *db = unit_db_again();

	script(db, "CREATE TABLE admin_users (id INTEGER NOT NULL PRIMARY KEY);"
	    "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY)");
	refused(db, "earlier Magnetiq: run `magnetiq migrate`");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_CONFLICT);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM sqlite_schema"
	    " WHERE type = 'table'"), 2);
	mag_db_close(db);
}
END_TEST

START_TEST(a_migration_that_fails_leaves_nothing)
{
	struct mag_db *db = unit_db_again();
	int version;

	/* In the way of the second one: the first does not stay either. */
	script(db, "CREATE TABLE page_slugs (x)");
	ck_assert_int_ne(mag_migrate_apply(db, NOW, NULL, NULL), MAG_OK);
	ck_assert_int_eq(mag_migrate_version(&version, db), MAG_OK);
	ck_assert_int_eq(version, 0);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM sqlite_schema"
	    " WHERE name = 'pages'"), 0);
	ck_assert_int_eq(unit_number(db, "PRAGMA foreign_keys"), 1);
	script(db, "DROP TABLE page_slugs");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_OK);
	sound(db);
	mag_db_close(db);
}
END_TEST

START_TEST(a_migration_that_would_leave_dangling_rows_is_refused)
{
	struct mag_db *db = unit_db_again();

	script(db, "CREATE TABLE child (id INTEGER PRIMARY KEY,"
	    " t INTEGER REFERENCES menus (id));"
	    "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (1, 77);"
	    "PRAGMA foreign_keys = ON");
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_CONFLICT);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM sqlite_schema"
	    " WHERE name IN ('menus', 'schema_migrations')"), 0);
	mag_db_close(db);
}
END_TEST

/* Migrates in another process; exits with how many it has applied. */
static pid_t
migrator(void)
{
	struct mag_db *db;
	int applied = 0;
	pid_t pid;

	(void)unit_dir();	/* the same for parent and child */
	if ((pid = fork()) != 0)
		return pid;
	db = unit_db_again();
	if (mag_migrate_apply(db, NOW, count, &applied) != MAG_OK)
		_exit(99);
	mag_db_close(db);
	_exit(applied);
}

START_TEST(two_at_once_apply_each_migration_once)
{
	pid_t one = migrator(), two = migrator();
	int status_one, status_two;
	struct mag_db *db;
	size_t n;

	(void)mag_migrations(&n);
	ck_assert_int_eq(waitpid(one, &status_one, 0), one);
	ck_assert_int_eq(waitpid(two, &status_two, 0), two);
	ck_assert_int_eq(WEXITSTATUS(status_one) + WEXITSTATUS(status_two),
	    (int)n);
	db = unit_db_again();
	sound(db);
	mag_db_close(db);
}
END_TEST

static enum mag_status
take_long(struct mag_db *db, void *arg)
{

	mag_clock_sleep_ms(*(int *)arg);
	return mag_db_run(db, "CREATE TABLE taken (x)", "");
}

static enum mag_status
do_nothing(struct mag_db *db, void *arg)
{

	(void)db;
	(void)arg;
	return MAG_OK;
}

/* Longer than writers wait for one another. */
START_TEST(a_writer_waits_for_a_migration_as_long_as_it_takes)
{
	struct mag_db *db = unit_db();
	int ms = 5500, fd, status;
	pid_t pid = fork();

	if (pid == 0) {
		db = unit_db_again();
		fd = open(unit_path("test.db.migrating"), O_RDWR | O_CREAT,
		    0600);
		_exit(flock(fd, LOCK_EX) == 0 &&
		    mag_db_write(db, take_long, &ms) == MAG_OK ? 0 : 1);
	}
	while (access(unit_path("test.db.migrating"), F_OK) == -1)
		mag_clock_sleep_ms(5);
	mag_clock_sleep_ms(200);
	ck_assert_int_eq(mag_db_write(db, do_nothing, NULL), MAG_OK);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM sqlite_schema"
	    " WHERE name = 'taken'"), 1);
}
END_TEST

START_TEST(a_killed_migration_stands_before_or_after)
{
	struct mag_db *db;
	unsigned delay;
	pid_t pid;

	for (delay = 0; delay < 10; delay++) {
		pid = migrator();
		usleep(delay * 3000);
		ck_assert_int_eq(kill(pid, SIGKILL), 0);
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
		db = unit_db_again();
		ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_OK);
		sound(db);
		mag_db_close(db);
		ck_assert_int_eq(unlink(unit_path("test.db")), 0);
	}
}
END_TEST

Suite *
suite_migrate(void)
{
	Suite *s = suite_create("migrate");
	TCase *tc = unit_case(s, "migrate");

	tcase_add_test(tc,
	    migrations_are_numbered_and_say_what_may_run_beside_them);
	tcase_add_test(tc, a_new_database_gets_all_migrations_once);
	tcase_add_test(tc, users_keep_their_folded_addresses);
	tcase_add_test(tc, an_older_schema_asks_for_migrate);
	tcase_add_test(tc, a_newer_schema_is_refused);
	tcase_add_test(tc, a_newer_schema_that_lets_us_stay_is_good);
	tcase_add_test(tc,
	    a_history_that_says_nothing_of_who_may_stay_learns_it);
	tcase_add_test(tc, versions_are_compared_number_by_number);
	tcase_add_test(tc, an_edited_migration_is_refused);
	tcase_add_test(tc,
	    an_earlier_magnetiq_asks_for_adoption_and_stays_as_it_is);
	tcase_add_test(tc, a_migration_that_fails_leaves_nothing);
	tcase_add_test(tc,
	    a_migration_that_would_leave_dangling_rows_is_refused);
	tcase_add_test(tc, two_at_once_apply_each_migration_once);
	tcase_add_test(tc,
	    a_writer_waits_for_a_migration_as_long_as_it_takes);
	tcase_add_test(tc, a_killed_migration_stands_before_or_after);
	return s;
}
