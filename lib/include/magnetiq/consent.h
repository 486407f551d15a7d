/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/consent.h -- who has agreed to what, word for word.
 *
 * Each purpose has a wording, which forms show, in the language of the form.
 * What is kept is the very text, its version and the moment; a row is never
 * changed, only noted as withdrawn. A wording that changes gets the
 * next version.
 */
#ifndef MAGNETIQ_CONSENT_H
#define MAGNETIQ_CONSENT_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_consent_noun;

#define MAG_CONSENT_PRIVACY	"privacy"	/* details are used for an answer */
#define MAG_CONSENT_MARKETING	"marketing"	/* letters about offers */
#define MAG_CONSENT_NEWSLETTER	"newsletter"

/**
 * mag_consent_wording(version, purpose, language): what somebody agrees to;
 * NULL for an unknown purpose.  ${version} may be NULL.
 */
MAG_API const char *mag_consent_wording(int64_t *version, const char *purpose,
    const char *language);

struct mag_consent {
	const char	*email;
	const char	*purpose;
	const char	*language;	/* in which the form was shown */
	const char	*source;	/* "subscribe", "registration" */
};
/** mag_consent_give(id, c, consent): in the open transaction. */
MAG_API enum mag_status mag_consent_give(int64_t *id, struct mag_call *,
    const struct mag_consent *) MAG_CHECK;
/**
 * mag_consent_withdraw(c, email, purpose): what stands of it, in the open
 * transaction; MAG_OK if nothing does.
 */
MAG_API enum mag_status mag_consent_withdraw(struct mag_call *,
    const char *email, const char *purpose) MAG_CHECK;
/** mag_consent_stands(out, c, email, purpose): given, and not withdrawn? */
MAG_API enum mag_status mag_consent_stands(bool *out, struct mag_call *,
    const char *email, const char *purpose) MAG_CHECK;

#endif
