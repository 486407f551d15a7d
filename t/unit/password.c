/* SPDX-License-Identifier: MIT */
#include <crypt.h>

#include <time.h>

#include "unit.h"

/* "a legacy password" as Python's bcrypt stored it, cost 4 for speed. */
static const char *
bcrypt(const char *password, const char *setting)
{
	struct crypt_data *d = mag_alloc(a, sizeof(*d));

	return mag_strdup(a, crypt_r(password, setting, d));
}

static bool
verify(const char *stored, const char *p)
{

	return mag_password_verify(stored, p, strlen(p));
}

START_TEST(a_hash_knows_its_password_again_and_again)
{
	char hash[MAG_PASSWORD_HASH], other[MAG_PASSWORD_HASH];
	char *copy;

	ck_assert_int_eq(mag_password_hash(hash, "Tr\xc3\xa4umerei 17", 13), MAG_OK);
	copy = mag_strdup(a, hash);
	ck_assert(verify(hash, "Tr\xc3\xa4umerei 17"));
	ck_assert(verify(hash, "Tr\xc3\xa4umerei 17"));
	ck_assert(!verify(hash, "Tr\xc3\xa4umerei 18"));
	ck_assert(!verify(hash, ""));
	ck_assert_str_eq(hash, copy);
	ck_assert_int_eq(strncmp(hash, "$s1$0f0803$", 11), 0);
	ck_assert(!mag_password_stale(hash));
	ck_assert_int_eq(mag_password_hash(other, "Tr\xc3\xa4umerei 17", 13), MAG_OK);
	ck_assert_str_ne(hash, other);
}
END_TEST

/* From libscrypt itself, N=2^14, r=8, p=1: an older choice is still good. */
static const char older[] = "$s1$0e0801$sJGzelkLiYoN+/F+48jFoA==$GPXBmt6L+TWoQwLh+bRMLDU9"
    "nNX9GLDlyOYsD8nqC15wsxXGvY7Am/2uuG80mfxOHcyZ5QEdbO51B/soGMWEEQ==";

START_TEST(an_older_hash_is_good_but_stale)
{

	ck_assert(verify(older, "an older choice"));
	ck_assert(!verify(older, "another choice"));
	ck_assert(mag_password_stale(older));
	ck_assert(mag_password_stale(bcrypt("x", "$2b$04$abcdefghijklmnopqrstuu")));
	ck_assert(mag_password_stale(""));
}
END_TEST

START_TEST(all_1024_bytes_count)
{
	char hash[MAG_PASSWORD_HASH], p[MAG_PASSWORD_MAX + 1];

	memset(p, 'x', sizeof(p));
	ck_assert_int_eq(mag_password_hash(hash, p, MAG_PASSWORD_MAX), MAG_OK);
	ck_assert(mag_password_verify(hash, p, MAG_PASSWORD_MAX));
	ck_assert(!mag_password_verify(hash, p, MAG_PASSWORD_MAX + 1));
	ck_assert(!mag_password_verify(hash, p, MAG_PASSWORD_MAX - 1));
	p[MAG_PASSWORD_MAX - 1] = 'y';
	ck_assert(!mag_password_verify(hash, p, MAG_PASSWORD_MAX));
	ck_assert_int_eq(mag_password_hash(hash, p, sizeof(p)), MAG_FAILED);
	ck_assert_int_eq(mag_password_hash(hash, "a\0b", 3), MAG_FAILED);
}
END_TEST

START_TEST(a_nul_never_shortens_a_password)
{
	char hash[MAG_PASSWORD_HASH];

	ck_assert_int_eq(mag_password_hash(hash, "0123456789", 10), MAG_OK);
	ck_assert(!mag_password_verify(hash, "0123456789\0more", 15));
}
END_TEST

START_TEST(bcrypt_of_older_magnetiq_is_understood)
{
	const char *stored;

	stored = bcrypt("a legacy password", "$2b$04$abcdefghijklmnopqrstuu");
	ck_assert_uint_eq(strlen(stored), 60);
	ck_assert(verify(stored, "a legacy password"));
	ck_assert(!verify(stored, "a legacy passwort"));
	stored = bcrypt("a legacy password", "$2y$05$abcdefghijklmnopqrstuu");
	ck_assert(verify(stored, "a legacy password"));
	/* The vector of crypt_blowfish's own test. */
	ck_assert(verify("$2a$05$CCCCCCCCCCCCCCCCCCCCC."
	    "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"));
}
END_TEST

