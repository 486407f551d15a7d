/* SPDX-License-Identifier: MIT */
/* Writing a backup beside a running site. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/pace.h>
#include <magnetiq/rand.h>
#include <magnetiq/schema.h>

#include "backup.h"
#include "tarball.h"

#define PIECE		(64 * 1024)
#define TURN_TRIES	600	/* a tenth of a second each */

struct making {
	struct mag_call	*c;
	const struct backup_wish *wish;
	const char	*dir, *scratch, *copy, *archive;
	struct mag_buf	*report, sums, manifest, settings;
	int64_t		 files, missing;
};

static enum mag_status
sum_of(const char **hex, int64_t *size, struct mag_call *c, const char *path)
{
	static char piece[PIECE];
	uint8_t sum[MAG_SHA256];
	struct mag_pace pace = { 0 };
	struct mag_sha sha;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return errno == ENOENT ? MAG_NOT_FOUND : folder_failed(c, path);
	mag_sha_init(&sha);
	for (*size = 0; (n = read(fd, piece, sizeof(piece))) > 0; *size += n) {
		mag_sha_add(&sha, piece, (size_t)n);
		mag_pace_rest(&pace);
	}
	close(fd);
	mag_sha_end(&sha, sum);
	*hex = mag_hex(c->a, sum, sizeof(sum));
	return n == 0 ? MAG_OK : folder_failed(c, path);
}

static void
add_sum(struct making *w, const char *hex, int64_t size, const char *name)
{

	mag_buf_addf(&w->sums, "%s %lld %s\n", hex, (long long)size, name);
	w->files++;
}

/* A second name holds the bytes while the site deletes what it wants. */
static enum mag_status
take_file(struct making *w, struct mag_call *c, const char *path)
{
	const char *from = mag_printf(c->a, "%s/%s", c->conf->upload_dir, path);
	const char *held = mag_printf(c->a, "%s/media/%s", w->scratch, path);
	enum mag_status st;
	const char *hex;
	int64_t size;

	if (!folder_above(held))
		return folder_failed(c, held);
	if (link(from, held) == 0 || errno == EEXIST)
		from = held;
	st = sum_of(&hex, &size, c, from);
	if (st == MAG_OK)
		add_sum(w, hex, size, mag_printf(c->a, "media/%s", path));
	if (st != MAG_NOT_FOUND)
		return st;
	mag_buf_addf(w->report, "missing: %s\n", path);
	w->missing++;
	return MAG_OK;
}

static const char sql_stored[] =
    "SELECT file_path FROM media_files WHERE file_path LIKE 'public/%'"
    " OR file_path LIKE 'private/%'"
    " UNION SELECT file_path FROM media_renditions ORDER BY 1";

