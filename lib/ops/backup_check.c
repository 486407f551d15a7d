/* SPDX-License-Identifier: MIT */
/* Is this file a whole backup?  Every byte of it is read and compared. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/json.h>
#include <magnetiq/pace.h>
#include <magnetiq/rand.h>
#include <magnetiq/schema.h>

#include "backup.h"
#include "tarball.h"

#define MANIFEST_MAX	(1024 * 1024)
#define SUMS_MAX	(256 * 1024 * 1024)
#define PIECE		(64 * 1024)

struct checking {
	struct mag_call	*c;
	struct archive_file *f;
	const char	*dir;
	enum backup_unpack what;
	const struct mag_json *manifest;
	char		*sums;		/* malloc'ed */
	struct backup_facts *facts;
};

static enum mag_status
broken(struct mag_call *c, const char *why)
{

	return mag_fail_arg(c, MAG_INVALID, "This is no whole backup: %s", why);
}

/* The whole of the next member, which must have this name; or NULL. */
static char *
whole_member(struct archive_file *f, const char *wanted, int64_t most)
{
	const char *name;
	int64_t size, got = 0;
	ssize_t n = 1;
	char *p;

	name = archive_next(f, &size);
	if (name == NULL || strcmp(name, wanted) != 0 || size < 0 || size > most)
		return NULL;
	if ((p = malloc((size_t)size + 1)) == NULL)
		abort();
	while (got < size && (n = archive_read(f, p + got,
	    (size_t)(size - got))) > 0)
		got += n;
	p[got] = '\0';
	if (got == size && strlen(p) == (size_t)size)
		return p;
	free(p);
	return NULL;
}

static enum mag_status
read_manifest(struct checking *w)
{
	const char *created, *sums, *kind;
	struct mag_call *c = w->c;
	const struct mag_json *m;
	char *text;

	if ((text = whole_member(w->f, "manifest.json", MANIFEST_MAX)) == NULL)
		return broken(c, "it has no manifest");
	w->manifest = m = mag_json_own(c->a, text, strlen(text));
	free(text);
	created = mag_json_text(mag_json_get(m, "created_at"));
	sums = mag_json_text(mag_json_get(m, "sums"));
	w->facts->version = mag_json_text(mag_json_get(m, "version"));
	kind = mag_json_text(mag_json_get(m, "kind"));
	w->facts->snapshot = kind != NULL && strcmp(kind, "snapshot") == 0;
	if (created == NULL || sums == NULL || w->facts->version == NULL ||
	    !mag_time_parse(&w->facts->created, created, strlen(created),
	    false) || !mag_json_int(&w->facts->schema, mag_json_get(m,
	    "schema")) || !mag_json_int(&w->facts->files, mag_json_get(m,
	    "files")) || !mag_json_int(&w->facts->database_size,
	    mag_json_get(m, "database_size")))
		return broken(c, "its manifest says too little");
	if ((w->sums = whole_member(w->f, "SHA256SUMS", SUMS_MAX)) == NULL ||
	    strcmp(mag_sha256_hex(c->a, w->sums, strlen(w->sums)), sums) != 0)
		return broken(c, "its list of files is not that of its manifest");
	return MAG_OK;
}

/* A name of ours; whatever else it says, it stays below the folder. */
static bool
is_safe(const char *name)
{

	if (strcmp(name, "magnetiq.db") == 0 ||
	    strcmp(name, "settings.env") == 0)
		return true;
	return (strncmp(name, "media/public/", 13) == 0 ||
	    strncmp(name, "media/private/", 14) == 0) &&
	    strstr(name, "..") == NULL && strstr(name, "//") == NULL;
}

static bool
is_wanted(const struct checking *w, const char *name)
{

	return strcmp(name, "magnetiq.db") == 0 ? w->what != BACKUP_IN_PLACE :
	    w->what == BACKUP_ALL && strncmp(name, "media/", 6) == 0;
}

