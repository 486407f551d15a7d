/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/secret.h -- secrets of others that must stay readable, since we
 * sign with them: sealed in the database, under a key that is not there.
 */
#ifndef MAGNETIQ_SECRET_H
#define MAGNETIQ_SECRET_H

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_conf;

/**
 * mag_secret_seal(a, conf, text): ${text} encrypted and authenticated
 * (libsodium's secretbox) under the key that SECRET_KEY gives for that; as
 * printable text, another one each time.
 */
MAG_API char	*mag_secret_seal(struct mag_arena *, const struct mag_conf *,
    const char *text) MAG_CHECK;
/**
 * mag_secret_open(out, old, a, conf, sealed): the text again; wipe it.
 * *${old} says that only SECRET_KEY_PREVIOUS could: seal it anew.
 * MAG_NOT_FOUND if no key of ours fits, or a bit was changed.
 */
MAG_API enum mag_status mag_secret_open(char **out, bool *old,
    struct mag_arena *, const struct mag_conf *, const char *sealed) MAG_CHECK;

/*
 * What webhooks are signed with: `whsec_` and 24 to 64 bytes in base64, as the
 * Standard Webhooks have it (https://www.standardwebhooks.com).
 */
#define MAG_HOOK_SECRET_MAX	(6 + 88)	/* characters */

/** mag_hook_secret(a): a new one. */
MAG_API char	*mag_hook_secret(struct mag_arena *) MAG_CHECK;
MAG_API bool	mag_hook_secret_valid(const char *);
/**
 * mag_hook_sign(a, secret, id, at, body, n): what the header
 * webhook-signature says of a message: `v1,` and in base64 the HMAC-SHA-256
 * of `id.at.body`.  NULL if ${secret} is not valid.
 */
MAG_API char	*mag_hook_sign(struct mag_arena *, const char *secret,
    const char *id, int64_t at, const char *body, size_t n) MAG_CHECK;

#endif
