/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/call.h -- one call into the library: who asks, when, in which
 * language, where results live, and what was wrong with it.
 */
#ifndef MAGNETIQ_CALL_H
#define MAGNETIQ_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_conf;
struct mag_db;
struct mag_once;
struct mag_site;

enum mag_role { MAG_NOBODY, MAG_VIEWER, MAG_EDITOR, MAG_ADMIN, MAG_ROLE__MAX };

/** One wrong field: its dotted name, and what is wrong with it. */
struct mag_detail {
	struct mag_detail *next;
	const char	*field;
	const char	*message;	/* English; the catalogue has the rest */
	const char	*arg;		/* stands for %s in the message, or NULL */
};

/** What a client is told about a refusal. */
struct mag_problem {
	const char	*message;	/* one English sentence, or NULL */
	const char	*arg;		/* stands for %s in it, or NULL */
	struct mag_detail *first, *last;
	unsigned	 count;		/* details */
	int		 retry_after;	/* seconds; 0: not said */
	const char	*extra;		/* JSON members for `error`, or NULL */
};

/** Whoever stands behind a request; all zero: a stranger. */
struct mag_actor {
	int64_t		 user_id;
	int64_t		 session_id;	/* 0: not through a session */
	int64_t		 api_key_id;	/* 0: not through an API key */
	enum mag_role	 role;
	const char	*scopes;	/* of the API key, blank-separated; else NULL */
};

/** What If-Match says of a resource: the revisions that the caller accepts. */
struct mag_match {
	bool		 given, any;
	size_t		 n;
	const int64_t	*revision;
};

struct mag_call {
	struct mag_arena *a;
	struct mag_db	*db;
	const struct mag_conf *conf;
	struct mag_actor who;
	int64_t		 now;		/* seconds, from the one clock */
	const char	*lang;		/* of messages: "en", "de"; never NULL */
	const char	*request_id;	/* never NULL; "" in jobs */
	const char	*address;	/* of the client, as text; "" in jobs */
	const char	*user_agent;	/* never NULL */
	struct mag_match match;
	const struct mag_once *once;	/* NULL: this request comes once */
	const struct mag_site *site;	/* use mag_site(c) */
	struct mag_problem problem;
	struct mag_problem noted;	/* what mag_problem_keep() kept of it */
};

#define MAG_DETAILS_MAX	50	/* wrong fields named in one answer */
#define MAG_DETAIL_NAME	200	/* bytes of such a name worth repeating */

/**
 * mag_fail(c, status, message): set the sentence that the client reads, and
 * return ${status}, so that `return mag_fail(...)` reads well.  The message
 * is an English constant that stands in the catalogues.
 */
MAG_API enum mag_status mag_fail(struct mag_call *, enum mag_status,
    const char *message);
/** mag_fail_arg(): the same, for a message with one %s. */
MAG_API enum mag_status mag_fail_arg(struct mag_call *, enum mag_status,
    const char *message, const char *arg);
/**
 * mag_wrong(c, field, message, arg): note a wrong field.  ${field} and
 * ${arg} are copied.  After MAG_DETAILS_MAX further ones are only counted;
 * of a field that was kept as wrong no more is said.
 */
MAG_API void mag_wrong(struct mag_call *, const char *field,
    const char *message, const char *arg);
/**
 * mag_problem_keep(c): what is wrong by now was wrong before anything was
 * looked up; mag_problem_reset(c) goes back to it.  A transaction that may
 * run twice begins with a reset, and so names each wrong field once.
 */
MAG_API void mag_problem_keep(struct mag_call *);
MAG_API void mag_problem_reset(struct mag_call *);
/** mag_verdict(c): MAG_INVALID if a field is wrong, else MAG_OK. */
MAG_API enum mag_status mag_verdict(struct mag_call *) MAG_CHECK;

#endif
