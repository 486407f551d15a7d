/* SPDX-License-Identifier: MIT */
/*
 * The operation `letters`: what was wished for is decided; in development what
 * is due is written as files, so that nobody's address leaves the machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/account.h>
#include <magnetiq/conf.h>
#include <magnetiq/log.h>
#include <magnetiq/outbox.h>

#include "ops.h"

#define AT_ONCE		100	/* letters that become files in one run */

/* Whole or not at all; the same letter twice is the same file. */
static bool
write_file(const char *dir, const char *path, const struct mag_parcel *p)
{
	char new[4200];
	bool good;
	int fd;

	snprintf(new, sizeof(new), "%s.new", path);
	if (mkdir(dir, 0700) == -1 && errno != EEXIST)
		return false;
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return false;
	good = write(fd, p->message, p->n) == (ssize_t)p->n && fsync(fd) == 0;
	good = close(fd) == 0 && good && rename(new, path) == 0;
	if (!good)
		unlink(new);
	return good;
}

/* Development without SMTP_HOST: a letter is a file. */
static enum mag_sent
to_file(void *arg, const struct mag_parcel *p, char *answer, size_t size)
{
	const char *dir = arg;
	char path[4100];

	snprintf(path, sizeof(path), LETTER_FILE, dir, (long long)p->id);
	if (write_file(dir, path, p))
		return MAG_SENT;
	snprintf(answer, size, "%s: %s", dir, strerror(errno));
	mag_log(MAG_ERROR, "letter", "%s", answer);
	return MAG_SENT_NOWHERE;
}

/* A few of them, so that the other operations have their turn. */
static enum mag_status
write_files(struct mag_call *c, int64_t *written)
{
	char *dir = mag_strdup(c->a, c->conf->mail_dir);
	enum mag_status st = MAG_OK;
	int n;

	for (*written = 0; st == MAG_OK && *written < AT_ONCE; *written += n)
		st = mag_letters_send(&n, c, to_file, dir, NULL);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static const char sql_due[] =
    "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"
    " AND next_attempt_at <= ?1 AND (locked_until IS NULL"
    " OR locked_until <= ?1) LIMIT 1";

enum mag_status
op_letters(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static pid_t pid;
	enum mag_status st;
	int64_t decided, due, written = 0;

	if ((st = mag_account_decide(&decided, c)) != MAG_OK)
		return st;
	*done = decided;
	if (c->conf->smtp_host == NULL) {
		if (c->conf->environment != MAG_PRODUCTION)
			st = write_files(c, &written);
		*done += written;
		mag_buf_addf(report, "%lld wishes decided, %lld letters written",
		    (long long)decided, (long long)written);
		return st;
	}
	/* A server may take its time: others wait for it. */
	if ((st = mag_db_int(&due, c->db, sql_due, "t", c->now)) != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	++*done;
	return op_background(report, &pid, "--letters");
}
