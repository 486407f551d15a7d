/* SPDX-License-Identifier: MIT */
/*
 * What was found is compared with what is known, and the difference becomes
 * letters, in one transaction: however often it runs, and whoever is killed,
 * nobody is told twice, and nothing is told to nobody.  It writes when something
 * has changed, and not because a minute has gone by.
 */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/i18n.h>
#include <magnetiq/log.h>
#include <magnetiq/noun.h>
#include <magnetiq/outbox.h>
#include <magnetiq/watch.h>

#include "checks.h"

#define DAY	(24 * 60 * 60)
#define QUIET	(15 * 60)	/* missed for so long, it is over ... */
#define KEPT	(7 * DAY)	/* ... and forgotten after that */
#define FINDINGS_MAX	64	/* that one letter names, or one run ends */

/* Findings that one letter is about, the gravest first. */
struct news {
	const struct mag_finding *list[FINDINGS_MAX];
	size_t		 n;
};

struct noting {
	struct mag_call	*c;
	const struct mag_checkup *k;
	struct news	 begun, over;
	bool		 heard;		/* somebody can be told */
	int64_t		 letters;
};

static void
add_news(struct news *news, const struct mag_finding *f)
{
	size_t i;

	if (news->n == FINDINGS_MAX)
		return;
	for (i = news->n++; i > 0 && news->list[i - 1]->gravity < f->gravity;
	    i--)
		news->list[i] = news->list[i - 1];
	news->list[i] = f;
}

/* ---- what is there ---- */

static const char *
id_of(struct mag_arena *a, const struct mag_finding *f)
{

	return mag_printf(a, "%s: %s", f->check->name, f->id);
}

/* The first time, or again after it was over, or with other words.  What is as
 * it was is not written again: see op_snapshot(). */
static const char sql_seen[] =
    "INSERT INTO findings (id, check_name, gravity, what, arg, cure, cure_arg,"
    " began_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)"
    " ON CONFLICT (id) DO UPDATE SET gravity = excluded.gravity,"
    " what = excluded.what, arg = excluded.arg, cure = excluded.cure,"
    " cure_arg = excluded.cure_arg, seen_at = excluded.seen_at,"
    " times = times + (over_at IS NOT NULL), began_at = CASE"
    " WHEN over_at IS NULL THEN began_at ELSE excluded.began_at END,"
    " told_at = CASE WHEN over_at IS NULL THEN told_at END, over_at = NULL,"
    " missed_at = NULL WHERE over_at IS NOT NULL OR missed_at IS NOT NULL"
    " OR gravity <> excluded.gravity OR what <> excluded.what"
    " OR arg IS NOT excluded.arg OR cure <> excluded.cure"
    " OR cure_arg IS NOT excluded.cure_arg";
/* It has lasted; and nobody knows, or not how bad, or not since yesterday. */
static const char sql_tell[] =
    "UPDATE findings SET told_at = ?2, told_gravity = gravity WHERE id = ?1"
    " AND began_at <= ?3 AND (told_at IS NULL OR gravity > told_gravity"
    " OR told_at <= ?4)";

static enum mag_status
see(struct noting *w, const struct mag_finding *f)
{
	struct mag_call *c = w->c;
	const char *id = id_of(c->a, f);
	enum mag_status st;

	if ((st = mag_db_run(c->db, sql_seen, "ssisssst", id, f->check->name,
	    (int64_t)f->gravity, f->what, f->arg, f->cure, f->cure_arg,
	    c->now)) != MAG_OK || !w->heard)
		return st;
	if ((st = mag_db_run(c->db, sql_tell, "sttt", id, c->now,
	    c->now - f->check->patience, c->now - DAY)) != MAG_OK)
		return st;
	if (mag_db_changes(c->db) > 0)
		add_news(&w->begun, f);
	return MAG_OK;
}

/* ---- what is there no more ---- */

static const char sql_known[] =
    "SELECT id, what, arg, gravity, told_at IS NOT NULL, missed_at, times"
    " FROM findings WHERE over_at IS NULL";
static const char sql_miss[] =
    "UPDATE findings SET missed_at = ?2 WHERE id = ?1 AND missed_at IS NULL";
static const char sql_end[] =
    "UPDATE findings SET over_at = ?2 WHERE id = ?1";
