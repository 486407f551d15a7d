/* SPDX-License-Identifier: MIT */
/* The operation `webhooks`: a process of its own delivers what is due. */
#include <magnetiq/webhook.h>

#include "ops.h"

enum mag_status
op_webhooks(struct mag_call *c, struct mag_buf *report, int64_t *done)
{
	static pid_t pid;
	static bool resealed;
	enum mag_status st;

	/* Another SECRET_KEY comes with another process. */
	if (!resealed && (st = mag_webhook_reseal(c)) != MAG_OK)
		return st;
	resealed = true;
	st = mag_delivery_due(c);
	*done = st == MAG_OK;
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	return op_background(report, &pid, "--webhooks");
}
