/* SPDX-License-Identifier: MIT */
/*
 * People whom a table brings.  They are kept beside what people did
 * themselves, and become leads with it.  A table says who somebody is, never
 * what they agreed to: no column of it makes a consent.
 */
#include <string.h>

#include <magnetiq/csv.h>
#include <magnetiq/fold.h>
#include <magnetiq/i18n.h>
#include <magnetiq/lead.h>
#include <magnetiq/limits.h>

#include "noun.h"

#define COLUMNS_MAX	200	/* mag_csv_row() gives no more */
#define TOLD_MAX	100	/* wrong cells that the answer names */
#define NAME_BYTES	100	/* a column's name is shorter */
#define PERSONAL	(MAG_LIST | MAG_CREATE | MAG_PERSONAL)

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = PERSONAL | MAG_REQUIRED },
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL },
	{ "first_name", MAG_TEXT, .max = MAG_NAME_MAX, .preset = "\"\"",
	  .flags = PERSONAL },
	{ "last_name", MAG_TEXT, .max = MAG_NAME_MAX, .preset = "\"\"",
	  .flags = PERSONAL },
	{ "company", MAG_TEXT, .max = MAG_COMPANY_MAX, .flags = PERSONAL },
	{ "job_title", MAG_TEXT, .max = MAG_COMPANY_MAX, .flags = PERSONAL },
	{ "phone", MAG_TEXT, .max = 50, .flags = PERSONAL },
	{ "website", MAG_URL, .max = MAG_URL_MAX, .flags = PERSONAL },
	{ "language", MAG_LANGUAGE, .max = 20, .flags = MAG_LIST | MAG_CREATE },
	{ "utm_source", MAG_TEXT, .max = 200, .flags = MAG_LIST | MAG_CREATE },
	{ "imported_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ .name = NULL }
};

static struct mag_noun imported = {
	.name = "lead_import",
	.plural = "lead_imports",
	.table = "lead_imports",
	.fields = fields,
	.sort = "id",
	.label = "There is no such lead.",
};

/* What columns are called elsewhere, in small letters. */
static const struct {
	const char	*called, *field;
} synonyms[] = {
	{ "e-mail", "email" }, { "email address", "email" },
	{ "e-mail-adresse", "email" }, { "first name", "first_name" },
	{ "vorname", "first_name" }, { "last name", "last_name" },
	{ "nachname", "last_name" }, { "organization", "company" },
	{ "firma", "company" }, { "job title", "job_title" },
	{ "phone number", "phone" }, { "telefon", "phone" },
	{ "sprache", "language" }, { "source", "utm_source" },
};

struct import {
	struct mag_call	*c, one;	/* the whole, and one row of it */
	struct mag_csv	 table;
	const char	*column[COLUMNS_MAX];	/* its field, or NULL */
	size_t		 ncolumns;
	int64_t		 told;
	struct mag_lead_imported *out;
};

/* ---- the line of names ---- */

