/* SPDX-License-Identifier: MIT */
/*
 * What is done to a medium.  First the file is put where it shall be, then
 * one transaction speaks of it, then what nobody speaks of any more goes.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/limits.h>
#include <magnetiq/search.h>
#include <magnetiq/utf8.h>

#include "media.h"
#include "noun.h"

#define TRIES	3	/* when somebody changes or removes it meanwhile */

struct work {
	struct mag_call	*c;
	int64_t		 id;
	struct mag_upload *u;
	const char	*name;		/* as the client called it */
	const struct mag_json *body;
	const char	*path;		/* placed before the transaction, or NULL */
	bool		 is_public;	/* the tree that it lies in */
	bool		 again;		/* the world has moved: place it again */
	struct mag_buf	 gone;		/* paths, each with its NUL */
	struct mag_record *result;
};

static void
begin(struct work *w)
{

	mag_problem_reset(w->c);
	mag_buf_init(&w->gone, w->c->a, 256);
	w->again = false;
	w->result = NULL;
}

/* Somebody else was faster; the next try sees what is true now. */
static enum mag_status
once_more(struct work *w)
{

	w->again = true;
	return MAG_UNAVAILABLE;
}

static void
forget(struct work *w, const char *path)
{

	mag_buf_add(&w->gone, path, strlen(path) + 1);
}

/* The smaller pictures of bytes that will be others. */
static enum mag_status
forget_renditions(struct work *w, int64_t id)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, w->c->db, "SELECT file_path FROM"
	    " media_renditions WHERE media_id = ?1", "i", id);
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		forget(w, mag_row_dup(row, 0, w->c->a));
	mag_row_done(row);
	if (st != MAG_NOT_FOUND)
		return st;
	return mag_db_run(w->c->db,
	    "DELETE FROM media_renditions WHERE media_id = ?1", "i", id);
}

/* What is over goes at once; if that fails, the purge finds it. */
static enum mag_status
finish(struct mag_record **out, struct work *w, enum mag_status st)
{
	const char *p;

	if (st != MAG_OK && w->path != NULL)
		forget(w, w->path);
	for (p = w->gone.p; p < w->gone.p + w->gone.len; p += strlen(p) + 1)
		(void)!media_drop(w->c, p);
	if (out != NULL)
		*out = st == MAG_OK ? w->result : NULL;
	return st;
}

/* ---- a record and its file ---- */

