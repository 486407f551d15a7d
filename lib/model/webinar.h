/* SPDX-License-Identifier: MIT */
/* webinar.h -- what the files about webinars and seats share. */
#ifndef MODEL_WEBINAR_H
#define MODEL_WEBINAR_H

#include <magnetiq/webinar.h>

/** The columns of a registration, in the order of its fields. */
enum mag_status	registration_load(struct mag_record **, struct mag_call *,
		    int64_t id);
/**
 * registration_free(c, id): in the open transaction: whoever had it is known
 * no more.  Its seat goes to the next one; nobody else is written to.
 */
enum mag_status	registration_free(struct mag_call *, int64_t id) MAG_CHECK;

/* seat.c */

/** seats_taken(out, c, webinar): confirmed registrations. */
enum mag_status	seats_taken(int64_t *, struct mag_call *, int64_t webinar);
/**
 * seats_fill(c, webinar): inside a transaction: whoever waits gets what is
 * free, one after the other, and a letter.
 */
enum mag_status	seats_fill(struct mag_call *, const struct mag_record *webinar);
/** seat_give(c, webinar, id, template): a seat that is free, and its letter. */
enum mag_status	seat_give(struct mag_call *, const struct mag_record *webinar,
		    int64_t id, const char *template);
/** seats_free(out, c, webinar): is one left, or is there no limit? */
enum mag_status	seats_free(bool *, struct mag_call *,
		    const struct mag_record *webinar);
/** seats_open(c, webinar): may whoever waits still be let in? */
bool		seats_open(struct mag_call *, const struct mag_record *webinar);

/* speaker.c */

/** speakers_check(c, webinar): are its speaker_ids what they should be? */
void		speakers_check(struct mag_call *,
		    const struct mag_record *webinar);

/* approval.c */

/** approve_all(c, webinar): in the open transaction, without letters. */
enum mag_status	approve_all(struct mag_call *, int64_t webinar);

/* webinar_calendar.c */

/** webinar_sequence(w): of its entry in calendars; what is newer has more. */
int64_t	webinar_sequence(const struct mag_record *webinar);

/* webinar_letters.c */

/**
 * webinar_letter_data(c, webinar, registration, old): what every letter about
 * a webinar may show, an object that is still open; ${old} as it was, or NULL.
 */
const char	*webinar_letter_data(struct mag_call *,
		    const struct mag_record *webinar,
		    const struct mag_record *registration,
		    const struct mag_record *old);
/**
 * webinar_letter(c, template, webinar, registration, old): queue one letter;
 * ${old} is the webinar as its reader knows it, or NULL.
 */
enum mag_status	webinar_letter(struct mag_call *, const char *template,
		    const struct mag_record *webinar,
		    const struct mag_record *registration,
		    const struct mag_record *old);
/**
 * webinar_tell(c, template, webinar, old): to everybody who is registered;
 * ${old} is what they knew before, or NULL.
 */
enum mag_status	webinar_tell(struct mag_call *, const char *template,
		    const struct mag_record *webinar,
		    const struct mag_record *old);
/** webinar_tell_seated(c, template, webinar): to those only who have a seat. */
enum mag_status	webinar_tell_seated(struct mag_call *, const char *template,
		    const struct mag_record *webinar);
/**
 * webinar_tell_day(c, template, webinar, old): the same where the news is the
 * day itself: they are reminded of it anew.
 */
enum mag_status	webinar_tell_day(struct mag_call *, const char *template,
		    const struct mag_record *webinar,
		    const struct mag_record *old);

/* webinar_staff.c */

/** webinar_tell_speakers(c, template, webinar): to those with an address. */
enum mag_status	webinar_tell_speakers(struct mag_call *, const char *template,
		    const struct mag_record *webinar);
/** webinar_staff_letters(n, c): to speakers before, to staff afterwards. */
enum mag_status	webinar_staff_letters(int64_t *n, struct mag_call *);

#endif
