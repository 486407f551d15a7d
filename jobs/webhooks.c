/* SPDX-License-Identifier: MIT */
/* magnetiq-jobs --webhooks: what happened here is told elsewhere, signed. */
#include <string.h>

#include <magnetiq.h>
#include <magnetiq/secret.h>
#include <magnetiq/webhook.h>

#include "child.h"
#include "egress/https.h"

/* The three headers of the Standard Webhooks; false if the secret is lost. */
static bool
sign(const char *headers[5], struct mag_call *c,
    const struct mag_delivery_claim *d)
{
	char *secret;
	const char *signature;
	bool old;

	if (mag_secret_open(&secret, &old, c->a, c->conf, d->sealed) != MAG_OK)
		return false;
	signature = mag_hook_sign(c->a, secret, d->message_id, c->now, d->body,
	    strlen(d->body));
	mag_wipe(secret, strlen(secret));
	headers[0] = "Content-Type: application/json";
	headers[1] = mag_printf(c->a, "webhook-id: %s", d->message_id);
	headers[2] = mag_printf(c->a, "webhook-timestamp: %lld",
	    (long long)c->now);
	headers[3] = mag_printf(c->a, "webhook-signature: %s", signature);
	headers[4] = NULL;
	return signature != NULL;
}

static enum mag_status
deliver(struct mag_call *c, const struct mag_delivery_claim *d)
{
	const char *headers[5];
	struct egress_answer answer;
	const struct egress_request rq = { .url = d->url, .headers = headers,
	    .body = d->body, .n = strlen(d->body), .stop = &child_stopping };
	struct mag_delivery_outcome o = { .error =
	    "its secret cannot be opened: was SECRET_KEY changed?" };

	if (sign(headers, c, d)) {
		o.arrived = egress_https(&answer, c->a, c->conf, &rq);
		o.status = answer.status;
		o.ms = answer.ms;
		o.error = o.arrived ? NULL : answer.error;
	}
	c->now = mag_clock_now();
	if (!o.arrived)
		mag_log(MAG_WARN, "webhook", "%lld, delivery %lld: %s",
		    (long long)d->webhook, (long long)d->id, o.error);
	return mag_delivery_mark(c, d, &o);
}

int
webhooks_main(const struct mag_conf *conf)
{
	struct mag_delivery_claim d;
	struct mag_call c;
	enum mag_status st = MAG_FAILED;

	if (child_begin(&c, conf))
		for (; !child_stopping && (st = mag_delivery_claim(&d, &c)) ==
		    MAG_OK && (st = deliver(&c, &d)) == MAG_OK;)
			child_next(&c);
	child_end(&c);
	return st == MAG_OK || st == MAG_NOT_FOUND ? 0 : 1;
}
