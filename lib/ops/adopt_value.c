/* SPDX-License-Identifier: MIT */
/* One value of an earlier Magnetiq's row, as our schema holds it. */
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/json.h>

#include "adopt.h"

enum kind { PLAIN, TIME, MAP, CONTENT, LIST, JSON, BOOL, WORD, NAMED, OWNED,
	PATH };

/* What a column holds; the first line that fits counts. */
static const struct rule {
	const char	*table;		/* "": any */
	const char	*column;
	enum kind	 kind;
	const char	*more;		/* the words; the table referred to */
} rules[] = {
	{ "system_settings", "description", PLAIN, NULL },
	{ "admin_users", "role", WORD, "viewer editor admin" },
	{ "pages", "status", WORD, "draft published archived" },
	{ "pages", "content", CONTENT, NULL },
	{ "webinars", "status", WORD, "scheduled live completed cancelled" },
	{ "whitepapers", "status", WORD, "draft published" },
	{ "bookings", "status", WORD,
	  "pending confirmed completed cancelled no_show" },
	{ "bookings", "urgency", WORD, "medium low high urgent" },
	{ "user_sessions", "user_id", OWNED, "admin_users" },
	{ "webinar_registrations", "webinar_id", OWNED, "webinars" },
	{ "whitepaper_downloads", "whitepaper_id", OWNED, "whitepapers" },
	{ "analytics_events", "user_id", NAMED, "admin_users" },
	{ "", "author_id", NAMED, "admin_users" },
	{ "", "uploaded_by", NAMED, "admin_users" },
	{ "", "assigned_to", NAMED, "admin_users" },
	{ "", "file_id", NAMED, "media_files" },
	{ "", "thumbnail_id", NAMED, "media_files" },
	{ "", "presentation_file_id", NAMED, "media_files" },
	{ "", "presenter_avatar_id", NAMED, "media_files" },
	{ "media_files", "file_path", PATH, NULL },
	{ "", "title", MAP, NULL }, { "", "excerpt", MAP, NULL },
	{ "", "description", MAP, NULL }, { "", "alt_text", MAP, NULL },
	{ "", "meta_title", MAP, NULL }, { "", "meta_description", MAP, NULL },
	{ "", "seo_title", MAP, NULL }, { "", "seo_keywords", MAP, NULL },
	{ "", "presenter_bio", MAP, NULL },
	{ "", "preview_content", MAP, NULL },
	{ "", "tags", LIST, NULL }, { "", "industry", LIST, NULL },
	{ "", "image_metadata", JSON, NULL }, { "", "metadata", JSON, NULL },
	{ "", "is_active", BOOL, NULL }, { "", "is_featured", BOOL, NULL },
	{ "", "featured", BOOL, NULL }, { "", "attended", BOOL, NULL },
	{ "", "registration_enabled", BOOL, NULL },
	{ "", "send_reminder", BOOL, NULL },
	{ "", "send_recording", BOOL, NULL },
	{ "", "requires_registration", BOOL, NULL },
	{ "", "lead_magnet_active", BOOL, NULL },
	{ "", "follow_up_required", BOOL, NULL },
	{ "", "last_login", TIME, NULL }, { "", "locked_until", TIME, NULL },
	{ "", "registration_deadline", TIME, NULL },
	{ "", "preferred_date", TIME, NULL },
};

static const struct rule *
rule_of(const struct spot *at)
{
	static const struct rule plain = { "", "", PLAIN, NULL };
	static const struct rule instant = { "", "", TIME, NULL };
	const char *name = at->column->name;
	size_t i, n = strlen(name);

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((*rules[i].table == '\0' ||
		    strcmp(rules[i].table, at->table) == 0) &&
		    strcmp(rules[i].column, name) == 0)
			return &rules[i];
	return n > 3 && strcmp(name + n - 3, "_at") == 0 ? &instant : &plain;
}

void
adopt_text(struct mag_bind *out, const char *s)
{

	*out = (struct mag_bind){ MAG_BIND_TEXT, 0, s, strlen(s) };
}

static void
nothing(struct mag_bind *out, struct adoption *w, const struct spot *at)
{

	*out = (struct mag_bind){ MAG_BIND_NULL, 0, NULL, 0 };
	if (at->column->required)
		adopt_fallback(out, w, at);
}

