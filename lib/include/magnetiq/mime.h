/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/mime.h -- letters as bytes: headers, text and HTML (RFC 5322,
 * 2045, 2047).  Nothing that comes from a stranger can end a header.
 */
#ifndef MAGNETIQ_MIME_H
#define MAGNETIQ_MIME_H

#include <stdbool.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

struct mag_letter {
	const char	*from_name, *from_email;
	const char	*to;		/* one address */
	const char	*subject;
	const char	*message_id;	/* without its brackets */
	int64_t		 date;		/* seconds */
	const char	*language;	/* Content-Language */
	const char	*text;		/* with \n line ends */
	const char	*html;		/* or NULL */
};

/** mag_letter_print(b, l): the whole message, lines ending in CRLF. */
MAG_API void	mag_letter_print(struct mag_buf *, const struct mag_letter *);

#endif
