/* SPDX-License-Identifier: MIT */
/*
 * fcgi.h -- requests in, answers out: FastCGI from nginx, or plain CGI.
 *
 * fcgi.c is the only file that knows libfcgi.  What it guarantees:
 *  - a body is whole or it is an error; never a half taken for a whole;
 *  - a peer that stalls costs MAG_IO_SECONDS at most, all its delays together;
 *  - TERM, USR1 and USR2 let the request in hand finish, and lose none;
 *  - an answer has left completely before the next request is looked at.
 */
#ifndef FCGI_H
#define FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <magnetiq/status.h>

struct fcgi_io;		/* the connection of the request in hand */

/**
 * What the worker reads of a request, fetched once; it lives until the
 * handler returns.  What the server says is never NULL, only "" if it said
 * nothing; a header that the client did not send is NULL.  Of a header that
 * came twice this is the first.  t/lint holds nginx's list of parameters
 * against the table in params.c.
 */
struct fcgi_request {
	/* From the server. */
	const char	*method;	/* REQUEST_METHOD */
	const char	*uri;		/* REQUEST_URI, as sent */
	const char	*query;		/* QUERY_STRING */
	const char	*content_type;	/* CONTENT_TYPE */
	const char	*content_length; /* CONTENT_LENGTH; see length */
	const char	*address;	/* REMOTE_ADDR */
	const char	*scheme;	/* REQUEST_SCHEME: http or https */
	const char	*request_id;	/* REQUEST_ID */
	const char	*server;	/* MAGNETIQ_SERVER: app, api, metrics */
	const char	*pool;		/* MAGNETIQ_POOL: app, auth */
	/* From the client: HTTP_... */
	const char	*host;
	const char	*authorization;
	const char	*if_match;
	const char	*if_none_match;
	const char	*accept;
	const char	*accept_language;
	const char	*origin;
	const char	*cookie;
	const char	*idempotency_key;
	const char	*user_agent;
	const char	*referer;
	const char	*range;
	const char	*work;		/* Proof-Of-Work */
	const char	*acr_method;	/* Access-Control-Request-Method */
	const char	*acr_headers;	/* Access-Control-Request-Headers */
	/* Worked out. */
	int64_t		 length;	/* of the body; or see below */
	bool		 oversize;	/* over MAG_PARAMS_MAX: say 431 */
};

#define FCGI_LENGTH_NONE	(-1)	/* no Content-Length: no body */
#define FCGI_LENGTH_BAD		(-2)	/* it is not a number: answer 400 */

/** Who answers, and when the process has done enough. */
struct fcgi_service {
	/** Answers one request; what it wrote is complete when it returns. */
	void		(*handle)(struct fcgi_io *, const struct fcgi_request *,
			    void *arg);
	/** Called after each answer has left; or NULL. */
	void		(*idle)(void *arg);
	void		*arg;
	uint64_t	 max_requests;	/* 0: no end */
	size_t		 max_memory_kib; /* resident; 0: no bound */
};

/**
 * fcgi_loop(s): answer requests on file descriptor 0 until a signal or a
 * quota of ${s} ends it; as plain CGI, if 0 is not a listening socket,
 * answer the one request of the environment and stdin.  Returns 0 when it
 * was told to end, 1 when the socket failed (logged).
 */
int	fcgi_loop(const struct fcgi_service *);

/** fcgi_stopping(): has the process been told to end? */
bool	fcgi_stopping(void);
/** fcgi_is_pool(): is this one of a pool, and not a plain CGI program? */
bool	fcgi_is_pool(void);

/**
 * fcgi_read(io, buf, n): up to ${n} bytes of the body, at least one; 0 once
 * exactly Content-Length bytes have come and no more follow; -1 if the body
 * is shorter or longer than that, or the peer went away or was too slow.
 * Only what has led to a 0 may be acted upon.
 */
ssize_t	fcgi_read(struct fcgi_io *, void *buf, size_t n) MAG_CHECK;

/**
 * fcgi_read_body(io, buf, n): the whole body, where ${n} is the request's
 * length.  MAG_MALFORMED if it is not exactly that long, or never came.
 */
enum mag_status fcgi_read_body(struct fcgi_io *, void *buf, size_t n)
    MAG_CHECK;

/**
 * fcgi_write(io, p, n): a piece of the answer, which begins with CGI headers
 * (`Status: 200 OK\r\n...\r\n\r\n`).  False once the peer has gone or does not
 * read; all later writes fail as well.
 */
bool	fcgi_write(struct fcgi_io *, const void *p, size_t n);

/**
 * fcgi_send(io, head, headlen, body, bodylen): a whole answer in one system
 * call, ended: the fast way when both are at hand.  False as fcgi_write().
 */
bool	fcgi_send(struct fcgi_io *, const void *head, size_t headlen,
	    const void *body, size_t bodylen);

/**
 * fcgi_end(io): the answer is complete; send what is left of it.  Done after
 * the handler in any case: for whoever wants to know whether it got out.
 */
bool	fcgi_end(struct fcgi_io *);

#endif
