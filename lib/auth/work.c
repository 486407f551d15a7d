/* SPDX-License-Identifier: MIT */
/* Proof of work; see magnetiq/work.h. */
#include <string.h>

#include <magnetiq/token.h>
#include <magnetiq/work.h>

#define CHALLENGE	"challenge"
#define NONCE_MAX	64

const char *
mag_work_challenge(struct mag_call *c, int64_t expires)
{

	return mag_token_sign(c->a, c->conf, MAG_FOR_WORK, CHALLENGE, expires);
}

static int
zero_bits(const uint8_t hash[MAG_SHA256])
{
	int n = 0;

	while (n < MAG_SHA256 * 8 && !(hash[n / 8] & 0x80 >> n % 8))
		n++;
	return n;
}

bool
mag_work_done(struct mag_call *c, const char *proof, int bits,
    const char *body, size_t n)
{
	const char *nonce = strchr(proof, ' '), *payload;
	uint8_t hash[MAG_SHA256];
	struct mag_buf b;

	if (nonce == NULL || strlen(nonce) > NONCE_MAX ||
	    mag_token_verify(&payload, c->a, c->conf, MAG_FOR_WORK, proof,
	    (size_t)(nonce - proof), c->now) != MAG_OK)
		return false;
	mag_buf_init(&b, c->a, n + 512);
	mag_buf_adds(&b, proof);
	mag_buf_addc(&b, '\n');
	mag_buf_add(&b, body, n);
	mag_sha256(hash, b.p, b.len);
	return zero_bits(hash) >= bits;
}
