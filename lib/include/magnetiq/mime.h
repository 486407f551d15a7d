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

/* What the calendar entry is called where it is an attachment. */
#define MAG_LETTER_CALENDAR	"invite.ics"

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
/**
 * mag_letter_read(l, a, p, n): what that printed, taken apart again: to,
 * subject, language, date, text, html, calendar and its method; the rest is
 * NULL, and so is a part that is not there.  No reader of other people's
 * letters: what it does not know it passes over.
 */
MAG_API void	mag_letter_read(struct mag_letter *, struct mag_arena *,
    const char *p, size_t n);

#endif
