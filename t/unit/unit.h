/* SPDX-License-Identifier: MIT */
/* unit.h -- what unit tests share: a fresh arena for each test,
 * and a fresh database for those that ask. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <string.h>

#include <magnetiq.h>

/** The arena of the running test; made before it, freed after it. */
extern struct mag_arena *a;

/** unit_case(s, name): a case whose tests each get a fresh arena. */
TCase	*unit_case(Suite *, const char *name);
/** unit_call(): a fresh call in the test's arena, without a database. */
struct mag_call *unit_call(void);

/** unit_dir(): a fresh folder of this test; gone when all tests are done. */
const char *unit_dir(void);
/** unit_path(name): the path of a file in that folder. */
const char *unit_path(const char *name);
/** unit_db(): a fresh migrated database in that folder; closed after the test. */
struct mag_db *unit_db(void);
/** unit_db_again(): one more connection to it, for the test to close. */
struct mag_db *unit_db_again(void);
/** unit_small_db(): an own file with one table t (id, v, n, at, r), for the
 * test to close: quicker to make than a migrated one. */
struct mag_db *unit_small_db(void);
/** unit_number(db, sql): the number that ${sql} gives. */
int64_t	 unit_number(struct mag_db *, const char *sql);
/** unit_run(db, sql): a statement without arguments. */
enum mag_status unit_run(struct mag_db *, const char *sql);
/** unit_db_call(db): as unit_call(), with the database. */
struct mag_call *unit_db_call(struct mag_db *);

/** unit_json(text): our own text as JSON, in the test's arena. */
const struct mag_json *unit_json(const char *text);
/** unit_problem(c): the wrong fields, `name message; name message`. */
const char *unit_problem(const struct mag_call *);

#define SUITE(name) Suite *suite_##name(void);
#include "suites.def"
#undef SUITE

#endif
