/* SPDX-License-Identifier: MIT */
/* Runs every suite of suites.def; Check prints TAP where unit.tap says so. */
#define _GNU_SOURCE	/* nftw */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#define NOW	1790000000	/* 2026-09-21 14:13:20 UTC */

struct mag_arena *a;

static char base[256];		/* of all tests; a killed test leaves no mess */
static const char *dir;
static struct mag_db *opened;

static void
setup(void)
{

	if (mag_crypto_init() != MAG_OK)
		abort();
	a = mag_arena_new(MAG_REQUEST_ARENA);
}

static void
teardown(void)
{

	mag_db_close(opened);
	opened = NULL;
	mag_arena_free(a);
	a = NULL;
	dir = NULL;
}

TCase *
unit_case(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return tc;
}

struct mag_call *
unit_call(void)
{
	struct mag_call *c = mag_alloc(a, sizeof(*c));

	c->a = a;
	c->lang = "en";
	c->request_id = c->address = c->user_agent = "";
	c->now = NOW;
	return c;
}

const char *
unit_dir(void)
{
	char *path;

	if (dir != NULL)
		return dir;
	path = mag_printf(a, "%s/XXXXXX", base);
	ck_assert_ptr_nonnull(mkdtemp(path));
	return dir = path;
}

const char *
unit_path(const char *name)
{

	return mag_printf(a, "%s/%s", unit_dir(), name);
}

struct mag_db *
unit_db_again(void)
{
	struct mag_db *db;

	ck_assert_int_eq(mag_db_open(&db, unit_path("test.db"), MAG_DB_CREATE,
	    0), MAG_OK);
	return db;
}

/* Bringing an empty file forward takes a fifth of a second: the first test
 * that asks does it for all, and each gets a copy. */
static const char *
model_db(void)
{
	const char *path = mag_printf(a, "%s/model.db", base);
	const char *half = mag_printf(a, "%s.half", path);
	struct mag_db *db;

	if (access(path, F_OK) == 0)
		return path;
	ck_assert_int_eq(mag_db_open(&db, half, MAG_DB_CREATE, 0), MAG_OK);
	ck_assert_int_eq(mag_migrate_apply(db, NOW, NULL, NULL), MAG_OK);
	mag_db_close(db);
	ck_assert_int_eq(rename(half, path), 0);
	return path;
}

static void
copy(const char *to, const char *from)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat sb;

	ck_assert(in != -1 && out != -1 && fstat(in, &sb) == 0);
	ck_assert(sendfile(out, in, NULL, (size_t)sb.st_size) == sb.st_size);
	close(in);
	close(out);
}

struct mag_db *
unit_db(void)
{

	if (opened == NULL) {
		copy(unit_path("test.db"), model_db());
		opened = unit_db_again();
	}
	return opened;
}

struct mag_db *
unit_small_db(void)
{
	struct mag_db *db = unit_db_again();

	ck_assert_int_eq(mag_db_script(db, "CREATE TABLE IF NOT EXISTS t ("
	    "id INTEGER PRIMARY KEY, v TEXT, n INTEGER, at TEXT, r REAL)"),
	    MAG_OK);
	return db;
}

int64_t
unit_number(struct mag_db *db, const char *sql)
{
	int64_t n;

	ck_assert_msg(mag_db_int(&n, db, sql, NULL) == MAG_OK, "%s", sql);
	return n;
}

enum mag_status
unit_run(struct mag_db *db, const char *sql)
{

	return mag_db_run(db, sql, NULL);
}

struct mag_call *
unit_db_call(struct mag_db *db)
{
	struct mag_call *c = unit_call();

	c->db = db;
	return c;
}

const struct mag_json *
unit_json(const char *text)
{
	const struct mag_json *j = mag_json_own(a, text, strlen(text));

	ck_assert_msg(j != NULL, "no JSON: %s", text);
	return j;
}

const char *
unit_problem(const struct mag_call *c)
{
	const struct mag_detail *d;
	struct mag_buf b;

	mag_buf_init(&b, a, 64);
	for (d = c->problem.first; d != NULL; d = d->next) {
		mag_buf_addf(&b, "%s%s ", b.len > 0 ? "; " : "", d->field);
		mag_buf_adds(&b, mag_tr_fill(a, "en", d->message, d->arg));
	}
	return b.p;
}

static int
remove_one(const char *path, const struct stat *sb, int kind, struct FTW *ftw)
{

	(void)sb;
	(void)kind;
	(void)ftw;
	return remove(path);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	SRunner *sr = srunner_create(NULL);
	int failed;

	snprintf(base, sizeof(base), "%s/magnetiq-unit.XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(base) == NULL) {
		perror(base);
		return 1;
	}

#define SUITE(name) srunner_add_suite(sr, suite_##name());
#include "suites.def"
#undef SUITE
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	(void)nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	/* In TAP the lines say it; an exit status would count twice. */
	return failed > 0 && getenv("CK_TAP_LOG_FILE_NAME") == NULL;
}
