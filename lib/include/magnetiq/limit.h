/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/limit.h -- how often one address may ask, by class of route.
 *
 * The buckets live in the scoreboard, so a limit holds across workers and
 * outlives them.  Each class allows `count` requests at once and then one
 * more every `seconds / count` (the generic cell rate algorithm, which is
 * also nginx's): whoever keeps to the limit never waits.
 */
#ifndef MAGNETIQ_LIMIT_H
#define MAGNETIQ_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

struct mag_conf;
struct mag_scoreboard;

enum mag_limit_class {
	MAG_LIMIT_AUTH,			/* 5 in a minute */
	MAG_LIMIT_REGISTRATION,		/* 3 in a minute */
	MAG_LIMIT_DOWNLOAD,		/* 10 in 5 minutes */
	MAG_LIMIT_API,			/* 100 in a minute: all the rest */
	MAG_LIMIT__MAX
};

struct mag_limit {
	int		 count;
	int		 seconds;
};

#define MAG_LIMIT_TEXT	160	/* bytes that hold all limits as text */

/** mag_limit_name(k): `auth`, `registration`, `download`, `api`. */
MAG_API const char *mag_limit_name(enum mag_limit_class);
/**
 * mag_limit_parse(limits, text): read `auth=5/60,api=100/60` (requests/seconds)
 * over what stands in ${limits}.  False, with ${limits} unchanged, if it is
 * not that, names no class, or a number is not within 1 to 100000.
 */
MAG_API bool	mag_limit_parse(struct mag_limit limits[MAG_LIMIT__MAX],
    const char *text) MAG_CHECK;
/** mag_limit_text(out, limits): all of them, as mag_limit_parse() reads. */
MAG_API void	mag_limit_text(char out[MAG_LIMIT_TEXT],
    const struct mag_limit limits[MAG_LIMIT__MAX]);

/**
 * mag_limit_take(b, conf, class, address, now): count one request.  0 if it
 * is allowed, else the seconds after which the next one will be.  An IPv6
 * address counts as its /64, since whoever has one has them all.  Everything
 * is allowed while RATE_LIMITS is off or ${b} is NULL.
 */
MAG_API int	mag_limit_take(struct mag_scoreboard *, const struct mag_conf *,
    enum mag_limit_class, const char *address, int64_t now) MAG_CHECK;

#define MAG_LIMIT_KEY	64	/* bytes that hold any of the following */
/**
 * mag_limit_key(out, address): what an address counts as, as bytes: those of
 * an IPv4 address, the /64 of an IPv6 one, else the text itself.  How many.
 */
MAG_API size_t	mag_limit_key(unsigned char out[MAG_LIMIT_KEY],
    const char *address);

#endif
