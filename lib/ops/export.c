/* SPDX-License-Identifier: MIT */
/*
 * Taking everything elsewhere: a JSON file a table, one SQL file that
 * PostgreSQL loads, the media, and a manifest that is written last: an export
 * without one is not whole.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <dirent.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>
#include <magnetiq/progress.h>

#include "export.h"

#define FORMAT	"magnetiq-export-1"
#define SQL	"magnetiq.sql"

/* What is made from other tables, or is worth nothing elsewhere. */
static const struct {
	const char	*table, *why;
} left_out[] = {
	{ "busy_times", "read from calendars again and again" },
	{ "findings", "what is wrong here, not there" },
	{ "generation", "says what workers may keep" },
	{ "idempotency", "requests of yesterday come no more" },
	{ "lead_todo", "made from what people did" },
	{ "login_addresses", "signing in begins anew" },
	{ "login_failures", "signing in begins anew" },
	{ "password_resets", "signing in begins anew" },
	{ "readings", "what is read here again and again" },
	{ "refresh_tokens", "signing in begins anew" },
	{ "search_text", "made from pages and media" },
	{ "search_todo", "made from pages and media" },
	{ "size_days", "how large this site was" },
	{ "totals", "made from pages and media" },
	{ "user_sessions", "signing in begins anew" },
};
/* Not without --with-passwords. */
static const char *const secrets[] = { "busy_url", "calendar_key",
    "hashed_password", "key_hash", "secret" };
/* The specification's own names. */
static const char *const files[][2] = {
	{ "admin_users", "users_export.json" },
};

struct exporting {
	struct mag_call	*c;
	struct mag_arena *scratch;	/* anew for each row */
	const char	*dir;
	bool		 passwords;
	struct mag_buf	*report, manifest;
	struct export_file sql;
	int64_t		 rows, all;	/* of this table, of all so far */
};

static bool
is_left_out(const char *table)
{
	size_t i;

	for (i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (strcmp(left_out[i].table, table) == 0)
			return true;
	return false;
}

static const char *
file_name(struct mag_arena *a, const char *table)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(files[i][0], table) == 0)
			return files[i][1];
	return strchr(table, '/') != NULL ? NULL :
	    mag_printf(a, "%s_export.json", table);
}

static bool *
hidden(struct exporting *w, const struct mag_schema_table *t)
{
	bool *is = mag_alloc(w->c->a, t->ncolumns + 1);
	size_t i, k;

	for (i = 0; i < t->ncolumns; i++)
		for (k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++)
			is[i] |= !w->passwords &&
			    strcmp(t->columns[i].name, secrets[k]) == 0;
	return is;
}

