/* SPDX-License-Identifier: MIT */
/* Random bytes, hashes, MACs and their printed forms: all of it libsodium. */
#include <string.h>

#include <sodium.h>

#include <magnetiq/rand.h>

_Static_assert(sizeof(struct mag_sha) >= sizeof(crypto_hash_sha256_state),
    "struct mag_sha must hold libsodium's state");

enum mag_status
mag_crypto_init(void)
{

	return sodium_init() < 0 ? MAG_FAILED : MAG_OK;
}

void
mag_rand(void *out, size_t n)
{

	randombytes_buf(out, n);
}

uint32_t
mag_rand_below(uint32_t limit)
{

	return randombytes_uniform(limit);
}

char *
mag_rand_token(struct mag_arena *a, size_t n)
{
	unsigned char *bytes = mag_alloc(a, n);
	char *text;

	randombytes_buf(bytes, n);
	text = mag_base64url(a, bytes, n);
	sodium_memzero(bytes, n);
	return text;
}

void
mag_sha256(uint8_t out[MAG_SHA256], const void *p, size_t n)
{

	crypto_hash_sha256(out, p, n);
}

char *
mag_sha256_hex(struct mag_arena *a, const void *p, size_t n)
{
	uint8_t hash[MAG_SHA256];

	mag_sha256(hash, p, n);
	return mag_hex(a, hash, sizeof(hash));
}

/* The state takes keys of any length; the one-shot call only 32 bytes. */
void
mag_hmac(uint8_t out[MAG_SHA256], const void *key, size_t keylen,
    const void *p, size_t n)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, keylen);
	crypto_auth_hmacsha256_update(&state, p, n);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

bool
mag_equal(const void *x, const void *y, size_t n)
{

	return sodium_memcmp(x, y, n) == 0;
}

void
mag_wipe(void *p, size_t n)
{

	sodium_memzero(p, n);
}

char *
mag_hex(struct mag_arena *a, const void *p, size_t n)
{
	char *text = mag_alloc(a, n * 2 + 1);

	return sodium_bin2hex(text, n * 2 + 1, p, n);
}

char *
mag_base64url(struct mag_arena *a, const void *p, size_t n)
{
	size_t size = sodium_base64_encoded_len(n,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	return sodium_bin2base64(mag_alloc(a, size), size, p, n,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Without b64_end, anything left over counts as an error: what we want. */
bool
mag_base64url_read(void *out, size_t size, size_t *got, const char *p,
    size_t n)
{

	return sodium_base642bin(out, size, p, n, NULL, got, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}

char *
mag_base64(struct mag_arena *a, const void *p, size_t n)
{
	size_t size = sodium_base64_encoded_len(n,
	    sodium_base64_VARIANT_ORIGINAL);

	return sodium_bin2base64(mag_alloc(a, size), size, p, n,
	    sodium_base64_VARIANT_ORIGINAL);
}

bool
mag_base64_read(void *out, size_t size, size_t *got, const char *p, size_t n)
{

	return sodium_base642bin(out, size, p, n, NULL, got, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0;
}

_Static_assert(MAG_BOX_EXTRA == crypto_secretbox_NONCEBYTES +
    crypto_secretbox_MACBYTES, "what a box has more");
_Static_assert(MAG_SHA256 == crypto_secretbox_KEYBYTES, "a key of a box");

void
mag_box_shut(uint8_t *out, const uint8_t key[MAG_SHA256], const void *p,
    size_t n)
{

	randombytes_buf(out, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, p, n, out, key);
}

bool
mag_box_open(void *out, const uint8_t key[MAG_SHA256], const uint8_t *p,
    size_t n)
{

	return n >= MAG_BOX_EXTRA && crypto_secretbox_open_easy(out,
	    p + crypto_secretbox_NONCEBYTES, n - crypto_secretbox_NONCEBYTES,
	    p, key) == 0;
}

void
mag_sha_init(struct mag_sha *s)
{

	crypto_hash_sha256_init((void *)s->opaque);
}

void
mag_sha_add(struct mag_sha *s, const void *p, size_t n)
{

	crypto_hash_sha256_update((void *)s->opaque, p, n);
}

void
mag_sha_end(struct mag_sha *s, uint8_t out[MAG_SHA256])
{

	crypto_hash_sha256_final((void *)s->opaque, out);
}
