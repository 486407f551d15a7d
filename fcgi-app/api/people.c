/* SPDX-License-Identifier: MIT */
/* Users and API keys, beyond the usual doors. */
#include <magnetiq/apikey.h>
#include <magnetiq/user.h>

#include "../handlers.h"

enum mag_status
user_create(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	if ((st = mag_user_create(&r, &x->call, x->json)) != MAG_OK)
		return st;
	return reply_created(x, r, "/api/v1/admin/users");
}

enum mag_status
user_unlock(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_user_unlock(&r, &x->call, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
user_reset(struct exchange *x)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_user_send_reset(&x->call, id)) != MAG_OK)
		return st;
	mag_buf_adds(reply_begin(x), "{}");
	return reply_end_message(x, 202, "A letter is on its way.");
}

/* The one time that the key itself is shown. */
enum mag_status
apikey_create(struct exchange *x)
{
	struct mag_record *r;
	const char *key;
	enum mag_status st;

	if ((st = mag_apikey_create(&r, &key, &x->call, x->json)) != MAG_OK)
		return st;
	return reply_created_with(x, r, "/api/v1/admin/api-keys", "key", key);
}
