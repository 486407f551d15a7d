/* SPDX-License-Identifier: MIT */
/* What people may ask of whoever keeps data about them. */
#include <magnetiq/ops.h>

#include "../handlers.h"

typedef enum mag_status deed(struct mag_call *, const char *,
    struct mag_buf *);

static enum mag_status
run(struct exchange *x, deed *fn)
{
	const char *email;
	enum mag_status st;

	input_known(x, "email");
	email = input_text(x, "email", true);
	if ((st = mag_verdict(&x->call)) != MAG_OK ||
	    (st = fn(&x->call, email, reply_begin(x))) != MAG_OK)
		return st;
	return reply_end(x, 200);
}

enum mag_status
privacy_export(struct exchange *x)
{

	return run(x, mag_op_privacy_export);
}

enum mag_status
privacy_erase(struct exchange *x)
{

	return run(x, mag_op_privacy_erase);
}
