/* SPDX-License-Identifier: MIT */
/* What the site knows of a person, and forgetting it, files included. */
#include <config.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/fold.h>
#include <magnetiq/noun.h>
#include <magnetiq/privacy.h>

#include "copies.h"
#include "export.h"
#include "ops.h"

static enum mag_status
check_address(struct mag_call *c, const char *email)
{

	if (!mag_email_valid(email, strlen(email)))
		mag_wrong(c, "email", "must be an e-mail address", NULL);
	return mag_verdict(c);
}

/* ---- export ---- */

struct exporting {
	struct mag_call	*c;
	const char	*email;
	struct mag_buf	*b;
	struct mag_schema_table *schema;
	size_t		 nschema;
	size_t		 from;
	bool		 own;		/* the person asks, not an admin */
};

static const struct mag_schema_table *
table_of(const struct exporting *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->nschema; i++)
		if (strcmp(w->schema[i].name, name) == 0)
			return &w->schema[i];
	return NULL;
}

/* What opens doors is nobody's personal data; some more only staff see. */
static bool *
hidden(struct mag_arena *a, const struct mag_schema_table *t,
    const char *staff_only)
{
	bool *is = mag_alloc(a, t->ncolumns + 1);
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		is[i] = mag_listed("hashed_password calendar_key",
		    t->columns[i].name) ||
		    strstr(t->columns[i].name, "token") != NULL ||
		    mag_listed(staff_only, t->columns[i].name);
	return is;
}

static enum mag_status
put_table(struct exporting *w, const struct mag_personal *p, int *tables)
{
	const struct mag_schema_table *t = table_of(w, p->table);
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	if (t == NULL)
		return MAG_FAILED;
	st = mag_privacy_rows(&row, w->c, p, w->email);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (n++ == 0)
			mag_buf_addf(w->b, "%s\"%s\":[", (*tables)++ > 0 ?
			    "," : "", p->table);
		else
			mag_buf_addc(w->b, ',');
		export_json_row(w->b, row, t, hidden(w->c->a, t,
		    w->own ? p->others : ""));
	}
	mag_row_done(row);
	if (n > 0)
		mag_buf_addc(w->b, ']');
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
put_all(struct mag_db *db, void *arg)
{
	struct exporting *w = arg;
	const struct mag_personal *p;
	enum mag_status st;
	int tables = 0;

	w->b->len = w->from;
	st = mag_schema_tables(&w->schema, &w->nschema, w->c->a, db);
	mag_buf_adds(w->b, "{\"email\":");
	mag_buf_jsons(w->b, w->email);
	mag_buf_adds(w->b, ",\"tables\":{");
	p = w->own ? mag_privacy_own_tables() : mag_personal();
	for (; st == MAG_OK && p->table != NULL; p++)
		if (p->how != MAG_KNOWS_NOBODY)
			st = put_table(w, p, &tables);
	mag_buf_adds(w->b, "}}");
	return st;
}

enum mag_status
mag_op_privacy_export(struct mag_call *c, const char *email,
    struct mag_buf *b)
{
	struct exporting w = { .c = c, .email = email, .b = b, .from = b->len };
	enum mag_status st;

	if ((st = check_address(c, email)) != MAG_OK ||
	    (st = mag_db_read(c->db, put_all, &w)) != MAG_OK)
		return st;
	return c->who.user_id == 0 ? MAG_OK :
	    mag_audit_json(c, "export", "person", 0, NULL, NULL);
}

enum mag_status
mag_op_privacy_own(struct mag_call *c, const char *email, struct mag_buf *b)
{
	struct exporting w = { .c = c, .email = email, .b = b, .from = b->len,
	    .own = true };

	return mag_db_read(c->db, put_all, &w);
}

/* ---- erasure ---- */

struct erasing {
	struct mag_call	*c;
	const char	*folded;
	struct mag_buf	*b;
	size_t		 from;
	int		 n;
};

static void
note(void *arg, const char *table, int64_t rows)
{
	struct erasing *w = arg;

	mag_buf_addf(w->b, "%s\"%s\":%lld", w->n++ > 0 ? "," : "", table,
	    (long long)rows);
}

