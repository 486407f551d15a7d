/* SPDX-License-Identifier: MIT */
/*
 * sqlite DATABASE SCRIPT SECONDS: commit the rows of SCRIPT, one transaction
 * after another, as fast as SQLite alone can; print transactions a second.
 *
 * SCRIPT has one INSERT a line.  ?1 is a number that grows with each
 * transaction, ?2 the row that the first line made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#define LINES_MAX	32

static sqlite3 *db;
static sqlite3_stmt *lines[LINES_MAX];
static int count;

static void
check(int ok)
{

	if (ok)
		return;
	fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static void
run(const char *sql)
{

	check(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static void
read_script(const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "r");

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	while (count < LINES_MAX && getline(&line, &size, f) > 1)
		check(sqlite3_prepare_v2(db, line, -1, &lines[count++], NULL)
		    == SQLITE_OK);
	free(line);
	fclose(f);
}

static void
commit_one(sqlite3_int64 n)
{
	sqlite3_int64 first = 0;
	int i;

	run("BEGIN IMMEDIATE");
	for (i = 0; i < count; i++) {
		sqlite3_bind_int64(lines[i], 1, n);
		sqlite3_bind_int64(lines[i], 2, first);
		check(sqlite3_step(lines[i]) == SQLITE_DONE);
		sqlite3_reset(lines[i]);
		if (i == 0)
			first = sqlite3_last_insert_rowid(db);
	}
	run("COMMIT");
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	double began, seconds;
	sqlite3_int64 n = 0;

	if (argc != 4) {
		fputs("usage: sqlite DATABASE SCRIPT SECONDS\n", stderr);
		return 2;
	}
	check(sqlite3_open(argv[1], &db) == SQLITE_OK);
	run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    " PRAGMA foreign_keys=ON");
	read_script(argv[2]);
	seconds = atof(argv[3]);
	for (began = now(); now() - began < seconds; n++)
		commit_one(1000000 + n);
	printf("%.1f\n", (double)n / (now() - began));
	while (count > 0)
		sqlite3_finalize(lines[--count]);
	sqlite3_close(db);
	return 0;
}
