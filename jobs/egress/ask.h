/* SPDX-License-Identifier: MIT */
/* ask.h -- one GET by HTTP, for whoever looks after a site. */
#ifndef EGRESS_ASK_H
#define EGRESS_ASK_H

#include <stdbool.h>
#include <stdint.h>

struct egress_question {
	const char	*url;		/* sent as it is: no dots are taken out */
	int		 here;		/* not 0: whoever has that port of this machine */
	const char	*authorities;	/* a file, beside the system's; or NULL */
	bool		 trusting;	/* whatever certificate is shown */
	bool		 old_tls;	/* 1.1, and nothing newer */
};

/** What kind of trouble it was, where no answer came. */
enum egress_trouble {
	EGRESS_FINE, EGRESS_NAME, EGRESS_CONNECT, EGRESS_TLS,
	EGRESS_CERTIFICATE, EGRESS_LOGIN, EGRESS_OTHER
};

struct egress_answer {
	enum egress_trouble trouble;
	char		 why[256];	/* the trouble in curl's words */
	long		 status;
	char		 headers[8192];	/* NAME: value lines; cut if longer */
	char		 body[2048];	/* its beginning */
	int64_t		 ends;		/* the certificate shown; 0: none */
};

/** egress_ask(out, q): false if no answer came; out->why says why. */
bool	egress_ask(struct egress_answer *, const struct egress_question *);
/** egress_header(a, name): is a header with that name there?  How often. */
int	egress_header(const struct egress_answer *, const char *name);
/** egress_trouble_of(code): what a CURLcode means to us. */
enum egress_trouble egress_trouble_of(int code);

#endif
