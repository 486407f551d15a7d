/* SPDX-License-Identifier: MIT */
/*
 * Forms that programs fill in.  A form carries when it was shown, signed, and
 * a field that nobody sees: what comes back at once, or days later, or with
 * that field filled, is shown again with the reason, and with all that was
 * typed.  Clear rather than silent, because a browser that fills in fields by
 * itself has a person behind it; see doc/decisions.
 */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/token.h>

#include "../handlers.h"
#include "site.h"

#define LEAST	2			/* seconds; nobody is faster */
#define MOST	(24 * 60 * 60)

void
spam_add(struct exchange *x, struct mag_data *d, const char *about)
{

	/* Each reader has a moment of their own. */
	x->good_until = x->call.now;
	mag_data_text(d, "form_token", mag_token_sign(x->a, x->conf,
	    MAG_FOR_FORM, mag_printf(x->a, "%lld %s", (long long)x->call.now,
	    about), x->call.now + MOST));
}

enum mag_status
spam_check(struct exchange *x, const struct query *form, const char *about)
{
	const char *token = query_get(form, "form_token"), *payload;
	const char *unseen = query_get(form, "homepage");
	int64_t shown;
	char *end;

	if (unseen != NULL && *unseen != '\0')
		return mag_fail(&x->call, MAG_INVALID,
		    "One field must stay empty; please send the form once more.");
	if (token == NULL || mag_token_verify(&payload, x->a, x->conf,
	    MAG_FOR_FORM, token, strlen(token), x->call.now) != MAG_OK)
		return mag_fail(&x->call, MAG_INVALID,
		    "This form is too old; please send it once more.");
	shown = strtoll(payload, &end, 10);
	if (*end != ' ' || strcmp(end + 1, about) != 0)
		return mag_fail(&x->call, MAG_INVALID,
		    "This form is too old; please send it once more.");
	if (x->call.now - shown < LEAST)
		return mag_fail(&x->call, MAG_INVALID,
		    "That was very fast; please send the form once more.");
	return MAG_OK;
}
