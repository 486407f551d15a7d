/* SPDX-License-Identifier: MIT */
/*
 * Access tokens.  The MAC is looked at before anything else is, so what the
 * rest reads was written here; it is read strictly all the same.
 */
#include <inttypes.h>
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/json.h>
#include <magnetiq/jwt.h>
#include <magnetiq/limits.h>
#include <magnetiq/role.h>
#include <magnetiq/token.h>

/* {"alg":"HS256","typ":"JWT"}: the only header there is, so no other can be
 * put in its place: no "none", no "crit", no key from elsewhere. */
#define HEADER		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
#define HEADER_LEN	(sizeof(HEADER) - 1)
#define MAC_LEN		43	/* 32 bytes in base64url */
#define AUDIENCE	"magnetiq"
#define LEEWAY		60	/* seconds that clocks may differ */
#define CLAIMS		9

char *
mag_jwt_sign(struct mag_arena *a, const struct mag_conf *c,
    const struct mag_claims *k)
{
	uint8_t mac[MAG_SHA256];
	struct mag_buf b;
	char *text;

	mag_buf_init(&b, a, 512);
	mag_buf_addf(&b, "{\"sub\":\"%" PRId64 "\",\"role\":\"%s\",\"iat\":%"
	    PRId64 ",\"exp\":%" PRId64 ",\"iss\":", k->user_id,
	    mag_role_name(k->role), k->issued, k->expires);
	mag_buf_jsons(&b, c->site_url);
	mag_buf_addf(&b, ",\"aud\":\"%s\",\"jti\":\"%s\",\"sid\":\"%" PRId64
	    "\",\"type\":\"access\"}", AUDIENCE, mag_rand_token(a, 16),
	    k->session_id);
	text = mag_printf(a, HEADER "%s", mag_base64url(a, b.p, b.len));
	(void)mag_token_mac(mac, c, MAG_FOR_JWT, false, text, strlen(text));
	return mag_printf(a, "%s.%s", text, mag_base64url(a, mac, sizeof(mac)));
}

/* Is what stands behind the last dot the MAC of what stands before it? */
static bool
signature_holds(const struct mag_conf *c, const char *p, size_t n)
{
	uint8_t mac[MAG_SHA256], given[MAG_SHA256];
	size_t got, text = n - MAC_LEN - 1;
	int previous;

	if (p[text] != '.' || !mag_base64url_read(given, sizeof(given), &got,
	    p + text + 1, MAC_LEN) || got != sizeof(given))
		return false;
	for (previous = 0; previous < 2; previous++)
		if (mag_token_mac(mac, c, MAG_FOR_JWT, previous == 1, p,
		    text) && mag_equal(mac, given, sizeof(mac)))
			return true;
	return false;
}

/* A positive number as we print it: digits without a zero before them. */
static bool
number(int64_t *out, const struct mag_json *v)
{
	const char *s = mag_json_text(v);
	int64_t n = 0;
	size_t i;

	if (s == NULL || s[0] < '1' || s[0] > '9')
		return false;
	for (i = 0; s[i] != '\0'; i++) {
		if (i == 18 || s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (s[i] - '0');
	}
	*out = n;
	return true;
}

static bool
is(const struct mag_json *claims, const char *name, const char *value)
{
	const struct mag_json *v = mag_json_get(claims, name);
	const char *text = v == NULL ? NULL : mag_json_text(v);

	return text != NULL && strcmp(text, value) == 0;
}

static bool
read_claims(struct mag_claims *k, const struct mag_conf *c,
    const struct mag_json *j, int64_t now)
{
	const struct mag_json *jti, *role, *iat, *exp, *sub, *sid;
	const char *text;

	if (j == NULL || mag_json_kind(j) != MAG_JSON_OBJECT ||
	    mag_json_count(j) != CLAIMS)
		return false;
	jti = mag_json_get(j, "jti");
	role = mag_json_get(j, "role");
	iat = mag_json_get(j, "iat");
	exp = mag_json_get(j, "exp");
	sub = mag_json_get(j, "sub");
	sid = mag_json_get(j, "sid");
	if (!is(j, "type", "access") || !is(j, "aud", AUDIENCE) ||
	    !is(j, "iss", c->site_url) || jti == NULL || role == NULL ||
	    iat == NULL || exp == NULL || sub == NULL || sid == NULL ||
	    mag_json_text(jti) == NULL ||
	    (text = mag_json_text(role)) == NULL)
		return false;
	k->role = mag_role_parse(text);
	return number(&k->user_id, sub) && number(&k->session_id, sid) &&
	    mag_json_int(&k->issued, iat) && mag_json_int(&k->expires, exp) &&
	    k->issued <= now + LEEWAY && k->expires > now &&
	    k->expires - k->issued <= MAG_JWT_SECONDS;
}

enum mag_status
mag_jwt_verify(struct mag_claims *out, struct mag_arena *a,
    const struct mag_conf *c, const char *p, size_t n, int64_t now)
{
	char payload[MAG_TOKEN_MAX];
	struct mag_claims k;
	size_t len;

	memset(out, 0, sizeof(*out));
	if (n > MAG_TOKEN_MAX || n < HEADER_LEN + 1 + MAC_LEN ||
	    !signature_holds(c, p, n) || memcmp(p, HEADER, HEADER_LEN) != 0)
		return MAG_UNAUTHENTICATED;
	if (!mag_base64url_read(payload, sizeof(payload), &len, p + HEADER_LEN,
	    n - HEADER_LEN - 1 - MAC_LEN) ||
	    !read_claims(&k, c, mag_json_own(a, payload, len), now))
		return MAG_UNAUTHENTICATED;
	*out = k;
	return MAG_OK;
}
