/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/token.h -- keys, one a purpose, and links that carry their own
 * permission.
 *
 * Each purpose has its own key, HMAC(SECRET_KEY, "magnetiq/v1/" + purpose),
 * so what was signed for one is worth nothing for another.  What the key
 * before (SECRET_KEY_PREVIOUS) has signed is still accepted.
 */
#ifndef MAGNETIQ_TOKEN_H
#define MAGNETIQ_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/rand.h>
#include <magnetiq/status.h>

struct mag_conf;

enum mag_purpose {
	MAG_FOR_JWT,		/* access tokens: magnetiq/jwt.h */
	MAG_FOR_PREVIEW,	/* shows a draft */
	MAG_FOR_DOWNLOAD,	/* fetches a private file */
	MAG_FOR_LEAD,		/* the cookie of a known visitor */
	MAG_FOR_MANAGE,		/* changes a booking or a registration */
	MAG_FOR_SUBSCRIBE,	/* confirms an address */
	MAG_FOR_UNSUBSCRIBE,
	MAG_FOR_LOCKOUT,	/* hashes of e-mails and addresses */
	MAG_FOR_CURSOR,		/* of lists */
	MAG_FOR_ERASURE,	/* hashes that outlive what they stand for */
	MAG_FOR_ONCE,		/* hashes of requests that may come again */
	MAG_FOR_SUPPRESSION,	/* hashes of addresses that get no letters */
	MAG_FOR_SECRET,		/* seals what others gave us: magnetiq/secret.h */
	MAG_FOR_CALENDAR,	/* a consultant's feed */
	MAG_FOR_FORM,		/* when a form was shown */
	MAG_FOR_WORK,		/* a challenge: magnetiq/work.h */
	MAG_FOR_PRIVACY,	/* shows somebody what is kept of them */
	MAG_FOR__MAX
};

/** mag_purpose_name(p): `preview`, as it stands in the key's derivation. */
MAG_API const char *mag_purpose_name(enum mag_purpose);

/**
 * mag_token_mac(out, conf, purpose, previous, p, n): the HMAC-SHA-256 of
 * ${n} bytes under the purpose's key.  False, with ${out} all zero, if the
 * previous key is asked for and there is none.
 */
MAG_API bool	mag_token_mac(uint8_t out[MAG_SHA256], const struct mag_conf *,
    enum mag_purpose, bool previous, const void *p, size_t n);
/** mag_token_hash(a, conf, purpose, text): that of a text, in hex. */
MAG_API char	*mag_token_hash(struct mag_arena *, const struct mag_conf *,
    enum mag_purpose, const char *text) MAG_CHECK;

/**
 * mag_token_sign(a, conf, purpose, payload, expires): a token, safe in any
 * part of a URL, that opens what ${payload} names until the second
 * ${expires}; 0: for ever.  The payload can be read by whoever has the token.
 */
MAG_API char	*mag_token_sign(struct mag_arena *, const struct mag_conf *,
    enum mag_purpose, const char *payload, int64_t expires) MAG_CHECK;
/**
 * mag_token_verify(out, a, conf, purpose, p, n, now): the payload of a token.
 * MAG_NOT_FOUND if it is not ours or was made for something else; MAG_GONE if
 * it is ours and has expired.
 */
MAG_API enum mag_status mag_token_verify(const char **out, struct mag_arena *,
    const struct mag_conf *, enum mag_purpose, const char *p, size_t n,
    int64_t now) MAG_CHECK;

#endif