static const char sql_forget[] = "DELETE FROM findings WHERE over_at < ?1";

static bool
is_there(const char *id, const struct mag_checkup *k)
{
	const struct mag_finding *f;
	size_t n;

	for (f = k->first; f != NULL; f = f->next) {
		n = strlen(f->check->name);
		if (strncmp(id, f->check->name, n) == 0 &&
		    strncmp(id + n, ": ", 2) == 0 &&
		    strcmp(id + n + 2, f->id) == 0)
			return true;
	}
	return false;
}

/* What comes and goes must stay away longer each time, up to a day. */
static bool
is_over(struct mag_row *row, int64_t now)
{
	int64_t quiet = mag_row_int(row, 6) * QUIET;

	return !mag_row_null(row, 5) &&
	    mag_row_time(row, 5) + (quiet < DAY ? quiet : DAY) <= now;
}

/* It will be told that this is over, if it was told that it began. */
static void
add_over(struct noting *w, struct mag_row *row)
{
	struct mag_finding *f = mag_alloc(w->c->a, sizeof(*f));

	f->what = mag_row_dup(row, 1, w->c->a);
	f->arg = mag_row_dup(row, 2, w->c->a);
	f->gravity = (enum mag_gravity)mag_row_int(row, 3);
	if (mag_row_int(row, 4))
		add_news(&w->over, f);
}

static enum mag_status
end(struct noting *w)
{
	struct mag_call *c = w->c;
	struct mag_row *row = NULL;
	const char *ids[FINDINGS_MAX];
	bool over[FINDINGS_MAX];
	enum mag_status st;
	size_t i, n = 0;

	st = mag_db_query(&row, c->db, sql_known, "");
	while (st == MAG_OK && n < FINDINGS_MAX &&
	    (st = mag_row_next(row)) == MAG_OK) {
		ids[n] = mag_row_dup(row, 0, c->a);
		over[n] = is_over(row, c->now);
		if (is_there(ids[n], w->k) ||
		    (!over[n] && !mag_row_null(row, 5)))
			continue;
		if (over[n++])
			add_over(w, row);
	}
	mag_row_done(row);
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
	for (i = 0; i < n && st == MAG_OK; i++)
		st = mag_db_run(c->db, over[i] ? sql_end : sql_miss, "st",
		    ids[i], c->now);
	return st != MAG_OK ? st :
	    mag_db_run(c->db, sql_forget, "t", c->now - KEPT);
}

/* ---- who is told ---- */

static void
print_data(struct mag_buf *b, struct mag_arena *a, const struct news *news,
    const char *lang, bool over)
{
	size_t i;

	mag_buf_adds(b, "{\"problem\":");
	mag_buf_jsons(b, mag_finding_what(a, lang, news->list[0]));
	mag_buf_addf(b, ",\"over\":%s,\"lines\":[", over ? "true" : "false");
	for (i = 0; i < news->n; i++) {
		mag_buf_adds(b, i > 0 ? "," : "");
		mag_buf_jsons(b, over ?
		    mag_finding_what(a, lang, news->list[i]) :
		    mag_printf(a, "%s -- %s",
		    mag_finding_what(a, lang, news->list[i]),
		    mag_finding_cure(a, lang, news->list[i])));
	}
	mag_buf_adds(b, "]}");
}

static enum mag_status
write_to(struct noting *w, const char *address, const char *lang,
    const struct news *news, bool over)
{
	struct mag_outbox_letter l = { .template = "alert",
	    .recipient = address, .language = lang };
	struct mag_buf b;

	if (news->n == 0)
		return MAG_OK;
	mag_buf_init(&b, w->c->a, 1024);
	print_data(&b, w->c->a, news, lang, over);
	l.data = b.p;
	w->letters++;
	return mag_outbox_add(w->c, &l);
}

static const char sql_admins[] =
    "SELECT email, language FROM admin_users WHERE role = 'admin'"
    " AND is_active = 1 AND deleted_at IS NULL ORDER BY id LIMIT 50";
static const char sql_address[] = "SELECT ?1, coalesce((SELECT value FROM"
    " system_settings WHERE key = 'default_language'), 'en')";

