/* SPDX-License-Identifier: MIT */
/* Renditions: which are wanted, and noting what came of it. */
#include <string.h>

#include "media.h"

static const int64_t steps[MAG_RENDITIONS_MAX] = { 320, 640, 1280, 1920 };

/* Never larger than the picture; a small one gets a WebP of its own size. */
size_t
mag_rendition_widths(int64_t widths[MAG_RENDITIONS_MAX], int64_t width)
{
	size_t n = 0;

	while (n < MAG_RENDITIONS_MAX && steps[n] < width) {
		widths[n] = steps[n];
		n++;
	}
	if (n < MAG_RENDITIONS_MAX && width > 0)
		widths[n++] = width;
	return n;
}

static const char sql_next[] =
    "SELECT id, file_path, mime_type, width, height FROM media_files"
    " WHERE renditions_state = 'wanted' AND deleted_at IS NULL"
    " ORDER BY id LIMIT 1";

enum mag_status
mag_rendition_next(struct mag_rendition_job *out, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	if ((st = mag_db_row(&row, c->db, sql_next, "")) == MAG_OK) {
		out->id = mag_row_int(row, 0);
		out->path = mag_row_dup(row, 1, c->a);
		out->type = mag_row_dup(row, 2, c->a);
		out->width = mag_row_int(row, 3);
		out->height = mag_row_int(row, 4);
	}
	mag_row_done(row);
	return st;
}

enum mag_status
mag_rendition_open(struct mag_rendition *r, struct mag_call *c)
{

	r->fd = media_temp(c, &r->name);
	return r->fd < 0 ? MAG_UNAVAILABLE : MAG_OK;
}

void
mag_rendition_close(struct mag_rendition *r)
{

	media_temp_close(r->fd, r->name);
	r->fd = -1;
	r->name = NULL;
}

struct work {
	struct mag_call	*c;
	const struct mag_rendition_job *job;
	const struct mag_rendition *made;
	const char	*paths[MAG_RENDITIONS_MAX];
	size_t		 n;
	const char	*state;
};

/* The row and its file are what they were when the work began. */
static const char sql_state[] =
    "UPDATE media_files SET renditions_state = ?3 WHERE id = ?1"
    " AND file_path = ?2 AND renditions_state = 'wanted'";
static const char sql_forget[] =
    "DELETE FROM media_renditions WHERE media_id = ?1";
static const char sql_add[] =
    "INSERT INTO media_renditions (media_id, width, height, mime_type,"
    " file_path) VALUES (?1, ?2, ?3, 'image/webp', ?4)";

static enum mag_status
note(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	enum mag_status st;
	size_t i;

	for (i = 0; i < w->n; i++)
		if (!media_there(w->c, w->paths[i]))
			return MAG_UNAVAILABLE;
	if ((st = mag_db_run(db, sql_forget, "i", w->job->id)) != MAG_OK)
		return st;
	for (i = 0; i < w->n; i++)
		if ((st = mag_db_run(db, sql_add, "iiis", w->job->id,
		    w->made[i].width, w->made[i].height, w->paths[i])) != MAG_OK)
			return st;
	/* Last, so that whoever reads the generation sees all of it. */
	if ((st = mag_db_run(db, sql_state, "iss", w->job->id, w->job->path,
	    w->state)) != MAG_OK)
		return st;
	return mag_db_changes(db) == 1 ? MAG_OK : MAG_CONFLICT;
}

enum mag_status
mag_rendition_done(struct mag_call *c, const struct mag_rendition_job *job,
    const struct mag_rendition *made, size_t n)
{
	struct work w = { .c = c, .job = job, .made = made, .state = "made" };
	enum mag_status st = MAG_OK;
	size_t i;

	for (; w.n < n && st == MAG_OK; w.n += st == MAG_OK)
		st = media_place(&w.paths[w.n], c, made[w.n].fd, NULL,
		    "image/webp", true);
	if (st == MAG_OK)
		st = mag_db_write(c->db, note, &w);
	for (i = 0; st != MAG_OK && i < w.n; i++)
		(void)!media_drop(c, w.paths[i]);
	/* It has other bytes by now, or is gone: that is no failure. */
	return st == MAG_CONFLICT ? MAG_OK : st;
}

enum mag_status
mag_rendition_failed(struct mag_call *c, const struct mag_rendition_job *job)
{

	return mag_db_run(c->db, sql_state, "iss", job->id, job->path, "failed");
}
