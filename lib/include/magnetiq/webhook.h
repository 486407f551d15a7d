/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/webhook.h -- other programs that want to hear what happens here.
 *
 * What happens is written down as a delivery for each webhook that asked for
 * it, in the transaction in which it happens:
 *
 *	st = mag_webhook_tell(c, "booking.created", booking);
 *
 * The jobs process delivers it, at least once, with the same id each time:
 * claim, POST, mark.  What fails is tried again after pauses that grow, twelve
 * times in some two days; a webhook that fails for three days is switched off.
 */
#ifndef MAGNETIQ_WEBHOOK_H
#define MAGNETIQ_WEBHOOK_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_webhook;
extern MAG_API struct mag_noun mag_delivery;

#define MAG_WEBHOOK_PATIENCE	(3 * 24 * 60 * 60)	/* seconds of failing */
#define MAG_WEBHOOK_PAUSE	60	/* seconds that one rests which failed */

/** A kind of event; the table ends with a name that is NULL. */
struct mag_event_kind {
	const char	*name;		/* "booking.created" */
	const char	*what;		/* one line, for people */
};
/** mag_event_kinds(): all of lib/model/webhooks.def. */
MAG_API const struct mag_event_kind *mag_event_kinds(void);

/**
 * mag_webhook_create(out, secret, c, body): with its audit row; ${secret} is
 * what it signs with, in the body or made here, and is shown this once.
 */
MAG_API enum mag_status mag_webhook_create(struct mag_record **out,
    const char **secret, struct mag_call *, const struct mag_json *body)
    MAG_CHECK;
/** mag_webhook_reseal(c): secrets under the key before get the present one. */
MAG_API enum mag_status mag_webhook_reseal(struct mag_call *) MAG_CHECK;
/** mag_webhook_verify(b, c): a line for each secret that no key opens. */
MAG_API enum mag_status mag_webhook_verify(struct mag_buf *,
    struct mag_call *) MAG_CHECK;

/**
 * mag_webhook_tell(c, event, r): in the open transaction: a delivery for each
 * active webhook that wants it, with the record as staff see it.
 */
MAG_API enum mag_status mag_webhook_tell(struct mag_call *, const char *event,
    const struct mag_record *) MAG_CHECK;
/**
 * mag_webhook_test(out, c, id): a delivery of the event `ping`.  MAG_CONFLICT
 * if it is switched off.
 */
MAG_API enum mag_status mag_webhook_test(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/** mag_delivery_get(out, c, webhook, id): one of that webhook. */
MAG_API enum mag_status mag_delivery_get(struct mag_record **out,
    struct mag_call *, int64_t webhook, int64_t id) MAG_CHECK;
/**
 * mag_delivery_retry(out, c, webhook, id): it is due now, as if for the first
 * time, also where it arrived before; its id stays.  MAG_CONFLICT while it is
 * being sent, or if the webhook is switched off.
 */
MAG_API enum mag_status mag_delivery_retry(struct mag_record **out,
    struct mag_call *, int64_t webhook, int64_t id) MAG_CHECK;

/** A delivery in somebody's hands; the strings live in the call's arena. */
struct mag_delivery_claim {
	int64_t		 id, webhook, attempts;	/* this one included */
	const char	*message_id, *url, *body;
	const char	*sealed;	/* secret: mag_secret_open() */
};
/** mag_delivery_due(c): MAG_OK if one is; MAG_NOT_FOUND if none. */
MAG_API enum mag_status mag_delivery_due(struct mag_call *) MAG_CHECK;
/**
 * mag_delivery_claim(out, c): the next one, of webhooks in turn; for a while
 * nobody else gets it.  MAG_NOT_FOUND if none is due.
 */
MAG_API enum mag_status mag_delivery_claim(struct mag_delivery_claim *,
    struct mag_call *) MAG_CHECK;
/** What became of it. */
struct mag_delivery_outcome {
	bool		 arrived;
	int		 status;	/* of HTTP; 0: nobody answered */
	int64_t		 ms;
	const char	*error;		/* or NULL */
};
/**
 * mag_delivery_mark(c, claim, outcome): written down, for the delivery and for
 * its webhook, which rests if it failed, and is switched off if it has failed
 * for days or says that it is gone (410).
 */
MAG_API enum mag_status mag_delivery_mark(struct mag_call *,
    const struct mag_delivery_claim *, const struct mag_delivery_outcome *)
    MAG_CHECK;

#endif
