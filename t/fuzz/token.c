/* SPDX-License-Identifier: MIT */
/* Fuzzes links: as a token none is ours, as a payload each comes back. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq.h>

#define NOW	1790000000

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(16 * 1024 * 1024);
	const char *payload;
	char *text, *token;

	assert(mag_token_verify(&payload, a, &conf, MAG_FOR_PREVIEW,
	    (const char *)data, size, NOW) == MAG_NOT_FOUND);
	assert(payload == NULL);
	text = mag_dup(a, data, size);
	if (strlen(text) < MAG_TOKEN_MAX / 2) {
		token = mag_token_sign(a, &conf, MAG_FOR_PREVIEW, text, NOW + 1);
		assert(mag_token_verify(&payload, a, &conf, MAG_FOR_PREVIEW,
		    token, strlen(token), NOW) == MAG_OK);
		assert(strcmp(payload, text) == 0);
	}
	mag_arena_free(a);
	return 0;
}
