/* SPDX-License-Identifier: MIT */
/* Letters: the outbox for admins, the newsletter for everybody. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/outbox.h>
#include <magnetiq/subscriber.h>

#include "../handlers.h"

/* A recipient is one person, however the address was written. */
enum mag_status
outbox_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	const char *person = input_query(x, "recipient");
	enum mag_status st;

	if ((st = input_list(x, &mag_letter_noun, &l)) != MAG_OK)
		return st;
	if (person != NULL) {
		person = mag_fold_email(x->a, person);
		l.filters[l.nfilters++] = (struct mag_filter){
			.sql = "recipient_folded = ?", .bound = true,
			.bind = { MAG_BIND_TEXT, 0, person, strlen(person) }
		};
	}
	return reply_list(x, &mag_letter_noun, &l);
}

enum mag_status
outbox_retry(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_outbox_retry(&r, &x->call, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
outbox_delete(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_outbox_drop(&x->call, id)) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}

enum mag_status
public_subscribe(struct exchange *x)
{
	enum mag_status st;

	if ((st = mag_subscribe(&x->call, x->json)) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), "{}");
	return reply_end_message(x, 202, "A letter is on its way.");
}

static enum mag_status
done(struct exchange *x, const char *message)
{

	mag_buf_adds(reply_begin(x), "{}");
	return reply_end_message(x, 200, message);
}

enum mag_status
public_subscribe_confirm(struct exchange *x)
{
	const char *token;
	enum mag_status st;

	input_known(x, "token");
	token = input_text(x, "token", true);
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_subscribe_confirm(&x->call, token)) != MAG_OK)
		return st;
	return done(x, "You will get our news.");
}

/* From a page of ours as JSON; from a mail program as a form, with the token
 * in the address that the letter's header gave (RFC 8058). */
enum mag_status
public_unsubscribe(struct exchange *x)
{
	const char *token = input_query(x, "token");
	enum mag_status st;

	if (x->json != NULL) {
		input_known(x, "token");
		if (token == NULL)
			token = input_text(x, "token", true);
	} else if (token == NULL)
		mag_wrong(&x->call, "token", "is required", NULL);
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = mag_unsubscribe(&x->call, token)) != MAG_OK)
		return st;
	return done(x, "You will get no more letters of this kind.");
}
