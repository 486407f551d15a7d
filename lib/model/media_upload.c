/* SPDX-License-Identifier: MIT */
/* Bytes on their way in: counted, hashed and written as they come. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <magnetiq/conf.h>
#include <magnetiq/disk.h>
#include <magnetiq/limits.h>

#include "media.h"

#define RESERVE_MAX	(32 * 1024 * 1024)	/* kept free for the database */

static const char full[] =
    "The disk is nearly full, and uploads are refused.";

/* An upload may not take the last of the disk: the database needs it. */
static enum mag_status
check_room(struct mag_call *c, int64_t size)
{
	struct mag_disk disk;
	double reserve;

	if (!mag_disk_look(&disk, c->conf->upload_dir, size))
		return MAG_OK;
	reserve = disk.size / 20;
	if (reserve > RESERVE_MAX)
		reserve = RESERVE_MAX;
	return disk.full || disk.left < reserve ?
	    mag_fail(c, MAG_UNAVAILABLE, full) : MAG_OK;
}

enum mag_status
mag_upload_begin(struct mag_upload **out, struct mag_call *c, int64_t size)
{
	struct mag_upload *u;
	enum mag_status st;

	*out = NULL;
	if ((st = check_room(c, size)) != MAG_OK)
		return st;
	u = mag_alloc(c->a, sizeof(*u));
	u->c = c;
	mag_sha_init(&u->sha);
	if ((u->fd = media_temp(c, &u->name)) < 0)
		return c->problem.message != NULL ? MAG_UNAVAILABLE : MAG_FAILED;
	*out = u;
	return MAG_OK;
}

enum mag_status
mag_upload_add(struct mag_upload *u, const void *p, size_t n)
{

	u->size += (int64_t)n;
	if (u->size > u->c->conf->max_file_size)
		return MAG_TOO_LARGE;
	mag_sha_add(&u->sha, p, n);
	return media_write(u->c, u->fd, p, n);
}

static bool
is_allowed(struct mag_call *c, const char *type)
{
	const char **t;

	for (t = c->conf->allowed_file_types; *t != NULL; t++)
		if (strcmp(*t, type) == 0)
			return !mag_file_active(type);
	return false;
}

enum mag_status
mag_upload_end(struct mag_upload *u)
{
	uint8_t hash[MAG_SHA256];
	void *p;

	if (u->size == 0) {
		mag_wrong(u->c, "file", "is empty", NULL);
		return mag_verdict(u->c);
	}
	mag_sha_end(&u->sha, hash);
	u->hash = mag_hex(u->c->a, hash, sizeof(hash));
	p = mmap(NULL, (size_t)u->size, PROT_READ, MAP_PRIVATE, u->fd, 0);
	if (p == MAP_FAILED)
		return MAG_FAILED;
	u->type = mag_file_type(u->c->a, p, (size_t)u->size);
	u->is_image = mag_image_read(&u->image, p, (size_t)u->size);
	munmap(p, (size_t)u->size);
	if (!is_allowed(u->c, u->type))
		return mag_fail(u->c, MAG_UNSUPPORTED,
		    "Files of this kind are not accepted here.");
	if (u->is_image && u->image.width * u->image.height > MAG_PIXELS_MAX)
		mag_wrong(u->c, "file", "must have at most %s pixels",
		    mag_printf(u->c->a, "%d", MAG_PIXELS_MAX));
	return mag_verdict(u->c);
}

void
mag_upload_free(struct mag_upload *u)
{

	if (u == NULL)
		return;
	media_temp_close(u->fd, u->name);
	u->fd = -1;
}