void
adopt_fallback(struct mag_bind *out, struct adoption *w, const struct spot *at)
{
	const char *s = at->column->fallback;

	*out = (struct mag_bind){ MAG_BIND_NULL, 0, NULL, 0 };
	if (at->column->number && (s != NULL || at->column->required))
		*out = (struct mag_bind){ MAG_BIND_INT,
		    s == NULL ? 0 : strtoll(s, NULL, 10), NULL, 0 };
	else if (rule_of(at)->kind == TIME && (s != NULL ||
	    at->column->required))
		*out = (struct mag_bind){ MAG_BIND_TIME, w->c->now, NULL, 0 };
	else if (s != NULL && *s == '\'')
		adopt_text(out, mag_dup(w->scratch, s + 1, strlen(s) - 2));
	else if (at->column->required)
		adopt_text(out, "");
}

static void
read_time(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_str s)
{
	int64_t t;

	if (s.n == 0) {
		nothing(out, w, at);
	} else if (mag_time_parse(&t, s.p, s.n, true)) {
		*out = (struct mag_bind){ MAG_BIND_TIME, t, NULL, 0 };
	} else {
		adopt_note(w, at, "was no time");
		nothing(out, w, at);
	}
}

/* Whatever is no JSON was meant as a text. */
static const struct mag_json *
read_json(struct adoption *w, struct mag_str s)
{
	const struct mag_json *j = mag_json_own(w->scratch, s.p, s.n);
	struct mag_buf b;

	if (j != NULL || s.n == 0)
		return j;
	mag_buf_init(&b, w->scratch, s.n + 8);
	mag_buf_json(&b, s.p, s.n);
	return mag_json_own(w->scratch, b.p, b.len);
}

/* HTML is what begins, after blanks, with < and a tag name. */
static bool
is_html(const char *s)
{

	while (isspace((unsigned char)*s))
		s++;
	return *s == '<' && isalpha((unsigned char)s[1]);
}

static void
print_content(struct mag_buf *b, const struct mag_json *j)
{
	const char *text = mag_json_text(j);

	if (text == NULL || !is_html(text)) {
		mag_json_print(b, j);
		return;
	}
	mag_buf_adds(b, "[{\"type\":\"html\",\"html\":");
	mag_buf_jsons(b, text);
	mag_buf_adds(b, "}]");
}

/* A language map: what is none counts for the default language. */
static void
read_map(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_str s, bool content)
{
	const struct mag_json *j = read_json(w, s), *m;
	struct mag_buf b;
	int n = 0;

	if (j == NULL || mag_json_kind(j) == MAG_JSON_NULL ||
	    (mag_json_text(j) != NULL && *mag_json_text(j) == '\0')) {
		nothing(out, w, at);
		return;
	}
	mag_buf_init(&b, w->scratch, s.n + 64);
	mag_buf_addc(&b, '{');
	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		adopt_note(w, at, "was no language map; it is of the default "
		    "language now");
		mag_buf_jsons(&b, w->language);
		mag_buf_addc(&b, ':');
		content ? print_content(&b, j) : mag_json_print(&b, j);
	} else for (m = mag_json_first(j); m != NULL; m = mag_json_next(m)) {
		if (mag_json_kind(m) == MAG_JSON_NULL)
			continue;
		mag_buf_adds(&b, n++ > 0 ? "," : "");
		mag_buf_jsons(&b, mag_json_key(m));
		mag_buf_addc(&b, ':');
		content ? print_content(&b, m) : mag_json_print(&b, m);
	}
	mag_buf_addc(&b, '}');
	adopt_text(out, b.p);
}

static void
read_list(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_str s)
{
	const struct mag_json *j = read_json(w, s);
	struct mag_buf b;

	if (j == NULL || mag_json_kind(j) == MAG_JSON_NULL) {
		nothing(out, w, at);
		return;
	}
	mag_buf_init(&b, w->scratch, s.n + 8);
	if (mag_json_kind(j) == MAG_JSON_ARRAY) {
		mag_json_print(&b, j);
	} else {
		adopt_note(w, at, "was no list; it is a list of one now");
		mag_buf_addc(&b, '[');
		mag_json_print(&b, j);
		mag_buf_addc(&b, ']');
	}
	adopt_text(out, b.p);
}