static enum mag_status
tell(struct noting *w)
{
	struct mag_call *c = w->c;
	struct mag_row *row = NULL;
	const char *address, *lang;
	enum mag_status st;

	if (w->begun.n == 0 && w->over.n == 0)
		return MAG_OK;
	st = c->conf->alert_email == NULL ?
	    mag_db_query(&row, c->db, sql_admins, "") :
	    mag_db_query(&row, c->db, sql_address, "s", c->conf->alert_email);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		address = mag_row_dup(row, 0, c->a);
		lang = mag_row_dup(row, 1, c->a);
		st = write_to(w, address, lang, &w->begun, false);
		if (st == MAG_OK)
			st = write_to(w, address, lang, &w->over, true);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static const char sql_heard[] =
    "SELECT count(*) FROM admin_users WHERE role = 'admin' AND is_active = 1"
    " AND deleted_at IS NULL";

static enum mag_status
note(struct mag_db *db, void *arg)
{
	struct noting *w = arg;
	const struct mag_finding *f;
	enum mag_status st;
	int64_t admins;

	w->begun.n = w->over.n = 0;
	w->letters = 0;
	if ((st = mag_db_int(&admins, db, sql_heard, "")) != MAG_OK)
		return st;
	/* A site whose first admin comes later tells him then. */
	w->heard = admins > 0 || w->c->conf->alert_email != NULL;
	for (f = w->k->first; f != NULL; f = f->next)
		if ((st = see(w, f)) != MAG_OK)
			return st;
	if ((st = end(w)) != MAG_OK)
		return st;
	return tell(w);
}

enum mag_status
mag_watch_note(int64_t *told, struct mag_checkup *k)
{
	struct noting w = { .c = k->c, .k = k };
	enum mag_status st = mag_db_write(k->c->db, note, &w);
	size_t i;

	*told = st == MAG_OK ? w.letters : 0;
	/* Where no letter leaves, the log still says it. */
	for (i = 0; i < w.begun.n; i++)
		mag_log(w.begun.list[i]->gravity == MAG_URGENT ? MAG_ERROR :
		    MAG_WARN, "watch", "%s",
		    mag_finding_what(k->c->a, "en", w.begun.list[i]));
	return st;
}

/* ---- what is kept for others ---- */

static const char sql_size[] =
    "INSERT INTO size_days (day, database_bytes, media_bytes, free_bytes)"
    " VALUES (?1, ?2, (SELECT coalesce(sum(file_size), 0) FROM media_files),"
    " ?3) ON CONFLICT (day) DO NOTHING";
static const char sql_size_forget[] = "DELETE FROM size_days WHERE day < ?1";

enum mag_status
mag_watch_size(struct mag_call *c)
{
	char day[MAG_TIME_TEXT], old[MAG_TIME_TEXT];
	struct statvfs fs;
	struct stat sb;
	enum mag_status st;

	if (stat(c->conf->database, &sb) == -1 ||
	    statvfs(c->conf->database, &fs) == -1)
		return MAG_OK;
	mag_time_db(day, c->now);
	mag_time_db(old, c->now - 400LL * DAY);
	day[10] = old[10] = '\0';
	st = mag_db_run(c->db, sql_size, "sii", day, (int64_t)sb.st_size,
	    (int64_t)fs.f_bavail * (int64_t)fs.f_frsize);
	return st != MAG_OK ? st : mag_db_run(c->db, sql_size_forget, "s", old);
}

static const char sql_reading_set[] =
    "INSERT INTO readings (name, value, read_at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value,"
    " read_at = excluded.read_at"
    " WHERE value <> excluded.value OR read_at <= ?4";
static const char sql_reading[] =
    "SELECT value, read_at FROM readings WHERE name = ?1";

enum mag_status
mag_reading_set(struct mag_call *c, const char *name, const char *value)
{

	return mag_db_run(c->db, sql_reading_set, "sstt", name, value, c->now,
	    c->now - DAY);
}

enum mag_status
mag_reading(const char **value, int64_t *at, struct mag_call *c,
    const char *name)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*value = NULL;
	*at = 0;
	st = mag_db_row(&row, c->db, sql_reading, "s", name);
	if (st == MAG_OK) {
		*value = mag_row_dup(row, 0, c->a);
		*at = mag_row_time(row, 1);
	}
	mag_row_done(row);
	return st;
}
