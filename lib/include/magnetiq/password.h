/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/password.h -- passwords: scrypt for all that are set here, bcrypt
 * as older Magnetiq stored them, and which ones are too easy.
 *
 * Hashing takes a quarter of a second and 32 MiB on purpose, so it is never
 * done inside a transaction, and nginx sends what needs it to a pool of its
 * own.
 */
#ifndef MAGNETIQ_PASSWORD_H
#define MAGNETIQ_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/call.h>
#include <magnetiq/status.h>

#define MAG_PASSWORD_HASH	128	/* bytes that hold any stored hash */
#define MAG_PASSWORD_MIN	10	/* characters */

/**
 * mag_password_hash(out, p, n): scrypt with N=2^15, r=8, p=3 and a random
 * salt, in the modular crypt format of libscrypt.  ${p} holds no NUL and at
 * most MAG_PASSWORD_MAX bytes.  MAG_FAILED (logged) if there is no memory.
 */
MAG_API enum mag_status mag_password_hash(char out[MAG_PASSWORD_HASH],
    const char *p, size_t n) MAG_CHECK;
/**
 * mag_password_verify(stored, p, n): is this the password?  ${stored} is a
 * scrypt or a bcrypt hash.  For NULL, "" and anything else it takes as long
 * as it would for one, and says no: whoever asks cannot tell by the clock.
 */
MAG_API bool	mag_password_verify(const char *stored, const char *p,
    size_t n) MAG_CHECK;
/** mag_password_stale(stored): would mag_password_hash() make it otherwise? */
MAG_API bool	mag_password_stale(const char *stored) MAG_CHECK;
/**
 * mag_password_check(c, field, p, n, email): note in ${c} what is wrong with
 * a new password: too short, too long, common, or the e-mail (which may be
 * NULL) itself.
 */
MAG_API void	mag_password_check(struct mag_call *, const char *field,
    const char *p, size_t n, const char *email);

#endif
