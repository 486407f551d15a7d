/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/rand.h -- random bytes, hashes, MACs and their printed forms.
 * All of it is libsodium; mag_crypto_init() must have been called once.
 */
#ifndef MAGNETIQ_RAND_H
#define MAGNETIQ_RAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

#define MAG_SHA256	32

/** mag_crypto_init(): before anything else here; MAG_FAILED cannot go on. */
MAG_API enum mag_status mag_crypto_init(void) MAG_CHECK;
MAG_API void	mag_rand(void *, size_t);
MAG_API uint32_t mag_rand_below(uint32_t limit);
/** mag_rand_token(a, n): ${n} random bytes as base64url. */
MAG_API char	*mag_rand_token(struct mag_arena *, size_t n) MAG_CHECK;
MAG_API void	mag_sha256(uint8_t out[MAG_SHA256], const void *, size_t);
MAG_API char	*mag_sha256_hex(struct mag_arena *, const void *, size_t) MAG_CHECK;
MAG_API void	mag_hmac(uint8_t out[MAG_SHA256], const void *key, size_t,
    const void *, size_t);
/** mag_equal(x, y, n): constant-time. */
MAG_API bool	mag_equal(const void *, const void *, size_t);
MAG_API void	mag_wipe(void *, size_t);
MAG_API char	*mag_hex(struct mag_arena *, const void *, size_t) MAG_CHECK;
MAG_API char	*mag_base64url(struct mag_arena *, const void *, size_t) MAG_CHECK;
/**
 * mag_base64url_read(out, size, got, p, n): strict: no padding, no other
 * alphabet, no loose bits.  False if it is not exactly that, or too long.
 */
MAG_API bool	mag_base64url_read(void *out, size_t size, size_t *got,
    const char *p, size_t n);

/** The same in the usual alphabet, with padding (RFC 4648 4). */
MAG_API char	*mag_base64(struct mag_arena *, const void *, size_t) MAG_CHECK;
MAG_API bool	mag_base64_read(void *out, size_t size, size_t *got,
    const char *p, size_t n);

#define MAG_BOX_EXTRA	40	/* bytes that a box has more: nonce and MAC */
/** mag_box_shut(out, key, p, n): encrypted; ${out} has n + MAG_BOX_EXTRA. */
MAG_API void	mag_box_shut(uint8_t *out, const uint8_t key[MAG_SHA256],
    const void *, size_t n);
/** mag_box_open(out, key, p, n): ${n} bytes of a box; false if it is none. */
MAG_API bool	mag_box_open(void *out, const uint8_t key[MAG_SHA256],
    const uint8_t *, size_t n);

/** A SHA-256 that is fed piece by piece. */
struct mag_sha { _Alignas(16) unsigned char opaque[128]; };
MAG_API void	mag_sha_init(struct mag_sha *);
MAG_API void	mag_sha_add(struct mag_sha *, const void *, size_t);
MAG_API void	mag_sha_end(struct mag_sha *, uint8_t out[MAG_SHA256]);

#endif
