/* SPDX-License-Identifier: MIT */
/*
 * Giving letters away.  Some are claimed together; then each is begun, given
 * away, and written down before the next one, so that whatever cuts this off,
 * at most one letter is in doubt.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/letter.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>

#include "ops.h"

#define BATCH		20
#define CLAIM_SECONDS	120	/* longer than a batch takes, slow or not */
#define LETTER_SECONDS	40	/* what one may take */

struct giving {
	struct mag_call	 c;		/* each letter has its arena anew */
	mag_letter_sender *sender;
	void		*arg;
	const volatile sig_atomic_t *stop;
	int64_t		 until;		/* nothing is begun after that */
	struct mag_outbox_outcome done;	/* of the letter before */
	bool		 nowhere;
};

static void
note(struct mag_outbox_outcome *o, enum mag_sent sent)
{
	static const char *const words[] = {
		[MAG_SENT_LATER] = "later", [MAG_SENT_NOWHERE] = "nowhere",
		[MAG_SENT_NEVER] = "refused", [MAG_SENT_BOUNCED] = "bounced"
	};

	if (sent != MAG_SENT)
		mag_log(MAG_WARN, "letter", "%lld (%s): %s",
		    (long long)o->letter->id, words[sent], o->error);
	o->what = sent == MAG_SENT ? MAG_OUT_SENT :
	    sent == MAG_SENT_NEVER ? MAG_OUT_FAILED :
	    sent == MAG_SENT_BOUNCED ? MAG_OUT_BOUNCED : MAG_OUT_LATER;
}

/* One letter, from its row to the server's answer. */
static void
give(struct giving *w, const struct mag_outbox_claim *l)
{
	struct mag_parcel p = { .id = l->id, .to = l->recipient };
	struct mag_outbox_outcome *o = &w->done;
	const char *unwanted;
	struct mag_buf b;
	enum mag_sent sent;

	*o = (struct mag_outbox_outcome){ .letter = l, .what = MAG_OUT_LATER };
	if (mag_outbox_unwanted(&unwanted, &w->c, l) != MAG_OK) {
		snprintf(o->error, sizeof(o->error), "the database is busy");
		return;
	}
	if (unwanted != NULL) {
		o->what = MAG_OUT_DROPPED;
		snprintf(o->error, sizeof(o->error), "%s", unwanted);
		return;
	}
	mag_buf_init(&b, w->c.a, 16 * 1024);
	if (mag_letter_compose(&b, &w->c, l) != MAG_OK) {
		o->what = MAG_OUT_FAILED;
		snprintf(o->error, sizeof(o->error), "the template is broken");
		return;
	}
	p.from = mag_letter_from(&w->c);
	p.message = b.p;
	p.n = b.len;
	sent = w->sender(w->arg, &p, o->error, sizeof(o->error));
	w->nowhere = sent == MAG_SENT_NOWHERE;
	note(o, sent);
}

/* One after the other; how many were begun is in *${i}. */
static enum mag_status
give_some(size_t *i, struct giving *w, const struct mag_outbox_claim *claims,
    size_t n)
{
	enum mag_status st = MAG_OK;
	bool begun;

	for (*i = 0; *i < n && !w->nowhere; ++*i) {
		w->c.now = mag_clock_now();
		if (w->c.now >= w->until || (w->stop != NULL && *w->stop))
			break;
		st = mag_outbox_turn(&begun, &w->c, &w->done, &claims[*i]);
		if (st != MAG_OK)
			break;
		w->done.letter = NULL;
		if (!begun)
			continue;
		mag_arena_reset(w->c.a);
		memset(&w->c.problem, 0, sizeof(w->c.problem));
		w->c.site = NULL;
		give(w, &claims[*i]);
	}
	w->c.now = mag_clock_now();
	return st;
}

/* What was written down of the last one stays, whatever becomes of these. */
static enum mag_status
give_back(struct giving *w, const struct mag_outbox_claim *claims, size_t n)
{
	struct mag_outbox_outcome back = { .what = MAG_OUT_BACK };
	enum mag_status st;
	bool none;
	size_t i;

	st = mag_outbox_turn(&none, &w->c, &w->done, NULL);
	for (i = 0; i < n && st == MAG_OK; i++) {
		back.letter = &claims[i];
		st = mag_outbox_turn(&none, &w->c, &back, NULL);
	}
	return st;
}

/*
 * One process sends at a time: it holds a lock for as long as it lives, and
 * the kernel opens it when it dies, however it does.  So whoever gets the
 * lock knows that what was claimed before is in nobody's hands.
 */
static enum mag_status
alone(struct mag_call *c)
{
	static int fd = -1;
	int new;

	if (fd != -1)
		return MAG_OK;
	new = open(mag_printf(c->a, "%s/letters.lock", c->conf->state_dir),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (new == -1) {
		mag_log(MAG_ERROR, "letter", "%s/letters.lock: %s",
		    c->conf->state_dir, strerror(errno));
		return MAG_UNAVAILABLE;
	}
	if (flock(new, LOCK_EX | LOCK_NB) == -1) {
		close(new);
		return MAG_NOT_FOUND;
	}
	fd = new;
	return mag_outbox_orphans(c);
}

static enum mag_status
send_some(int *n, struct giving *w, struct mag_call *c)
{
	struct mag_outbox_claim claims[BATCH];
	enum mag_status st, back;
	size_t claimed, begun;

	if ((st = alone(c)) != MAG_OK || (st = mag_outbox_claim(claims,
	    &claimed, BATCH, c, CLAIM_SECONDS)) != MAG_OK)
		return st;
	w->c.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = give_some(&begun, w, claims, claimed);
	back = give_back(w, claims + begun, claimed - begun);
	mag_arena_free(w->c.a);
	*n = (int)claimed;
	return st != MAG_OK ? st : back != MAG_OK ? back :
	    w->nowhere ? MAG_UNAVAILABLE : MAG_OK;
}

enum mag_status
mag_letters_send(int *n, struct mag_call *c, mag_letter_sender *sender,
    void *arg, const volatile sig_atomic_t *stop)
{
	struct giving w = { .c = *c, .sender = sender, .arg = arg,
	    .stop = stop, .until = c->now + CLAIM_SECONDS - LETTER_SECONDS };
	enum mag_status st;
	int turn;

	*n = 0;
	if (!mag_letters_turn(&turn, c, 0))
		return MAG_NOT_FOUND;
	st = send_some(n, &w, c);
	mag_letters_turn_end(turn);
	return st;
}
