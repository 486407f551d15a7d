/* SPDX-License-Identifier: MIT */
/* smtp.h -- the door out for letters. */
#ifndef EGRESS_SMTP_H
#define EGRESS_SMTP_H

#include <magnetiq/conf.h>
#include <magnetiq/ops.h>

/** egress_begin(): once in a process; false if curl does not start. */
bool	egress_begin(void);
/**
 * egress_smtp(conf, from, to, message, n, answer, size): give one letter to
 * SMTP_HOST.  STARTTLS is required unless SMTP_TLS says otherwise, and its
 * certificate is checked.  Half a minute at most.  A 5xx is for good, all
 * else is for later.
 */
enum mag_sent	egress_smtp(void *conf, const char *from, const char *to,
		    const char *message, size_t n, char *answer, size_t size);

#endif
