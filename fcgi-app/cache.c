/* SPDX-License-Identifier: MIT */
/* Public answers that a worker keeps: a hash table, emptied when it is full. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/noun.h>

#include "cache.h"

#define SLOTS	1024	/* a power of two; one chain each */

struct entry {
	struct entry	*next;
	uint64_t	 hash;
	unsigned	 groups;
	int64_t		 generations[3];
	int64_t		 until;
	size_t		 size;
	struct cached	 answer;
	const char	*uri;
	char		 bytes[];	/* uri, etag, miss, head, body */
};

struct cache {
	struct mag_db	*db;
	int64_t		 moved;		/* mag_db_moved() when last asked */
	int64_t		 generations[3];
	size_t		 max, used;
	struct entry	*slots[SLOTS];
};

struct cache *
cache_new(struct mag_db *db, size_t bytes)
{
	struct cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->db = db;
	c->moved = -1;
	c->max = bytes;
	return c;
}

static void
empty(struct cache *c)
{
	struct entry *e, *next;
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		for (e = c->slots[i]; e != NULL; e = next) {
			next = e->next;
			free(e);
		}
		c->slots[i] = NULL;
	}
	c->used = 0;
}

void
cache_free(struct cache *c)
{

	if (c == NULL)
		return;
	empty(c);
	free(c);
}

bool
cache_now(int64_t out[3], struct cache *c)
{
	int64_t moved = mag_db_moved(c->db);

	if (moved != c->moved) {
		c->moved = -1;
		if (mag_generation(c->generations, c->db) != MAG_OK)
			return false;
		c->moved = moved;
	}
	memcpy(out, c->generations, sizeof(c->generations));
	return true;
}

/* FNV-1a: the keys are addresses of pages that exist, not secrets. */
static uint64_t
hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h;
}

static bool
good(const struct entry *e, const int64_t now[3], int64_t seconds)
{
	int i;

	if (e->until != 0 && seconds >= e->until)
		return false;
	for (i = 0; i < 3; i++)
		if ((e->groups & 1u << i) && e->generations[i] != now[i])
			return false;
	return true;
}

static struct entry **
find(struct cache *c, const char *uri, uint64_t h)
{
	struct entry **e;

	for (e = &c->slots[h % SLOTS]; *e != NULL; e = &(*e)->next)
		if ((*e)->hash == h && strcmp((*e)->uri, uri) == 0)
			break;
	return e;
}

static void
drop(struct cache *c, struct entry **at)
{
	struct entry *e = *at;

	*at = e->next;
	c->used -= e->size;
	free(e);
}

bool
cache_get(struct cached *out, struct cache *c, const char *uri, int64_t now)
{
	int64_t generations[3];
	struct entry **e;

	if (c->used == 0)
		return false;
	e = find(c, uri, hash(uri));
	if (*e == NULL || !cache_now(generations, c))
		return false;
	if (!good(*e, generations, now)) {
		drop(c, e);
		return false;
	}
	*out = (*e)->answer;
	return true;
}

static char *
append(char **to, const char *p, size_t n)
{
	char *at = *to;

	memcpy(at, p, n);
	at[n] = '\0';
	*to += n + 1;
	return at;
}

void
cache_put(struct cache *c, const char *uri, unsigned groups,
    const int64_t generations[3], int64_t until, const struct cached *answer)
{
	size_t uri_len = strlen(uri), etag_len = strlen(answer->etag);
	size_t miss_len = strlen(answer->miss);
	size_t size = sizeof(struct entry) + uri_len + etag_len + miss_len +
	    answer->head_len + answer->body_len + 5;
	struct entry **at, *e;
	char *to;

	if (size > c->max || size > MAG_CACHE_ENTRY)
		return;
	/* Rarely full; starting anew is simpler than choosing what to lose. */
	if (c->used + size > c->max)
		empty(c);
	at = find(c, uri, hash(uri));
	if (*at != NULL)
		drop(c, at);
	if ((e = malloc(size)) == NULL)
		return;
	e->hash = hash(uri);
	e->groups = groups;
	memcpy(e->generations, generations, sizeof(e->generations));
	e->until = until;
	e->size = size;
	e->answer = *answer;
	to = e->bytes;
	e->uri = append(&to, uri, uri_len);
	e->answer.etag = append(&to, answer->etag, etag_len);
	e->answer.miss = append(&to, answer->miss, miss_len);
	e->answer.head = append(&to, answer->head, answer->head_len);
	e->answer.body = append(&to, answer->body, answer->body_len);
	e->next = c->slots[e->hash % SLOTS];
	c->slots[e->hash % SLOTS] = e;
	c->used += size;
}
