/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/booking.h -- consultants, their free hours, and who meets them.
 *
 * Hours are said in the consultant's zone and counted in UTC.  The database
 * itself holds that two live bookings of one consultant never overlap; what
 * is computed here only says what to offer.
 */
#ifndef MAGNETIQ_BOOKING_H
#define MAGNETIQ_BOOKING_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_consultant;
extern MAG_API struct mag_noun mag_booking;

#define MAG_SLOT_DAYS	62		/* one question reaches so far */
#define MAG_BUSY_STALE	(60 * 60)	/* a calendar unread for longer closes all */

/** mag_consultant_public(out, c, id): one that visitors may meet. */
MAG_API enum mag_status mag_consultant_public(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;

/** mag_consultant_first(out, c): any of them. */
MAG_API enum mag_status mag_consultant_first(struct mag_record **out,
    struct mag_call *) MAG_CHECK;
/** mag_consultant_listed(l): only those; mag_consultant_with(l, c, field,
 * value): whose `languages` or `expertise` have that, in whichever case. */
MAG_API void	mag_consultant_listed(struct mag_list *);
MAG_API void	mag_consultant_with(struct mag_list *, struct mag_call *,
    const char *field, const char *value);

/** mag_consultant_stale(c, r): is the own calendar unread for too long?  Then
 * nothing is offered. */
MAG_API bool	mag_consultant_stale(struct mag_call *,
    const struct mag_record *);

struct mag_slot {
	int64_t		 starts, ends;
};
/** What somebody wants to know of a consultant's time. */
struct mag_slot_question {
	int64_t		 from, to;	/* instants; slots begin in [from, to) */
	int64_t		 minutes;
	size_t		 limit;		/* 0: all */
	const char	*type;		/* of anybody: who meets so; or NULL */
};
/**
 * mag_slots(out, n, c, consultant, q): the free slots, in order; ${out} lives
 * in the call's arena.
 */
MAG_API enum mag_status mag_slots(struct mag_slot **out, size_t *n,
    struct mag_call *, const struct mag_record *consultant,
    const struct mag_slot_question *) MAG_CHECK;

/** mag_slots_any(out, n, c, q): the same of anybody who can be met. */
MAG_API enum mag_status mag_slots_any(struct mag_slot **out, size_t *n,
    struct mag_call *, const struct mag_slot_question *) MAG_CHECK;

/**
 * mag_slot_why(out, c, consultant, slot): why a visitor may not have exactly
 * this time, in a word that does not change: "calendar_stale"; or "free".
 */
MAG_API enum mag_status mag_slot_why(const char **out, struct mag_call *,
    const struct mag_record *consultant, struct mag_slot) MAG_CHECK;

/**
 * mag_book(out, c, body): a visitor's booking, with its letters.
 * MAG_SLOT_TAKEN, with alternatives in the call's problem.
 */
MAG_API enum mag_status mag_book(struct mag_record **out, struct mag_call *,
    const struct mag_json *body) MAG_CHECK;
/**
 * mag_booking_move(out, c, id, body): {starts_at, duration_minutes?,
 * timezone?, consultant_id?}; keeps reference and calendar entry.
 */
MAG_API enum mag_status mag_booking_move(struct mag_record **out,
    struct mag_call *, int64_t id, const struct mag_json *body) MAG_CHECK;
/** mag_booking_cancel(out, c, id): cancelling the cancelled changes nothing. */
MAG_API enum mag_status mag_booking_cancel(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/** mag_booking_open(out, c, reference, token): what a letter's link opens. */
MAG_API enum mag_status mag_booking_open(struct mag_record **out,
    struct mag_call *, const char *reference, const char *token) MAG_CHECK;
/**
 * mag_booking_place(booking, consultant): the meeting's own address, or NULL;
 * a booking that was never confirmed has none.
 */
MAG_API const char *mag_booking_place(const struct mag_record *,
    const struct mag_record *consultant);
/**
 * mag_booking_where(a, booking, consultant, lang): the same, else in words how
 * the two of them meet: what a calendar has as the place.
 */
MAG_API const char *mag_booking_where(struct mag_arena *,
    const struct mag_record *, const struct mag_record *consultant,
    const char *lang);
MAG_API const char *mag_booking_url(struct mag_call *,
    const struct mag_record *);
MAG_API const char *mag_booking_calendar_url(struct mag_call *,
    const struct mag_record *);

/*
 * A consultant's calendar feed: a secret address for a calendar program.
 */

/**
 * mag_calendar_open(url, c, id): a new address for that consultant's feed; the
 * one before ends.  mag_calendar_close(c, id): none; MAG_NOT_FOUND if there
 * was none.
 */
MAG_API enum mag_status mag_calendar_open(const char **url, struct mag_call *,
    int64_t id) MAG_CHECK;
MAG_API enum mag_status mag_calendar_close(struct mag_call *, int64_t id)
    MAG_CHECK;
/**
 * mag_calendar_print(b, c, token): what stands in the feed that the token
 * opens: all that is booked and not over for longer than a month, without what
 * was cancelled.  The same bookings are the same bytes, whenever asked.
 */
MAG_API enum mag_status mag_calendar_print(struct mag_buf *,
    struct mag_call *, const char *token, size_t n) MAG_CHECK;

/**
 * mag_booking_remind(out, c, id): remind the visitor now; once an hour at most.
 * MAG_CONFLICT if it is not confirmed, or has begun.  mag_booking_confirm(out,
 * c, id): as if staff had set its status.
 */
MAG_API enum mag_status mag_booking_remind(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
MAG_API enum mag_status mag_booking_confirm(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/**
 * mag_booking_summary(b, c): an object of six numbers, and `consultants` with
 * the same of each: how many are pending; are confirmed and have not begun;
 * begin today (a day of UTC) and were not cancelled; begin within seven days
 * from now, pending ones too; were cancelled within the last thirty; were
 * missed by their visitor within those.
 */
MAG_API enum mag_status mag_booking_summary(struct mag_buf *,
    struct mag_call *) MAG_CHECK;
/** mag_booking_letters(n, c): what time brings: reminders, and what follows. */
MAG_API enum mag_status mag_booking_letters(int64_t *n, struct mag_call *)
    MAG_CHECK;

#endif
