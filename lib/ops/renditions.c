/* SPDX-License-Identifier: MIT */
/* Smaller pictures, each made by a child; see child.c. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/log.h>
#include <magnetiq/media.h>

#include "child.h"
#include "ops.h"

#define TURN_US		1500000		/* then other operations have their turn */

/* The picture in hand; one at a time. */
static struct {
	struct mag_arena *a;
	struct op_child	 child;
	struct mag_rendition_job job;
	struct mag_rendition made[MAG_RENDITIONS_MAX];
	size_t		 n;
} now;

/* ---- starting one ---- */

/* magnetiq-image --image TYPE ORIENTATION 320x200 640x400 ... */
static void
spawn(int source, const struct mag_image *image)
{
	char *argv[4 + MAG_RENDITIONS_MAX + 1];
	int outputs[MAG_RENDITIONS_MAX];
	size_t i, n = 0;

	argv[n++] = mag_strdup(now.a, "magnetiq-image");
	argv[n++] = mag_strdup(now.a, "--image");
	argv[n++] = mag_strdup(now.a, image->type);
	argv[n++] = mag_printf(now.a, "%d", image->orientation);
	for (i = 0; i < now.n; i++) {
		argv[n++] = mag_printf(now.a, "%lldx%lld",
		    (long long)now.made[i].width, (long long)now.made[i].height);
		outputs[i] = now.made[i].fd;
	}
	argv[n] = NULL;
	op_child_start(&now.child, now.a, argv, source, outputs, now.n);
}

static bool
look(struct mag_image *image, int fd)
{
	struct stat sb;
	bool good;
	void *p;

	if (fstat(fd, &sb) != 0 || sb.st_size <= 0)
		return false;
	p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return false;
	good = mag_image_read(image, p, (size_t)sb.st_size);
	munmap(p, (size_t)sb.st_size);
	return good;
}

static enum mag_status
open_outputs(struct mag_call *c, const struct mag_image *image)
{
	int64_t widths[MAG_RENDITIONS_MAX];
	struct mag_rendition *r;
	enum mag_status st;
	size_t n;

	/* What moves would stand still. */
	n = image->animated ? 0 : mag_rendition_widths(widths, image->width);
	for (now.n = 0; now.n < n; now.n++) {
		r = &now.made[now.n];
		r->width = widths[now.n];
		r->height = (image->height * r->width + image->width / 2) /
		    image->width;
		if (r->height < 1)
			r->height = 1;
		if ((st = mag_rendition_open(r, c)) != MAG_OK)
			return st;
	}
	return MAG_OK;
}

static void
put_away(void)
{

	while (now.n > 0)
		mag_rendition_close(&now.made[--now.n]);
	now.child.pid = 0;
}

/* The next picture; MAG_NOT_FOUND if there is none. */
static enum mag_status
start(struct mag_call *c)
{
	struct mag_image image;
	enum mag_status st;
	int fd;

	mag_arena_reset(now.a);
	if ((st = mag_rendition_next(&now.job, c)) != MAG_OK)
		return st;
	fd = open(mag_printf(now.a, "%s/%s", c->conf->upload_dir, now.job.path),
	    O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !look(&image, fd)) {
		mag_log(MAG_WARN, "rendition", "media %lld has no picture",
		    (long long)now.job.id);
		st = mag_rendition_failed(c, &now.job);
		goto done;
	}
	if ((st = open_outputs(c, &image)) == MAG_OK && now.n > 0)
		spawn(fd, &image);
	else if (st == MAG_OK)
		st = mag_rendition_done(c, &now.job, NULL, 0);
	if (now.child.pid == 0)
		put_away();
done:
	if (fd >= 0)
		close(fd);
	return st;
}

/* ---- ending one ---- */

static enum mag_status
conclude(struct mag_call *c, int status, int64_t *done)
{
	enum mag_status st = MAG_OK;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		st = mag_rendition_done(c, &now.job, now.made, now.n);
		*done += st == MAG_OK;
	} else if (!op_child_was_told(status)) {
		mag_log(MAG_WARN, "rendition", "media %lld: the child ended"
		    " with %s", (long long)now.job.id,
		    op_child_end(now.a, status));
		st = mag_rendition_failed(c, &now.job);
	}
	put_away();
	return st;
}

/*
 * For a moment only: publishing must not wait for pictures.  One that takes
 * longer is looked after at the next turn.
 */
enum mag_status
op_renditions(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	int64_t until = mag_clock_us() + TURN_US;
	struct mag_call mine = *c;
	enum mag_status st = MAG_OK;
	int status;

	if (op_program == NULL) {
		mag_buf_adds(report, "pictures are made by magnetiq-jobs");
		return MAG_OK;
	}
	if (now.a == NULL)
		now.a = mag_arena_new(1024 * 1024);
	mine.a = now.a;
	while (st == MAG_OK && mag_clock_us() < until) {
		if (now.child.pid == 0)
			st = start(&mine);
		else if (op_child_ended(&now.child, &status))
			st = conclude(&mine, status, done);
		else
			mag_clock_sleep_ms(10);
	}
	mag_buf_addf(report, "renditions of %lld pictures", (long long)*done);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
op_media(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	enum mag_status st = mag_media_purge(done, c);

	mag_buf_addf(report, "%lld files that belonged to nothing are gone",
	    (long long)*done);
	return st;
}