/* Browsers of old send whole paths; a name of ours is the last part. */
static const char *
base_name(const char *name)
{
	const char *p;

	for (p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			name = p + 1;
	return *name == '\0' ? "file" : name;
}

static void
check_name(struct mag_call *c, const char *name)
{

	if (mag_utf8_count(name, strlen(name)) > MAG_FILE_NAME_MAX)
		mag_wrong(c, "file", "has too long a name", NULL);
}

static void
set_path(struct work *w, struct mag_record *r)
{
	const char *base = strrchr(w->path, '/') + 1;
	bool small = media_is_image(mag_text(r, "mime_type")) && w->is_public;

	mag_set_text(r, "file_path", w->path);
	mag_set_text(r, "filename", strchr(base, '.') != NULL ? base :
	    mag_printf(w->c->a, "%s.%s", base,
	    mag_file_ending(mag_text(r, "mime_type"))));
	mag_set_text(r, "renditions_state", small ? "wanted" : "none");
}

static void
set_upload(struct work *w, struct mag_record *r)
{
	struct mag_upload *u = w->u;

	mag_set_text(r, "original_filename", w->name);
	mag_set_text(r, "mime_type", u->type);
	mag_set_int(r, "file_size", u->size);
	mag_set_text(r, "file_hash", u->hash);
	mag_set_null(r, "width");
	mag_set_null(r, "height");
	if (u->is_image) {
		mag_set_int(r, "width", u->image.width);
		mag_set_int(r, "height", u->image.height);
	}
}

static enum mag_status
follow(struct mag_call *c, const char *action, const struct mag_record *new,
    const struct mag_record *old)
{
	enum mag_status st;

	if ((st = mag_media.saved(c, new, old)) != MAG_OK)
		return st;
	return mag_audit(c, action, "media", mag_record_id(new), old, new);
}

static enum mag_status
load(struct mag_record **out, struct mag_call *c, int64_t id)
{
	enum mag_status st;

	if ((st = mag_noun_get(out, c, &mag_media, id)) != MAG_OK)
		return st;
	return mag_match(c, mag_int(*out, "revision"));
}

static enum mag_status
read_fields(struct work *w, struct mag_record *r, const struct mag_record *old)
{
	enum mag_status st, more;

	st = mag_record_read(w->c, r, old, w->body,
	    old == NULL ? MAG_POST : MAG_PATCH);
	if (st != MAG_OK && st != MAG_INVALID)
		return st;
	if (old == NULL)
		set_upload(w, r);
	more = mag_media.check(w->c, r, old);
	return st != MAG_OK ? st : more;
}

/* ---- create ---- */

static enum mag_status
create(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *r = mag_alloc(w->c->a, sizeof(*r));
	enum mag_status st;

	(void)db;
	begin(w);
	r->noun = &mag_media;
	if ((st = read_fields(w, r, NULL)) != MAG_OK)
		return st;
	if (!media_there(w->c, w->path))
		return once_more(w);
	set_path(w, r);
	if (w->c->who.user_id > 0)
		mag_set_int(r, "uploaded_by", w->c->who.user_id);
	if ((st = mag_record_insert(w->c, r)) != MAG_OK)
		return st;
	w->result = r;
	return follow(w->c, "create", r, NULL);
}

static enum mag_status
place_upload(struct work *w)
{

	return media_place(&w->path, w->c, w->u->fd, w->u->hash, w->u->type,
	    w->is_public);
}

enum mag_status
mag_media_create(struct mag_record **out, struct mag_call *c,
    struct mag_upload *u, const char *name, const struct mag_json *body)
{
	struct work w = { .c = c, .u = u, .name = base_name(name), .body = body };
	struct mag_record *r = mag_alloc(c->a, sizeof(*r));
	enum mag_status st;
	int i;

	*out = NULL;
	mag_buf_init(&w.gone, c->a, 0);
	/* Read it once before: what it says decides where the file goes. */
	r->noun = &mag_media;
	check_name(c, w.name);
	st = read_fields(&w, r, NULL);
	if (st == MAG_OK)
		st = mag_verdict(c);
	if (st != MAG_OK)
		return st;
	w.is_public = media_is_public(r);
	for (i = 0; i < TRIES; i++) {
		if ((st = place_upload(&w)) != MAG_OK)
			break;
		st = mag_db_write(c->db, create, &w);
		if (!w.again)
			break;
	}
	return finish(out, &w, st);
}

/* ---- other bytes ---- */

static enum mag_status
check_kind(struct work *w, const struct mag_record *old)
{

	if (media_is_image(mag_text(old, "mime_type")) !=
	    media_is_image(w->u->type))
		mag_wrong(w->c, "file",
		    "must be an image where one stood, and else none", NULL);
	check_name(w->c, w->name);
	return mag_verdict(w->c);
}

static enum mag_status
replace(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old, *new = mag_alloc(w->c->a, sizeof(*new));
	enum mag_status st;

	(void)db;
	begin(w);
	if ((st = load(&old, w->c, w->id)) != MAG_OK ||
	    (st = check_kind(w, old)) != MAG_OK)
		return st;
	if (media_is_public(old) != w->is_public || !media_there(w->c, w->path))
		return once_more(w);
	*new = *old;
	w->result = new;
	set_upload(w, new);
	if (strcmp(w->path, mag_media_path(old)) != 0) {
		set_path(w, new);
		if ((st = forget_renditions(w, w->id)) != MAG_OK)
			return st;
		forget(w, mag_media_path(old));
	}
	if (!mag_record_differs(new, old))
		return MAG_OK;
	if ((st = mag_record_update(w->c, new, old)) != MAG_OK)
		return st;
	return follow(w->c, "replace", new, old);
}

enum mag_status
mag_media_replace(struct mag_record **out, struct mag_call *c, int64_t id,
    struct mag_upload *u, const char *name)
{
	struct work w = { .c = c, .id = id, .u = u, .name = base_name(name) };
	struct mag_record *old;
	enum mag_status st = MAG_OK;
	int i;

	mag_buf_init(&w.gone, c->a, 0);
	for (i = 0; i < TRIES; i++) {
		if ((st = load(&old, c, id)) != MAG_OK ||
		    (st = check_kind(&w, old)) != MAG_OK)
			break;
		if (w.path != NULL)
			(void)!media_drop(c, w.path);
		w.is_public = media_is_public(old);
		if ((st = place_upload(&w)) != MAG_OK)
			break;
		st = mag_db_write(c->db, replace, &w);
		if (!w.again)
			break;
	}
	return finish(out, &w, st);
}

/* ---- other fields, and perhaps another tree ---- */

/* Into the private tree only what nobody shows; out of it no offered paper. */
static enum mag_status
move(struct work *w, struct mag_record *new, const struct mag_record *old)
{
	enum mag_status st;

	if (w->path == NULL || w->is_public != media_is_public(new) ||
	    !media_there(w->c, w->path))
		return once_more(w);
	if ((st = media_uses(w->c, w->id, w->is_public ? "page" : NULL)) != MAG_OK ||
	    (st = forget_renditions(w, w->id)) != MAG_OK)
		return st;
	set_path(w, new);
	forget(w, mag_media_path(old));
	return MAG_OK;
}

static enum mag_status
change(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old, *new = mag_alloc(w->c->a, sizeof(*new));
	enum mag_status st;

	(void)db;
	begin(w);
	if ((st = load(&old, w->c, w->id)) != MAG_OK)
		return st;
	new->noun = &mag_media;
	if ((st = read_fields(w, new, old)) != MAG_OK)
		return st;
	if (media_is_public(new) != media_is_public(old) &&
	    (st = move(w, new, old)) != MAG_OK)
		return st;
	w->result = new;
	if (!mag_record_differs(new, old))
		return MAG_OK;
	if ((st = mag_record_update(w->c, new, old)) != MAG_OK)
		return st;
	return follow(w->c, "update", new, old);
}

/* A copy of the file in the tree where it shall be. */
static enum mag_status
place_again(struct work *w, const struct mag_record *old)
{
	enum mag_status st;
	int fd;

	fd = open(media_full(w->c, mag_media_path(old)), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return mag_fail(w->c, MAG_CONFLICT,
		    "The file itself is missing.");
	st = media_place(&w->path, w->c, fd, NULL, mag_text(old, "mime_type"),
	    w->is_public);
	close(fd);
	return st;
}

/* Does it move?  Then its file is put there before anybody hears of it. */
static enum mag_status
prepare(struct work *w)
{
	struct mag_record *old, *new = mag_alloc(w->c->a, sizeof(*new));
	enum mag_status st;

	begin(w);
	new->noun = &mag_media;
	if ((st = load(&old, w->c, w->id)) != MAG_OK ||
	    (st = read_fields(w, new, old)) != MAG_OK)
		return st;
	if (w->path != NULL)
		(void)!media_drop(w->c, w->path);
	w->path = NULL;
	w->is_public = media_is_public(new);
	if (w->is_public == media_is_public(old))
		return MAG_OK;
	if ((st = media_uses(w->c, w->id, w->is_public ? "page" : NULL)) != MAG_OK)
		return st;
	return place_again(w, old);
}

enum mag_status
mag_media_change(struct mag_record **out, struct mag_call *c, int64_t id,
    const struct mag_json *patch)
{
	struct work w = { .c = c, .id = id, .body = patch };
	enum mag_status st = MAG_OK;
	int i;

	for (i = 0; i < TRIES; i++) {
		if ((st = prepare(&w)) != MAG_OK)
			break;
		st = mag_db_write(c->db, change, &w);
		if (!w.again)
			break;
	}
	return finish(out, &w, st);
}

/* ---- delete ---- */

static enum mag_status
delete(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_record *old;
	enum mag_status st;

	begin(w);
	if ((st = load(&old, w->c, w->id)) != MAG_OK ||
	    (st = media_uses(w->c, w->id, NULL)) != MAG_OK ||
	    (st = forget_renditions(w, w->id)) != MAG_OK)
		return st;
	forget(w, mag_media_path(old));
	if ((st = mag_db_run(db, "DELETE FROM media_files WHERE id = ?1", "i",
	    w->id)) != MAG_OK ||
	    (st = mag_search_put(w->c, "media", w->id, false, NULL, 0)) != MAG_OK)
		return st;
	return mag_audit(w->c, "delete", "media", w->id, old, NULL);
}

enum mag_status
mag_media_delete(struct mag_call *c, int64_t id)
{
	struct work w = { .c = c, .id = id };
	enum mag_status st = mag_db_write(c->db, delete, &w);

	/* What was to go stays if the transaction did not come about. */
	if (st != MAG_OK)
		w.gone.len = 0;
	return finish(NULL, &w, st);
}
