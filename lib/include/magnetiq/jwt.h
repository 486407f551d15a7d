/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/jwt.h -- access tokens: JSON Web Tokens (RFC 7519) with HS256 and
 * nothing else.
 */
#ifndef MAGNETIQ_JWT_H
#define MAGNETIQ_JWT_H

#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/call.h>
#include <magnetiq/status.h>

#define MAG_JWT_SECONDS	900	/* how long one is good */

/** What a token says beside iss, aud, jti and type, which are always ours. */
struct mag_claims {
	int64_t		 user_id;	/* sub */
	int64_t		 session_id;	/* sid */
	enum mag_role	 role;		/* only informs: the database decides */
	int64_t		 issued, expires;	/* iat, exp */
};

/** mag_jwt_sign(a, conf, claims): a token with a fresh jti. */
MAG_API char	*mag_jwt_sign(struct mag_arena *, const struct mag_conf *,
    const struct mag_claims *) MAG_CHECK;
/**
 * mag_jwt_verify(out, a, conf, p, n, now): MAG_UNAUTHENTICATED unless it is
 * a token that mag_jwt_sign() made for this site and that has not expired.
 */
MAG_API enum mag_status mag_jwt_verify(struct mag_claims *,
    struct mag_arena *, const struct mag_conf *, const char *p, size_t n,
    int64_t now) MAG_CHECK;

#endif