static enum mag_status
take_media(struct making *w, struct mag_db *copy)
{
	struct mag_call one = *w->c;
	struct mag_row *row = NULL;
	enum mag_status st;

	one.a = mag_arena_new(1024 * 1024);
	st = mag_db_query(&row, copy, sql_stored, "");
	for (; st == MAG_OK && (st = mag_row_next(row)) == MAG_OK;
	    mag_arena_reset(one.a))
		st = take_file(w, &one, mag_row_dup(row, 0, one.a));
	mag_row_done(row);
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		w->c->problem.message = "The media cannot be read.";
	mag_arena_free(one.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
count_rows(struct making *w, struct mag_db *copy)
{
	struct mag_schema_table *t;
	enum mag_status st;
	int64_t rows;
	size_t i, n;

	if ((st = mag_schema_tables(&t, &n, w->c->a, copy)) != MAG_OK)
		return st;
	mag_buf_adds(&w->manifest, ",\"rows\":{");
	for (i = 0; i < n; i++) {
		if ((st = mag_schema_count(&rows, copy, w->c->a, t[i].name)) !=
		    MAG_OK)
			return st;
		mag_buf_adds(&w->manifest, i > 0 ? "," : "");
		mag_buf_jsons(&w->manifest, t[i].name);
		mag_buf_addf(&w->manifest, ":%lld", (long long)rows);
	}
	mag_buf_addc(&w->manifest, '}');
	return MAG_OK;
}

/* All that the copy says of itself and of the media that belong to it. */
static enum mag_status
look_into(struct making *w, int *version)
{
	struct mag_db *copy = NULL;
	enum mag_status st;

	if ((st = mag_db_open(&copy, w->copy, MAG_DB_READONLY, 0)) == MAG_OK &&
	    (st = mag_migrate_version(version, copy)) == MAG_OK &&
	    (st = count_rows(w, copy)) == MAG_OK && !w->wish->snapshot)
		st = take_media(w, copy);
	mag_db_close(copy);
	return st;
}

static void
write_settings(struct making *w)
{
	const struct mag_setting_doc *d;
	char text[4096];
	uint8_t sum[MAG_SHA256];

	for (d = mag_conf_docs(); d->name != NULL; d++) {
		(void)mag_conf_plain(w->c->conf, d->name, text, sizeof(text));
		if (text[0] == '\0')
			continue;
		if (d->secret && !w->wish->secrets)
			mag_buf_addf(&w->settings, "# %s is a secret, and not "
			    "here\n", d->name);
		else
			mag_buf_addf(&w->settings, "%s='%s'\n", d->name, text);
		mag_wipe(text, sizeof(text));
	}
	mag_sha256(sum, w->settings.p, w->settings.len);
	add_sum(w, mag_hex(w->c->a, sum, sizeof(sum)),
	    (int64_t)w->settings.len, "settings.env");
}

static enum mag_status
describe(struct making *w)
{
	struct mag_call *c = w->c;
	char when[MAG_TIME_TEXT];
	enum mag_status st;
	const char *hex;
	int64_t size;
	int version = 0;

	if ((st = sum_of(&hex, &size, c, w->copy)) != MAG_OK)
		return st;
	add_sum(w, hex, size, "magnetiq.db");
	if (!w->wish->snapshot)
		write_settings(w);
	mag_time_rfc3339(when, c->now);
	mag_buf_addf(&w->manifest, "{\"format\":\"magnetiq-backup-1\","
	    "\"kind\":\"%s\",\"version\":\"" PACKAGE_VERSION "\","
	    "\"created_at\":\"%s\",\"database_size\":%lld",
	    w->wish->snapshot ? "snapshot" : "backup", when, (long long)size);
	if ((st = look_into(w, &version)) != MAG_OK)
		return st;
	mag_buf_addf(&w->manifest, ",\"schema\":%d,\"files\":%lld,"
	    "\"missing\":%lld,\"sums\":\"%s\"}\n", version,
	    (long long)w->files, (long long)w->missing,
	    mag_sha256_hex(c->a, w->sums.p, w->sums.len));
	return MAG_OK;
}

/* Where the bytes of a member lie. */
static const char *
source(struct making *w, struct mag_arena *a, const char *name)
{
	const char *held = mag_printf(a, "%s/%s", w->scratch, name);

	return access(held, R_OK) == 0 ? held :
	    mag_printf(a, "%s/%s", w->c->conf->upload_dir,
	    name + strlen("media/"));
}

static bool
add_members(struct making *w, struct archive_file *f)
{
	struct mag_arena *a = mag_arena_new(1024 * 1024);
	const char *line, *end, *name;
	long long size;
	bool good = true;
	int at;

	for (line = w->sums.p; good && (end = strchr(line, '\n')) != NULL;
	    line = end + 1, mag_arena_reset(a)) {
		(void)!sscanf(line, "%*s %lld %n", &size, &at);
		name = mag_dup(a, line + at, (size_t)(end - line - at));
		good = strcmp(name, "settings.env") == 0 ?
		    archive_add(f, name, w->settings.p, w->settings.len) :
		    archive_add_file(f, name, source(w, a, name), size);
	}
	mag_arena_free(a);
	return good;
}

static enum mag_status
write_archive(struct making *w)
{
	struct archive_file *f = archive_create(w->archive, w->c->now);
	bool good;

	good = archive_add(f, "manifest.json", w->manifest.p,
	    w->manifest.len) && archive_add(f, "SHA256SUMS", w->sums.p,
	    w->sums.len) && add_members(w, f);
	good = archive_close(f) && good;
	return good ? MAG_OK : mag_fail(w->c, MAG_UNAVAILABLE,
	    "The backup cannot be written; is the disk full?");
}

static enum mag_status
make_in_scratch(const char **path, struct making *w)
{
	struct backup_facts facts;
	struct mag_call *c = w->c;
	enum mag_status st;

	w->copy = mag_printf(c->a, "%s/magnetiq.db", w->scratch);
	w->archive = mag_printf(c->a, "%s/archive", w->scratch);
	mag_buf_init(&w->sums, c->a, 64 * 1024);
	mag_buf_init(&w->manifest, c->a, 4096);
	mag_buf_init(&w->settings, c->a, 4096);
	if ((st = folder_make(c, w->scratch, 0700)) != MAG_OK ||
	    (st = mag_db_copy(c->db, w->copy)) != MAG_OK ||
	    (st = describe(w)) != MAG_OK ||
	    (st = write_archive(w)) != MAG_OK ||
	    (st = backup_check(&facts, c, w->archive, w->scratch,
	    BACKUP_IN_PLACE)) != MAG_OK)
		return st;
	return backup_give_name(path, c, w->wish, w->archive, w->dir);
}

/* A snapshot of the jobs process is soon done; whoever comes meanwhile waits
 * for it. */
static bool
take_turn(int lock)
{
	int i;

	for (i = 0; flock(lock, LOCK_EX | LOCK_NB) == -1; i++) {
		if (i == TURN_TRIES)
			return false;
		mag_clock_sleep_ms(100);
	}
	return true;
}

enum mag_status
backup_make(const char **path, struct mag_call *c,
    const struct backup_wish *wish, struct mag_buf *report)
{
	struct making w = { .c = c, .wish = wish, .report = report };
	enum mag_status st;
	int lock;

	mag_pace_yield();
	w.dir = wish->dir != NULL ? wish->dir : c->conf->backup_dir;
	if (!folder_above(w.dir) || (st = folder_make(c, w.dir, 0700)) != MAG_OK)
		return folder_failed(c, w.dir);
	lock = open(w.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock == -1)
		return folder_failed(c, w.dir);
	if (!take_turn(lock)) {
		close(lock);
		return mag_fail(c, MAG_CONFLICT,
		    "Another backup is being made there.");
	}
	backup_sweep(c, w.dir);
	w.scratch = mag_printf(c->a, "%s/.new-%d", w.dir, (int)getpid());
	st = make_in_scratch(path, &w);
	folder_remove(w.scratch);
	if (st == MAG_OK)
		backup_remove_old(c, wish, w.dir, report);
	close(lock);
	return st;
}