static enum mag_status
read_member(struct checking *w, const char *name, int64_t size,
    const char *sum)
{
	static char piece[PIECE];
	const char *to = mag_printf(w->c->a, "%s/%s", w->dir, name);
	uint8_t got[MAG_SHA256];
	struct mag_sha sha;
	bool good = true;
	ssize_t n;
	int fd = -1;
	struct mag_pace pace = { 0 };

	if (is_wanted(w, name)) {
		if (!folder_above(to) || (fd = open(to, O_WRONLY | O_CREAT |
		    O_TRUNC | O_CLOEXEC, 0600)) == -1)
			return folder_failed(w->c, to);
	}
	mag_sha_init(&sha);
	while ((n = archive_read(w->f, piece, sizeof(piece))) > 0) {
		mag_sha_add(&sha, piece, (size_t)n);
		size -= n;
		good = good && (fd == -1 || write(fd, piece, (size_t)n) == n);
		if (fd != -1)
			mag_pace(&pace, fd, (size_t)n);
		else
			mag_pace_rest(&pace);
	}
	good = good && (fd == -1 || fsync(fd) == 0);
	if (fd != -1 && close(fd) == -1)
		good = false;
	if (!good)
		return folder_failed(w->c, to);
	mag_sha_end(&sha, got);
	return n == 0 && size == 0 && strcmp(mag_hex(w->c->a, got,
	    sizeof(got)), sum) == 0 ? MAG_OK :
	    broken(w->c, "a file is not as it was");
}

/* The members in the order of the list, and nothing else. */
static enum mag_status
read_members(struct checking *w)
{
	struct mag_call one = *w->c, *c = w->c;
	char *line, *end, sum[MAG_SHA256 * 2 + 1];
	enum mag_status st = MAG_OK;
	const char *name;
	long long listed;
	int64_t size, n = 0;
	int at;

	w->c = &one;
	one.a = mag_arena_new(1024 * 1024);
	for (line = w->sums; st == MAG_OK && (end = strchr(line, '\n')) != NULL;
	    line = end + 1, n++) {
		mag_arena_reset(one.a);
		*end = '\0';
		name = archive_next(w->f, &size);
		if (sscanf(line, "%64s %lld %n", sum, &listed, &at) != 2 ||
		    name == NULL || strcmp(name, line + at) != 0 ||
		    size != listed || !is_safe(name))
			st = broken(&one, "its files are not those of its list");
		else
			st = read_member(w, line + at, size, sum);
	}
	if (st == MAG_OK && (n != w->facts->files ||
	    archive_next(w->f, &size) != NULL || archive_failed(w->f)))
		st = broken(&one, "it ends too early, or too late");
	c->problem.message = one.problem.message;
	c->problem.arg = mag_strdup(c->a, one.problem.arg);
	mag_arena_free(one.a);
	w->c = c;
	return st;
}

static enum mag_status
same_rows(struct checking *w, struct mag_db *db)
{
	const struct mag_json *m;
	enum mag_status st;
	int64_t said, there;

	for (m = mag_json_first(mag_json_get(w->manifest, "rows")); m != NULL;
	    m = mag_json_next(m)) {
		st = mag_schema_count(&there, db, w->c->a, mag_json_key(m));
		if (st != MAG_OK || !mag_json_int(&said, m) || said != there)
			return broken(w->c, "its rows are not those of its "
			    "manifest");
		w->facts->tables++;
		w->facts->rows += there;
	}
	return MAG_OK;
}

static enum mag_status
check_database(struct checking *w)
{
	const char *path = mag_printf(w->c->a, "%s/magnetiq.db", w->dir);
	struct mag_db *db = NULL;
	struct mag_buf wrong;
	enum mag_status st;
	char why[256];
	int schema = 0;

	mag_buf_init(&wrong, w->c->a, 256);
	if (mag_db_open(&db, path, MAG_DB_READONLY, 0) != MAG_OK ||
	    mag_db_verify(db, &wrong) != MAG_OK || wrong.len > 0)
		st = broken(w->c, "its database is not sound");
	else if (mag_migrate_from(db, why, sizeof(why)) == MAG_CONFLICT)
		st = mag_fail(w->c, MAG_CONFLICT,
		    "This backup is of a newer Magnetiq.");
	else if (mag_migrate_version(&schema, db) != MAG_OK ||
	    schema != w->facts->schema)
		st = broken(w->c, "its schema is not that of its manifest");
	else
		st = same_rows(w, db);
	mag_db_close(db);
	return st;
}

enum mag_status
backup_check(struct backup_facts *facts, struct mag_call *c, const char *path,
    const char *dir, enum backup_unpack what)
{
	struct checking w = { .c = c, .dir = dir, .what = what,
	    .facts = facts };
	enum mag_status st;

	memset(facts, 0, sizeof(*facts));
	if (access(path, R_OK) == -1)
		return mag_fail_arg(c, MAG_NOT_FOUND,
		    "The backup cannot be read: %s", strerror(errno));
	if ((st = folder_make(c, dir, 0700)) != MAG_OK)
		return st;
	w.f = archive_open(path);
	if ((st = read_manifest(&w)) == MAG_OK &&
	    (st = read_members(&w)) == MAG_OK)
		st = check_database(&w);
	(void)archive_close(w.f);
	free(w.sums);
	return st;
}
