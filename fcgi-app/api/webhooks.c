/* SPDX-License-Identifier: MIT */
/* Webhooks, beyond the usual doors, and what was delivered. */
#include <magnetiq/webhook.h>

#include "../handlers.h"

/* The one time that the secret itself is shown. */
enum mag_status
webhook_create(struct exchange *x)
{
	struct mag_record *r;
	const char *secret;
	enum mag_status st;

	if ((st = mag_webhook_create(&r, &secret, &x->call, x->json)) != MAG_OK)
		return st;
	return reply_created_with(x, r, "/api/v1/admin/webhooks", "secret",
	    secret);
}

enum mag_status
webhook_test(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_webhook_test(&r, &x->call, id)) != MAG_OK)
		return st;
	return reply_record(x, 202, r);
}

enum mag_status
deliveries_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	struct mag_record *hook;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&hook, &x->call, &mag_webhook, id)) != MAG_OK ||
	    (st = input_list(x, &mag_delivery, &l)) != MAG_OK)
		return st;
	l.filters[l.nfilters++] = (struct mag_filter){
		.sql = "webhook_id = ?", .bound = true,
		.bind = { MAG_BIND_INT, id, NULL, 0 }
	};
	return reply_list(x, &mag_delivery, &l);
}

enum mag_status
delivery_show(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t webhook, id;

	if ((st = input_id(x, &webhook, 0)) != MAG_OK ||
	    (st = input_id(x, &id, 1)) != MAG_OK ||
	    (st = mag_delivery_get(&r, &x->call, webhook, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
delivery_retry(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t webhook, id;

	if ((st = input_id(x, &webhook, 0)) != MAG_OK ||
	    (st = input_id(x, &id, 1)) != MAG_OK ||
	    (st = mag_delivery_retry(&r, &x->call, webhook, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}
