/* SPDX-License-Identifier: MIT */
/* Secrets of others: sealed while they rest, and what they sign. */
#include <string.h>

#include <magnetiq/rand.h>
#include <magnetiq/secret.h>
#include <magnetiq/token.h>

#define PREFIX		"whsec_"
#define PREFIX_LEN	6
#define BYTES_MIN	24
#define BYTES_MAX	64
#define BYTES_NEW	32

/* A key for boxes alone: MACs of the same purpose would be made with another. */
static bool
box_key(uint8_t key[MAG_SHA256], const struct mag_conf *conf, bool previous)
{
	static const char what[] = "secretbox";

	return mag_token_mac(key, conf, MAG_FOR_SECRET, previous, what,
	    strlen(what));
}

char *
mag_secret_seal(struct mag_arena *a, const struct mag_conf *conf,
    const char *text)
{
	size_t n = strlen(text);
	uint8_t *box = mag_alloc(a, n + MAG_BOX_EXTRA), key[MAG_SHA256];

	(void)box_key(key, conf, false);
	mag_box_shut(box, key, text, n);
	mag_wipe(key, sizeof(key));
	return mag_base64url(a, box, n + MAG_BOX_EXTRA);
}

enum mag_status
mag_secret_open(char **out, bool *old, struct mag_arena *a,
    const struct mag_conf *conf, const char *sealed)
{
	size_t size = strlen(sealed), n;
	uint8_t *box = mag_alloc(a, size + 1), key[MAG_SHA256];
	char *text = mag_alloc(a, size + 1);
	bool good = false;
	int i;

	*out = NULL;
	*old = false;
	if (!mag_base64url_read(box, size, &n, sealed, size) ||
	    n < MAG_BOX_EXTRA)
		return MAG_NOT_FOUND;
	for (i = 0; i < 2 && !good; i++) {
		*old = i == 1;
		good = box_key(key, conf, *old) &&
		    mag_box_open(text, key, box, n);
	}
	mag_wipe(key, sizeof(key));
	if (!good)
		return MAG_NOT_FOUND;
	text[n - MAG_BOX_EXTRA] = '\0';
	*out = text;
	return MAG_OK;
}

/* ---- what signs webhooks ---- */

char *
mag_hook_secret(struct mag_arena *a)
{
	uint8_t bytes[BYTES_NEW];
	char *text;

	mag_rand(bytes, sizeof(bytes));
	text = mag_printf(a, PREFIX "%s", mag_base64(a, bytes, sizeof(bytes)));
	mag_wipe(bytes, sizeof(bytes));
	return text;
}

static bool
read_secret(uint8_t bytes[BYTES_MAX], size_t *n, const char *text)
{

	return strncmp(text, PREFIX, PREFIX_LEN) == 0 &&
	    mag_base64_read(bytes, BYTES_MAX, n, text + PREFIX_LEN,
	    strlen(text) - PREFIX_LEN) && *n >= BYTES_MIN;
}

bool
mag_hook_secret_valid(const char *text)
{
	uint8_t bytes[BYTES_MAX];
	size_t n;
	bool good = read_secret(bytes, &n, text);

	mag_wipe(bytes, sizeof(bytes));
	return good;
}

char *
mag_hook_sign(struct mag_arena *a, const char *secret, const char *id,
    int64_t at, const char *body, size_t n)
{
	uint8_t bytes[BYTES_MAX], mac[MAG_SHA256];
	struct mag_buf b;
	size_t len;

	if (!read_secret(bytes, &len, secret))
		return NULL;
	mag_buf_init(&b, a, n + 128);
	mag_buf_addf(&b, "%s.%lld.", id, (long long)at);
	mag_buf_add(&b, body, n);
	mag_hmac(mac, bytes, len, b.p, b.len);
	mag_wipe(bytes, sizeof(bytes));
	return mag_printf(a, "v1,%s", mag_base64(a, mac, sizeof(mac)));
}
