/* SPDX-License-Identifier: MIT */
/*
 * https.h -- the door out for all but letters: one request to an address that
 * somebody typed.  Only https and only public addresses, which is looked at
 * when the socket is opened, so that no name can mean another one by then;
 * besides those of EGRESS_ALLOW, where http will do, too.  No redirect is
 * followed and no proxy used; certificates are checked.  Never called with a
 * transaction open: it may take half a minute.
 */
#ifndef EGRESS_HTTPS_H
#define EGRESS_HTTPS_H

#include <signal.h>

#include <magnetiq/arena.h>
#include <magnetiq/conf.h>

#define EGRESS_CONNECT_SECONDS	10L
#define EGRESS_WHOLE_SECONDS	30L
#define EGRESS_SLOW_SECONDS	10L	/* with less than ... */
#define EGRESS_SLOW_BYTES	64L	/* ... a second of these */
#define EGRESS_HEAD_MAX		(64 * 1024)	/* bytes of an answer's headers */

struct egress_request {
	const char	*url;
	const char	*const *headers;	/* whole lines; NULL at the end */
	const char	*body;			/* it is POSTed; NULL: GET */
	size_t		 n;
	size_t		 max;			/* bytes of an answer; 0: not read */
	const volatile sig_atomic_t *stop;	/* ends it early */
};

struct egress_answer {
	int		 status;	/* 0: nobody answered */
	struct mag_buf	 body;
	int64_t		 ms;		/* how long it took */
	char		 error[128];	/* why it is no 2xx, in English; or "" */
};

/**
 * egress_https(out, a, conf, request): true if the answer was 2xx and whole.
 * The body lives in ${a}.  What went wrong never names the address: there may
 * be a secret in it.
 */
bool	egress_https(struct egress_answer *, struct mag_arena *,
	    const struct mag_conf *, const struct egress_request *);

#endif