static const char *
field_of(struct mag_arena *a, struct mag_str cell)
{
	char *name = mag_dup(a, cell.p, cell.n), *p;
	size_t i;

	for (p = name; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	for (i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (strcmp(synonyms[i].called, name) == 0)
			return synonyms[i].field;
	for (i = 0; fields[i].name != NULL; i++)
		if ((fields[i].flags & MAG_CREATE) &&
		    strcmp(fields[i].name, name) == 0)
			return fields[i].name;
	return NULL;
}

/* Is there an address in each row?  Columns that say nothing here are named
 * in the answer. */
static bool
read_names(struct import *w)
{
	struct mag_str *cells;
	bool email = false;
	size_t i;

	mag_buf_init(&w->out->ignored, w->c->a, 128);
	if (!mag_csv_row(&w->table, w->c->a, &cells, &w->ncolumns))
		return false;
	for (i = 0; i < w->ncolumns; i++) {
		w->column[i] = cells[i].n < NAME_BYTES ?
		    field_of(w->c->a, cells[i]) : NULL;
		if (w->column[i] != NULL) {
			email |= strcmp(w->column[i], "email") == 0;
			continue;
		}
		mag_buf_adds(&w->out->ignored, w->out->ignored.len > 0 ?
		    "," : "");
		mag_buf_json(&w->out->ignored, cells[i].p,
		    cells[i].n < NAME_BYTES ? cells[i].n : 0);
	}
	return email;
}

/* ---- a row ---- */

/* What mag_csv_cell() puts before a formula. */
static struct mag_str
plain(struct mag_str s)
{

	if (s.n > 1 && s.p[0] == '\'' && strchr("=+-@", s.p[1]) != NULL) {
		s.p++;
		s.n--;
	}
	return s;
}

/* As the body that a program would send: empty cells say nothing. */
static const struct mag_json *
body_of(struct import *w, const struct mag_str *cells, size_t n)
{
	struct mag_str s;
	struct mag_buf b;
	size_t i, k;

	mag_buf_init(&b, w->one.a, 256);
	mag_buf_addc(&b, '{');
	for (i = 0; i < n && i < w->ncolumns; i++) {
		s = plain(cells[i]);
		/* Of two columns of one name the first counts. */
		for (k = 0; k < i && w->column[k] != w->column[i]; k++)
			continue;
		if (w->column[i] == NULL || s.n == 0 || k < i)
			continue;
		mag_buf_addf(&b, "%s\"%s\":", b.len > 1 ? "," : "",
		    w->column[i]);
		mag_buf_json(&b, s.p, s.n);
	}
	mag_buf_addc(&b, '}');
	return mag_json_own(w->one.a, b.p, b.len);
}

static void
refuse(struct import *w)
{
	const struct mag_detail *d;
	struct mag_buf *b = &w->out->problems;

	w->out->refused++;
	for (d = w->one.problem.first; d != NULL && w->told < TOLD_MAX;
	    d = d->next, w->told++) {
		mag_buf_addf(b, "%s{\"row\":%lld,\"field\":", b->len > 0 ?
		    "," : "", (long long)w->out->rows);
		mag_buf_jsons(b, d->field);
		mag_buf_adds(b, ",\"message\":");
		mag_buf_jsons(b, d->arg == NULL ? mag_tr(w->c->lang, d->message) :
		    mag_tr_fill(w->one.a, w->c->lang, d->message, d->arg));
		mag_buf_addc(b, '}');
	}
}

/* What the table leaves out stays as it was. */
static void
complete(struct mag_record *r, const struct mag_record *old,
    const struct mag_json *body)
{
	size_t i;

	for (i = 0; fields[i].name != NULL; i++)
		if (mag_json_get(body, fields[i].name) == NULL)
			r->v[i] = old->v[i];
}

static enum mag_status
write_row(struct import *w, struct mag_record *r, const struct mag_json *body)
{
	const char *folded = mag_fold_email(w->one.a, mag_text(r, "email"));
	struct mag_record *old;
	enum mag_status st;

	st = mag_record_find(&old, &w->one, &imported, "email_folded", folded);
	if (st == MAG_NOT_FOUND) {
		mag_set_text(r, "email_folded", folded);
		mag_set_int(r, "imported_at", w->c->now);
		w->out->created++;
		return mag_record_insert(&w->one, r);
	}
	if (st != MAG_OK)
		return st;
	complete(r, old, body);
	if (!mag_record_differs(r, old)) {
		w->out->unchanged++;
		return MAG_OK;
	}
	w->out->changed++;
	mag_set_int(r, "imported_at", w->c->now);
	return mag_record_update(&w->one, r, old);
}

static enum mag_status
read_row(struct import *w, const struct mag_str *cells, size_t n)
{
	struct mag_record *r = mag_alloc(w->one.a, sizeof(*r));
	const struct mag_json *body = body_of(w, cells, n);
	enum mag_status st;

	w->out->rows++;
	memset(&w->one.problem, 0, sizeof(w->one.problem));
	r->noun = &imported;
	st = mag_record_read(&w->one, r, NULL, body, MAG_POST);
	if (st == MAG_INVALID) {
		refuse(w);
		return MAG_OK;
	}
	return st != MAG_OK ? st : write_row(w, r, body);
}

static bool
is_empty(const struct mag_str *cells, size_t n)
{
	size_t i;

	for (i = 0; i < n && cells[i].n == 0; i++)
		continue;
	return i == n;
}

/* Each row in memory that the next one uses again. */
static enum mag_status
read_rows(struct import *w)
{
	struct mag_csv rest = w->table;
	struct mag_str *cells;
	enum mag_status st = MAG_OK;
	size_t n;

	w->one = *w->c;
	w->one.a = mag_arena_new(MAG_REQUEST_ARENA);
	while (st == MAG_OK && mag_csv_row(&rest, w->one.a, &cells, &n)) {
		w->one.site = NULL;
		if (!is_empty(cells, n))
			st = read_row(w, cells, n);
		mag_arena_reset(w->one.a);
	}
	mag_arena_free(w->one.a);
	return st;
}

static enum mag_status
write_all(struct mag_db *db, void *arg)
{
	struct import *w = arg;
	struct mag_lead_imported *out = w->out;
	enum mag_status st;

	(void)db;
	out->rows = out->created = out->changed = out->unchanged = 0;
	out->refused = w->told = 0;
	mag_buf_init(&out->problems, w->c->a, 256);
	if ((st = read_rows(w)) != MAG_OK || out->created + out->changed == 0)
		return st;
	return mag_audit_json(w->c, "import", "lead", 0, NULL, mag_printf(
	    w->c->a, "{\"created\":%lld,\"changed\":%lld}",
	    (long long)out->created, (long long)out->changed));
}

enum mag_status
mag_lead_import(struct mag_lead_imported *out, struct mag_call *c,
    const char *csv, size_t n)
{
	static const char separators[] = ",;\t";
	struct import *w = mag_alloc(c->a, sizeof(*w));
	struct mag_str text;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (mag_csv_text(&text, c->a, csv, n) != MAG_OK)
		return mag_fail(c, MAG_MALFORMED,
		    "This is not a table in UTF-8 or UTF-16.");
	w->c = c;
	w->out = out;
	for (i = 0; separators[i] != '\0'; i++) {
		w->table = (struct mag_csv){ text.p, text.p + text.n,
		    separators[i] };
		if (read_names(w))
			return mag_db_write(c->db, write_all, w);
	}
	mag_wrong(c, "", "must have a column of e-mail addresses", NULL);
	return mag_verdict(c);
}
