/* SPDX-License-Identifier: MIT */
/*
 * exchange.h -- one request and its answer, as handlers see them.
 *
 * A handler reads its input, calls the library once or twice, and replies.
 * It returns MAG_OK after it replied; any other status becomes the answer
 * that api.md gives it, with the call's problem.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq.h>
#include <magnetiq/scoreboard.h>

#include "fcgi.h"
#include "http/path.h"
#include "http/query.h"
#include "route.h"

struct exchange {
	struct mag_call	 call;		/* first: arena, database, who asks */
	struct fcgi_io	*io;
	const struct fcgi_request *rq;
	const struct mag_conf *conf;
	struct mag_scoreboard *board;	/* may be NULL */
	struct mag_arena *a;
	int64_t		 began_us;
	int64_t		 waits;		/* of mag_db_busy_waits(), before */

	/* The request. */
	struct match	 match;
	enum method	 method;
	bool		 head;
	struct path	 path;
	struct query	 query;
	const char	*lang;		/* ?lang=, or NULL */
	const char	*body;		/* whole, or NULL */
	size_t		 body_len;
	const struct mag_json *json;	/* R_JSON: never NULL in a handler */
	bool		 clicked;	/* R_CLICK: the body is a form */
	bool		 on_api;	/* came in through the API's own server */

	/* The answer. */
	int		 status;	/* 0: none yet */
	struct mag_buf	 headers;	/* "Name: value\r\n" each */
	struct mag_buf	 out;		/* the body */
	const char	*type;
	const char	*etag;		/* with quotes, or NULL */
	const char	*cache_control;
	const char	*language;	/* Content-Language, or NULL */
	int64_t		 good_until;	/* R_CACHED: seconds, or 0: no end */
	bool		 streamed;	/* already sent by the handler */
	const char	*miss;		/* a search in vain, to be counted; or NULL */
};

/* reply.c: answers.  All of them return MAG_OK, so `return reply_…(x, …)`. */

/** {"success":true,"data":…}; begins it and ends it around what is added. */
struct mag_buf *reply_begin(struct exchange *);
enum mag_status	reply_end(struct exchange *, int status);
/** The same, with `message` in the caller's language. */
enum mag_status	reply_end_message(struct exchange *, int status,
		    const char *message);
/** A record for staff: 200 or 201 (with Location), ETag, no-store. */
enum mag_status	reply_record(struct exchange *, int status,
		    const struct mag_record *);
/** Location of what a visitor made: the API's own door of a letter's link. */
void	reply_location(struct exchange *, const char *page);
/** 201 with the record, which can be read at ${path}/{id}. */
enum mag_status	reply_created(struct exchange *, const struct mag_record *,
		    const char *path);
/** The same with one member more, which is shown this once. */
enum mag_status	reply_created_with(struct exchange *,
		    const struct mag_record *, const char *path,
		    const char *name, const char *value);
/** The pagination of a list that a handler printed itself. */
void	reply_pagination(struct exchange *, const struct mag_list *);
/** Ends a short list that a handler printed whole. */
enum mag_status	reply_whole(struct exchange *);
/** A list, as l says; with pagination. */
enum mag_status	reply_list(struct exchange *, struct mag_noun *,
		    struct mag_list *);
/** What stands over a table on paper. */
struct table_head {
	const char	*title, *when;
	const char	*zone;		/* the times in it are of this one */
};
/**
 * The same through a door with R_TABLE: as CSV or as a workbook for editors
 * who accept that rather than JSON, and with R_PAPER as a PDF under ${head},
 * which is NULL otherwise.  (table.c)
 */
enum mag_status	reply_table(struct exchange *, struct mag_noun *,
		    struct mag_list *, const struct table_head *);
enum mag_status	reply_empty(struct exchange *, int status);
/** The details of the call's problem, as a JSON array of what was begun. */
void	reply_details(struct exchange *);
/** Any other body. */
enum mag_status	reply_bytes(struct exchange *, int status, const char *type,
		    const char *p, size_t n);