/* Does a file hold the address, in whatever case? */
static bool
names(const char *path, const char *folded)
{
	char part[8192], *p;
	FILE *f = fopen(path, "re");
	bool found = false;
	size_t n, keep = 0, length = strlen(folded);

	if (f == NULL)
		return false;
	while (!found && (n = fread(part + keep, 1, sizeof(part) - 1 - keep,
	    f)) > 0) {
		n += keep;
		part[n] = '\0';
		for (p = part; p < part + n; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p += 'a' - 'A';
		found = memmem(part, n, folded, length) != NULL;
		keep = n < length ? n : length;
		memmove(part, part + n - keep, keep);
	}
	fclose(f);
	return found;
}

/* Files of a folder, by a part of their names, that hold the address. */
static int64_t
remove_files(struct mag_call *c, const char *folder, const char *part,
    const char *folded)
{
	DIR *dir = opendir(folder);
	const struct dirent *e;
	const char *path;
	int64_t n = 0;

	if (dir == NULL)
		return 0;
	while ((e = readdir(dir)) != NULL) {
		path = mag_printf(c->a, "%s/%s", folder, e->d_name);
		if (strstr(e->d_name, part) != NULL && names(path, folded) &&
		    unlink(path) == 0)
			n++;
	}
	closedir(dir);
	return n;
}

/* Letters that development has written to disk: those to the person are found
 * by their heads; those about the person went by the row of the outbox. */
static int64_t
remove_letters(struct mag_call *c, const char *folded)
{

	return remove_files(c, c->conf->mail_dir, ".eml", folded);
}

/* What migrations and restores have put aside is no backup: nothing forgets
 * in it later. */
static int64_t
remove_copies(struct mag_call *c, const char *folded)
{
	struct copy *list;
	size_t i, n = copies_find(&list, c->a, c->conf->database);
	int64_t removed = 0;

	for (i = 0; i < n; i++)
		if ((names(list[i].path, folded) || names(mag_printf(c->a,
		    "%s-wal", list[i].path), folded)) &&
		    copies_remove(c->a, &list[i]))
			removed++;
	return removed;
}

/* A letter is seldom on its way for longer than a second. */
#define TRIES	20
#define NAP_MS	100

static enum mag_status
forget(struct mag_db *db, void *arg)
{
	struct erasing *w = arg;
	enum mag_status st;
	const char *counts;

	(void)db;
	w->b->len = w->from;
	w->n = 0;
	mag_buf_adds(w->b, "{\"erased\":{");
	st = mag_privacy_forget(w->c, w->folded, note, w);
	if (st != MAG_OK)
		return st;
	mag_buf_addc(w->b, '}');
	counts = mag_printf(w->c->a, "%s}", w->b->p + w->from);
	return mag_audit_json(w->c, "erase", "person", 0, NULL, counts);
}

enum mag_status
mag_op_privacy_erase(struct mag_call *c, const char *email, struct mag_buf *b)
{
	struct erasing w = { c, mag_fold_email(c->a, email), b, b->len, 0 };
	enum mag_status st;
	int64_t letters, copies;
	int i;

	if ((st = check_address(c, email)) != MAG_OK)
		return st;
	st = mag_db_write(c->db, forget, &w);
	for (i = 1; i < TRIES && st == MAG_UNAVAILABLE; i++) {
		mag_clock_sleep_ms(NAP_MS);
		st = mag_db_write(c->db, forget, &w);
	}
	if (st != MAG_OK)
		return st;
	letters = remove_letters(c, w.folded);
	copies = remove_copies(c, w.folded);
	mag_buf_addf(b, ",\"letters_removed\":%lld,\"copies_removed\":%lld",
	    (long long)letters, (long long)copies);
	/* Only when the old pages are gone is it done. */
	if ((st = mag_db_scrub(c->db)) != MAG_OK)
		return st;
	mag_buf_addc(b, '}');
	return MAG_OK;
}
