/* SPDX-License-Identifier: MIT */
/* Rate limits: one word a bucket, in a table that all workers share. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <magnetiq/conf.h>
#include <magnetiq/limit.h>

#include "board.h"

#define COUNT_MAX	100000
#define SECONDS_MAX	100000
#define PROBES		8	/* places a bucket may lie in */
#define ATTEMPTS	32	/* when others write the same bucket */

/*
 * A bucket is tag and time.  The tag is 24 bits of the hash whose other bits
 * choose the place; the time, in milliseconds since the board began, is when
 * the requests taken so far would all have been paid for.  An empty bucket is
 * 0, and one whose time has passed is as good as empty.
 */
#define TIME_BITS	40
#define TIME_MAX	((UINT64_C(1) << TIME_BITS) - 1)

static const char *const names[MAG_LIMIT__MAX] = {
	"auth", "registration", "download", "api"
};

const char *
mag_limit_name(enum mag_limit_class k)
{

	return names[k];
}

/* A number within bounds, and what ends it; 0 if it is none. */
static int
number(const char **p, char end, int max)
{
	int v = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++)
		if ((v = v * 10 + (**p - '0')) > max)
			return 0;
	if (**p != end && !(end == ',' && **p == '\0'))
		return 0;
	if (**p != '\0')
		(*p)++;
	return v;
}

bool
mag_limit_parse(struct mag_limit limits[MAG_LIMIT__MAX], const char *text)
{
	struct mag_limit got[MAG_LIMIT__MAX];
	const char *p = text;
	size_t n;
	int k;

	memcpy(got, limits, sizeof(got));
	do {
		p += strspn(p, " \t");
		for (k = 0; k < MAG_LIMIT__MAX; k++) {
			n = strlen(names[k]);
			if (strncmp(p, names[k], n) == 0 && p[n] == '=')
				break;
		}
		if (k == MAG_LIMIT__MAX)
			return false;
		p += n + 1;
		if ((got[k].count = number(&p, '/', COUNT_MAX)) == 0 ||
		    (got[k].seconds = number(&p, ',', SECONDS_MAX)) == 0)
			return false;
	} while (*p != '\0');
	if (p[-1] == ',')
		return false;
	memcpy(limits, got, sizeof(got));
	return true;
}

void
mag_limit_text(char out[MAG_LIMIT_TEXT],
    const struct mag_limit limits[MAG_LIMIT__MAX])
{
	size_t n = 0;
	int k;

	for (k = 0; k < MAG_LIMIT__MAX; k++)
		n += (size_t)snprintf(out + n, MAG_LIMIT_TEXT - n, "%s%s=%d/%d",
		    k == 0 ? "" : ",", names[k], limits[k].count,
		    limits[k].seconds);
}

size_t
mag_limit_key(unsigned char out[MAG_LIMIT_KEY], const char *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned char v6[16];
	size_t n;

	if (inet_pton(AF_INET, address, out) == 1)
		return 4;
	if (inet_pton(AF_INET6, address, v6) == 1) {
		n = memcmp(v6, mapped, sizeof(mapped)) == 0 ? 4 : 8;
		memcpy(out, n == 4 ? v6 + sizeof(mapped) : v6, n);
		return n;
	}
	n = strnlen(address, MAG_LIMIT_KEY);
	memcpy(out, address, n);
	return n;
}

static uint64_t
hash(const struct board *b, enum mag_limit_class k, const char *address)
{
	unsigned char key[1 + MAG_LIMIT_KEY] = { (unsigned char)k };
	size_t n = mag_limit_key(key + 1, address);
	uint64_t h;

	crypto_shorthash((unsigned char *)&h, key, n + 1, b->key);
	return h;
}

/*
 * The bucket with that tag; else one that is free; else the one that is
 * paid for soonest, whose owner then gets a little more than his due.
 */
static _Atomic uint64_t *
find(struct board *b, uint64_t h, uint64_t now, uint64_t *word)
{
	uint64_t tag = h >> TIME_BITS, seen, time, best_time = UINT64_MAX;
	_Atomic uint64_t *bucket, *best = NULL;
	size_t i;

	for (i = 0; i < PROBES; i++) {
		bucket = &b->buckets[(h + i) % BOARD_BUCKETS];
		seen = atomic_load_explicit(bucket, memory_order_relaxed);
		if (seen != 0 && seen >> TIME_BITS == tag) {
			*word = seen;
			return bucket;
		}
		time = (seen & TIME_MAX) <= now ? 0 : seen & TIME_MAX;
		if (time < best_time) {
			best_time = time;
			best = bucket;
			*word = seen;
		}
	}
	return best;
}

/* Milliseconds to wait; 0: allowed, and the bucket has been charged. */
static uint64_t
take(struct board *b, uint64_t h, uint64_t now, uint64_t step, uint64_t room)
{
	uint64_t word, time, tag = h >> TIME_BITS;
	_Atomic uint64_t *bucket;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		bucket = find(b, h, now, &word);
		time = word >> TIME_BITS == tag ? word & TIME_MAX : 0;
		/* Later than it could be: the clock was set back. */
		if (time < now || time > now + room)
			time = now;
		if (time + step > now + room)
			return time + step - now - room;
		if (atomic_compare_exchange_weak(bucket, &word,
		    tag << TIME_BITS | (time + step)))
			return 0;
	}
	return 0;	/* others are counted in the meantime */
}

int
mag_limit_take(struct mag_scoreboard *s, const struct mag_conf *c,
    enum mag_limit_class k, const char *address, int64_t now)
{
	const struct mag_limit *l = &c->limits[k];
	uint64_t ms, step, wait;
	int64_t since;

	if (s == NULL || !c->rate_limits || l->count <= 0)
		return 0;
	/* Room before the beginning, for clocks that are set back. */
	since = now - s->shared->began + SECONDS_MAX;
	ms = since < 0 ? 0 : (uint64_t)since * 1000;
	step = (uint64_t)l->seconds * 1000 / (uint64_t)l->count;
	if (step == 0)
		step = 1;
	wait = take(s->shared, hash(s->shared, k, address), ms, step,
	    step * (uint64_t)l->count);
	return (int)((wait + 999) / 1000);
}
