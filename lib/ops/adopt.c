/* SPDX-License-Identifier: MIT */
/* A database of an earlier Magnetiq becomes one of this program. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/json.h>
#include <magnetiq/limits.h>
#include <magnetiq/media.h>
#include <magnetiq/search.h>

#include "adopt.h"

/* Whoever is referred to comes before who refers. */
static const char *const tables[] = {
	"admin_users", "user_sessions", "media_files", "pages", "webinars",
	"webinar_registrations", "whitepapers", "whitepaper_downloads",
	"bookings", "analytics_events",
};

/* ---- what had to change, told once a kind ---- */

struct tally {
	struct tally	*next;
	const char	*where, *what;
	int64_t		 n, first;
};

void
adopt_note(struct adoption *w, const struct spot *at, const char *what)
{
	const char *where = mag_printf(w->scratch, "%s.%s", at->table,
	    at->column->name);
	struct tally **t;

	for (t = &w->tallies; *t != NULL; t = &(*t)->next)
		if (strcmp((*t)->where, where) == 0 &&
		    strcmp((*t)->what, what) == 0)
			break;
	if (*t == NULL) {
		*t = mag_alloc(w->c->a, sizeof(**t));
		(*t)->where = mag_strdup(w->c->a, where);
		(*t)->what = mag_strdup(w->c->a, what);
		(*t)->first = at->id;
	}
	(*t)->n++;
}

void
adopt_tell(struct adoption *w)
{
	const struct tally *t;

	for (t = w->tallies; t != NULL; t = t->next) {
		mag_buf_addf(w->report, "%s of row %lld", t->where,
		    (long long)t->first);
		if (t->n > 1)
			mag_buf_addf(w->report, " and of %lld others",
			    (long long)t->n - 1);
		mag_buf_addf(w->report, " %s\n", t->what);
	}
}

/* ---- settings ---- */

static const char sql_settings[] =
    "SELECT key, value, type FROM legacy_system_settings ORDER BY key";
static const char sql_known_type[] =
    "SELECT type FROM system_settings WHERE key = ?1";
static const char sql_set[] =
    "INSERT INTO system_settings (key, value, type, created_at, updated_at)"
    " VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (key) DO UPDATE"
    " SET value = excluded.value, updated_at = excluded.updated_at";

/* The value as its type is written: True becomes true. */
static const char *
typed(struct mag_arena *a, const char *value, const char *type)
{
	struct mag_buf b;

	if (strcmp(type, "boolean") == 0)
		return strchr("tT1", *value) != NULL && *value != '\0' ?
		    "true" : "false";
	if (strcmp(type, "json") == 0 &&
	    mag_json_own(a, value, strlen(value)) == NULL) {
		mag_buf_init(&b, a, 64);
		mag_buf_jsons(&b, value);
		return b.p;
	}
	return value;
}

static enum mag_status
take_setting(struct adoption *w, struct mag_row *row)
{
	static const char words[] = " string integer boolean json ";
	const char *key = mag_row_dup(row, 0, w->scratch), *known;
	const char *value = mag_row_dup(row, 1, w->scratch);
	const char *type = mag_row_null(row, 2) ? "string" :
	    mag_row_dup(row, 2, w->scratch);
	enum mag_status st;

	st = mag_db_text(&known, w->scratch, w->c->db, sql_known_type, "s",
	    key);
	if (st == MAG_OK)
		type = known;
	else if (st != MAG_NOT_FOUND)
		return st;
	if (strstr(words, mag_printf(w->scratch, " %s ", type)) == NULL)
		type = "string";
	return mag_db_run(w->c->db, sql_set, "ssst", key,
	    typed(w->scratch, value == NULL ? "" : value, type), type,
	    w->c->now);
}

enum mag_status
adopt_settings(struct adoption *w)
{
	struct mag_column *columns;
	struct mag_row *row = NULL;
	enum mag_status st;
	int64_t left;
	size_t n;

	st = mag_legacy_columns(&columns, &n, w->c->a, w->c->db,
	    "legacy_system_settings");
	if (st != MAG_OK || n == 0)
		return st;
	st = mag_db_query(&row, w->c->db, sql_settings, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_arena_reset(w->scratch);
		st = take_setting(w, row);
	}
	mag_row_done(row);
	if (st != MAG_NOT_FOUND)
		return st;
	return mag_legacy_release(&left, w->c->db, w->c->a, "system_settings",
	    "key");
}

/* The old site's default language decides what a bare text speaks. */
static const char sql_language[] =
    "SELECT value FROM system_settings WHERE key = 'default_language'";

/* ---- the whole ---- */