static const char *const garbage[] = {
	"", "x", "garbage", "*0", "$1$salt$hash", "plain text password",
	"$2b$04$short", "$2x$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe:",
	"$s1$", "$s1$1e0803$DosljrKMvjJ79hIWBD+Mkw==$A+MK0HZ7Hia0HhC7cvFf3iesFwZ5R/N9pcxreXMUjpHnSYQdgoX8p1XiJqqoi/w4wY6i/uY3KrbNvXXIIeibbA==",
	"$s1$0f0800$DosljrKMvjJ79hIWBD+Mkw==$A+MK0HZ7Hia0HhC7cvFf3iesFwZ5R/N9pcxreXMUjpHnSYQdgoX8p1XiJqqoi/w4wY6i/uY3KrbNvXXIIeibbA==",
	"$s1$0f0803$DosljrKMvjJ79hIWBD+Mkw==$$+MK0HZ7Hia0HhC7cvFf3iesFwZ5R/N9pcxreXMUjpHnSYQdgoX8p1XiJqqoi/w4wY6i/uY3KrbNvXXIIeibbA==",
};

START_TEST(what_is_no_hash_fits_no_password)
{

	ck_assert(!verify(garbage[_i], garbage[_i]));
	ck_assert(!verify(garbage[_i], ""));
}
END_TEST

/* Milliseconds that one look takes. */
static int64_t
cost(const char *stored)
{
	int64_t best = INT64_MAX, us;
	clock_t from;
	int i;

	/* Of the processor, not of the day: others may be at work. */
	for (i = 0; i < 3; i++) {
		from = clock();
		ck_assert(!verify(stored, "not the password"));
		us = (int64_t)(clock() - from) * 1000000 / CLOCKS_PER_SEC;
		best = us < best ? us : best;
	}
	return best / 1000;
}

START_TEST(nobody_takes_as_long_as_somebody)
{
	char hash[MAG_PASSWORD_HASH];
	int64_t known, unknown;

	ck_assert_int_eq(mag_password_hash(hash, "0123456789", 10), MAG_OK);
	known = cost(hash);
	unknown = cost(NULL);
	ck_assert_int_gt(known, 20);
	ck_assert_int_lt(unknown, known * 3 / 2 + 20);
	ck_assert_int_gt(unknown * 3 / 2 + 20, known);
}
END_TEST

static const struct {
	const char	*password, *message;	/* NULL: good */
} choices[] = {
	{ "kx7-Wolkenbruch", NULL },
	{ "zehnzehn!z", NULL },
	{ "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xbc\xc3\xbc\xc3\xbc\xc3\x9f", NULL },
	{ "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xbc\xc3\xbc\xc3\xbc", "must have at least 10 characters" },
	{ "", "must have at least 10 characters" },
	{ "Short-9ch", "must have at least 10 characters" },
	{ "password123", "is among the most common passwords" },
	{ "PassWord123!!", "is among the most common passwords" },
	{ "1234567890", "is among the most common passwords" },
	{ "qwertzuiop", "is among the most common passwords" },
	{ "aaaaaaaaaa", "is among the most common passwords" },
	{ "passwords!", NULL },
	{ "anna.berg@example.org", "must not be the e-mail address" },
	{ "Anna.Berg@Example.ORG", "must not be the e-mail address" },
	{ "ANNA.BERGE", NULL },
};

START_TEST(an_easy_password_is_refused)
{
	struct mag_call *c = unit_call();
	const char *p = choices[_i].password;

	mag_password_check(c, "password", p, strlen(p), "anna.berg@example.org");
	if (choices[_i].message == NULL) {
		ck_assert_uint_eq(c->problem.count, 0);
		return;
	}
	ck_assert_uint_eq(c->problem.count, 1);
	ck_assert_str_eq(c->problem.first->field, "password");
	ck_assert_str_eq(c->problem.first->message, choices[_i].message);
}
END_TEST

START_TEST(length_is_limited_in_bytes)
{
	struct mag_call *c = unit_call();
	char p[MAG_PASSWORD_MAX + 1];

	memset(p, 'a', sizeof(p));
	mag_password_check(c, "password", p, MAG_PASSWORD_MAX, NULL);
	ck_assert_uint_eq(c->problem.count, 0);
	mag_password_check(c, "password", p, MAG_PASSWORD_MAX + 1, NULL);
	ck_assert_uint_eq(c->problem.count, 1);
	mag_password_check(c, "password", "0123456789\0abc", 14, "");
	ck_assert_uint_eq(c->problem.count, 2);
}
END_TEST

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

Suite *
suite_password(void)
{
	Suite *s = suite_create("password");
	TCase *tc = unit_case(s, "password");

	tcase_add_test(tc, a_hash_knows_its_password_again_and_again);
	tcase_add_test(tc, an_older_hash_is_good_but_stale);
	tcase_add_test(tc, all_1024_bytes_count);
	tcase_add_test(tc, a_nul_never_shortens_a_password);
	tcase_add_test(tc, bcrypt_of_older_magnetiq_is_understood);
	tcase_add_loop_test(tc, what_is_no_hash_fits_no_password, 0,
	    COUNT(garbage));
	tcase_add_test(tc, nobody_takes_as_long_as_somebody);
	tcase_add_loop_test(tc, an_easy_password_is_refused, 0,
	    COUNT(choices));
	tcase_add_test(tc, length_is_limited_in_bytes);
	return s;
}