enum mag_status	reply_redirect(struct exchange *, int status,
		    const char *location);
/** The answer that a status stands for; also called by the guard. */
void	reply_problem(struct exchange *, enum mag_status);
/** 405; the exchange adds Allow. */
void	reply_not_allowed(struct exchange *);
/** reply_http(status): the one place that makes it a number. */
int	reply_http(enum mag_status);
/** reply_message(status): the sentence for it where a call has none. */
const char	*reply_message(enum mag_status);
/** reply_reason(http): the words after the number. */
const char	*reply_reason(int http);
void	reply_header(struct exchange *, const char *name, const char *value);

/* input.c: what handlers read. */

/** input_id(x, out, i): the i-th {…} as an id; MAG_NOT_FOUND if it is none. */
enum mag_status	input_id(struct exchange *, int64_t *out, int i) MAG_CHECK;
/** A parameter, or NULL; `input_int` notes what is wrong with it. */
const char	*input_query(struct exchange *, const char *name);
enum mag_status	input_int(struct exchange *, int64_t *out, const char *name,
		    int64_t preset, int64_t min, int64_t max) MAG_CHECK;
/** A day such as 2026-11-23 (magnetiq/day.h); ${preset} if nobody says one. */
void	input_day(struct exchange *, int64_t *out, const char *name,
	    int64_t preset);
/** The parameters of a list, and the noun's own filters. */
enum mag_status	input_list(struct exchange *, const struct mag_noun *,
		    struct mag_list *) MAG_CHECK;
/** Fields of a JSON body without a noun: others than ${names} are noted. */
void	input_known(struct exchange *, const char *names);
/** A string; NULL if it is missing (noted if it is required) or is none. */
const char	*input_text(struct exchange *, const char *name, bool required);
/** A boolean; false if it is missing, noted if it is none. */
bool	input_flag(struct exchange *, const char *name);

/* cors.c: pages of other origins. */

/** cors_headers(x): who else may read this answer. */
void	cors_headers(struct exchange *);
/** cors_preflight(x): what may be asked for, if a browser asks that first. */
void	cors_preflight(struct exchange *);
/**
 * cors_ours(x): does the request come from a page of SITE_URL?  In
 * development localhost and 127.0.0.1 on any port count as one origin.
 */
bool	cors_ours(const struct exchange *);

/* usual.c: the six usual doors of a noun. */
enum mag_status	usual_list(struct exchange *);
enum mag_status	usual_create(struct exchange *);
enum mag_status	usual_show(struct exchange *);
enum mag_status	usual_put(struct exchange *);
enum mag_status	usual_patch(struct exchange *);
enum mag_status	usual_delete(struct exchange *);
/** A body {"ids":[…]}, and one action on all of them. */
enum mag_status	usual_bulk(struct exchange *, mag_bulk_act *);

/* exchange.c */

/** Everything that one worker keeps between requests. */
struct worker {
	const struct mag_conf *conf;
	struct mag_db	*db;
	struct mag_arena *a;
	struct cache	*cache;
	struct mag_scoreboard *board;
};
/** exchange_run(io, rq, worker): the whole life of one request. */
void	exchange_run(struct fcgi_io *, const struct fcgi_request *,
	    struct worker *);

/* worker.c */

/** worker_open(w): its database and cache; NULL, or why that cannot be. */
const char *worker_open(struct worker *);
void	worker_close(struct worker *);
/** For the accept loop: one request, and what is done between two. */
void	worker_handle(struct fcgi_io *, const struct fcgi_request *, void *);
void	worker_idle(void *);

/* guard.c: who may come in; in the order of api.md's checks. */
enum mag_status	guard_rate(struct exchange *) MAG_CHECK;
enum mag_status	guard_before_body(struct exchange *) MAG_CHECK;
enum mag_status	guard_body(struct exchange *) MAG_CHECK;

#endif
