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
#include <magnetiq/log.h>
#include <magnetiq/mime.h>
#include <magnetiq/outbox.h>
#include <magnetiq/setting.h>
#include <magnetiq/template.h>

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

/* What the template shows: the letter's own data, and the site's title. */
static struct mag_data *
letter_data(struct mag_call *c, const struct mag_outbox_claim *l)
{
	struct mag_data *d = mag_data_new(c->a);
	struct mag_value v = { MAG_V_TEXT, 0, NULL, 0 };
	const struct mag_json *m;
	struct mag_buf b;
	struct mag_str title = { "", 0 };

	if (mag_setting_text(&v.s, c, "site_title") == MAG_OK && v.s != NULL) {
		v.n = strlen(v.s);
		(void)mag_ml(&title, c, &v, l->language);
	}
	mag_data_bytes(d, "site_title", title.p, title.n);
	mag_data_text(d, "site_url", c->conf->site_url);
	m = mag_json_first(mag_json_own(c->a, l->data, strlen(l->data)));
	for (; m != NULL; m = mag_json_next(m)) {
		if (mag_json_text(m) != NULL) {
			mag_data_text(d, mag_json_key(m), mag_json_text(m));
			continue;
		}
		mag_buf_init(&b, c->a, 32);
		mag_json_print(&b, m);
		mag_data_text(d, mag_json_key(m), b.p);
	}
	return d;
}

static const char *
sender_address(struct mag_call *c)
{
	const char *host = c->conf->site_host;

	return c->conf->smtp_from_email != NULL ? c->conf->smtp_from_email :
	    mag_printf(c->a, "noreply@%.*s", (int)strcspn(host, ":"), host);
}

/* A template's first line is the subject; after an empty line comes the text. */
static enum mag_status
compose(struct mag_buf *out, struct mag_call *c,
    const struct mag_outbox_claim *l)
{
	const char *end;
	struct mag_letter letter = {
		.from_name = c->conf->smtp_from_name,
		.from_email = sender_address(c),
		.to = l->recipient, .message_id = l->message_id,
		.date = l->created, .language = l->language,
	};
	struct mag_buf text;
	enum mag_status st;

	mag_buf_init(&text, c->a, 1024);
	st = mag_template_render(&text, mag_printf(c->a, "letter/%s.txt",
	    l->template), letter_data(c, l), l->language, MAG_ESCAPE_NONE);
	if (st != MAG_OK)
		return st;
	if ((end = strchr(text.p, '\n')) == NULL)
		return MAG_FAILED;
	letter.subject = mag_dup(c->a, text.p, (size_t)(end - text.p));
	letter.text = end + strspn(end, "\n");
	mag_letter_print(out, &letter);
	return MAG_OK;
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
	if (compose(&b, c, l) != MAG_OK)
		return mag_outbox_failed(c, l->id, "the template is broken");
	sent = sender(arg, sender_address(c), l->recipient, b.p, b.len, answer,
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
