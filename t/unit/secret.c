/* SPDX-License-Identifier: MIT */
#include "unit.h"

static const char text[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

static struct mag_conf
keys(const char *now, const char *before)
{

	return (struct mag_conf){ .secret_key = now,
	    .secret_key_previous = before };
}

START_TEST(what_is_sealed_can_be_opened_and_looks_different_each_time)
{
	struct mag_conf conf = keys("one key, which is long enough here", NULL);
	char *sealed = mag_secret_seal(a, &conf, text), *out;
	bool old;

	ck_assert_ptr_null(strstr(sealed, "whsec"));
	ck_assert_str_ne(sealed, mag_secret_seal(a, &conf, text));
	ck_assert_int_eq(mag_secret_open(&out, &old, a, &conf, sealed), MAG_OK);
	ck_assert_str_eq(out, text);
	ck_assert(!old);
}
END_TEST

START_TEST(the_key_before_opens_and_says_so)
{
	struct mag_conf was = keys("one key, which is long enough here", NULL);
	struct mag_conf is = keys("another key, long enough as well it is",
	    "one key, which is long enough here");
	struct mag_conf later = keys("a third key, which is long enough, too",
	    "another key, long enough as well it is");
	char *sealed = mag_secret_seal(a, &was, text), *out;
	bool old;

	ck_assert_int_eq(mag_secret_open(&out, &old, a, &is, sealed), MAG_OK);
	ck_assert_str_eq(out, text);
	ck_assert(old);
	ck_assert_int_eq(mag_secret_open(&out, &old, a, &later, sealed),
	    MAG_NOT_FOUND);
	ck_assert_ptr_null(out);
}
END_TEST

START_TEST(what_was_changed_is_not_opened)
{
	struct mag_conf conf = keys("one key, which is long enough here", NULL);
	char *sealed = mag_secret_seal(a, &conf, text), *out;
	size_t i, n = strlen(sealed);
	bool old;

	for (i = 0; i < n; i++) {
		char was = sealed[i];

		sealed[i] = was == 'A' ? 'B' : 'A';
		ck_assert_int_eq(mag_secret_open(&out, &old, a, &conf, sealed),
		    MAG_NOT_FOUND);
		sealed[i] = was;
	}
	ck_assert_int_eq(mag_secret_open(&out, &old, a, &conf, ""),
	    MAG_NOT_FOUND);
	ck_assert_int_eq(mag_secret_open(&out, &old, a, &conf, "AAAA"),
	    MAG_NOT_FOUND);
	ck_assert_int_eq(mag_secret_open(&out, &old, a, &conf, text),
	    MAG_NOT_FOUND);
}
END_TEST

/* The example of the Standard Webhooks' own libraries. */
START_TEST(a_signature_is_that_of_the_standard)
{
	static const char body[] = "{\"test\": 2432232314}";

	ck_assert_str_eq(mag_hook_sign(a, text, "msg_p5jXN8AQM9LWM0D4loKWxJek",
	    1614265330, body, strlen(body)),
	    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	ck_assert_ptr_null(mag_hook_sign(a, "whsec_short", "x", 1, "", 0));
}
END_TEST

START_TEST(secrets_have_their_form)
{
	static const char *const bad[] = {
		"", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-w",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ",
		"whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
		"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
	};
	size_t i;

	ck_assert(mag_hook_secret_valid(text));
	ck_assert(mag_hook_secret_valid(mag_hook_secret(a)));
	ck_assert_str_ne(mag_hook_secret(a), mag_hook_secret(a));
	ck_assert(strlen(mag_hook_secret(a)) <= MAG_HOOK_SECRET_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!mag_hook_secret_valid(bad[i]), "%s", bad[i]);
}
END_TEST

Suite *
suite_secret(void)
{
	Suite *s = suite_create("secret");
	TCase *t = unit_case(s, "secret");

	tcase_add_test(t,
	    what_is_sealed_can_be_opened_and_looks_different_each_time);
	tcase_add_test(t, the_key_before_opens_and_says_so);
	tcase_add_test(t, what_was_changed_is_not_opened);
	tcase_add_test(t, a_signature_is_that_of_the_standard);
	tcase_add_test(t, secrets_have_their_form);
	return s;
}
