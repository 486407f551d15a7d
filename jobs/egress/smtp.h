/* SPDX-License-Identifier: MIT */
/* smtp.h -- the door out for letters. */
#ifndef EGRESS_SMTP_H
#define EGRESS_SMTP_H

#include <magnetiq/conf.h>
#include <magnetiq/ops.h>

#include "ask.h"

/** egress_begin(): once in a process; false if curl does not start. */
bool	egress_begin(void);

/** A server, and the connection to it, which is kept from letter to letter. */
struct egress_smtp;
/** egress_smtp_new(conf): NULL if curl does not start; it connects later. */
struct egress_smtp *egress_smtp_new(const struct mag_conf *);
void	egress_smtp_free(struct egress_smtp *);

/**
 * egress_smtp(server, parcel, answer, size): give one letter to SMTP_HOST.
 * STARTTLS is required unless SMTP_TLS says otherwise, and its certificate is
 * checked.  Half a minute at most.  What a 4xx or 5xx is about depends on
 * what it answers: RCPT is about the address, DATA about the letter, all that
 * comes before about neither, but about how the two of us get on.
 */
enum mag_sent	egress_smtp(void *server, const struct mag_parcel *,
		    char *answer, size_t size);
/**
 * egress_smtp_try(conf, why, size): connect and sign in, and say no more.  What
 * went wrong, with the server's or curl's words for it.
 */
enum egress_trouble	egress_smtp_try(const struct mag_conf *, char *why,
		    size_t size);

#endif
