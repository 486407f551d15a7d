/* SPDX-License-Identifier: MIT */
/* magnetiq status: how large the site is, and who holds its database. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "command.h"
#include "locks.h"

#define MB	(1024.0 * 1024.0)

struct sizes {
	double		 database, wal, media, free;	/* MB */
	double		 growth;			/* MB a week */
	bool		 grows;				/* that is known */
};

static double
size_mb(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (double)st.st_size / MB : 0;
}

static const char sql_media[] =
    "SELECT coalesce(sum(file_size), 0) / 1048576.0 FROM media_files";
/* The oldest day of the last month, and how long ago that was. */
static const char sql_growth[] =
    "SELECT (database_bytes + media_bytes) / 1048576.0, day FROM size_days"
    " WHERE day >= ?1 AND day < ?2 ORDER BY day LIMIT 1";

static void
read_growth(struct sizes *z, struct command_state *s)
{
	const int64_t day = 24 * 60 * 60, now = s->call.now;
	char from[MAG_TIME_TEXT], to[MAG_TIME_TEXT];
	struct mag_row *row = NULL;

	mag_time_db(from, now - 30 * day);
	mag_time_db(to, now - day);
	from[10] = to[10] = '\0';
	if (mag_db_row(&row, s->db, sql_growth, "ss", from, to) == MAG_OK) {
		z->grows = true;
		z->growth = (z->database + z->media - mag_row_real(row, 0)) *
		    7 * (double)day / (double)(now - mag_row_time(row, 1));
	}
	mag_row_done(row);
}

static void
read_sizes(struct sizes *z, struct command_state *s, bool good)
{
	const char *db = s->conf->database;
	struct mag_row *row = NULL;
	struct statvfs fs;

	memset(z, 0, sizeof(*z));
	z->database = size_mb(db);
	z->wal = size_mb(mag_printf(s->a, "%s-wal", db));
	if (statvfs(s->conf->upload_dir, &fs) == 0)
		z->free = (double)fs.f_bavail * (double)fs.f_frsize / MB;
	if (!good)
		return;			/* its tables are not known to us */
	if (mag_db_row(&row, s->db, sql_media, "") == MAG_OK)
		z->media = mag_row_real(row, 0);
	mag_row_done(row);
	read_growth(z, s);
}

static void
print_json(const struct sizes *z, int version, bool good)
{

	printf("{\"schema_version\":%d,\"database_size_mb\":%.2f,"
	    "\"wal_size_mb\":%.2f,\"media_size_mb\":%.2f,\"free_mb\":%.0f,",
	    version, z->database, z->wal, z->media, z->free);
	if (z->grows)
		printf("\"growth_mb_per_week\":%.2f,", z->growth);
	else
		printf("\"growth_mb_per_week\":null,");
	printf("\"ready\":%s}\n", good ? "true" : "false");
}

static void
print_lines(const struct sizes *z, int version, bool good)
{

	printf("schema version  %d\ndatabase        %.2f MB\n"
	    "write-ahead log %.2f MB\nmedia           %.2f MB\n"
	    "free disk       %.0f MB\n", version, z->database, z->wal,
	    z->media, z->free);
	if (z->grows)
		printf("growth          %.2f MB a week\n", z->growth);
	else
		printf("growth          not known before tomorrow\n");
	printf("ready           %s\n", good ? "true" : "false");
}

int
command_status(struct command_state *s)
{
	bool json = flag(s, "--json"), locks = flag(s, "--locks");
	struct sizes z;
	int version = 0;
	char why[512] = "";
	bool good;

	if (!rest(s, 0))
		return fail_use("status takes --json and --locks");
	if (locks)
		return print_locks(s, json);
	if (mag_migrate_version(&version, s->db) != MAG_OK)
		return EXIT_FAILED;
	good = mag_migrate_check(s->db, why, sizeof(why)) == MAG_OK;
	read_sizes(&z, s, good);
	if (json)
		print_json(&z, version, good);
	else
		print_lines(&z, version, good);
	if (!good)
		say("magnetiq: %s", why);
	return good ? EXIT_DONE : EXIT_FAILED;
}
