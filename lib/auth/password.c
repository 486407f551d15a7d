/* SPDX-License-Identifier: MIT */
/* Hashes of passwords: scrypt, and bcrypt from older databases. */
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include <libscrypt.h>

#include <magnetiq/limits.h>
#include <magnetiq/log.h>
#include <magnetiq/password.h>
#include <magnetiq/rand.h>

/* OWASP's equal of N=2^17, p=1 at a quarter of its memory. */
#define LOG2_N		15
#define R		8
#define P		3
#define CURRENT		"$s1$0f0803$"

/* $s1$NNrrpp$salt$hash: 16 and 64 bytes in base64. */
#define SCRYPT_LEN	124
#define SCRYPT_HEAD	11
#define SCRYPT_SALT	24
/* $2b$NN$ and 53 characters. */
#define BCRYPT_LEN	60
#define BCRYPT_COST_MAX	13	/* half a second */

#define BASE64	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

_Static_assert(MAG_PASSWORD_HASH >= SCRYPT_MCF_LEN, "libscrypt writes so much");

/* The hash of random bytes that nobody has kept: no password fits it. */
static const char nobody[] = CURRENT "DosljrKMvjJ79hIWBD+Mkw==$"
    "A+MK0HZ7Hia0HhC7cvFf3iesFwZ5R/N9pcxreXMUjpHn"
    "SYQdgoX8p1XiJqqoi/w4wY6i/uY3KrbNvXXIIeibbA==";

enum mag_status
mag_password_hash(char out[MAG_PASSWORD_HASH], const char *p, size_t n)
{
	char text[MAG_PASSWORD_MAX + 1];
	int good;

	if (n > MAG_PASSWORD_MAX || memchr(p, '\0', n) != NULL) {
		mag_log(MAG_ERROR, "password", "hashing what was not checked");
		return MAG_FAILED;
	}
	memcpy(text, p, n);
	text[n] = '\0';
	good = libscrypt_hash(out, text, 1u << LOG2_N, R, P);
	mag_wipe(text, sizeof(text));
	if (good)
		return MAG_OK;
	mag_log(MAG_ERROR, "password", "scrypt failed; no memory?");
	return MAG_FAILED;
}

static int
hex(const char *p)
{
	static const char digits[] = "0123456789abcdef";
	const char *high = strchr(digits, p[0]), *low = strchr(digits, p[1]);

	if (p[0] == '\0' || high == NULL || p[1] == '\0' || low == NULL)
		return -1;
	return (int)(high - digits) * 16 + (int)(low - digits);
}

/* Of the right shape, and not so dear that a planted one could stop us. */
static bool
is_scrypt(const char *s)
{
	const char *salt = s + SCRYPT_HEAD, *hash = salt + SCRYPT_SALT + 1;
	int n, r, p;

	if (strlen(s) != SCRYPT_LEN || strncmp(s, "$s1$", 4) != 0 ||
	    s[SCRYPT_HEAD - 1] != '$' || hash[-1] != '$' ||
	    strspn(salt, BASE64) != SCRYPT_SALT || hash[strspn(hash, BASE64)] != '\0')
		return false;
	n = hex(s + 4);
	r = hex(s + 6);
	p = hex(s + 8);
	return n >= 10 && n <= 17 && r >= 1 && r <= 8 && p >= 1 && p <= 16;
}

static bool
is_bcrypt(const char *s)
{
	int cost;

	if (strlen(s) != BCRYPT_LEN || s[0] != '$' || s[1] != '2' ||
	    (s[2] != 'a' && s[2] != 'b' && s[2] != 'y') || s[3] != '$' ||
	    s[4] < '0' || s[4] > '9' || s[5] < '0' || s[5] > '9' || s[6] != '$')
		return false;
	cost = (s[4] - '0') * 10 + (s[5] - '0');
	return cost >= 4 && cost <= BCRYPT_COST_MAX &&
	    s[7 + strspn(s + 7, "./0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

/* libscrypt_check() cuts its hash into pieces, so it gets a copy. */
static bool
check_scrypt(const char *stored, const char *password)
{
	char copy[SCRYPT_MCF_LEN];

	memcpy(copy, stored, SCRYPT_LEN + 1);
	return libscrypt_check(copy, password) > 0;
}

static bool
check_bcrypt(const char *stored, const char *password)
{
	struct crypt_data *data;
	const char *made;
	bool same;

	if ((data = calloc(1, sizeof(*data))) == NULL)
		return false;
	made = crypt_r(password, stored, data);
	same = made != NULL && strlen(made) == BCRYPT_LEN &&
	    mag_equal(made, stored, BCRYPT_LEN);
	mag_wipe(data, sizeof(*data));
	free(data);
	return same;
}

bool
mag_password_verify(const char *stored, const char *p, size_t n)
{
	char text[MAG_PASSWORD_MAX + 1];
	bool fits = n <= MAG_PASSWORD_MAX && memchr(p, '\0', n) == NULL, good;

	memset(text, 0, sizeof(text));
	if (fits)
		memcpy(text, p, n);
	if (stored != NULL && is_bcrypt(stored))
		good = check_bcrypt(stored, text);
	else if (stored != NULL && is_scrypt(stored))
		good = check_scrypt(stored, text);
	else
		good = check_scrypt(nobody, text) && false;
	mag_wipe(text, sizeof(text));
	return good && fits;
}

bool
mag_password_stale(const char *stored)
{

	return strncmp(stored, CURRENT, strlen(CURRENT)) != 0;
}
