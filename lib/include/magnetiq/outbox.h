/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/outbox.h -- letters: written down in the transaction that causes
 * them, sent later by the jobs process.
 */
#ifndef MAGNETIQ_OUTBOX_H
#define MAGNETIQ_OUTBOX_H

#include <magnetiq/call.h>

struct mag_outbox_letter {
	const char	*template;	/* "reset": files letter/reset.* */
	const char	*recipient;
	const char	*language;
	const char	*data;		/* a JSON object: what the template shows */
	const char	*dedupe;	/* once only, whatever asks; or NULL */
	int64_t		 due;		/* 0: now */
};

/** mag_outbox_add(c, l): in the open transaction; a dedupe seen before is MAG_OK. */
MAG_API enum mag_status mag_outbox_add(struct mag_call *,
    const struct mag_outbox_letter *) MAG_CHECK;
/** A letter in somebody's hands; the strings live in the call's arena. */
struct mag_outbox_claim {
	int64_t		 id;
	const char	*message_id, *recipient, *template, *language, *data;
	int64_t		 created, attempts;	/* this one included */
};
/**
 * mag_outbox_claim(out, c, seconds): take the next letter that is due; for
 * ${seconds} nobody else gets it.  MAG_NOT_FOUND if none is.  Send it outside
 * of any transaction, then say how it went.
 */
MAG_API enum mag_status mag_outbox_claim(struct mag_outbox_claim *,
    struct mag_call *, int64_t seconds) MAG_CHECK;
/**
 * mag_outbox_later(c, l, error): not now; after a pause that grows it is due
 * again, and after twelve attempts it has failed.
 */
MAG_API enum mag_status mag_outbox_later(struct mag_call *,
    const struct mag_outbox_claim *, const char *error) MAG_CHECK;
/** mag_outbox_sent(c, id), mag_outbox_failed(c, id, error): for good. */
MAG_API enum mag_status mag_outbox_sent(struct mag_call *, int64_t id) MAG_CHECK;
MAG_API enum mag_status mag_outbox_failed(struct mag_call *, int64_t id,
    const char *error) MAG_CHECK;

#endif