static enum mag_status
put_rows(struct exporting *w, struct export_file *json,
    const struct mag_schema_table *t, const bool *hide)
{
	struct mag_row *row = NULL;
	struct mag_buf b;
	enum mag_status st;

	st = mag_schema_rows(&row, w->c->db, w->c->a, t);
	for (w->rows = 0; st == MAG_OK; w->rows++) {
		if ((st = mag_row_next(row)) != MAG_OK)
			break;
		mag_progress("rows written", ++w->all, 0);
		mag_arena_reset(w->scratch);
		mag_buf_init(&b, w->scratch, 4096);
		mag_buf_adds(&b, w->rows > 0 ? ",\n" : "\n");
		export_json_row(&b, row, t, hide);
		export_put(json, &b);
		export_sql_row(&b, row, t, hide);
		export_put(&w->sql, &b);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
put_table(struct exporting *w, const struct mag_schema_table *t)
{
	struct mag_arena *a = w->c->a;
	const bool *hide = hidden(w, t);
	struct export_file json;
	const char *sha, *name;
	struct mag_buf b;
	enum mag_status st, closed;

	if ((name = file_name(a, t->name)) == NULL)
		return mag_fail(w->c, MAG_CONFLICT,
		    "A table has a name that no file can have.");
	if ((st = export_open(&json, w->c, w->dir, name)) != MAG_OK)
		return st;
	mag_buf_init(&b, a, 1024);
	export_sql_table(&b, a, t, hide);
	export_put(&w->sql, &b);
	mag_buf_addc(&b, '[');
	export_put(&json, &b);
	st = put_rows(w, &json, t, hide);
	mag_buf_adds(&b, "\n]\n");
	export_put(&json, &b);
	mag_buf_adds(&b, "\\.\n");
	export_put(&w->sql, &b);
	closed = export_close(&json, &sha, w->c);
	mag_buf_addf(&w->manifest, "%s\n{\"table\":\"%s\",\"file\":\"%s\","
	    "\"rows\":%lld,\"sha256\":\"%s\"}",
	    w->manifest.p[w->manifest.len - 1] == '[' ? "" : ",", t->name,
	    name, (long long)w->rows, sha);
	mag_buf_addf(w->report, "%s: %lld\n", name, (long long)w->rows);
	return st != MAG_OK ? st : closed;
}

static enum mag_status
put_tables(struct exporting *w)
{
	struct mag_schema_table *t;
	struct mag_buf b;
	enum mag_status st;
	size_t i, n;

	if ((st = mag_schema_tables(&t, &n, w->c->a, w->c->db)) != MAG_OK)
		return st;
	mag_buf_init(&b, w->c->a, 1024);
	mag_buf_adds(&b, "-- Load with: psql -v ON_ERROR_STOP=1 -1 -f " SQL
	    " DATABASE\nSET client_encoding = 'UTF8';\n"
	    "SET TimeZone = 'UTC';\n");
	export_put(&w->sql, &b);
	for (i = 0; i < n; i++)
		if (!is_left_out(t[i].name) &&
		    (st = put_table(w, &t[i])) != MAG_OK)
			return st;
	for (i = 0; i < n; i++)
		if (!is_left_out(t[i].name))
			export_sql_end(&b, w->c->a, &t[i], hidden(w, &t[i]),
			    is_left_out);
	export_put(&w->sql, &b);
	mag_progress_end();
	return MAG_OK;
}

static void
manifest_begin(struct exporting *w)
{
	char when[MAG_TIME_TEXT];
	int version = 0;

	(void)!mag_migrate_version(&version, w->c->db);
	mag_time_rfc3339(when, w->c->now);
	mag_buf_addf(&w->manifest, "{\"format\":\"" FORMAT "\",\"version\":\""
	    PACKAGE_VERSION "\",\"schema_version\":%d,\"created_at\":\"%s\",\"tables\":[",
	    version, when);
}

static void
manifest_end(struct exporting *w, const char *sha)
{
	size_t i;

	mag_buf_addf(&w->manifest, "],\n\"sql\":{\"file\":\"" SQL
	    "\",\"sha256\":\"%s\"},\n\"left_out\":[", sha);
	for (i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		mag_buf_addf(&w->manifest, "%s\n{\"table\":\"%s\","
		    "\"why\":\"%s\"}", i > 0 ? "," : "", left_out[i].table,
		    left_out[i].why);
	mag_buf_adds(&w->manifest, "]");
}

/* All tables at one moment: the site may be written to meanwhile. */
static enum mag_status
export_all(struct mag_db *db, void *arg)
{
	struct exporting *w = arg;
	enum mag_status st, closed;
	const char *sha;

	(void)db;
	manifest_begin(w);
	if ((st = export_open(&w->sql, w->c, w->dir, SQL)) != MAG_OK)
		return st;
	st = put_tables(w);
	closed = export_close(&w->sql, &sha, w->c);
	manifest_end(w, sha);
	return st != MAG_OK ? st : closed;
}

static enum mag_status
put_manifest(struct exporting *w)
{
	struct export_file f;
	const char *sha;
	enum mag_status st;

	if ((st = export_open(&f, w->c, w->dir, "manifest.json")) != MAG_OK)
		return st;
	export_put(&f, &w->manifest);
	return export_close(&f, &sha, w->c);
}

/* A folder of our own: what lay there before would look like part of it. */
static enum mag_status
make_folder(struct mag_call *c, const char *dir)
{
	const struct dirent *e;
	DIR *d;
	int n = 0;

	if (mkdir(dir, 0700) == 0)
		return MAG_OK;
	if (errno != EEXIST || (d = opendir(dir)) == NULL)
		return mag_fail_arg(c, MAG_UNAVAILABLE,
		    "The folder cannot be made: %s", strerror(errno));
	while ((e = readdir(d)) != NULL)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n == 0 ? MAG_OK : mag_fail(c, MAG_CONFLICT,
	    "The folder is not empty.");
}

enum mag_status
mag_op_export(struct mag_call *c, const char *dir, bool passwords,
    struct mag_buf *report)
{
	struct exporting w = { .c = c, .dir = dir, .passwords = passwords,
	    .report = report };
	enum mag_status st;
	int64_t n = 0;

	if ((st = make_folder(c, dir)) != MAG_OK)
		return st;
	w.scratch = mag_arena_new(MAG_REQUEST_ARENA);
	mag_buf_init(&w.manifest, c->a, 8192);
	if ((st = mag_db_read(c->db, export_all, &w)) != MAG_OK ||
	    (st = export_media(c, dir, &n, report)) != MAG_OK)
		goto done;
	mag_buf_addf(&w.manifest, ",\n\"media_files\":%lld}\n", (long long)n);
	st = put_manifest(&w);
done:
	mag_arena_free(w.scratch);
	return st;
}
