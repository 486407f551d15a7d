/* SPDX-License-Identifier: MIT */
/*
 * A token is base64url of: 1 byte version, 6 bytes the second in which it
 * expires (0: never), the payload, and 16 bytes of HMAC over all that.
 */
#include <assert.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/limits.h>
#include <magnetiq/token.h>

#define VERSION		1
#define HEAD		7
#define MAC		16	/* nobody finds 128 bits by trying */
#define BYTES_MAX	(MAG_TOKEN_MAX / 4 * 3)

char *
mag_token_sign(struct mag_arena *a, const struct mag_conf *c,
    enum mag_purpose purpose, const char *payload, int64_t expires)
{
	size_t len = strlen(payload), n = HEAD + len;
	uint8_t *bytes = mag_alloc(a, n + MAC), mac[MAG_SHA256];
	int i;

	assert(n + MAC <= BYTES_MAX && expires >= 0 && expires >> 48 == 0);
	bytes[0] = VERSION;
	for (i = 0; i < 6; i++)
		bytes[1 + i] = (uint8_t)(expires >> (40 - 8 * i));
	memcpy(bytes + HEAD, payload, len);
	(void)mag_token_mac(mac, c, purpose, false, bytes, n);
	memcpy(bytes + n, mac, MAC);
	return mag_base64url(a, bytes, n + MAC);
}

/* Did one of our keys make this? */
static bool
ours(const struct mag_conf *c, enum mag_purpose purpose, const uint8_t *bytes,
    size_t n)
{
	uint8_t mac[MAG_SHA256];
	bool good;
	int previous;

	for (previous = 0; previous < 2; previous++) {
		good = mag_token_mac(mac, c, purpose, previous == 1, bytes, n);
		if (good && mag_equal(mac, bytes + n, MAC))
			return true;
	}
	return false;
}

enum mag_status
mag_token_verify(const char **out, struct mag_arena *a,
    const struct mag_conf *c, enum mag_purpose purpose, const char *p,
    size_t n, int64_t now)
{
	uint8_t bytes[BYTES_MAX];
	int64_t expires = 0;
	size_t got;
	int i;

	*out = NULL;
	if (n > MAG_TOKEN_MAX ||
	    !mag_base64url_read(bytes, sizeof(bytes), &got, p, n) ||
	    got < HEAD + MAC || bytes[0] != VERSION)
		return MAG_NOT_FOUND;
	got -= MAC;
	if (!ours(c, purpose, bytes, got) ||
	    memchr(bytes + HEAD, '\0', got - HEAD) != NULL)
		return MAG_NOT_FOUND;
	for (i = 0; i < 6; i++)
		expires = expires << 8 | bytes[1 + i];
	if (expires != 0 && expires <= now)
		return MAG_GONE;
	*out = mag_dup(a, bytes + HEAD, got - HEAD);
	return MAG_OK;
}
