/* SPDX-License-Identifier: MIT */
#include "unit.h"

#define NOW	1790000000

static const struct mag_conf conf = {
	.secret_key = "0123456789abcdef0123456789abcdef",
};
static const struct mag_conf rotated = {
	.secret_key = "another-key-another-key-another-key",
	.secret_key_previous = "0123456789abcdef0123456789abcdef",
};
static const struct mag_conf foreign = {
	.secret_key = "another-key-another-key-another-key",
};

static enum mag_status
verify(const struct mag_conf *c, enum mag_purpose purpose, const char *token,
    int64_t now)
{
	const char *payload;

	return mag_token_verify(&payload, a, c, purpose, token, strlen(token),
	    now);
}

/* Openssl says the same:
 * printf magnetiq/v1/jwt | openssl dgst -sha256 -hmac 0123456789abcdef...
 * and with that key (-macopt hexkey:) the second time. */
START_TEST(a_key_is_derived_as_the_contract_says)
{
	uint8_t key[MAG_SHA256], want[MAG_SHA256], got[MAG_SHA256];

	mag_hmac(key, conf.secret_key, 32, "magnetiq/v1/jwt", 15);
	mag_hmac(want, key, sizeof(key), "text", 4);
	ck_assert(mag_token_mac(got, &conf, MAG_FOR_JWT, false, "text", 4));
	ck_assert_mem_eq(got, want, sizeof(got));
	ck_assert(!mag_token_mac(got, &conf, MAG_FOR_JWT, true, "text", 4));
	ck_assert(mag_token_mac(got, &rotated, MAG_FOR_JWT, true, "text", 4));
	ck_assert_mem_eq(got, want, sizeof(got));
}
END_TEST

START_TEST(a_token_opens_what_it_was_made_for)
{
	const char *payload;
	char *t = mag_token_sign(a, &conf, MAG_FOR_PREVIEW, "page:12", NOW + 1);

	ck_assert_int_eq(mag_token_verify(&payload, a, &conf, MAG_FOR_PREVIEW,
	    t, strlen(t), NOW), MAG_OK);
	ck_assert_str_eq(payload, "page:12");
	ck_assert_uint_eq(strspn(t, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"), strlen(t));
}
END_TEST

START_TEST(a_token_of_one_purpose_fails_in_any_other)
{
	enum mag_purpose made, used;
	char *t;

	for (made = 0; made < MAG_FOR__MAX; made++) {
		t = mag_token_sign(a, &conf, made, "x", NOW + 1);
		for (used = 0; used < MAG_FOR__MAX; used++)
			ck_assert_int_eq(verify(&conf, used, t, NOW),
			    made == used ? MAG_OK : MAG_NOT_FOUND);
	}
}
END_TEST

START_TEST(an_expired_token_is_gone_and_a_wrong_one_not_found)
{
	char *t = mag_token_sign(a, &conf, MAG_FOR_DOWNLOAD, "7", NOW);
	char *ever = mag_token_sign(a, &conf, MAG_FOR_MANAGE, "7", 0);

	ck_assert_int_eq(verify(&conf, MAG_FOR_DOWNLOAD, t, NOW - 1), MAG_OK);
	ck_assert_int_eq(verify(&conf, MAG_FOR_DOWNLOAD, t, NOW), MAG_GONE);
	ck_assert_int_eq(verify(&foreign, MAG_FOR_DOWNLOAD, t, NOW), MAG_NOT_FOUND);
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, ever, INT64_MAX), MAG_OK);
}
END_TEST

START_TEST(the_key_before_still_verifies)
{
	char *old = mag_token_sign(a, &conf, MAG_FOR_MANAGE, "7", 0);
	char *new = mag_token_sign(a, &rotated, MAG_FOR_MANAGE, "7", 0);

	ck_assert_int_eq(verify(&rotated, MAG_FOR_MANAGE, old, NOW), MAG_OK);
	ck_assert_int_eq(verify(&rotated, MAG_FOR_MANAGE, new, NOW), MAG_OK);
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, new, NOW), MAG_NOT_FOUND);
	ck_assert_int_eq(verify(&foreign, MAG_FOR_MANAGE, old, NOW), MAG_NOT_FOUND);
}
END_TEST

START_TEST(any_changed_letter_spoils_a_token)
{
	char *t = mag_token_sign(a, &conf, MAG_FOR_MANAGE, "booking:42", NOW + 9);
	size_t i, n = strlen(t);
	char was;

	for (i = 0; i < n; i++) {
		was = t[i];
		t[i] = was == 'A' ? 'B' : 'A';
		ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, t, NOW), MAG_NOT_FOUND);
		t[i] = was;
		ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE,
		    mag_dup(a, t, i), NOW), MAG_NOT_FOUND);
	}
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, mag_printf(a, "%sA", t), NOW), MAG_NOT_FOUND);
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, mag_printf(a, "%s=", t), NOW), MAG_NOT_FOUND);
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, mag_printf(a, " %s", t), NOW), MAG_NOT_FOUND);
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, t, NOW), MAG_OK);
}
END_TEST

START_TEST(a_huge_token_is_not_ours)
{
	char *t = mag_alloc(a, MAG_TOKEN_MAX + 2);

	memset(t, 'A', MAG_TOKEN_MAX);
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, t, NOW), MAG_NOT_FOUND);
	t[MAG_TOKEN_MAX] = 'A';
	ck_assert_int_eq(verify(&conf, MAG_FOR_MANAGE, t, NOW), MAG_NOT_FOUND);
}
END_TEST

START_TEST(a_hash_of_a_text_says_nothing_about_it)
{
	char *one = mag_token_hash(a, &conf, MAG_FOR_LOCKOUT, "a@b.c");

	ck_assert_uint_eq(strlen(one), 64);
	ck_assert_str_eq(one, mag_token_hash(a, &conf, MAG_FOR_LOCKOUT, "a@b.c"));
	ck_assert_str_ne(one, mag_token_hash(a, &foreign, MAG_FOR_LOCKOUT, "a@b.c"));
	ck_assert_str_ne(one, mag_token_hash(a, &conf, MAG_FOR_ERASURE, "a@b.c"));
}
END_TEST

Suite *
suite_token(void)
{
	Suite *s = suite_create("token");
	TCase *tc = unit_case(s, "token");

	tcase_add_test(tc, a_key_is_derived_as_the_contract_says);
	tcase_add_test(tc, a_token_opens_what_it_was_made_for);
	tcase_add_test(tc, a_token_of_one_purpose_fails_in_any_other);
	tcase_add_test(tc, an_expired_token_is_gone_and_a_wrong_one_not_found);
	tcase_add_test(tc, the_key_before_still_verifies);
	tcase_add_test(tc, any_changed_letter_spoils_a_token);
	tcase_add_test(tc, a_huge_token_is_not_ours);
	tcase_add_test(tc, a_hash_of_a_text_says_nothing_about_it);
	return s;
}
