/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "unit.h"

#define NOW	1790000000

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
	.site_url = "https://www.example.org",
};
static const struct mag_conf rotated = {
	.secret_key = "another-key-another-key-another-key",
	.secret_key_previous = "0123456789abcdef0123456789abcdef",
	.site_url = "https://www.example.org",
};
static const struct mag_claims claims = {
	.user_id = 12, .session_id = 345, .role = MAG_EDITOR,
	.issued = NOW, .expires = NOW + MAG_JWT_SECONDS,
};

static enum mag_status
verify(const struct mag_conf *c, const char *t, int64_t now)
{
	struct mag_claims k;

	return mag_jwt_verify(&k, a, c, t, strlen(t), now);
}

/* A token with our MAC around whatever header and payload. */
static char *
forge(const char *header, const char *payload, enum mag_purpose purpose)
{
	uint8_t mac[MAG_SHA256];
	char *text = mag_printf(a, "%s.%s",
	    mag_base64url(a, header, strlen(header)),
	    mag_base64url(a, payload, strlen(payload)));

	(void)mag_token_mac(mac, &conf, purpose, false, text, strlen(text));
	return mag_printf(a, "%s.%s", text, mag_base64url(a, mac, sizeof(mac)));
}

/* RFC 7515 A.1: the HMAC that everything here stands on. */
START_TEST(the_mac_is_that_of_rfc_7515)
{
	static const char text[] =
	    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJ"
	    "leHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp"
	    "0cnVlfQ";
	static const char key_text[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-"
	    "EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
	uint8_t key[64], mac[MAG_SHA256];
	size_t n;

	ck_assert(mag_base64url_read(key, sizeof(key), &n, key_text,
	    strlen(key_text)));
	mag_hmac(mac, key, n, text, strlen(text));
	ck_assert_str_eq(mag_base64url(a, mac, sizeof(mac)),
	    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}
END_TEST

START_TEST(a_token_says_who_came_and_through_which_session)
{
	char *t = mag_jwt_sign(a, &conf, &claims);
	struct mag_claims k;

	ck_assert_int_eq(mag_jwt_verify(&k, a, &conf, t, strlen(t), NOW), MAG_OK);
	ck_assert_int_eq(k.user_id, 12);
	ck_assert_int_eq(k.session_id, 345);
	ck_assert_int_eq(k.role, MAG_EDITOR);
	ck_assert_int_eq(k.issued, NOW);
	ck_assert_int_eq(k.expires, NOW + 900);
	ck_assert_str_ne(t, mag_jwt_sign(a, &conf, &claims));	/* jti */
}
END_TEST

START_TEST(a_token_is_good_for_its_time_only)
{
	char *t = mag_jwt_sign(a, &conf, &claims);

	ck_assert_int_eq(verify(&conf, t, NOW + 899), MAG_OK);
	ck_assert_int_eq(verify(&conf, t, NOW + 900), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(verify(&conf, t, NOW - 60), MAG_OK);
	ck_assert_int_eq(verify(&conf, t, NOW - 61), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(the_key_before_still_verifies)
{
	char *old = mag_jwt_sign(a, &conf, &claims);
	char *new = mag_jwt_sign(a, &rotated, &claims);

	ck_assert_int_eq(verify(&rotated, old, NOW), MAG_OK);
	ck_assert_int_eq(verify(&rotated, new, NOW), MAG_OK);
	ck_assert_int_eq(verify(&conf, new, NOW), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(any_changed_letter_spoils_a_token)
{
	char *t = mag_jwt_sign(a, &conf, &claims);
	size_t i, n = strlen(t);
	char was;

	for (i = 0; i < n; i++) {
		was = t[i];
		t[i] = was == 'A' ? 'B' : 'A';
		ck_assert_int_eq(verify(&conf, t, NOW), MAG_UNAUTHENTICATED);
		t[i] = was;
		ck_assert_int_eq(verify(&conf, mag_dup(a, t, i), NOW),
		    MAG_UNAUTHENTICATED);
	}
	ck_assert_int_eq(verify(&conf, mag_printf(a, "%s.", t), NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(verify(&conf, mag_printf(a, "%s=", t), NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(verify(&conf, mag_printf(a, " %s", t), NOW), MAG_UNAUTHENTICATED);
	ck_assert_int_eq(verify(&conf, t, NOW), MAG_OK);
}
END_TEST

#define HS256	"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

static const char *const headers[] = {
	"{\"alg\":\"none\",\"typ\":\"JWT\"}",
	"{\"alg\":\"hs256\",\"typ\":\"JWT\"}",
	"{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
	"{\"typ\":\"JWT\",\"alg\":\"HS256\"}",
	"{\"alg\":\"HS256\"}",
	"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"crit\":[\"x\"]}",
	"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"1\"}",
	"", "{}", "null",
};

static char *
payload(void)
{

	return mag_printf(a, "{\"sub\":\"12\",\"role\":\"editor\",\"iat\":%d,"
	    "\"exp\":%d,\"iss\":\"https://www.example.org\",\"aud\":"
	    "\"magnetiq\",\"jti\":\"x\",\"sid\":\"345\",\"type\":\"access\"}",
	    NOW, NOW + 900);
}

START_TEST(no_other_header_is_taken_even_with_our_mac)
{

	ck_assert_int_eq(verify(&conf, forge(HS256, payload(), MAG_FOR_JWT),
	    NOW), MAG_OK);
	ck_assert_int_eq(verify(&conf, forge(headers[_i], payload(),
	    MAG_FOR_JWT), NOW), MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(a_mac_of_another_purpose_is_not_taken)
{

	ck_assert_int_eq(verify(&conf, forge(HS256, payload(), MAG_FOR_PREVIEW),
	    NOW), MAG_UNAUTHENTICATED);
}
END_TEST

/* What is put in place of a part of the payload; NULL: behind it. */
static const struct {
	const char	*part, *instead;
} changes[] = {
	{ "\"sub\":\"12\"", "\"sub\":12" },
	{ "\"sub\":\"12\"", "\"sub\":\"012\"" },
	{ "\"sub\":\"12\"", "\"sub\":\"-12\"" },
	{ "\"sub\":\"12\"", "\"sub\":\"12 \"" },
	{ "\"sub\":\"12\"", "\"sub\":\"99999999999999999999\"" },
	{ "\"sub\":\"12\"", "\"SUB\":\"12\"" },
	{ "\"sub\":\"12\"", "\"sub\":\"12\",\"sub\":\"13\"" },
	{ "\"sid\":\"345\"", "\"sid\":null" },
	{ "\"exp\":1790000900", "\"exp\":\"1790000900\"" },
	{ "\"exp\":1790000900", "\"exp\":1e400" },
	{ "\"exp\":1790000900", "\"exp\":1790000900.5" },
	{ "\"exp\":1790000900", "\"exp\":99999999999" },
	{ "\"exp\":1790000900", "\"exp\":1790000000" },
	{ "\"exp\":1790000900,", "" },
	{ "\"iat\":1790000000", "\"iat\":1790000061" },
	{ "www.example.org", "www.example.com" },
	{ "\"magnetiq\"", "\"other\"" },
	{ "\"magnetiq\"", "[\"magnetiq\"]" },
	{ "\"access\"", "\"refresh\"" },
	{ "\"role\":\"editor\",", "" },
	{ "{\"sub\"", "[{\"sub\"" },
	{ "\"access\"}", "\"access\"}x" },
	{ "\"access\"}", "\"access\",\"more\":1}" },
};

START_TEST(strange_claims_are_not_taken_even_with_our_mac)
{
	char *whole = payload(), *at = strstr(whole, changes[_i].part), *t;

	ck_assert_ptr_nonnull(at);
	t = mag_printf(a, "%.*s%s%s", (int)(at - whole), whole,
	    changes[_i].instead, at + strlen(changes[_i].part));
	ck_assert_int_eq(verify(&conf, forge(HS256, t, MAG_FOR_JWT), NOW),
	    MAG_UNAUTHENTICATED);
}
END_TEST

START_TEST(bytes_of_any_length_are_refused_or_read)
{
	char *t = mag_alloc(a, MAG_TOKEN_MAX + 2);
	size_t n;

	memset(t, '.', MAG_TOKEN_MAX + 1);
	for (n = 0; n <= MAG_TOKEN_MAX + 1; n++) {
		struct mag_claims k;

		ck_assert_int_eq(mag_jwt_verify(&k, a, &conf, t, n, NOW),
		    MAG_UNAUTHENTICATED);
		ck_assert_int_eq(k.user_id, 0);
	}
}
END_TEST

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

Suite *
suite_jwt(void)
{
	Suite *s = suite_create("jwt");
	TCase *tc = unit_case(s, "jwt");

	tcase_add_test(tc, the_mac_is_that_of_rfc_7515);
	tcase_add_test(tc, a_token_says_who_came_and_through_which_session);
	tcase_add_test(tc, a_token_is_good_for_its_time_only);
	tcase_add_test(tc, the_key_before_still_verifies);
	tcase_add_test(tc, any_changed_letter_spoils_a_token);
	tcase_add_loop_test(tc, no_other_header_is_taken_even_with_our_mac, 0,
	    COUNT(headers));
	tcase_add_test(tc, a_mac_of_another_purpose_is_not_taken);
	tcase_add_loop_test(tc, strange_claims_are_not_taken_even_with_our_mac,
	    0, COUNT(changes));
	tcase_add_test(tc, bytes_of_any_length_are_refused_or_read);
	return s;
}
