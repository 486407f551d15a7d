/* SPDX-License-Identifier: MIT */
/* Attachments: their files come from a copy of wp-content/uploads. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>
#include <magnetiq/media.h>
#include <magnetiq/rand.h>

#include "import.h"

#define CHUNK	(64 * 1024)

/* No part of it leads out of the folder. */
static bool
is_below(const char *path)
{
	size_t n;

	if (*path == '/' || *path == '\0')
		return false;
	for (;; path += n + 1) {
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && *path == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (path[n] == '\0')
			return true;
	}
}

/* A plain file; whatever else lies there is not waited for. */
static int
open_file(struct importing *w, const char *file)
{
	struct stat sb;
	int fd;

	if (file == NULL || !is_below(file))
		return -1;
	fd = open(mag_printf(w->one.a, "%s/%s", w->wish->media_dir, file),
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd >= 0 && (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static enum mag_status
copy(struct mag_upload *u, int fd, struct mag_sha *sha, char *chunk)
{
	enum mag_status st = MAG_OK;
	ssize_t n = 1;

	while (st == MAG_OK && n != 0) {
		if ((n = read(fd, chunk, CHUNK)) < 0 && errno != EINTR)
			return MAG_NOT_FOUND;
		if (n <= 0)
			continue;
		mag_sha_add(sha, chunk, (size_t)n);
		st = mag_upload_add(u, chunk, (size_t)n);
	}
	return st == MAG_OK ? mag_upload_end(u) : st;
}

/* `2021/05/photo.jpg` lies in the folder /wordpress/2021/05. */
static const char *
folder_of(struct importing *w, const char *file)
{
	const char *slash = strrchr(file, '/');

	return import_cut(w->one.a, mag_printf(w->one.a, "/wordpress%s%.*s",
	    slash == NULL ? "" : "/", slash == NULL ? 0 : (int)(slash - file),
	    file), 200);
}

static const char *
name_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash == NULL ? file : slash + 1;
}

/* Everybody could read it there, so everybody may here. */
static const struct mag_json *
fields_of(struct importing *w, const struct wxr_item *item, const char *file)
{
	const char *alt = wxr_meta(item, "_wp_attachment_image_alt");
	struct mag_arena *a = w->one.a;
	struct mag_buf b;

	mag_buf_init(&b, a, 512);
	mag_buf_adds(&b, "{\"visibility\":\"public\",\"folder\":");
	mag_buf_jsons(&b, folder_of(w, file));
	import_map(&b, w, "title", import_plain(a, item->title), 300);
	import_map(&b, w, "alt_text", alt == NULL ? "" :
	    import_plain(a, alt), 500);
	import_map(&b, w, "description", import_plain(a,
	    *item->excerpt != '\0' ? item->excerpt : item->content), 5000);
	mag_buf_addc(&b, '}');
	return mag_json_own(a, b.p, b.len);
}

/* Stored by a run that ended before it could say so. */
static const char sql_left[] =
    "SELECT id FROM media_files WHERE file_hash = ?1 AND folder = ?2"
    " AND original_filename = ?3 AND deleted_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM imports WHERE noun = 'media' AND object_id ="
    " media_files.id) ORDER BY id LIMIT 1";

static enum mag_status
store(int64_t *id, struct importing *w, const struct wxr_item *item,
    const char *file, struct mag_upload *u, struct mag_sha *sha)
{
	struct mag_call *c = &w->one;
	uint8_t hash[MAG_SHA256];
	struct mag_record *r;
	enum mag_status st;

	*id = 0;
	if (w->wish->dry)
		return MAG_OK;
	mag_sha_end(sha, hash);
	st = mag_db_int(id, c->db, sql_left, "sss", mag_hex(c->a, hash,
	    sizeof(hash)), folder_of(w, file), name_of(file));
	if (st != MAG_NOT_FOUND)
		return st;
	st = mag_media_create(&r, c, u, name_of(file),
	    fields_of(w, item, file));
	if (st == MAG_OK)
		*id = mag_record_id(r);
	return st;
}

static enum mag_status
take(struct importing *w, const struct wxr_item *item, const char *guid,
    const char *file, int fd)
{
	struct mag_upload *u = NULL;
	struct mag_sha sha;
	enum mag_status st;
	int64_t id;

	mag_sha_init(&sha);
	if ((st = mag_upload_begin(&u, &w->one, 0)) == MAG_OK &&
	    (st = copy(u, fd, &sha, mag_alloc(w->one.a, CHUNK))) == MAG_OK)
		st = store(&id, w, item, file, u, &sha);
	mag_upload_free(u);
	if (st == MAG_OK)
		st = import_remember(w, guid, item->id, "media", id, file);
	if (st == MAG_OK)
		w->media++;
	return st;
}

/* One file that cannot come does not keep the others away. */
static enum mag_status
explain(struct importing *w, enum mag_status st)
{

	switch (st) {
	case MAG_TOO_LARGE:
		import_note(w, "is left out: its file is larger than "
		    "MAX_FILE_SIZE");
		return MAG_OK;
	case MAG_UNSUPPORTED:
		import_note(w, "is left out: files of its kind are not "
		    "accepted here (ALLOWED_FILE_TYPES)");
		return MAG_OK;
	case MAG_INVALID:
	case MAG_NOT_FOUND:
		import_note(w, "is left out: its file is empty, broken or too "
		    "large a picture");
		return MAG_OK;
	default:
		return st;
	}
}

enum mag_status
import_media(void *arg, const struct wxr_site *site,
    const struct wxr_item *item)
{
	struct importing *w = arg;
	const char *file, *guid;
	enum mag_status st;
	int fd = -1;

	(void)site;
	import_step(w, item);
	if (strcmp(item->type, "attachment") != 0)
		return MAG_OK;
	import_ready(w);
	guid = import_guid(w, item);
	if (import_known(w, guid, "media")) {
		w->media_known++;
		return MAG_OK;
	}
	if ((file = import_upload(w->one.a, item->attachment_url)) == NULL)
		file = wxr_meta(item, "_wp_attached_file");
	if (w->wish->media_dir == NULL) {
		import_note(w, "is left out: no --media-dir says where its "
		    "file lies");
		return MAG_OK;
	}
	if ((fd = open_file(w, file)) < 0)
		fd = open_file(w, wxr_meta(item, "_wp_attached_file"));
	if (fd < 0) {
		import_note(w, "is left out: its file is not in --media-dir");
		return MAG_OK;
	}
	st = explain(w, take(w, item, guid, file, fd));
	close(fd);
	return st;
}
