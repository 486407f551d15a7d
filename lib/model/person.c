/* SPDX-License-Identifier: MIT */
/* What is true of a person, whichever form asked for one. */
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/fold.h>
#include <magnetiq/rand.h>
#include <magnetiq/setting.h>

#include "person.h"

/* Is it thrown away, and does the site want none of those? */
static bool
unwanted(struct mag_call *c, const char *email)
{
	const char *what;

	return mag_email_disposable(c->a, email) &&
	    mag_setting_text(&what, c, "disposable_email") == MAG_OK &&
	    what != NULL && strcmp(what, "refuse") == 0;
}

enum mag_status
person_check(struct mag_call *c, struct mag_record *r)
{
	const struct mag_value *consent = mag_value(r, "privacy_consent");

	if (consent->kind == MAG_V_INT && consent->i == 0)
		mag_wrong(c, "privacy_consent", "must be true", NULL);
	if (mag_value(r, "language")->kind == MAG_V_NULL)
		mag_set_text(r, "language", mag_site_speaks(mag_site(c),
		    c->lang) ? c->lang : mag_site(c)->language);
	if (mag_value(r, "email")->kind == MAG_V_TEXT) {
		mag_set_text(r, "email_folded",
		    mag_fold_email(c->a, mag_text(r, "email")));
		if (unwanted(c, mag_text(r, "email")))
			mag_wrong(c, "email",
			    "must not be of a throw-away service", NULL);
	}
	return mag_verdict(c);
}

enum mag_status
person_agreed(struct mag_call *c, const struct mag_record *r,
    const char *source)
{
	struct mag_consent given = {
		.email = mag_text(r, "email"),
		.purpose = MAG_CONSENT_PRIVACY,
		.language = mag_text(r, "language"), .source = source
	};
	enum mag_status st;
	int64_t id;

	st = mag_consent_give(&id, c, &given);
	if (st != MAG_OK || mag_int(r, "marketing_consent") == 0)
		return st;
	given.purpose = MAG_CONSENT_MARKETING;
	return mag_consent_give(&id, c, &given);
}

const char *
person_name(struct mag_arena *a, const struct mag_record *r)
{

	return mag_printf(a, "%s %s", mag_text(r, "first_name"),
	    mag_text(r, "last_name"));
}

const char *
reference_new(struct mag_arena *a, const char *head, int letters)
{
	static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	struct mag_buf b;
	int i;

	mag_buf_init(&b, a, 32);
	mag_buf_adds(&b, head);
	for (i = 0; i < letters; i++)
		mag_buf_addc(&b, alphabet[mag_rand_below(sizeof(alphabet) - 1)]);
	return b.p;
}
