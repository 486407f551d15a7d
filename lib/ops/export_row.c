/* SPDX-License-Identifier: MIT */
/* A row of any table as JSON, and as PostgreSQL reads it. */
#include <string.h>

#include <magnetiq/clock.h>

#include "export.h"

/* Times that do not end in _at, and flags that no rule of a table names. */
static const char *const times[] = { "last_login", "last_run", "locked_until",
    "next_run", "preferred_date", "registration_deadline" };
static const char *const flags[] = { "attended", "current", "featured",
    "follow_up_required", "is_featured", "is_published", "lead_magnet_active",
    "is_active", "legacy_exempt", "marketing_consent", "privacy_consent",
    "registration_enabled", "requires_registration", "send_recording",
    "send_reminder", "waitlist_enabled" };

static bool
among(const char *const *names, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

enum export_kind
export_kind(const struct mag_schema_column *c)
{
	size_t n = strlen(c->name);

	if (strstr(c->type, "INT") != NULL)
		return c->flag || among(flags, sizeof(flags) / sizeof(flags[0]),
		    c->name) ? EXPORT_FLAG : EXPORT_NUMBER;
	if (strcmp(c->type, "REAL") == 0)
		return EXPORT_REAL;
	if (c->json)
		return EXPORT_JSON;
	if (strcmp(c->type, "TEXT") == 0 && ((n > 3 &&
	    strcmp(c->name + n - 3, "_at") == 0) ||
	    among(times, sizeof(times) / sizeof(times[0]), c->name)))
		return EXPORT_TIME;
	return EXPORT_TEXT;
}

/* What it is worth, as text in `text` where it is no string of its own. */
static struct mag_str
plain(char text[64], struct mag_row *row, int i, enum export_kind kind)
{
	struct mag_str s = { text, 0 };

	switch (kind) {
	case EXPORT_FLAG:
		s.p = mag_row_int(row, i) != 0 ? "true" : "false";
		break;
	case EXPORT_NUMBER:
		snprintf(text, 64, "%lld", (long long)mag_row_int(row, i));
		break;
	case EXPORT_REAL:
		snprintf(text, 64, "%.17g", mag_row_real(row, i));
		break;
	case EXPORT_TIME:
		mag_time_rfc3339(text, mag_row_time(row, i));
		break;
	default:
		return mag_row_str(row, i);
	}
	s.n = strlen(s.p);
	return s;
}

void
export_json_row(struct mag_buf *b, struct mag_row *row,
    const struct mag_schema_table *t, const bool *hidden)
{
	const struct mag_schema_column *c = t->columns;
	enum export_kind kind;
	struct mag_str s;
	char text[64];
	size_t i, n = 0;

	mag_buf_addc(b, '{');
	for (i = 0; i < t->ncolumns; i++) {
		if (hidden[i])
			continue;
		mag_buf_adds(b, n++ > 0 ? "," : "");
		mag_buf_jsons(b, c[i].name);
		mag_buf_addc(b, ':');
		kind = export_kind(&c[i]);
		if (mag_row_null(row, (int)i)) {
			mag_buf_adds(b, "null");
			continue;
		}
		s = plain(text, row, (int)i, kind);
		if (kind == EXPORT_TEXT || kind == EXPORT_TIME)
			mag_buf_json(b, s.p, s.n);
		else
			mag_buf_add(b, s.p, s.n);
	}
	mag_buf_addc(b, '}');
}

/* PostgreSQL, "COPY": text format.  A text cannot hold NUL there. */
static void
copy_text(struct mag_buf *b, struct mag_str s)
{
	static const char special[] = "\b\f\n\r\t\v\\", letter[] = "bfnrtv\\";
	const char *at;

	for (; s.n > 0; s.p++, s.n--) {
		if (*s.p == '\0')
			continue;
		if ((at = strchr(special, *s.p)) == NULL)
			mag_buf_addc(b, *s.p);
		else {
			mag_buf_addc(b, '\\');
			mag_buf_addc(b, letter[at - special]);
		}
	}
}

void
export_sql_row(struct mag_buf *b, struct mag_row *row,
    const struct mag_schema_table *t, const bool *hidden)
{
	char text[64];
	size_t i, n = 0;

	for (i = 0; i < t->ncolumns; i++) {
		if (hidden[i])
			continue;
		mag_buf_adds(b, n++ > 0 ? "\t" : "");
		if (mag_row_null(row, (int)i))
			mag_buf_adds(b, "\\N");
		else
			copy_text(b, plain(text, row, (int)i,
			    export_kind(&t->columns[i])));
	}
	mag_buf_addc(b, '\n');
}

static const struct mag_schema_column *
key_column(const struct mag_schema_table *t, int place)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (t->columns[i].key == place)
			return &t->columns[i];
	return NULL;
}

