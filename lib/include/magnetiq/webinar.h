/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/webinar.h -- webinars, and who takes part in them.
 *
 * A seat is a confirmed registration.  The database itself holds that there
 * are never more of them than max_participants, and that a person has one.
 * Whatever frees a seat gives it to the first who waits, in the same
 * transaction, with the letter that says so.
 */
#ifndef MAGNETIQ_WEBINAR_H
#define MAGNETIQ_WEBINAR_H

#include <magnetiq/ical.h>
#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_webinar;
extern MAG_API struct mag_noun mag_registration;

/** mag_webinar_public(out, c, slug): one that strangers may see. */
MAG_API enum mag_status mag_webinar_public(struct mag_record **out,
    struct mag_call *, const char *slug) MAG_CHECK;
/** mag_webinar_off(webinar): it is cancelled or deleted: nobody comes. */
MAG_API bool	mag_webinar_off(const struct mag_record *);
/** mag_webinar_open(c, webinar): may visitors register now? */
MAG_API bool	mag_webinar_open(struct mag_call *, const struct mag_record *);
/**
 * mag_webinar_turn(c, webinar): when registration opens or closes by itself
 * the next time; 0: it will not.
 */
MAG_API int64_t	mag_webinar_turn(struct mag_call *, const struct mag_record *);
/** mag_webinar_next_turn(c): the same of all webinars. */
MAG_API int64_t	mag_webinar_next_turn(struct mag_call *);
/** mag_webinar_event(out, c, webinar, lang): its entry, as strangers see it. */
MAG_API void	mag_webinar_event(struct mag_ical_event *out,
    struct mag_call *, const struct mag_record *, const char *lang);
/**
 * mag_webinar_feed(b, c, lang): those to come and of the last month, as a
 * calendar that others subscribe to.
 */
MAG_API enum mag_status mag_webinar_feed(struct mag_buf *, struct mag_call *,
    const char *lang) MAG_CHECK;
/** mag_webinar_cancel(out, c, id): tells everyone registered; again: no-op. */
MAG_API enum mag_status mag_webinar_cancel(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/** A filter for a list: upcoming, past, this-week, this-month. */
MAG_API enum mag_status mag_webinar_timeframe(struct mag_list *,
    struct mag_call *, const char *timeframe) MAG_CHECK;

/**
 * mag_register(out, c, webinar, body): a visitor's registration, confirmed or
 * waitlisted, with its letter.  MAG_REGISTRATION_CLOSED, MAG_WEBINAR_FULL,
 * MAG_ALREADY_REGISTERED.
 */
MAG_API enum mag_status mag_register(struct mag_record **out,
    struct mag_call *, int64_t webinar, const struct mag_json *body) MAG_CHECK;
/** mag_registration_get(out, c, webinar, id): MAG_NOT_FOUND if of another. */
MAG_API enum mag_status mag_registration_get(struct mag_record **out,
    struct mag_call *, int64_t webinar, int64_t id) MAG_CHECK;
/** mag_registration_position(c, r): 1 for who is next; 0: does not wait. */
MAG_API int64_t	mag_registration_position(struct mag_call *,
    const struct mag_record *);
/**
 * mag_registration_open(out, c, reference, token): the one that a link of a
 * letter opens.  MAG_NOT_FOUND for a wrong token, MAG_GONE for an old one.
 */
MAG_API enum mag_status mag_registration_open(struct mag_record **out,
    struct mag_call *, const char *reference, const char *token) MAG_CHECK;
/** mag_registration_url(c, r): the page where its person changes it. */
MAG_API const char *mag_registration_url(struct mag_call *,
    const struct mag_record *);
MAG_API const char *mag_registration_calendar_url(struct mag_call *,
    const struct mag_record *);
/** mag_registration_own_print(b, c, r): as its person reads it: an object. */
MAG_API void	mag_registration_own_print(struct mag_buf *, struct mag_call *,
    const struct mag_record *);
/**
 * mag_registration_own_change(out, c, id, body): its person corrects name,
 * company, language, and which letters they want.  MAG_CONFLICT once it is
 * cancelled.
 */
MAG_API enum mag_status mag_registration_own_change(struct mag_record **out,
    struct mag_call *, int64_t id, const struct mag_json *body) MAG_CHECK;
/** mag_registration_cancel(out, c, id): by the person; again: unchanged. */
MAG_API enum mag_status mag_registration_cancel(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/**
 * mag_registration_approve(out, c, webinar, id): staff lets somebody in who
 * waits for a word, to a seat or to the end of the waiting list; again:
 * unchanged.  MAG_WEBINAR_FULL if there is neither, MAG_CONFLICT if it is too
 * late.
 */
MAG_API enum mag_status mag_registration_approve(struct mag_record **out,
    struct mag_call *, int64_t webinar, int64_t id) MAG_CHECK;
/**
 * mag_registration_decline(out, c, webinar, id): staff says no, and a letter
 * says so; again: unchanged.  MAG_CONFLICT if they said yes before.
 */
MAG_API enum mag_status mag_registration_decline(struct mag_record **out,
    struct mag_call *, int64_t webinar, int64_t id) MAG_CHECK;
/** mag_registration_delete(c, webinar, id): by staff. */
MAG_API enum mag_status mag_registration_delete(struct mag_call *,
    int64_t webinar, int64_t id) MAG_CHECK;
/** Whom a letter to many reaches. */
struct mag_noted {
	int64_t		 queued;	/* letters; not who got these words before */
	int64_t		 without_consent;	/* who wants no marketing */
};
/**
 * mag_webinar_note(out, c, webinar, list, body): {subject, text, marketing} to
 * everybody whom the filters of ${list} let through, at most MAG_NOTES_MAX.
 */
MAG_API enum mag_status mag_webinar_note(struct mag_noted *out,
    struct mag_call *, int64_t webinar, struct mag_list *list,
    const struct mag_json *body) MAG_CHECK;
/** What a list of who came has brought. */
struct mag_attendance {
	int64_t		 rows;		/* of the list that name somebody */
	int64_t		 matched;	/* people who have a seat */
	int64_t		 changed;	/* of them, those who were not noted so */
	int64_t		 nunknown;	/* who came and has no seat */
	struct mag_buf	 unknown;	/* a hundred of them at most, a line each */
};
/**
 * mag_attendance_import(out, c, webinar, csv, n): note who came, and for how
 * many minutes, from the report of a meeting program, as one transaction; the
 * same report again changes nothing.  MAG_INVALID if no column of it has
 * e-mail addresses, MAG_MALFORMED if it is no text.
 */
MAG_API enum mag_status mag_attendance_import(struct mag_attendance *out,
    struct mag_call *, int64_t webinar, const char *csv, size_t n) MAG_CHECK;
/** mag_webinar_letters(n, c): reminders and follow-ups that are due. */
MAG_API enum mag_status mag_webinar_letters(int64_t *n, struct mag_call *)
    MAG_CHECK;
/** mag_webinar_promote(n, c): seats that hand-written SQL has freed. */
MAG_API enum mag_status mag_webinar_promote(int64_t *n, struct mag_call *)
    MAG_CHECK;

#endif
