/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/letter.h -- the kinds of letters, and how one becomes bytes.
 *
 * A kind is a template, letter/NAME.html: HTML whose first element is
 * <title>, the subject.  The layout letter/layout.html is put around it, and
 * the text of the letter is made from the result, so each word stands in one
 * place, and its German in the catalogue.  Files of TEMPLATE_DIR win.
 *
 * What a template may ask for: the kind's own variables, of lib/model/
 * letters.def; they are members of the outbox row's JSON.  A time called
 * NAME_at (RFC 3339) also gives NAME, in words, in the letter's language and
 * in the zone that `timezone` names; `starts` with an end, if there is
 * `duration_minutes`.  `meeting_type` gives `meeting`, in words.  Besides,
 * everywhere: site_title, site_url, language.
 *
 * A letter of a kind that has a calendar entry makes it from `reference` (the
 * entry's UID; without one there is no entry), `starts_at`,
 * `duration_minutes`, `sequence` (a number that grows with each change), and
 * `title` or `subject`; `"waitlisted":true` and `"pending":true` are for those
 * who get none.
 * `reply_to` and `reply_name` say whom an answer goes to.
 */
#ifndef MAGNETIQ_LETTER_H
#define MAGNETIQ_LETTER_H

#include <magnetiq/outbox.h>

#define MAG_LETTER_MARKETING	1	/* can be unsubscribed from */
#define MAG_LETTER_REQUEST	2	/* has a calendar entry */
#define MAG_LETTER_CANCEL	4	/* takes one back */
#define MAG_LETTER_TYPED	8	/* to an address that somebody typed */
#define MAG_LETTER_AHEAD	16	/* of no use once `starts_at` is there */

struct mag_letter_kind {
	const char	*name;		/* "webinar-confirmed" */
	unsigned	 flags;
	const char	*variables;	/* blank-separated */
	const char	*what;		/* one line */
};

/** mag_letter_kinds(): all of them, by name; ends with a name that is NULL. */
MAG_API const struct mag_letter_kind *mag_letter_kinds(void);
/** mag_letter_kind(name): NULL if there is none. */
MAG_API const struct mag_letter_kind *mag_letter_kind(const char *name);

/** mag_letter_from(c): the address that letters come from. */
MAG_API const char *mag_letter_from(struct mag_call *);
/**
 * mag_letter_uid(c, reference): how calendars know an appointment, whichever
 * letter, feed or link speaks of it.
 */
MAG_API const char *mag_letter_uid(struct mag_call *, const char *reference);
/**
 * mag_letter_meeting(a, lang, type, phone): in words how two people meet; by
 * telephone with the number, if that is known.  NULL without a type.
 */
MAG_API const char *mag_letter_meeting(struct mag_arena *, const char *lang,
    const char *type, const char *phone);
/**
 * mag_letter_compose(b, c, l): the whole message.  The same row gives the same
 * bytes.  MAG_FAILED (logged) if its template is missing or broken.
 */
MAG_API enum mag_status mag_letter_compose(struct mag_buf *,
    struct mag_call *, const struct mag_outbox_claim *) MAG_CHECK;
/** mag_letter_example(): a JSON object with a value for each variable. */
MAG_API const char *mag_letter_example(void);
/**
 * mag_letter_preview(b, c, kind, language, data): the same with an example's
 * data, or with ${data} if that is not NULL.  MAG_NOT_FOUND for an unknown
 * kind, MAG_INVALID for data that is no JSON object.
 */
MAG_API enum mag_status mag_letter_preview(struct mag_buf *,
    struct mag_call *, const char *kind, const char *language,
    const char *data) MAG_CHECK;
/**
 * mag_letter_check(b, a): is every template there and well, and does it ask
 * for nothing that its kind does not have?  A line for each that is not.
 */
MAG_API void	mag_letter_check(struct mag_buf *, struct mag_arena *);

#endif
