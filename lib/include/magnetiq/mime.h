/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/mime.h -- letters as bytes: headers, text, HTML and a calendar
 * entry (RFC 5322, 2045, 2047, 2369, 8058, 6047).  Nothing that comes from a
 * stranger can end a header, and no line is longer than 78 bytes save where
 * one word is.
 */
#ifndef MAGNETIQ_MIME_H
#define MAGNETIQ_MIME_H

#include <stdbool.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_letter {
	const char	*from_name, *from_email;
	const char	*reply_name, *reply_to;	/* or NULL: the sender */
	const char	*to;		/* one address */
	const char	*subject;
	const char	*message_id;	/* without its brackets */
	int64_t		 date;		/* seconds */
	const char	*language;	/* Content-Language */
	const char	*unsubscribe;	/* an https address that takes POST, or NULL */
	const char	*text;		/* with \n line ends */
	const char	*html;		/* or NULL */
	/* A calendar entry (RFC 5545) as bytes, or NULL; and its METHOD. */
	const char	*calendar, *calendar_method;
};

/**
 * mag_letter_print(b, l): the whole message, lines ending in CRLF.  Text and
 * HTML are alternatives.  A calendar entry is one more alternative, as Outlook
 * and Google want it, and an attachment, as all others do.
 */
MAG_API void	mag_letter_print(struct mag_buf *, const struct mag_letter *);

#endif