static void
add_key(struct mag_buf *b, struct mag_arena *a,
    const struct mag_schema_table *t)
{
	const struct mag_schema_column *c;
	int place;

	for (place = 1; (c = key_column(t, place)) != NULL; place++)
		mag_buf_addf(b, place == 1 ? ",\n\tPRIMARY KEY (%s" : ", %s",
		    mag_schema_name(a, c->name));
	mag_buf_adds(b, place > 1 ? ")" : "");
}

void
export_sql_table(struct mag_buf *b, struct mag_arena *a,
    const struct mag_schema_table *t, const bool *hidden)
{
	static const char *const types[] = {
		[EXPORT_TEXT] = "text", [EXPORT_NUMBER] = "bigint",
		[EXPORT_REAL] = "double precision", [EXPORT_FLAG] = "boolean",
		[EXPORT_TIME] = "timestamptz", [EXPORT_JSON] = "jsonb"
	};
	const struct mag_schema_column *c = t->columns;
	size_t i, n = 0;

	mag_buf_addf(b, "\nCREATE TABLE %s (", mag_schema_name(a, t->name));
	for (i = 0; i < t->ncolumns; i++)
		if (!hidden[i])
			mag_buf_addf(b, "%s\n\t%s %s%s%s", n++ > 0 ? "," : "",
			    mag_schema_name(a, c[i].name),
			    types[export_kind(&c[i])],
			    c[i].required ? " NOT NULL" : "",
			    i == 0 && t->next_id > 0 ?
			    " GENERATED BY DEFAULT AS IDENTITY" : "");
	add_key(b, a, t);
	mag_buf_addf(b, "\n);\nCOPY %s (", mag_schema_name(a, t->name));
	for (n = 0, i = 0; i < t->ncolumns; i++)
		if (!hidden[i])
			mag_buf_addf(b, "%s%s", n++ > 0 ? ", " : "",
			    mag_schema_name(a, c[i].name));
	mag_buf_adds(b, ") FROM stdin;\n");
}

static bool
is_hidden(const struct mag_schema_table *t, const bool *hidden,
    const char *column)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].name, column) == 0)
			return hidden[i];
	return true;
}

void
export_sql_end(struct mag_buf *b, struct mag_arena *a,
    const struct mag_schema_table *t, const bool *hidden,
    bool (*is_left_out)(const char *table))
{
	const struct mag_schema_link *l;
	const char *name = mag_schema_name(a, t->name);

	if (t->next_id > 0)
		mag_buf_addf(b, "ALTER TABLE %s ALTER COLUMN %s "
		    "RESTART WITH %lld;\n", name,
		    mag_schema_name(a, t->columns[0].name),
		    (long long)t->next_id);
	for (l = t->links; l < t->links + t->nlinks; l++)
		if (!is_left_out(l->table) && !is_hidden(t, hidden, l->column))
			mag_buf_addf(b, "ALTER TABLE %s ADD FOREIGN KEY (%s) "
			    "REFERENCES %s (%s) ON DELETE %s;\n", name,
			    mag_schema_name(a, l->column),
			    mag_schema_name(a, l->table),
			    mag_schema_name(a, l->to), l->on_delete);
}
