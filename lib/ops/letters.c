/* SPDX-License-Identifier: MIT */
/*
 * Letters: what was wished for is decided, and in development what is due is
 * written as files, so that nobody's address leaves the machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/account.h>
#include <magnetiq/conf.h>
#include <magnetiq/letter.h>
#include <magnetiq/log.h>

#include "ops.h"

#define CLAIM_SECONDS	60	/* a crash delays a letter so long */
#define AT_ONCE		50	/* letters in one run of the job */

static enum mag_status
enqueue(struct mag_call *c, const char *recipient, const char *template,
    const char *language, const char *data)
{
	struct mag_outbox_letter l = {
		.template = template, .recipient = recipient,
		.language = language, .data = data
	};

	return mag_outbox_add(c, &l);
}

struct filing {
	struct mag_call	*c;
	int64_t		 id;
};

/* Whole or not at all; the same letter twice is the same file. */
static bool
write_file(struct mag_call *c, const char *name, const char *p, size_t n)
{
	const char *dir = c->conf->mail_dir;
	const char *path = mag_printf(c->a, "%s/%s.eml", dir, name);
	const char *new = mag_printf(c->a, "%s.new", path);
	bool good;
	int fd;

	if (mkdir(dir, 0700) == -1 && errno != EEXIST)
		return false;
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return false;
	good = write(fd, p, n) == (ssize_t)n && fsync(fd) == 0;
	good = close(fd) == 0 && good && rename(new, path) == 0;
	if (!good)
		unlink(new);
	return good;
}

/* Development without SMTP_HOST: a letter is a file. */
static enum mag_sent
to_file(void *arg, const char *from, const char *to, const char *message,
    size_t n, char *answer, size_t size)
{
	struct filing *w = arg;

	(void)from;
	(void)to;
	if (write_file(w->c, mag_printf(w->c->a, "%08lld", (long long)w->id),
	    message, n))
		return MAG_SENT;
	snprintf(answer, size, "%s: %s", w->c->conf->mail_dir, strerror(errno));
	mag_log(MAG_ERROR, "letter", "%s", answer);
	return MAG_SENT_LATER;
}

static enum mag_status
note(struct mag_call *c, const struct mag_outbox_claim *l, enum mag_sent sent,
    const char *answer)
{

	if (sent == MAG_SENT)
		return mag_outbox_sent(c, l->id);
	mag_log(MAG_WARN, "letter", "%lld (%s): %s", (long long)l->id,
	    sent == MAG_SENT_NEVER ? "refused" : "later", answer);
	return sent == MAG_SENT_NEVER ? mag_outbox_failed(c, l->id, answer) :
	    mag_outbox_later(c, l, answer);
}

static enum mag_status
send(struct mag_call *c, const struct mag_outbox_claim *l,
    mag_letter_sender *sender, void *arg)
{
	char answer[512] = "";
	struct mag_buf b;
	enum mag_sent sent;

	mag_buf_init(&b, c->a, 4096);
	if (mag_letter_compose(&b, c, l) != MAG_OK)
		return mag_outbox_failed(c, l->id, "the template is broken");
	sent = sender(arg, mag_letter_from(c), l->recipient, b.p, b.len, answer,
	    sizeof(answer));
	return note(c, l, sent, answer);
}

enum mag_status
mag_letter_send(struct mag_call *c, mag_letter_sender *sender, void *arg)
{
	struct mag_outbox_claim l;
	enum mag_status st;

	st = mag_outbox_claim(&l, c, CLAIM_SECONDS);
	return st != MAG_OK ? st : send(c, &l, sender, arg);
}

/* Up to ${AT_ONCE} letters become files. */
static enum mag_status
write_files(struct mag_call *c, int *n)
{
	struct mag_outbox_claim l;
	struct filing w = { c, 0 };
	enum mag_status st = MAG_OK;

	for (*n = 0; st == MAG_OK && *n < AT_ONCE; ++*n) {
		if ((st = mag_outbox_claim(&l, c, CLAIM_SECONDS)) != MAG_OK)
			break;
		w.id = l.id;
		st = send(c, &l, to_file, &w);
	}
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
	int64_t decided, due;
	int written = 0;

	if ((st = mag_account_decide(&decided, c, enqueue)) != MAG_OK)
		return st;
	*done = decided;
	if (c->conf->smtp_host == NULL) {
		if (c->conf->environment != MAG_PRODUCTION)
			st = write_files(c, &written);
		*done += written;
		mag_buf_addf(report, "%lld wishes decided, %d letters written",
		    (long long)decided, written);
		return st;
	}
	/* A server may take its time: others wait for it. */
	if ((st = mag_db_int(&due, c->db, sql_due, "t", c->now)) != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	++*done;
	return op_background(report, &pid, "--letters");
}
