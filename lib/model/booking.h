/* SPDX-License-Identifier: MIT */
/* booking.h -- what the files about consultants and bookings share. */
#ifndef MODEL_BOOKING_H
#define MODEL_BOOKING_H

#include <magnetiq/booking.h>

/** hours_check(c, field, v): working_hours as the contract has them. */
void	hours_check(struct mag_call *, const char *field,
	    const struct mag_value *);
/** time_off_check(c, field, v): [{starts_at,ends_at,reason}] */
void	time_off_check(struct mag_call *, const char *field,
	    const struct mag_value *);
/** hours_minute(text): `09:30` as minutes of the day, 24:00 too; -1: wrong. */
int	hours_minute(const char *);

/** Why a time cannot be had. */
enum slot_fault {
	SLOT_FREE,
	SLOT_OUTSIDE,		/* not in the working hours */
	SLOT_EARLY,		/* past, or sooner than the notice */
	SLOT_LATE,		/* beyond the horizon */
	SLOT_BOOKED,		/* somebody has it, and so all behind this */
	SLOT_BUSY,		/* the own calendar says so */
	SLOT_OFF,		/* time off */
	SLOT_FULL,		/* as many a day as are wanted */
	SLOT_STALE		/* the own calendar is unread for too long */
};
/**
 * slot_check(out, c, consultant, slot, except): may a visitor have exactly
 * this time?  ${except} is the booking that moves, or 0.
 */
enum mag_status	slot_check(enum slot_fault *, struct mag_call *,
		    const struct mag_record *consultant, struct mag_slot,
		    int64_t except);

/**
 * slot_busy(out, c, consultant, slot, except): does anything stand in the way
 * of it: another booking, time off, the own calendar?  Hours, notice and
 * horizon bind visitors only, and what nobody could read lately is not held
 * against staff, who are told of it.
 */
enum mag_status	slot_busy(bool *, struct mag_call *,
		    const struct mag_record *consultant, struct mag_slot,
		    int64_t except);

/** booking_list(c, consultant, name): the first of a list that is offered. */
const struct mag_json *booking_list(struct mag_call *,
	    const struct mag_record *consultant, const char *name);
/** booking_offers(c, consultant, minutes): is that one of the durations? */
bool	booking_offers(struct mag_call *, const struct mag_record *consultant,
	    int64_t minutes);
/** booking_offers_type(c, consultant, type): does it meet so?  NULL: any way. */
bool	booking_offers_type(struct mag_call *,
	    const struct mag_record *consultant, const char *type);
/** booking_slot(c, booking, consultant): when it is, and for how long. */
struct mag_slot	booking_slot(struct mag_call *, const struct mag_record *,
		    const struct mag_record *consultant);
/**
 * booking_meet(c, out, booking, old): the consultant who has that time free;
 * ${old} is what it was before it moves, or NULL.  MAG_SLOT_TAKEN with
 * alternatives; MAG_INVALID names what is wrong, beside what was already.
 */
enum mag_status	booking_meet(struct mag_call *, struct mag_record **out,
		    const struct mag_record *, const struct mag_record *old);
/**
 * booking_recheck(c, r): may it still be confirmed?  MAG_SLOT_TAKEN, with
 * alternatives, if something else has come into the way since.
 */
enum mag_status	booking_recheck(struct mag_call *, const struct mag_record *)
		    MAG_CHECK;
/**
 * booking_unsaid(r): it waits for a word of staff, or ended without one: it is
 * in nobody's calendar.
 */
bool		booking_unsaid(const struct mag_record *);
/**
 * booking_door(c, r, old): is there a way in, and is it another one than those
 * of a confirmed booking were told?
 */
bool		booking_door(struct mag_call *, const struct mag_record *,
		    const struct mag_record *old);
/**
 * booking_language(out, c, consultant): what they are written in: their own
 * account's language, else the site's.
 */
enum mag_status	booking_language(const char **out, struct mag_call *,
		    const struct mag_record *consultant) MAG_CHECK;
/** booking_tell(c, r, old): what people hear of a change. */
enum mag_status	booking_tell(struct mag_call *, const struct mag_record *,
		    const struct mag_record *old);
/**
 * booking_free(c, id): in the open transaction: whoever booked is known no
 * more.  The hour is free again, and the consultant is told.
 */
enum mag_status	booking_free(struct mag_call *, int64_t id) MAG_CHECK;
/** booking_tell_freed(c, r): it is off, and there is no visitor to tell. */
enum mag_status	booking_tell_freed(struct mag_call *,
		    const struct mag_record *) MAG_CHECK;

#endif