static void
read_any(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_str s)
{
	const struct mag_json *j = read_json(w, s);
	struct mag_buf b;

	if (j == NULL || mag_json_kind(j) == MAG_JSON_NULL) {
		nothing(out, w, at);
		return;
	}
	mag_buf_init(&b, w->scratch, s.n + 8);
	mag_json_print(&b, j);
	adopt_text(out, b.p);
}

/* One of some words, in any case; the first of them if it is none. */
static void
read_word(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_str s, const char *words)
{
	char *word = mag_dup(w->scratch, s.p == NULL ? "" : s.p, s.n), *p;

	for (p = word; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (strcmp(word, "super_admin") == 0 || strcmp(word, "superadmin") == 0)
		word = mag_strdup(w->scratch, "admin");
	if (!mag_listed(words, word)) {
		if (s.n > 0)
			adopt_note(w, at, mag_printf(w->scratch,
			    "was \"%.40s\", which is not known here", word));
		word = mag_dup(w->scratch, words, strcspn(words, " "));
	}
	adopt_text(out, word);
}

static void
read_bool(struct mag_bind *out, struct mag_row *row, int i)
{
	struct mag_str s = mag_row_str(row, i);
	bool yes = mag_row_int(row, i) != 0 ||
	    (s.n > 0 && (s.p[0] == 't' || s.p[0] == 'T'));

	*out = (struct mag_bind){ MAG_BIND_INT, yes, NULL, 0 };
}

static enum mag_status
read_reference(struct mag_bind *out, struct adoption *w, const struct spot *at,
    int64_t id, const struct rule *r)
{
	enum mag_status st;
	bool there;

	st = mag_legacy_has(&there, w->c->db, w->scratch, r->more, id);
	if (st != MAG_OK)
		return st;
	if (there) {
		*out = (struct mag_bind){ MAG_BIND_INT, id, NULL, 0 };
		return MAG_OK;
	}
	if (r->kind == OWNED)
		return MAG_NOT_FOUND;
	adopt_note(w, at, mag_printf(w->scratch,
	    "named a row of %s that is not there", r->more));
	nothing(out, w, at);
	return MAG_OK;
}

/*
 * Where a file lies, as far as we can see: older programs wrote paths below
 * the upload folder, below the folder above it, or of a container.
 */
static void
read_path(struct mag_bind *out, struct adoption *w, struct mag_str s)
{
	const char *dir = w->c->conf->upload_dir;
	const char *path = mag_dup(w->scratch, s.p == NULL ? "" : s.p, s.n);
	const char *tail;

	adopt_text(out, path);
	if (*path == '/' && access(path, R_OK) == 0)
		return;
	for (tail = path; tail != NULL; tail = strchr(tail, '/')) {
		tail += strspn(tail, "/");
		if (*tail != '\0' && strstr(tail, "..") == NULL &&
		    access(mag_printf(w->scratch, "%s/%s", dir, tail),
		    R_OK) == 0) {
			adopt_text(out, tail);
			return;
		}
	}
}

static void
read_plain(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_row *row, int i)
{
	struct mag_str s = mag_row_str(row, i);

	if (at->column->number)
		*out = (struct mag_bind){ MAG_BIND_INT, mag_row_int(row, i),
		    NULL, 0 };
	else
		adopt_text(out, mag_dup(w->scratch, s.p, s.n));
}

enum mag_status
adopt_value(struct mag_bind *out, struct adoption *w, const struct spot *at,
    struct mag_row *row, int i)
{
	const struct rule *r = rule_of(at);
	struct mag_str s;

	if (mag_row_null(row, i) && r->kind != OWNED) {
		nothing(out, w, at);
		return MAG_OK;
	}
	if (r->kind == NAMED || r->kind == OWNED)
		return read_reference(out, w, at, mag_row_int(row, i), r);
	s = mag_row_str(row, i);
	switch (r->kind) {
	case TIME:
		read_time(out, w, at, s);
		break;
	case MAP:
	case CONTENT:
		read_map(out, w, at, s, r->kind == CONTENT);
		break;
	case LIST:
		read_list(out, w, at, s);
		break;
	case JSON:
		read_any(out, w, at, s);
		break;
	case BOOL:
		read_bool(out, row, i);
		break;
	case WORD:
		read_word(out, w, at, s, r->more);
		break;
	case PATH:
		read_path(out, w, s);
		break;
	default:
		read_plain(out, w, at, row, i);
	}
	return MAG_OK;
}
