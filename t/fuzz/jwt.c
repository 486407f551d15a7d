/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes access tokens: the input as a token, which nobody can make, and as
 * the claims of one, with our own signature, so that what reads them is met.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq.h>

#define NOW	1790000000
#define HEADER	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"	/* {"alg":"HS256","typ":"JWT"} */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
	.site_url = "https://www.example.org",
};

static void
as_claims(struct mag_arena *a, const uint8_t *data, size_t size)
{
	uint8_t mac[MAG_SHA256];
	struct mag_claims k, again;
	char *text, *token;

	text = mag_printf(a, HEADER ".%s", mag_base64url(a, data, size));
	(void)mag_token_mac(mac, &conf, MAG_FOR_JWT, false, text, strlen(text));
	token = mag_printf(a, "%s.%s", text, mag_base64url(a, mac, sizeof(mac)));
	if (mag_jwt_verify(&k, a, &conf, token, strlen(token), NOW) != MAG_OK) {
		assert(k.user_id == 0 && k.session_id == 0);
		return;
	}
	assert(k.user_id > 0 && k.session_id > 0 && k.expires > NOW);
	assert(k.expires - k.issued <= MAG_JWT_SECONDS);
	token = mag_jwt_sign(a, &conf, &k);
	assert(mag_jwt_verify(&again, a, &conf, token, strlen(token), NOW) ==
	    MAG_OK);
	assert(again.user_id == k.user_id && again.session_id == k.session_id &&
	    again.role == k.role && again.expires == k.expires);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	struct mag_claims k;

	assert(mag_jwt_verify(&k, a, &conf, (const char *)data, size, NOW) ==
	    MAG_UNAUTHENTICATED);
	if (size < MAG_TOKEN_MAX)
		as_claims(a, data, size);
	mag_arena_free(a);
	return 0;
}
