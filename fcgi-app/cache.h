/* SPDX-License-Identifier: MIT */
/*
 * cache.h -- public answers that a worker keeps.
 *
 * An answer is good exactly while the generations of the groups of nouns it
 * was made from stand still.  Triggers move those in the transaction that
 * changes what the public can see, whoever commits it; every look-up asks
 * the database whether anything was committed since.  So no answer is ever
 * older than the last write.
 */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/db.h>

struct cache;

struct cached {
	const char	*head, *body, *etag;	/* etag may be "" */
	const char	*miss;			/* counted each time, or "" */
	size_t		 head_len, body_len;
	int		 status;
	unsigned	 route;			/* its number, for the log */
};

/** cache_new(db, bytes): may keep ${bytes}; with 0 it keeps nothing. */
struct cache	*cache_new(struct mag_db *, size_t bytes);
void	cache_free(struct cache *);

/** cache_now(out, c): the generations that stand now; false on failure. */
bool	cache_now(int64_t out[3], struct cache *);
/** cache_get(out, c, uri, now): false if there is no good answer. */
bool	cache_get(struct cached *out, struct cache *, const char *uri,
	    int64_t now);
/**
 * cache_put(c, uri, groups, generations, until, answer): keep an answer that
 * was made while ${generations} stood, up to the time ${until} (0: no end).
 */
void	cache_put(struct cache *, const char *uri, unsigned groups,
	    const int64_t generations[3], int64_t until,
	    const struct cached *answer);

#endif