/* Pictures are for everybody, unless a paper names them. */
static const char sql_pictures[] =
    "UPDATE media_files SET visibility = 'public' WHERE mime_type LIKE 'image/%'"
    " AND NOT EXISTS (SELECT 1 FROM whitepapers WHERE file_id = media_files.id"
    " OR thumbnail_id = media_files.id)";

static enum mag_status
before(struct mag_db *db, void *arg)
{
	struct adoption *w = arg;

	w->report->len = 0;
	w->tallies = NULL;
	return mag_legacy_set_aside(db, w->report, w->c->a);
}

/* Rules that rows of before may break: more people than seats, told of and
 * exempt; and views, which the papers of before have counted themselves. */
static const char *const lifted[] = {
	"webinar_registrations_exempt_insert", "analytics_events_papers",
};
#define LIFTED	(sizeof(lifted) / sizeof(lifted[0]))

static enum mag_status
take_rows(struct adoption *w)
{
	const char *rule[LIFTED];
	enum mag_status st;
	size_t i;

	for (i = 0; i < LIFTED; i++)
		if ((st = mag_legacy_lift(&rule[i], w->c->db, w->c->a,
		    lifted[i])) != MAG_OK)
			return st;
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if ((st = adopt_table(w, tables[i])) != MAG_OK)
			return st;
	for (i = 0; i < LIFTED; i++)
		if ((st = mag_db_script(w->c->db, rule[i])) != MAG_OK)
			return st;
	return MAG_OK;
}

/* As with any upgrade (0027), people of before stay until an admin decides. */
static const char sql_keep_people[] =
    "UPDATE system_settings SET value = '{\"registrations\":0,"
    "\"downloads\":0,\"bookings\":0,\"lead_imports\":0,\"subscribers\":0,"
    "\"consents\":0,\"letters\":3,\"audit_log\":0,\"analytics\":13}'"
    " WHERE key = 'retention' AND (EXISTS (SELECT 1 FROM"
    " webinar_registrations) OR EXISTS (SELECT 1 FROM whitepaper_downloads)"
    " OR EXISTS (SELECT 1 FROM bookings))";

static enum mag_status
after(struct mag_db *db, void *arg)
{
	struct adoption *w = arg;
	enum mag_status st;

	if ((st = adopt_settings(w)) != MAG_OK ||
	    (st = mag_db_text(&w->language, w->c->a, db, sql_language,
	    "")) != MAG_OK || (st = take_rows(w)) != MAG_OK)
		return st;
	if ((st = mag_db_run(db, sql_pictures, "")) == MAG_OK &&
	    (st = mag_db_run(db, sql_keep_people, "")) == MAG_OK)
		adopt_tell(w);
	return st;
}

static const char sql_elsewhere[] =
    "SELECT id, file_path FROM media_files WHERE id > ?1"
    " AND deleted_at IS NULL AND file_path NOT LIKE 'public/%'"
    " AND file_path NOT LIKE 'private/%' ORDER BY id LIMIT 1";

/* Files move into our folders one by one; what crashed goes on here. */
static enum mag_status
take_files(struct mag_call *c, struct mag_buf *report)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	const char *path;
	int64_t id = 0;

	for (;;) {
		mag_arena_reset(c->a);
		st = mag_db_row(&row, c->db, sql_elsewhere, "i", id);
		if (st == MAG_OK) {
			id = mag_row_int(row, 0);
			path = mag_row_dup(row, 1, c->a);
		}
		mag_row_done(row);
		if (st != MAG_OK)
			return st == MAG_NOT_FOUND ? MAG_OK : st;
		st = mag_media_adopt(c, id);
		if (st == MAG_NOT_FOUND)
			mag_buf_addf(report, "medium %lld: %s is missing\n",
			    (long long)id, path);
		else if (st != MAG_OK)
			return st;
	}
}

static enum mag_status
index_all(struct mag_call *c)
{
	enum mag_status st;
	int64_t n;

	do {
		mag_arena_reset(c->a);
		st = mag_search_catch_up(&n, c, 100);
	} while (st == MAG_OK && n > 0);
	return st;
}

enum mag_status
op_adopt(struct mag_call *c, struct mag_buf *report)
{
	struct adoption w = { .c = c, .language = "en", .report = report };
	enum mag_status st;

	w.scratch = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_migrate_adopt(c->db, c->now, before, after, &w);
	mag_arena_free(w.scratch);
	return st;
}

enum mag_status
op_adopt_follow(struct mag_call *c, struct mag_buf *report)
{
	struct mag_call inner = *c;
	enum mag_status st;

	/* Memory of its own, which is given back at each step. */
	inner.a = mag_arena_new(MAG_REQUEST_ARENA);
	if ((st = take_files(&inner, report)) == MAG_OK)
		st = index_all(&inner);
	mag_arena_free(inner.a);
	return st;
}
