/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/outbox.h -- letters: written down in the transaction that causes
 * them, sent later by the jobs process.
 *
 * To queue one:
 *
 *	struct mag_outbox_letter l = {
 *		.template = "booking-confirmed",
 *		.recipient = "ann@example.org", .language = "de",
 *		.data = "{\"first_name\":\"Ann\",...}",
 *		.cause_type = "booking", .cause_id = 12,
 *	};
 *	st = mag_outbox_add(c, &l);
 *
 * The template is a kind of letter (magnetiq/letter.h): it says which members
 * ${data} may have, whether the letter is marketing (then it can be
 * unsubscribed from, and those who have done so do not get it), and whether
 * it carries a calendar entry.  ${data} says what is so, not how it looks:
 * `starts_at` and `timezone`, not a date in words.
 *
 * A row is queued, then sending, then sent, failed (the server said no, or
 * twelve attempts in two days were in vain) or dropped (nobody wants it any
 * more; last_error says why).  An address that a server has refused for good
 * gets nothing from then on, until an admin says retry.
 */
#ifndef MAGNETIQ_OUTBOX_H
#define MAGNETIQ_OUTBOX_H

#include <magnetiq/call.h>
#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_letter_noun;

struct mag_outbox_letter {
	const char	*template;	/* a kind: "password-reset" */
	const char	*recipient;
	const char	*language;
	const char	*data;		/* a JSON object: what the template shows */
	const char	*dedupe;	/* once only, whatever asks; or NULL */
	int64_t		 due;		/* 0: now */
	/* The row that it is about: "registration", 12.  Once that row is
	 * gone, the letter is not sent.  Or NULL. */
	const char	*cause_type;
	int64_t		 cause_id;
	/* Somebody whom we do not know gave this address: five an hour, the
	 * rest later, and what would be later than tomorrow is dropped.  Of
	 * kinds that are MAG_LETTER_TYPED a call without a user says it. */
	bool		 stranger;
};

/**
 * mag_outbox_add(c, l): in the open transaction.  MAG_OK, and nothing is
 * written, if its dedupe was seen before or its recipient is empty: that is
 * somebody who was forgotten.
 */
MAG_API enum mag_status mag_outbox_add(struct mag_call *,
    const struct mag_outbox_letter *) MAG_CHECK;
/**
 * mag_outbox_full(out, c, email): have strangers caused five letters to this
 * address within the last hour already?
 */
MAG_API enum mag_status mag_outbox_full(bool *out, struct mag_call *,
    const char *email) MAG_CHECK;

/*
 * What is queued and has not begun to leave can be taken back, all in the
 * open transaction; where there is none, it is MAG_OK.
 */

/** mag_outbox_cancel(c, dedupe): that letter; the same dedupe may come again. */
MAG_API enum mag_status mag_outbox_cancel(struct mag_call *,
    const char *dedupe) MAG_CHECK;
/** mag_outbox_cancel_for(c, type, id): all letters about that row. */
MAG_API enum mag_status mag_outbox_cancel_for(struct mag_call *,
    const char *cause_type, int64_t cause_id) MAG_CHECK;
/**
 * mag_outbox_overtake(c, type, id): what reminds of that row (of a webinar:
 * also of each registration) is no longer true; all else still goes.
 */
MAG_API enum mag_status mag_outbox_overtake(struct mag_call *,
    const char *cause_type, int64_t cause_id) MAG_CHECK;
/** mag_outbox_move(c, dedupe, due): it is due at another time. */
MAG_API enum mag_status mag_outbox_move(struct mag_call *, const char *dedupe,
    int64_t due) MAG_CHECK;

/*
 * What staff see: the newest fifty letters as one more member, `letters`, of
 * a printed object; why one failed only for admins.
 */

/** mag_outbox_to(b, c, folded): those to one person. */
MAG_API enum mag_status mag_outbox_to(struct mag_buf *, struct mag_call *,
    const char *folded) MAG_CHECK;
/** mag_outbox_about(b, c, r): those that one row has caused. */
MAG_API enum mag_status mag_outbox_about(struct mag_buf *, struct mag_call *,
    const struct mag_record *) MAG_CHECK;
/**
 * mag_outbox_tag(c, r, b): the tag of a record that was printed into ${b}
 * with its letters, which change by themselves; as mag_record_tag.
 */
MAG_API const char *mag_outbox_tag(struct mag_call *, const struct mag_record *,
    const struct mag_buf *);

/*
 * What admins do: each is a transaction with its audit row.
 */

/**
 * mag_outbox_retry(out, c, id): it is due now, as if for the first time, and
 * its address may be written to again.  MAG_CONFLICT if it was sent, is being
 * sent, or has been emptied.
 */
MAG_API enum mag_status mag_outbox_retry(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/** mag_outbox_drop(c, id): the row is gone; MAG_CONFLICT while it is sent. */
MAG_API enum mag_status mag_outbox_drop(struct mag_call *, int64_t id)
    MAG_CHECK;

/*
 * Sending: claim some, and talk to the server outside of any transaction.
 */

/** A letter in somebody's hands; the strings live in the call's arena. */
struct mag_outbox_claim {
	int64_t		 id;
	const char	*message_id, *recipient, *template, *language, *data;
	const char	*cause_type;		/* or NULL */
	int64_t		 cause_id;
	int64_t		 created, attempts;	/* before this one */
};
/**
 * mag_outbox_claim(out, n, max, c, seconds): take up to ${max} letters that
 * are due; for ${seconds} nobody else gets them.  MAG_NOT_FOUND if none is.
 */
MAG_API enum mag_status mag_outbox_claim(struct mag_outbox_claim *out,
    size_t *n, size_t max, struct mag_call *, int64_t seconds) MAG_CHECK;

/**
 * mag_outbox_room(out, c, max): how many letters may leave now, at most
 * ${max}: SMTP_PER_MINUTE and SMTP_PER_HOUR over what has gone.
 */
MAG_API enum mag_status mag_outbox_room(size_t *out, struct mag_call *,
    size_t max) MAG_CHECK;

/**
 * mag_outbox_orphans(c): nobody sends any more who claimed letters before; they
 * are free at once.
 */
MAG_API enum mag_status mag_outbox_orphans(struct mag_call *) MAG_CHECK;

/** What became of one. */
struct mag_outbox_outcome {
	const struct mag_outbox_claim *letter;	/* NULL: of none */
	enum {
		MAG_OUT_SENT,
		MAG_OUT_LATER,		/* again after a pause that grows */
		MAG_OUT_FAILED,
		MAG_OUT_BOUNCED,	/* failed, for its address is wrong */
		MAG_OUT_DROPPED,
		MAG_OUT_BACK		/* it was not begun; as before */
	}		 what;
	char		 error[256];
};
/**
 * mag_outbox_turn(begun, c, done, next): in one transaction, write down what
 * became of one letter and that another one begins; either may be NULL.  Only
 * what has begun and was never written down can go out twice; it is then
 * in_doubt.  The next one may leave if *${begun}; otherwise its row is gone,
 * since somebody was forgotten or it was taken back.
 */
MAG_API enum mag_status mag_outbox_turn(bool *begun, struct mag_call *,
    const struct mag_outbox_outcome *done,
    const struct mag_outbox_claim *next) MAG_CHECK;
/**
 * mag_outbox_unwanted(out, c, l): why it should not be sent (its address
 * bounced or has unsubscribed, what it is about is gone, or has begun and it
 * would remind of that), or NULL.
 */
MAG_API enum mag_status mag_outbox_unwanted(const char **out,
    struct mag_call *, const struct mag_outbox_claim *) MAG_CHECK;

#endif
