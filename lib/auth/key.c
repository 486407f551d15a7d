/* SPDX-License-Identifier: MIT */
/* One key a purpose, derived once and wiped when the process ends. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/token.h>

static const char *const names[MAG_FOR__MAX] = {
	[MAG_FOR_JWT] = "jwt",
	[MAG_FOR_PREVIEW] = "preview",
	[MAG_FOR_DOWNLOAD] = "download",
	[MAG_FOR_LEAD] = "lead",
	[MAG_FOR_MANAGE] = "manage",
	[MAG_FOR_SUBSCRIBE] = "subscribe",
	[MAG_FOR_UNSUBSCRIBE] = "unsubscribe",
	[MAG_FOR_LOCKOUT] = "lockout",
	[MAG_FOR_CURSOR] = "cursor",
	[MAG_FOR_ERASURE] = "erasure",
	[MAG_FOR_ONCE] = "once",
	[MAG_FOR_SUPPRESSION] = "suppression",
	[MAG_FOR_FORM] = "form",
	[MAG_FOR_WORK] = "work",
	[MAG_FOR_SECRET] = "secret",
	[MAG_FOR_CALENDAR] = "calendar",
	[MAG_FOR_PRIVACY] = "privacy",
};

/* The keys of one secret, which is known again by its hash. */
static struct ring {
	bool		 filled;
	uint8_t		 secret[MAG_SHA256];
	uint8_t		 key[MAG_FOR__MAX][MAG_SHA256];
} rings[2];

__attribute__((destructor)) static void
wipe(void)
{

	mag_wipe(rings, sizeof(rings));
}

const char *
mag_purpose_name(enum mag_purpose p)
{

	return names[p];
}

static void
fill(struct ring *r, const char *secret)
{
	char what[64];
	int i, n;

	mag_sha256(r->secret, secret, strlen(secret));
	for (i = 0; i < MAG_FOR__MAX; i++) {
		n = snprintf(what, sizeof(what), "magnetiq/v1/%s", names[i]);
		mag_hmac(r->key[i], secret, strlen(secret), what, (size_t)n);
	}
	r->filled = true;
}

bool
mag_token_mac(uint8_t out[MAG_SHA256], const struct mag_conf *c,
    enum mag_purpose purpose, bool previous, const void *p, size_t n)
{
	const char *secret = previous ? c->secret_key_previous : c->secret_key;
	struct ring *r = &rings[previous];
	uint8_t hash[MAG_SHA256];

	memset(out, 0, MAG_SHA256);
	if (secret == NULL) {
		assert(previous);
		return false;
	}
	mag_sha256(hash, secret, strlen(secret));
	if (!r->filled || !mag_equal(hash, r->secret, sizeof(hash)))
		fill(r, secret);
	mag_hmac(out, r->key[purpose], MAG_SHA256, p, n);
	return true;
}

char *
mag_token_hash(struct mag_arena *a, const struct mag_conf *c,
    enum mag_purpose purpose, const char *text)
{
	uint8_t mac[MAG_SHA256];

	(void)mag_token_mac(mac, c, purpose, false, text, strlen(text));
	return mag_hex(a, mac, sizeof(mac));
}
