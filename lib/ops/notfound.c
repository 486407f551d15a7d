/* SPDX-License-Identifier: MIT */
/*
 * Pages that people asked for and that are not there, counted from nginx's
 * access log: a worker that wrote them down itself would let any stranger
 * make it write.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>
#include <magnetiq/json.h>

#include "ops.h"

#define READ_MAX	(256 * 1024)	/* of the log, in one run */
#define PATH_MAX_BYTES	300

static const char sql_count[] =
    "INSERT INTO not_found_log (path, hits, first_at, last_at)"
    " VALUES (?1, 1, ?2, ?2) ON CONFLICT (path) DO UPDATE SET"
    " hits = hits + 1, last_at = excluded.last_at";
static const char sql_forget[] =
    "DELETE FROM not_found_log WHERE path IN (SELECT path FROM not_found_log"
    " ORDER BY hits DESC, last_at DESC LIMIT -1 OFFSET 5000)";

/* Which log was read, and how far: it stands in a file of its own. */
struct place {
	unsigned long long inode, offset;
};

static void
place_read(struct place *p, const char *path)
{
	FILE *f = fopen(path, "re");

	*p = (struct place){ 0, 0 };
	if (f == NULL)
		return;
	if (fscanf(f, "%llu %llu", &p->inode, &p->offset) != 2)
		*p = (struct place){ 0, 0 };
	fclose(f);
}

static void
place_write(const struct place *p, struct mag_arena *a, const char *path)
{
	const char *new = mag_printf(a, "%s.new", path);
	FILE *f = fopen(new, "we");

	if (f == NULL)
		return;
	fprintf(f, "%llu %llu\n", p->inode, p->offset);
	if (fclose(f) != 0 || rename(new, path) != 0)
		unlink(new);
}

/* Only what a reader may have meant: no API, no files. */
static bool
counts(const struct mag_json *line, const char **path)
{
	const char *server = mag_json_text(mag_json_get(line, "server"));
	int64_t status;

	*path = mag_json_text(mag_json_get(line, "path"));
	return server != NULL && *path != NULL && strcmp(server, "app") == 0 &&
	    mag_json_int(&status, mag_json_get(line, "status")) &&
	    status == 404 && strlen(*path) <= PATH_MAX_BYTES &&
	    strncmp(*path, "/api", 4) != 0 && strncmp(*path, "/media/", 7) != 0 &&
	    strncmp(*path, "/assets/", 8) != 0;
}

struct work {
	struct mag_call	*c;
	char		*text;		/* whole lines */
	int64_t		 done;
};

static enum mag_status
count(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	const struct mag_json *line;
	const char *path, *p, *end;
	enum mag_status st;

	w->done = 0;
	for (p = w->text; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		line = mag_json_own(w->c->a, p, (size_t)(end - p));
		if (line == NULL || !counts(line, &path))
			continue;
		if ((st = mag_db_run(db, sql_count, "st", path, w->c->now)) !=
		    MAG_OK)
			return st;
		w->done++;
	}
	return w->done > 0 ? mag_db_run(db, sql_forget, "") : MAG_OK;
}

/* The next whole lines after the place; "" if there are none. */
static char *
read_lines(struct mag_arena *a, const char *path, struct place *at)
{
	struct stat st;
	char *text = mag_alloc(a, READ_MAX + 1), *end;
	ssize_t n = 0;
	int fd;

	/* In a container it is the output of a process, and read elsewhere. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return text;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		/* Another file, or a shorter one: the log was rotated. */
		if (st.st_ino != at->inode ||
		    (unsigned long long)st.st_size < at->offset)
			*at = (struct place){ st.st_ino, 0 };
		n = pread(fd, text, READ_MAX, (off_t)at->offset);
	}
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	end = strrchr(text, '\n');
	if (end != NULL)
		end[1] = '\0';
	else
		text[0] = '\0';
	at->offset += strlen(text);
	return text;
}

enum mag_status
op_not_found(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	const char *log = mag_printf(c->a, "%s/access.log", c->conf->nginx_log_dir);
	const char *file = mag_printf(c->a, "%s/not-found.at",
	    c->conf->state_dir);
	struct place at;
	struct work w = { c, NULL, 0 };
	enum mag_status st = MAG_OK;

	place_read(&at, file);
	w.text = read_lines(c->a, log, &at);
	if (*w.text != '\0' && (st = mag_db_write(c->db, count, &w)) == MAG_OK)
		place_write(&at, c->a, file);
	*done = w.done;
	mag_buf_addf(report, "%lld missing pages counted", (long long)w.done);
	return st;
}
