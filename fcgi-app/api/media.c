/* SPDX-License-Identifier: MIT */
/* Media for staff: upload, describe, replace, delete, and look at. */
#include <string.h>

#include <magnetiq/media.h>

#include "../handlers.h"
#include "../http/mime.h"
#include "../upload.h"

#define FIELDS	"title alt_text description folder tags visibility"

static void
filter(struct mag_list *l, const char *sql, const char *s, size_t n)
{

	l->filters[l->nfilters++] = (struct mag_filter){ .sql = sql,
	    .bind = { MAG_BIND_TEXT, 0, s, n }, .bound = true };
}

/* `image/png`, or all of a kind: `image/ *` without the blank. */
static void
filter_type(struct exchange *x, struct mag_list *l, const char *type)
{
	size_t n = strlen(type);

	if (n < 3 || strcmp(type + n - 2, "/*") != 0)
		filter(l, "mime_type = ?", type, n);
	else
		filter(l, mag_printf(x->a, "substr(mime_type, 1, %zu) = ?",
		    n - 1), type, n - 1);
}

enum mag_status
media_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;
	const char *s;

	if ((st = input_list(x, &mag_media, &l)) != MAG_OK)
		return st;
	if ((s = input_query(x, "mime_type")) != NULL)
		filter_type(x, &l, s);
	if ((s = input_query(x, "tag")) != NULL)
		filter(&l, "id IN (SELECT media_id FROM media_tags"
		    " WHERE tag = ?)", s, strlen(s));
	return reply_list(x, &mag_media, &l);
}

enum mag_status
media_create(struct exchange *x)
{
	struct upload u;
	struct mag_record *r;
	enum mag_status st;

	st = upload_read(&u, x, &mag_media, FIELDS);
	if (st == MAG_OK)
		st = mag_media_create(&r, &x->call, u.file, u.name, u.fields);
	mag_upload_free(u.file);
	return st == MAG_OK ? reply_record(x, 201, r) : st;
}

enum mag_status
media_replace(struct exchange *x)
{
	struct upload u;
	struct mag_record *r;
	enum mag_status st, there;
	int64_t id;

	if ((there = input_id(x, &id, 0)) == MAG_OK)
		there = mag_noun_get(&r, &x->call, &mag_media, id);
	memset(&x->call.problem, 0, sizeof(x->call.problem));
	st = upload_read(&u, x, &mag_media, "");
	/* A broken body is told before a missing medium, a wrong field after. */
	if (there != MAG_OK && (st == MAG_OK || st == MAG_INVALID)) {
		memset(&x->call.problem, 0, sizeof(x->call.problem));
		st = mag_fail(&x->call, there, mag_media.label);
	}
	if (st == MAG_OK)
		st = mag_media_replace(&r, &x->call, id, u.file, u.name);
	mag_upload_free(u.file);
	return st == MAG_OK ? reply_record(x, 200, r) : st;
}

enum mag_status
media_show(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_media, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
media_change(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_media_change(&r, &x->call, id, x->json)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
media_delete(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_media_delete(&x->call, id)) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}

/* The bytes themselves come from nginx: only it may enter private/. */
enum mag_status
media_file(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	const char *path;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_media, id)) != MAG_OK)
		return st;
	path = mag_media_path(r);
	if (strncmp(path, "private/", 8) == 0)
		path = mag_printf(x->a, "/protected/%s", path + 8);
	else
		path = mag_printf(x->a, "/published/%s",
		    strncmp(path, "public/", 7) == 0 ? path + 7 : path);
	reply_header(x, "X-Accel-Redirect", path);
	reply_header(x, "Content-Disposition", mime_disposition(x->a,
	    "attachment", mag_text(r, "original_filename")));
	return reply_bytes(x, 200, mag_text(r, "mime_type"), "", 0);
}
