/* SPDX-License-Identifier: MIT */
/* Versions of a page: added by every change, never changed themselves. */
#include <string.h>

#include <magnetiq/clock.h>

#include "noun.h"
#include "page.h"

static const char sql_add[] =
    "INSERT INTO page_versions (page_id, version, status, author_id, snapshot,"
    " created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char sql_list[] =
    "SELECT v.version, v.status, v.author_id,"
    " trim(u.first_name || ' ' || u.last_name), u.email, v.created_at"
    " FROM page_versions v LEFT JOIN admin_users u ON u.id = v.author_id"
    " WHERE v.page_id = ?1 ORDER BY v.version DESC";
static const char sql_has[] =
    "SELECT 1 FROM page_versions WHERE page_id = ?1 AND version = ?2";
static const char sql_one[] =
    "SELECT snapshot FROM page_versions WHERE page_id = ?1 AND version = ?2";

/* Is this version written down?  One that hand-written SQL made is not. */
static enum mag_status
has(bool *out, struct mag_call *c, int64_t id, int64_t version)
{
	enum mag_status st;
	int64_t one;

	st = mag_db_int(&one, c->db, sql_has, "ii", id, version);
	*out = st == MAG_OK;
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

/* When a version that nobody wrote down came to be, as far as one can tell. */
static int64_t
since(const struct mag_record *r)
{

	return mag_int(r, "version") == 1 ? mag_int(r, "created_at") :
	    mag_int(r, "updated_at");
}

static enum mag_status
add(struct mag_call *c, const struct mag_record *r, const int64_t *author,
    int64_t when)
{
	struct mag_buf b;

	mag_buf_init(&b, c->a, 4096);
	mag_record_print(&b, c, r, MAG_VIEW_STAFF, NULL);
	return mag_db_run(c->db, sql_add, "iisIst", mag_record_id(r),
	    mag_int(r, "version"), mag_text(r, "status"), author, b.p, when);
}

enum mag_status
page_version_add(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *old)
{
	enum mag_status st;
	bool known = true;

	if (old != NULL && (st = has(&known, c, mag_record_id(old),
	    mag_int(old, "version"))) != MAG_OK)
		return st;
	if (!known && (st = add(c, old, NULL, since(old))) != MAG_OK)
		return st;
	return add(c, r, c->who.user_id > 0 ? &c->who.user_id : NULL, c->now);
}

static enum mag_status
print_stored(struct mag_buf *b, struct mag_call *c, int64_t id)
{
	struct mag_row *row = NULL;
	struct mag_str name;
	enum mag_status st;
	char when[MAG_TIME_TEXT];

	if ((st = mag_db_query(&row, c->db, sql_list, "i", id)) != MAG_OK)
		goto done;
	while ((st = mag_row_next(row)) == MAG_OK) {
		mag_buf_addf(b, "%s{\"version\":%lld,\"status\":",
		    b->p[b->len - 1] == '[' ? "" : ",",
		    (long long)mag_row_int(row, 0));
		mag_buf_jsons(b, mag_row_dup(row, 1, c->a));
		mag_buf_adds(b, ",\"author_id\":");
		if (mag_row_null(row, 2))
			mag_buf_adds(b, "null");
		else
			mag_buf_addi(b, mag_row_int(row, 2));
		mag_buf_adds(b, ",\"author_name\":");
		name = mag_row_str(row, 3);
		if (name.n == 0)
			name = mag_row_str(row, 4);
		mag_buf_jsons(b, name.p == NULL ? NULL :
		    mag_dup(c->a, name.p, name.n));
		mag_time_rfc3339(when, mag_row_time(row, 5));
		mag_buf_addf(b, ",\"created_at\":\"%s\"}", when);
	}
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
done:
	mag_row_done(row);
	return st;
}

enum mag_status
mag_page_versions(struct mag_buf *b, struct mag_call *c, int64_t id)
{
	struct mag_record *page;
	enum mag_status st;
	char when[MAG_TIME_TEXT];
	bool known;

	if ((st = mag_noun_get(&page, c, &mag_page, id)) != MAG_OK ||
	    (st = has(&known, c, id, mag_int(page, "version"))) != MAG_OK)
		return st;
	mag_buf_addc(b, '[');
	if (!known) {
		mag_time_rfc3339(when, since(page));
		mag_buf_addf(b, "{\"version\":%lld,\"status\":\"%s\","
		    "\"author_id\":null,\"author_name\":null,"
		    "\"created_at\":\"%s\"}",
		    (long long)mag_int(page, "version"),
		    mag_text(page, "status"), when);
	}
	if ((st = print_stored(b, c, id)) != MAG_OK)
		return st;
	mag_buf_addc(b, ']');
	return MAG_OK;
}

enum mag_status
mag_page_version(const char **json, struct mag_call *c, int64_t id,
    int64_t version)
{
	struct mag_record *page;
	struct mag_buf b;
	enum mag_status st;

	*json = NULL;
	if ((st = mag_noun_get(&page, c, &mag_page, id)) != MAG_OK)
		return st;
	st = mag_db_text(json, c->a, c->db, sql_one, "ii", id, version);
	if (st == MAG_NOT_FOUND && version == mag_int(page, "version")) {
		mag_buf_init(&b, c->a, 4096);
		mag_record_print(&b, c, page, MAG_VIEW_STAFF, NULL);
		*json = b.p;
		return MAG_OK;
	}
	if (st == MAG_NOT_FOUND)
		return mag_fail(c, st, "There is no such version.");
	return st;
}

struct restoring {
	struct mag_call	*c;
	int64_t		 id, version;
	struct mag_record *result;
};

/* What a version brings back; its time and its place in the row stay. */
static const char *const restored[] = {
	"slug", "slugs", "title", "content", "excerpt", "meta_description",
	"seo_title", "seo_keywords", "canonical_url", "template",
	"is_featured", "sort_order"
};

static enum mag_status
take(struct mag_record *r, struct mag_call *c, const struct mag_json *was)
{
	const struct mag_json *j;
	struct mag_buf b;
	int64_t n;
	size_t i;

	for (i = 0; i < sizeof(restored) / sizeof(restored[0]); i++) {
		if ((j = mag_json_get(was, restored[i])) == NULL)
			continue;
		if (mag_json_kind(j) == MAG_JSON_NULL)
			mag_set_null(r, restored[i]);
		else if (mag_json_kind(j) == MAG_JSON_BOOL)
			mag_set_int(r, restored[i], mag_json_true(j));
		else if (mag_json_int(&n, j))
			mag_set_int(r, restored[i], n);
		else if (mag_json_text(j) != NULL)
			mag_set_text(r, restored[i], mag_json_text(j));
		else {
			mag_buf_init(&b, c->a, 256);
			mag_json_print(&b, j);
			mag_set_text(r, restored[i], b.p);
		}
	}
	return MAG_OK;
}

static enum mag_status
restore(struct mag_db *db, void *arg)
{
	struct restoring *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *old, *new = mag_alloc(c->a, sizeof(*new));
	const struct mag_json *was;
	const char *json;
	enum mag_status st;

	(void)db;
	if ((st = mag_noun_get(&old, c, &mag_page, w->id)) != MAG_OK ||
	    (st = mag_match(c, mag_int(old, "revision"))) != MAG_OK ||
	    (st = mag_page_version(&json, c, w->id, w->version)) != MAG_OK)
		return st;
	if ((was = mag_json_own(c->a, json, strlen(json))) == NULL)
		return MAG_FAILED;
	*new = *old;
	if ((st = take(new, c, was)) != MAG_OK)
		return st;
	/* A new version always, so that history shows that it was done. */
	mag_set_int(new, "version", mag_int(old, "version") + 1);
	if ((st = mag_record_update(c, new, old)) != MAG_OK ||
	    (st = mag_page.saved(c, new, old)) != MAG_OK)
		return st;
	w->result = new;
	return mag_audit(c, "restore_version", "page", w->id, old, new);
}

enum mag_status
mag_page_restore(struct mag_record **out, struct mag_call *c, int64_t id,
    int64_t version)
{
	struct restoring w = { c, id, version, NULL };
	enum mag_status st;

	*out = NULL;
	if ((st = mag_db_write(c->db, restore, &w)) == MAG_OK)
		*out = w.result;
	if (st == MAG_SLUG_TAKEN)
		return mag_fail(c, st, "This slug is taken.");
	return st;
}
